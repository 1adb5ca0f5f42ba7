"""The screens of borrowing. The all-in annual rate is the most prominent figure; the cost is shown as money too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.origination.notices import ApplicationIsLate, Approved
from handlers.chat.screens.base import Button, File, Screen
from handlers.chat.screens.cards import confirm_buttons, lines, menu_row, room_beside
from handlers.loans.intents import Applied, QuotedLoan, Signed
from handlers.loans.screens.price import contract_rate, late_quote, lender
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.origination.models import LoanApplication
    from finance_core.loans.origination.quoting import Quote
    from finance_core.loans.products.parts import Tenor
    from finance_core.loans.products.product_terms import LoanProduct

DEBITS: Final = ("wallet", "both", "none")
"""How due instalments are paid: from the wallet, from the wallet and then Change Plus, or by hand."""

PARTS: Final = ("all", "half", "quarter")
"""How much of a line is paid out at signing."""

PRODUCTS: Final = ("lightning", "trader", "harvest", "group")
"""Loans that have a name and a sentence here."""

UNITS: Final = ("day", "week", "month")
SCHEDULE_LINES: Final = 12
"""Lines of a schedule on a card: a year of months."""

TENORS_ON_A_CARD: Final = 2
"""Other times that are offered on an offer's card, where it has room for them."""

LONGEST_SCHEDULE: Final = 100
"""Lines of a schedule on a screen of its own; a daily one has at most that many."""


@dataclass(frozen=True, slots=True)
class Card:
    """What an offer's card shows, and which intent its buttons name."""

    quote: Quote
    debit: str
    part: str
    paid_out: Money
    refinances: bool
    is_referral: bool
    needs_guarantors: bool
    token: str
    version: int
    lender: str
    """The lender's legal name; empty where none is set."""


def offer_card(t: Translator, card: Card, *, with_counts: bool = False) -> Screen:
    """The price first, then the instalments, then what the person agrees to, and what may be turned before Confirm."""
    quote = card.quote
    turns = [Button(t(f"borrow.debit_button_{card.debit}"), f"debit:{card.token}:{card.version}")]
    if quote.product.draws is not None:
        turns.append(Button(t(f"borrow.part_button_{card.part}"), f"part:{card.token}:{card.version}"))
    read = Button(t("borrow.read_contract"), f"draft:{card.token}:{card.version}")
    parts = Button(t("borrow.each_instalment"), f"planned:{card.token}:{card.version}")
    confirm = confirm_buttons(t, card.token, card.version)
    has_room = room_beside(*confirm, turns, (read, parts)) or not with_counts
    details = (read, parts) if has_room else (read,)  # the contract has each instalment, too
    room = room_beside(*confirm, turns, details)
    others = _other_tenors(t, quote, room, refinances=card.refinances) if with_counts else ()
    return Screen(offer_text(t, card), (*confirm, *[(turn,) for turn in turns], *others, details))


def offer_text(t: Translator, card: Card) -> Html:
    """Return what an offer's card says: the price, each instalment, what is agreed to beside the figures."""
    return lines(*price_lines(t, card.quote), *_agreements(t, card))


def price_lines(t: Translator, quote: Quote) -> list[Html | None]:
    """Return the price and the instalments of what is quoted, the all-in rate first."""
    plan, asset = quote.schedule, quote.principal.asset
    first, last = plan.instalments[0], plan.instalments[-1]
    rows = [(line.nr, line.due_on, line.total) for line in plan.instalments]
    return [
        t("borrow.all_in", rate=t.percent(quote.all_in_rate)),
        contract_rate(t, quote.terms.annual_rate),
        t("borrow.quote", principal=quote.principal, parts=_parts(t, len(plan.instalments))),
        product_name(t, quote.product.code) if quote.product.code != PRODUCTS[0] else None,
        _instalments(t, quote.instalment, Money(last.total, asset), count=len(plan.instalments)),
        t("borrow.quote_dates", first=first.due_on, last=last.due_on) if len(rows) > 1 else None,
        t("borrow.repaid_in_all", total=quote.repaid),
        t("borrow.cost", cost=quote.cost, principal=quote.principal),
        t("borrow.withheld", fee=quote.withheld, received=quote.principal - quote.withheld) if quote.withheld else None,
        Html(),
        *_table(t, rows, asset.code),
        Html(),
    ]


