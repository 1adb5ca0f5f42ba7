"""Questions about what saving is: the ways there are, how one begins, what may be lost, what a yield means."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from finance_core.change_plus import queries
from finance_core.change_plus.liquidity import liquidity
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.queries import Yields
from finance_core.change_plus.service import dates_now, require_may_put_in
from finance_core.deposits.product import DepositProduct, deposit_on_sale
from finance_core.deposits.service import offered
from finance_core.funds import queries as funds
from finance_core.funds.product import NavFundTerms, funds_on_sale
from finance_core.funds.rules import growth
from finance_core.funds.service import dates_now as fund_dates
from finance_core.journeys import my_money
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.kernel.rounding import Rounding, to_minor_units
from finance_core.storage.unit import Unit
from handlers.chat.arguments import whole_number
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.funds.screens.funds import price_line
from handlers.funds.topics import fund_asked
from handlers.locales import Html, Translator
from handlers.phrases.normalise import fold
from handlers.phrases.readers.sources import names_change_plus
from handlers.phrases.words import Words
from handlers.savings.screens.change_plus import fraction, seven_days

EXAMPLE: Final = Money.of(1_000, BASE_CURRENCY)
"""What a yield is said of, where neither a sum was named nor something is held."""
_A_DEPOSIT: Final = Words("saving", "a_deposit")
LOOK_BACK_DAYS: Final = 365
"""How far back the worst day is looked for."""


# -- what there is ------------------------------------------------------------------------------------------------


async def what_is(talk: Talk, asked: Asked) -> Answer:
    """Change Plus, deposits, funds, a line each: risk, today's figure with its day, how fast it comes back."""
    t, unit = talk.t, talk.unit
    one = await fund_asked(talk, asked)
    if one is not None:
        return await _one_fund(talk, one)
    plus, deposit, sold = await fund_on_sale(unit), await deposit_on_sale(unit), await funds_on_sale(unit)
    held = await my_money.holdings(unit, plus, talk.customer.id)
    yields = await queries.yields(unit, plus)
    rates = list(deposit.rates.items())
    text = lines(
        t("savings_topics.three_ways"),
        t("savings_topics.what_plus", risk=plus.risk, quota=plus.fast_quota),
        seven_days(t, yields) if yields else t("wealth.no_yield"),
        t(
            "savings_topics.what_deposits",
            shortest=rates[0][0], longest=rates[-1][0], least=t.percent(rates[0][1]), most=t.percent(rates[-1][1]),
        ),
        t("savings_topics.what_funds", names=t.listed(f"{t.own(each.name)} {each.risk}" for each in sold)),
        t(
            "savings_topics.you_have",
            plus=held.change_plus.total, deposits=held.deposits, funds=held.funds,
        ),
    )  # fmt: skip
    return Answer(text, (act(t, "invest"), act(t, "deposit", t("deposits.new")), act(t, "funds")))


async def _one_fund(talk: Talk, fund: NavFundTerms) -> Answer:
    t, price = talk.t, await funds.latest_nav(talk.unit, fund)
    held = await funds.position(talk.unit, fund, talk.customer.id)
    text = lines(
        t("savings_topics.fund_is", name=t.own(fund.name), risk=fund.risk, holds=t.own(fund.holds)),
        price_line(t, price),
        t("savings_topics.you_have_in_it", amount=held.total),
        t("funds.not_a_deposit"),
        t("savings_topics.fund_pays", count=fund.pays_after),
    )
    return Answer(text, (_page_of(talk, fund), act(t, "funds")))


