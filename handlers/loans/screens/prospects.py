"""What a person may borrow of each product today, and what stands against the rest, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from finance_core.kernel.money import Money
from finance_core.loans.origination.decision import AFFORDABLE_SHARE, Concern, Reason
from finance_core.loans.origination.prospects import Bound, Prospect, longest, share_of
from finance_core.loans.products.parts import Tenor
from finance_core.loans.products.product_terms import LoanProduct
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, room_beside
from handlers.loans.screens.borrow import pairs, product_name
from handlers.loans.screens.refusals import reason_text
from handlers.locales import Html, Translator

PERCENT: Final = 100

OTHERS: Final = 3
"""Other loans that a card has buttons for, beside two sums and *Cancel*: a card has at most six."""


# -- the first card of borrowing --------------------------------------------------------------------------------------


def ask_principal(
    t: Translator,
    found: Prospect,
    others: Sequence[LoanProduct],
    pays_off: Money | None = None,
    *,
    with_circle: bool = False,
) -> Screen:
    """Say how much may be borrowed, at which price and what holds it there; ask how much, with sums to tap.

    `pays_off`: what the running loan takes, which is paid off out of it. `with_circle`: members of a circle may be
    proposed to borrow together.
    """
    time, sums = tenor_text(t, found.offered.tenor), _sums(found, pays_off)
    text = lines(
        t("borrow.ask_principal", most=found.most, time=time),
        t("borrow.all_in", rate=t.percent(found.offered.all_in_rate)),
        "",
        t("borrow.pays_off_takes", takes=pays_off) if pays_off is not None else None,
        t("borrow.ask_how_much", sum=f"{sums[1].decimal.normalize():f}", time=time),
        "",
        _about(t, found.product),
        bound_text(t, found),
        _officer(t, found),
        t("loan_topics.income_unsaid") if found.facts.income is None else None,
    )
    to_tap = list(dict.fromkeys(each.decimal.normalize() for each in sums))
    products = _other_products(t, others)
    if with_circle:
        products = [Button(t("group_loans.with_circle"), "do:group_loan"), *products[: OTHERS - 1]]
    if len(to_tap) >= room_beside(products):
        del to_tap[1:-1]  # what asks has room for *Cancel*; the half stands in the text
    tapped = tuple(Button(f"{each:,f}", f"ans:{each:f}") for each in to_tap)
    return Screen(text, (tapped, *pairs(products)))


def _sums(found: Prospect, pays_off: Money | None) -> list[Money]:
    """Return the least that is lent (and pays the running loan off), half of the most in whole steps, and the most;
    some may be the same.
    """
    least, most, step = found.product.minimum.amount, found.most.amount, found.product.step.amount
    if pays_off is not None:
        least = min(most, max(least, -(-pays_off.amount // step) * step))
    half = max(least, most // 2 // step * step)
    return [Money(amount, found.most.asset) for amount in (least, half, most)]


def _officer(t: Translator, found: Prospect) -> Html | None:
    officer = officer_text(t, found)
    return t("loan_topics.officer_says", officer=officer) if officer is not None else None


def not_lent(t: Translator, found: Prospect, others: Sequence[LoanProduct]) -> Screen:
    """Say what stands against this loan, whatever the sum, with what would change it; the ways that are open."""
    reasons = [f"• {reason_text(t, reason, found.decided)}" for reason in found.reasons]
    text = lines(t("borrow.declined"), *(reasons or [what_changes_it(t, found)]))
    ways = []
    if {Reason.ARREARS, Reason.WRITTEN_OFF} & set(found.reasons):
        ways.append(Button(t("loans.pay_now"), "do:repay"))
    if found.reasons == (Reason.LOAN_OPEN,) and found.decided.may_refinance:
        ways.append(Button(t("borrow.pay_off_first"), f"do:borrow:product={found.product.code}:old=1"))
    return Screen(text, (*pairs([*ways, *_other_products(t, others)]), menu_row(t)))


def _other_products(t: Translator, others: Sequence[LoanProduct]) -> list[Button]:
    return [Button(product_name(t, each.code), f"do:borrow:product={each.code}") for each in others[:OTHERS]]


def which_product(t: Translator, fitting: Sequence[Prospect], said: Mapping[str, str]) -> Screen:
    """Several loans fit what was said: ask which one, each button taking along what is known."""
    known = "".join(f":{name}={said[name]}" for name in ("amount", "count", "unit") if name in said)
    codes = [each.product.code for each in fitting]
    buttons = [(Button(product_name(t, code), f"do:borrow:product={code}{known}"),) for code in codes]
    said_of = [line for each in fitting for line in (_about(t, each.product), _for_you(t, each))]
    return Screen(lines(t("borrow.which_product"), "", *said_of), tuple(buttons))


def _for_you(t: Translator, each: Prospect) -> Html:
    if not each.is_open:
        return t("borrow.not_for_you", why=why_not(t, each))
    return t("borrow.for_you", most=each.most, time=tenor_text(t, each.offered.tenor))


def _about(t: Translator, product: LoanProduct) -> Html:
    """A product in a sentence."""
    what = t(f"borrow.about_{product.code}") if t.has(f"borrow.about_{product.code}") else Html("")
    return t("borrow.about", name=product_name(t, product.code), what=what)


# -- in a line or a sentence ------------------------------------------------------------------------------------------


def tenor_text(t: Translator, tenor: Tenor) -> Html:
    """Return "12 months", "26 weeks"."""
    return t(f"borrow.tenor_{tenor.unit}", count=tenor.count * tenor.every)


def open_line(t: Translator, each: Prospect) -> Html:
    """Return the line of a product that is open: from how much up to how much, over which time."""
    name, time = product_name(t, each.product.code), tenor_text(t, longest(each.product))
    line = t("loan_topics.open_line", product=name, least=each.product.minimum, most=each.most, time=time)
    officer = officer_text(t, each)
    return t("loan_topics.line_and", line=line, officer=officer) if officer is not None else line


def officer_text(t: Translator, each: Prospect) -> Html | None:
    """Return why an officer looks at a product before it is lent; None where the rules decide alone."""
    above = each.product.referral.first_above
    if Concern.FIRST_LARGE in each.decided.concerns and above is not None:
        return t("loan_topics.officer_above", above=above)
    if Concern.RECOVERED in each.decided.concerns:
        return t("loan_topics.officer_recovered")
    return t("loan_topics.officer_recent") if Concern.RECENT_ARREARS in each.decided.concerns else None


def closed_line(t: Translator, each: Prospect) -> Html:
    """Return the line of a product that is not open, with what stands against it."""
    return t("loan_topics.closed_line", product=product_name(t, each.product.code), why=why_not(t, each))


def why_not(t: Translator, each: Prospect) -> Html:
    """Return in a few words what stands against a product."""
    if not each.reasons:
        return t("loan_topics.not_officer")
    reason = each.reasons[0]
    day = each.decided.ask_again_on.get(reason)
    values: Mapping[str, object] = {
        "limit": each.decided.limit,
        "minimum": each.product.minimum,
        "day": Html(t.short_day(day)) if day is not None else "",
        "count": each.product.eligibility.loans_repaid,
    }
    return t(f"loan_topics.not_{reason}", **values)


def what_changes_it(t: Translator, each: Prospect) -> Html:
    """Return the whole sentence of what stands against a product, with what would change it."""
    if not each.reasons:
        return t("loan_topics.officer_first")
    if each.reasons[0] is Reason.INCOME:
        return t("loan_topics.income_too_small", minimum=each.product.minimum, percent=int(AFFORDABLE_SHARE * 100))
    return reason_text(t, each.reasons[0], each.decided)


def bound_text(t: Translator, each: Prospect) -> Html:
    """Return the sentence of what keeps a person from more of a product, with its figures."""
    facts = each.facts
    match each.bound:
        case Bound.TIER:
            return t("loan_topics.bound_tier", tier=facts.tier, limit=facts.tier_limit, owed=facts.owed)
        case Bound.OWN:
            return t("loan_topics.bound_own", limit=facts.own_limit, owed=facts.owed)
        case Bound.GRADE:
            return bound_by_grade(t, each)
        case Bound.INCOME:
            return bound_by_income(t, each)
        case _:
            return t("loan_topics.bound_product", maximum=each.product.maximum)


def bound_by_grade(t: Translator, each: Prospect) -> Html:
    """Return what goes with the loans that the person has repaid."""
    share, repaid, maximum = share_of(each.facts), each.facts.loans_repaid, each.product.maximum
    values = {"share": share, "maximum": maximum, "limit": Money(maximum.amount * share // PERCENT, maximum.asset)}
    return t("loan_topics.bound_repaid", count=repaid, **values) if repaid else t("loan_topics.bound_first", **values)


def bound_by_income(t: Translator, each: Prospect) -> Html:
    """Return what the person's income carries."""
    facts = each.facts
    income = facts.income or Money.zero(each.product.asset)
    room = Money(int(income.amount * AFFORDABLE_SHARE), income.asset)
    spent = facts.own_instalments + facts.other_instalments
    percent = int(AFFORDABLE_SHARE * PERCENT)
    return t("loan_topics.bound_income", income=income, percent=percent, room=room, spent=spent)