def _agreements(t: Translator, card: Card) -> list[Html]:
    """What is agreed to beside the figures: the line, what is paid off, debit, the way back, who decides."""
    draws, principal = card.quote.product.draws, card.quote.principal
    said = rights(t, card.quote, card.debit, card.lender)
    if draws is not None and card.paid_out < principal:
        days = t("common.day", count=draws.within_days)
        said.insert(0, t("borrow.paid_out", now=card.paid_out, later=principal - card.paid_out, days=days))
    if card.refinances:
        said.insert(0, t("borrow.pays_off"))
    if card.is_referral:
        said.append(t("borrow.referral"))
    if card.needs_guarantors:
        said.append(t("borrow.needs_guarantors"))
    return said


def rights(t: Translator, quote: Quote, debit: str, lender_name: str) -> list[Html]:
    """Return how instalments are paid, the way back, what a late day costs, who lends."""
    return [
        t(f"borrow.debit_{debit}"),
        t("borrow.quote_terms", days=t("common.day", count=quote.product.cooling_off_days)),
        late_quote(t, quote),
        lender(t, lender_name),
    ]


def product_name(t: Translator, code: str) -> Html:
    """Return what a product is called; a product that has no name here is called by its code."""
    return t(f"borrow.product_{code}") if t.has(f"borrow.product_{code}") else Html(t.shown(code))


def application_question(t: Translator, question: str) -> Screen:
    """One question of a first application."""
    if question in ("adult", "bureau"):
        yes_no = (Button(t("common.yes"), "ans:yes"), Button(t("common.no"), "ans:no"))
        return Screen(t(f"borrow.ask_{question}"), (yes_no,))
    return Screen(t(f"borrow.ask_{question}"))


def income_kept(t: Translator, income: Money, other: Money) -> Screen:
    """What is kept of income and other instalments."""
    text = t("borrow.income_kept", income=income, other=other)
    return Screen(text, ((Button(t("menu.borrow"), "do:borrow"), *menu_row(t)),))


def application_stopped(t: Translator, *, is_adult: bool) -> Screen:
    """An answer made a contract impossible: not of age, or the bureau refused, by when the other answers are kept."""
    return Screen(t("borrow.stopped_bureau") if is_adult else t("borrow.stopped_adult"), (menu_row(t),))


def application_waits(t: Translator, application: LoanApplication, *, is_late: bool) -> Screen:
    """An officer looks at it, within a day or later than that; until then it can be taken back."""
    asked = Money(application.principal, ASSETS[application.asset])
    back = Button(t("borrow.withdraw"), f"withdraw_application:{application.id}")
    key = "borrow.waits_late" if is_late else "borrow.waits"
    return Screen(t(key, sum=asked, product=product_name(t, application.product)), ((back, *menu_row(t)),))


def application_is_late(t: Translator, told: ApplicationIsLate) -> Screen:
    """Nobody has decided within the day that was promised; it can be taken back."""
    back = Button(t("borrow.withdraw"), f"withdraw_application:{told.application}")
    return Screen(t("borrow.is_late", sum=told.sum), ((back, *menu_row(t)),))


def application_withdrawn(t: Translator) -> Screen:
    """The application is taken back."""
    return Screen(t("borrow.withdrawn"), (menu_row(t),))


def applied(t: Translator, params: QuotedLoan, result: Applied) -> Screen:
    """An officer will look at it."""
    back = Button(t("borrow.withdraw"), f"withdraw_application:{result.application}")
    text = t("borrow.waits", sum=params.sum, product=product_name(t, params.product))
    return Screen(text, ((back, *menu_row(t)),))


def group_begun(t: Translator, params: QuotedLoan, result: Applied) -> Screen:
    """The way to name who stands for it."""
    names = Button(t("borrow.name_guarantors"), f"group:{result.application}")
    return Screen(t("borrow.group_begun"), ((names, *menu_row(t)),))


def approved(t: Translator, told: Approved) -> Screen:
    """An officer has approved an application: the way to the offer's card."""
    offer = Button(t("borrow.see_offer"), f"offer:{told.application}")
    return Screen(t("borrow.approved", sum=told.sum, until=told.until_on), ((offer,), menu_row(t)))


def signed(t: Translator, params: QuotedLoan, result: Signed) -> Screen:
    """The contract is signed and paid out."""
    text = t("borrow.signed", amount=result.received, reference=result.reference)
    contract = Button(t("borrow.contract"), f"contract:{result.loan}")
    old = t("borrow.old_paid_off") if result.old else None
    more = (Button(t("borrow.draw_more"), f"draw:{result.loan}"),) if result.is_line else ()
    return Screen(lines(text, old), ((Button(t("menu.loans"), "do:loans"), contract), (*more, *menu_row(t))))