async def how_to_start(talk: Talk, asked: Asked) -> Answer:
    """The first step of what was named: the sum, the contract, the PIN once; and when it earns first."""
    t, unit = talk.t, talk.unit
    fund = await fund_asked(talk, asked)
    there = (await my_money.holdings(unit, await fund_on_sale(unit), talk.customer.id)).wallet.available
    product = await deposit_on_sale(unit)
    days = _deposit_days(asked, product)
    amount = amount_asked(asked)
    said = {"amount": f"{amount.decimal:f}"} if amount is not None else {}
    if fund is not None:
        dates = fund_dates(unit, fund)
        first = t("savings_topics.start_fund", name=t.own(fund.name), minimum=fund.minimum)
        then = t("savings_topics.start_fund_days", priced=dates.priced_on, confirm=dates.confirm_on)
        button = act(t, "fund_buy", t("savings_topics.buy_button", name=t.own(fund.name)), fund=fund.code, **said)
    elif days is not None:
        first, then = _deposit_words(talk, product, amount, days)
        button = act(t, "deposit", t("deposits.new"), days=str(days), **said)
    else:
        plus = await fund_on_sale(unit)
        dates_plus = dates_now(unit, plus)
        first = t("savings_topics.start_plus", minimum=plus.minimum)
        then = t("savings_topics.start_plus_days", earns=dates_plus.confirm_on, seen=dates_plus.seen_on)
        button = act(t, "invest", **said)
    is_plus = fund is None and days is None
    text = lines(
        await _not_yet(talk, amount if is_plus else None, is_plus=is_plus),
        first,
        then,
        rates_of(t, product) if days is not None and "count" not in asked.slots else None,
        t("savings_topics.in_wallet", amount=there),
        t("savings_topics.pin_once"),
    )
    return Answer(text, (*_join(talk), button, ask(t, "wealth.what_is"))[:3])


def rates_of(t: Translator, product: DepositProduct) -> Html:
    """Say all terms of deposits with their rates."""
    rates = t.listed(f"{t('common.day', count=days)} {t.percent(rate)}" for days, rate in product.rates.items())
    return t("savings_topics.deposit_rates", rates=rates)


def _deposit_days(asked: Asked, product: DepositProduct) -> int | None:
    """Return for how long a deposit is asked about: the days that were said, else the shortest; None for no deposit."""
    days = whole_number(asked.slots.get("count", ""))
    if days in product.rates:
        return days
    is_named = _A_DEPOSIT.search(fold(asked.text)) is not None and not names_change_plus(asked.text)
    return min(product.rates) if is_named else None


def _deposit_words(talk: Talk, product: DepositProduct, amount: Money | None, days: int) -> tuple[Html, Html]:
    """Say how a deposit is opened and what an amount brings: its interest, and the day on which it comes back."""
    t = talk.t
    placed = min(max(amount or EXAMPLE, product.minimum), product.maximum)
    made = offered(product, placed, days, talk.unit.open_on)
    first = t("savings_topics.start_deposit", days=days, rate=t.percent(made.annual_rate), minimum=product.minimum)
    brings = t("savings_topics.deposit_brings", amount=placed, interest=made.interest, day=made.pays_on)
    return first, brings


async def _not_yet(talk: Talk, amount: Money | None, *, is_plus: bool) -> Html | None:
    """Say why this person may not put a sum in now: below the least, above their limit; nothing where they may."""
    plus = await fund_on_sale(talk.unit)
    try:
        talk.require_joined()
        if is_plus:
            await require_may_put_in(talk.unit, plus, talk.customer, amount or plus.minimum)
    except FinanceError as refused:
        return Html(refusal(talk.t, refused).text)
    return None


# -- what may be lost, what it brings -----------------------------------------------------------------------------


