"""Before borrowing: which loans there are, over which times, at which price, who may have them, and how it is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from finance_core.customers.rules import TIERS
from finance_core.kernel.errors import FinanceError, RuleViolation
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.origination import quoting
from finance_core.loans.origination.decision import AFFORDABLE_SHARE, LIMIT_SHARES
from finance_core.loans.origination.prospects import DAYS, Prospect, longest, price_range, prospects
from finance_core.loans.origination.quoting import Quote
from finance_core.loans.products.product_terms import GRADES, LoanProduct
from finance_core.loans.queries import LoanView
from finance_core.loans.rules.terms import Method
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Button
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.loans.first_application import QUESTIONS, next_question
from handlers.loans.screens.borrow import product_name
from handlers.loans.screens.price import daily_rate
from handlers.loans.screens.prospects import tenor_text, what_changes_it, why_not
from handlers.loans.topics import person
from handlers.loans.topics.person import ask, borrow_button, taps, within
from handlers.locales import Html, Translator

EXAMPLE: Final = Money.of(1_000, BASE_CURRENCY)
"""What is priced where no sum was said."""
PERCENT: Final = 100
LISTED: Final = 4
"""Products that are named one by one."""


async def what_is_it(talk: Talk, asked: Asked) -> Answer:
    """Name the loans that are sold, one line each; of one that was named, all that there is to say."""
    t, sold = talk.t, await quoting.products(talk.unit)
    named = next((product for product in sold if product.code == person.product_said(asked)), None)
    if named is not None:
        return await _one_product(talk, named)
    lender = t("loan_topics.lender", name=talk.institution) if talk.institution else t("loan_topics.lender_susu")
    text = within(
        t("loan_topics.what", count=len(sold), lender=lender),
        *[_what_line(t, product, talk) for product in sold[:LISTED]],
        t("loan_topics.what_rule"),
    )
    may = ask(t, "loan.limit_how_much")
    return Answer(text, (borrow_button(t), may, ask(t, "loan.interest")))


def _what_line(t: Translator, product: LoanProduct, talk: Talk) -> Html:
    return t(
        "loan_topics.what_line",
        product=product_name(t, product.code),
        what=_purpose(t, product),
        minimum=product.minimum,
        maximum=product.maximum,
        price=_price(t, product, talk),
    )


def _purpose(t: Translator, product: LoanProduct) -> Html:
    return t(f"borrow.about_{product.code}") if t.has(f"borrow.about_{product.code}") else Html("")


def _price(t: Translator, product: LoanProduct, talk: Talk) -> Html:
    try:
        low, high = price_range(product, talk.unit.open_on)
    except RuleViolation:
        return t("loan_topics.no_price")
    return t("loan_topics.price_range", low=t.percent(low), high=t.percent(high))


async def _one_product(talk: Talk, product: LoanProduct) -> Answer:
    t = talk.t
    found = next(
        (each for each in await prospects(talk.unit, talk.customer) if each.product.code == product.code), None
    )
    fee = found.offered.withheld if found is not None else Money.zero(product.asset)
    text = within(
        _what_line(t, product, talk),
        t("loan_topics.over", times=person.tenors_text(t, product)),
        _open_to_you(t, found),
        t("loan_topics.withheld", fee=fee, principal=found.offered.principal) if found is not None and fee else None,
        _guarantors(t, product),
        t("loan_topics.seasons", seasons=seasons(t, product)) if product.eligibility.seasons else None,
        t("loan_topics.what_rule"),
    )
    return Answer(text, (borrow_button(t, product=product.code), ask(t, "loan.interest")))


def _open_to_you(t: Translator, found: Prospect | None) -> Html | None:
    if found is None:
        return None
    if not found.is_open:
        return t("loan_topics.not_to_you", why=why_not(t, found))
    return t("loan_topics.open_to_you", most=found.most, rate=t.percent(found.offered.all_in_rate))


def _guarantors(t: Translator, product: LoanProduct) -> Html | None:
    rules = product.guarantees
    return t("loan_topics.needs_people", least=rules.least, most=rules.most) if rules is not None else None


def seasons(t: Translator, product: LoanProduct) -> Html:
    """Return when a product is offered: "1 Mar – 31 May"; the days of this and the next year are the same."""
    spans = [
        t("loan_topics.season", first=t.short_day(date(2025, *each.first)), last=t.short_day(date(2025, *each.last)))
        for each in product.eligibility.seasons
    ]
    return Html(t.listed(spans))


# -- times ----------------------------------------------------------------------------------------------------------


async def terms(talk: Talk, asked: Asked) -> Answer:
    """Say over which times each loan may be repaid, of how much, and whether one payment at the end is possible."""
    t, sold = talk.t, await quoting.products(talk.unit)
    lasting = max(sold, key=lambda each: longest(each).count * longest(each).every * DAYS[longest(each).unit])
    at_end = [product_name(t, each.code) for each in sold if each.method is Method.BULLET]
    longest_of_all = tenor_text(t, longest(lasting))
    text = within(
        t("loan_topics.terms", time=longest_of_all, product=product_name(t, lasting.code)),
        t("loan_topics.terms_at_end", products=Html(t.listed(at_end)))
        if at_end
        else t("loan_topics.terms_none_at_end"),
        *[_terms_line(t, each, talk) for each in sold[:LISTED]],
        _level(t, talk),
    )
    return Answer(text, _times(t, sold))


def _terms_line(t: Translator, product: LoanProduct, talk: Talk) -> Html:
    limit = TIERS[talk.customer.tier].loan_limit
    most = min(product.maximum, limit) if limit else product.maximum
    times = person.tenors_text(t, product)
    return t(
        "loan_topics.terms_line", product=product_name(t, product.code), times=times, least=product.minimum, most=most
    )


def _level(t: Translator, talk: Talk) -> Html:
    """Say what the person's level allows in loans, all of them together."""
    tier = TIERS[talk.customer.tier]
    if not tier.loan_limit:
        return t("loan_topics.level_none")
    return t("loan_topics.level", tier=tier.number, limit=tier.loan_limit)