def planned_schedule(t: Translator, quote: Quote, token: str, version: int) -> Screen:
    """The schedule of a loan that is only quoted: each instalment's principal, interest and fee."""
    asset, planned = quote.principal.asset, quote.schedule.instalments[:LONGEST_SCHEDULE]
    has_fees = any(line.fee for line in planned)
    rows = []
    for line in planned:
        parts = (line.principal, line.interest, *((line.fee,) if has_fees else ()))
        said = " + ".join(str(Money(part, asset)) for part in parts)
        rows.append(f"{line.nr}. {t.short_day(line.due_on)} · {Money(line.total, asset)} = {said}")
    text = lines(t("borrow.schedule_title"), t("borrow.parts_and_fee" if has_fees else "borrow.parts_are"), "", *rows)
    return Screen(text, ((Button(t("common.back"), f"quoted:{token}:{version}"), *menu_row(t)),))


def _instalments(t: Translator, level: Money, last: Money, *, count: int) -> Html:
    if count == 1:
        return t("borrow.quote_at_once", amount=level)
    if level == last:
        return t("borrow.quote_level", amount=level)
    return t("borrow.quote_instalment", amount=level, last=last)


def _parts(t: Translator, count: int) -> Html:
    return t("borrow.parts", count=count)


def other_tenors(t: Translator, product: LoanProduct, principal: Money, *, refinances: bool) -> Screen:
    """All the times over which a sum may be repaid."""
    buttons = _tenor_buttons(t, product, principal, product.tenors, refinances=refinances)
    return Screen(t("borrow.which_tenor", principal=principal), _with_menu(t, buttons))


def which_count(t: Translator, why: str, product: LoanProduct, principal: Money, *, refinances: bool) -> Screen:
    """Ask once more over which time, of those that are sold; `why` says that another was wanted."""
    buttons = _tenor_buttons(t, product, principal, product.tenors, refinances=refinances)
    return Screen(why, _with_menu(t, buttons))


def _with_menu(t: Translator, buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Return buttons two to a row, with the way to the menu where there is room for it."""
    return (*pairs(buttons), *((menu_row(t),) if room_beside(buttons) else ()))


def _other_tenors(t: Translator, quote: Quote, room: int, *, refinances: bool) -> tuple[tuple[Button, ...], ...]:
    """Buttons for the other times over which it may be repaid; of more than fit, one that leads to all of them."""
    product, principal = quote.product, quote.principal
    others = [tenor for tenor in product.tenors if tenor != quote.tenor]
    buttons = _tenor_buttons(t, product, principal, others, refinances=refinances)
    if len(others) > min(TENORS_ON_A_CARD, room):
        data = f"tenors:{product.code}:{principal.amount}:{int(refinances)}"
        return ((Button(t("borrow.other_tenors"), data, behind=tuple(each.data or "" for each in buttons)),),)
    return (tuple(buttons),)


def _tenor_buttons(
    t: Translator, product: LoanProduct, principal: Money, tenors: Sequence[Tenor], *, refinances: bool
) -> list[Button]:
    old = ":old=1" if refinances else ""
    in_parts = {tenor.unit for tenor in product.tenors} == {"month"}
    return [
        Button(
            _parts(t, tenor.count) if in_parts else t(f"borrow.tenor_{tenor.unit}", count=tenor.count),
            borrow_tap(product, principal, tenor) + old,
        )
        for tenor in tenors
    ]


def draft(t: Translator, paper: File) -> Screen:
    """The contract to be read before it is signed; the whole schedule is in it."""
    return Screen(t("contract.draft_here"), document=paper)


def _table(t: Translator, rows: list[tuple[int, date, int]], asset: str) -> list[Html]:
    """Lines of a schedule; a long one ends with how many more there are."""
    said = [f"{nr}. {t.short_day(due_on)} · {Money(total, ASSETS[asset])}" for nr, due_on, total in rows]
    shown = [Html(each) for each in said[:SCHEDULE_LINES]]
    more = [t("borrow.and_more", count=len(rows) - SCHEDULE_LINES)] if len(rows) > SCHEDULE_LINES else []
    return [*shown, *more]


def pairs(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    """Return buttons two to a row."""
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def borrow_tap(product: LoanProduct, amount: Money, tenor: Tenor) -> str:
    """Return what a button says to borrow; the unit only where the product is sold in several."""
    units = {each.unit for each in product.tenors}
    unit = f":unit={tenor.unit}" if len(units) > 1 else ""
    return f"do:borrow:product={product.code}:amount={amount.decimal.normalize():f}:count={tenor.count}{unit}"