async def is_it_safe(talk: Talk, asked: Asked) -> Answer:
    """What may be lost: no deposit, who holds it, the worst day so far with its date. Nothing is called safe."""
    t, unit, plus = talk.t, talk.unit, await fund_on_sale(talk.unit)
    fund = await fund_asked(talk, asked)
    if fund is not None:
        worst = await worst_day(unit, fund)
        held = await funds.position(unit, fund, talk.customer.id)
        text = lines(
            t("savings_topics.fund_may_fall", name=t.own(fund.name), risk=fund.risk),
            t("savings_topics.holds", holds=t.own(fund.holds)),
            t("savings_topics.worst_of_fund", day=worst[0], percent=worst[1]) if worst else t("funds.no_nav"),
            t("savings_topics.you_have_in_it", amount=held.total),
            t("savings_topics.never_promised"),
        )
        return Answer(text, (_page_of(talk, fund), act(t, "risk", t("savings_topics.risk_button"))))
    days = timedelta(days=LOOK_BACK_DAYS)
    rates = await queries.rates(unit, plus, unit.open_on - days, unit.open_on - timedelta(days=1))
    has = await liquidity(unit, plus)
    held_plus = (await queries.position(unit, plus, talk.customer.id)).total
    lowest = min(rates.items(), key=lambda item: (item[1], item[0])) if rates else None
    text = lines(
        t("savings_topics.plus_may_lose", risk=plus.risk),
        t("savings_topics.who_holds"),
        t("savings_topics.plus_has", cash=has.cash, instruments=has.instruments),
        t("savings_topics.worst_of_plus", day=lowest[0], rate=lowest[1]) if lowest else None,
        t("savings_topics.you_have_in_plus", amount=held_plus),
        t("savings_topics.deposits_are_ours"),
        t("savings_topics.never_promised"),
    )
    return Answer(text, (act(t, "invest"), act(t, "funds"), act(t, "risk", t("savings_topics.risk_button"))))


async def worst_day(unit: Unit, fund: NavFundTerms) -> tuple[date, Decimal] | None:
    """Return the day of the last year on which a unit fell most against the NAV before, distributions added, and by how
    many percent; None before there are two NAVs.
    """
    first_on = unit.open_on - timedelta(days=LOOK_BACK_DAYS)
    navs = await funds.navs(unit, fund, first_on, unit.open_on)
    paid = {each.ex_on: each.per_unit for each in await funds.dividends(unit, fund, first_on, unit.open_on)}
    moves = [(growth(a.nav, b.nav, paid.get(b.on, Decimal(0))), b.on) for a, b in pairwise(navs)]
    if not moves:
        return None
    percent, on = min(moves)
    return on, percent


async def yield_meaning(talk: Talk, asked: Asked) -> Answer:
    """What the yield of today means in money, for what is held or was named: a day, a year; simple and compound."""
    t, unit, plus = talk.t, talk.unit, await fund_on_sale(talk.unit)
    yields = await queries.yields(unit, plus)
    held = (await queries.position(unit, plus, talk.customer.id)).confirmed
    amount = amount_asked(asked) or held or EXAMPLE
    if yields is None:
        text = lines(t("wealth.no_yield"), t("savings_topics.yield_rule"), t("savings_topics.never_promised"))
        return Answer(text, (act(t, "invest"),))
    text = lines(
        t(
            "savings_topics.yield_in_money",
            amount=amount,
            daily=fraction(t, amount.asset.code, yields.a_day_of(amount)),
            day=yields.last_on,
            yearly=a_year_of(amount, yields),
        ),
        seven_days(t, yields),
        t("wealth.both_yields", simple=yields.simple, compound=yields.compound),
        t("savings_topics.yield_rule"),
    )
    history = (act(t, "income_days", t("wealth.income_button")),) if held else ()
    return Answer(text, (act(t, "invest"), *history))


def a_year_of(amount: Money, yields: Yields) -> Money:
    """Return what a sum would earn in a year at the compound seven-day yield, to the cent below."""
    return Money(to_minor_units(amount.amount * yields.compound / 100, Rounding.DOWN), amount.asset)


# -- inside -------------------------------------------------------------------------------------------------------


def _page_of(talk: Talk, fund: NavFundTerms) -> Button:
    return act(talk.t, "fund", talk.t.own(fund.name), fund=fund.code)


def _join(talk: Talk) -> tuple[Button, ...]:
    return () if talk.customer.has_joined else (act(talk.t, "join", talk.t("onboarding.go_on")),)


TOPICS: Final = (
    Topic("wealth.what_is", what_is),
    Topic("wealth.how_to_start", how_to_start),
    Topic("wealth.is_it_safe", is_it_safe),
    Topic("wealth.yield_meaning", yield_meaning),
)