def _times(t: Translator, sold: Sequence[LoanProduct]) -> tuple[Button, ...]:
    """Return a button for each of the first product's times, at most three."""
    product = sold[0]
    return tuple(
        Button(
            t("loan_topics.borrow_over", time=tenor_text(t, tenor)),
            taps("borrow", product=product.code, count=tenor.count, unit=tenor.unit),
        )
        for tenor in product.tenors[:3]
    )


# -- the price ------------------------------------------------------------------------------------------------------


async def interest(talk: Talk, asked: Asked) -> Answer:
    """Say the all-in rate, then what the sum and the time that were said cost, else an example; then a running loan's
    interest so far.
    """
    t, views = talk.t, await person.running(talk, asked)
    quote, refused = await quoted(talk, asked)
    if quote is None:
        return Answer(within(refused, t("loan_topics.what_rule")), (borrow_button(t),))
    own = _interest_of_loan(t, views[0]) if views else None
    is_about_own = own is not None and amount_asked(asked) is None and person.count_said(asked) is None
    figures = (_price_of(t, quote), refused)
    text = within(
        *((own, *figures) if is_about_own else (*figures, own)),
        _per_day(t, quote),
        t(
            "loan_topics.interest_by_grade",
            grade=quote.grade,
            best=GRADES[-1],
            riskiest=GRADES[0],
            count=len(GRADES) - 1,
        ),
    )
    card = Button(
        t("loan_topics.show_card", principal=quote.principal, time=tenor_text(t, quote.tenor)),
        taps(
            "borrow",
            product=quote.product.code,
            amount=quote.principal,
            count=quote.tenor.count,
            unit=quote.tenor.unit,
        ),
    )
    early = ask(t, "repay.early")
    return Answer(text, (card, early) if views else (card,))


async def quoted(talk: Talk, asked: Asked) -> tuple[Quote | None, str | None]:
    """Return the quote of what was said, and why another is shown where that is not sold; None: nothing is sold so."""
    sold = {product.code: product for product in await quoting.products(talk.unit)}
    code = person.product_said(asked) or _code_for(sold, person.unit_said(asked))
    product = sold.get(code) or next(iter(sold.values()))
    said = amount_asked(asked)
    usual = min(max(EXAMPLE, product.minimum), product.maximum)
    try:
        count, unit = person.count_said(asked), person.unit_said(asked)
        return await quoting.quote(talk.unit, talk.customer, said or usual, count, product.code, unit), None
    except FinanceError as why:
        refused = refusal(talk.t, why).text
    try:
        return await quoting.quote(talk.unit, talk.customer, usual, None, product.code), refused
    except RuleViolation:
        return None, refused


def _code_for(sold: dict[str, LoanProduct], unit: PeriodUnit | None) -> str:
    """Return the product that is counted so: *Lightning* where that is."""
    fits = [code for code, product in sold.items() if unit in (None, *(tenor.unit for tenor in product.tenors))]
    return quoting.LIGHTNING if quoting.LIGHTNING in fits or not fits else fits[0]


def _price_of(t: Translator, quote: Quote) -> Html:
    lines = quote.schedule.instalments
    values = {
        "rate": t.percent(quote.all_in_rate),
        "principal": quote.principal,
        "product": product_name(t, quote.product.code),
        "instalment": quote.instalment,
        "cost": quote.cost,
        "last": lines[-1].due_on,
        "time": tenor_text(t, quote.tenor),
        "count": len(lines),
    }
    return t("loan_topics.price_at_end", **values) if len(lines) == 1 else t("loan_topics.price", **values)


def _per_day(t: Translator, quote: Quote) -> Html:
    annual = quote.terms.annual_rate
    return t("loan_topics.per_day", annual=t.percent(annual), daily=Html(daily_rate(annual)))


def _interest_of_loan(t: Translator, view: LoanView) -> Html:
    """Say what a running loan has cost in interest so far and what is still to come, as its schedule stands."""
    paid = Money(sum(row.paid_interest for row in view.instalments), view.asset)
    whole = Money(sum(row.interest + row.late_interest for row in view.instalments), view.asset)
    return t(
        "loan_topics.interest_of_loan",
        loan=person.loan_name(t, view.loan),
        rate=t.percent(view.loan.all_in_rate),
        paid=paid,
        to_come=whole - paid,
    )


# -- who, and how ---------------------------------------------------------------------------------------------------


async def who_may(talk: Talk, asked: Asked) -> Answer:
    """Say whether the person may borrow, what is needed for it, and what of that they lack."""
    t, found = talk.t, await prospects(talk.unit, talk.customer)
    best = person.best_of(found)
    lacks = [each for each in found if not each.is_open]
    if best is not None:
        lead = t("loan_topics.you_may", most=best.most, product=product_name(t, best.product.code))
    else:
        lead = t("loan_topics.you_may_not", why=what_changes_it(t, lacks[0])) if lacks else t("loan_topics.none_sold")
    seasonal = [each.product for each in found if each.product.eligibility.seasons]
    one = [product_name(t, each.product.code) for each in found if each.product.eligibility.one_at_a_time]
    text = within(
        lead,
        t("loan_topics.who_level", tier=talk.customer.tier, first=TIERS[1].loan_limit, second=TIERS[2].loan_limit),
        _age(t, talk),
        t("loan_topics.who_income", percent=int(AFFORDABLE_SHARE * PERCENT), said=_income(t, talk)),
        t("loan_topics.who_one", products=Html(t.listed(one))) if one else None,
        *[
            t("loan_topics.who_season", product=product_name(t, each.code), seasons=seasons(t, each))
            for each in seasonal
        ],
        t("loan_topics.who_grade", grade=found[0].decided.grade, shares=_shares()) if found else None,
    )
    check = ask(t, "loan.limit_how_much")
    return Answer(text, (check, *_opens(t, talk, best)))


def _shares() -> str:
    return "–".join(f"{share}" for share in (LIMIT_SHARES[0], LIMIT_SHARES[-1]))


def _age(t: Translator, talk: Talk) -> Html:
    if talk.customer.adult_denied_at is not None:
        return t("loan_topics.age_denied")
    return t("loan_topics.age_said") if talk.customer.adult_confirmed_at is not None else t("loan_topics.age_asked")


def _income(t: Translator, talk: Talk) -> Html:
    if talk.customer.monthly_income is None:
        return t("loan_topics.income_not_said")
    return t("loan_topics.income_said", income=Money(talk.customer.monthly_income, BASE_CURRENCY))


def _opens(t: Translator, talk: Talk, best: Prospect | None) -> tuple[Button, ...]:
    if not talk.customer.has_joined:
        return (Button(t("loan_topics.join"), taps("join")),)
    return (borrow_button(t, product=best.product.code),) if best is not None else ()


async def how_to_apply(talk: Talk, asked: Asked) -> Answer:
    """Say in one sentence how, then what follows, and what this person may have now."""
    t, found = talk.t, await prospects(talk.unit, talk.customer)
    said = amount_asked(asked)
    best = person.best_of(found, person.product_said(asked))
    still = [t(f"loan_topics.question_{name}") for name in await _questions_left(talk)]
    text = within(
        t("loan_topics.how") if talk.customer.has_joined else t("loan_topics.how_join"),
        t("loan_topics.how_questions", count=len(still), what=Html(t.listed(still))) if still else None,
        t("loan_topics.how_then"),
        *(person.open_lines(t, found) or [what_changes_it(t, each) for each in found[:1]]),
        t("loan_topics.how_rate", rate=t.percent(best.offered.all_in_rate), grade=best.decided.grade) if best else None,
    )
    slots = {"amount": said} if said is not None else {}
    first = borrow_button(t, **slots) if talk.customer.has_joined else Button(t("loan_topics.join"), taps("join"))
    return Answer(text, (first, ask(t, "loan.interest")))


async def _questions_left(talk: Talk) -> tuple[str, ...]:
    """Return what a first application still asks."""
    first = await next_question(talk)
    return QUESTIONS[QUESTIONS.index(first) :] if first is not None else ()


TOPICS: Final = (
    Topic("loan.what_is_it", what_is_it),
    Topic("loan.terms", terms),
    Topic("loan.interest", interest),
    Topic("loan.who_may", who_may),
    Topic("loan.how_to_apply", how_to_apply),
)
