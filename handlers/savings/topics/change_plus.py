"""Questions about Change Plus's days: when income is seen, how fast money comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from finance_core.change_plus import queries
from finance_core.change_plus.income import is_known as is_published
from finance_core.change_plus.income import unpaid_days
from finance_core.change_plus.liquidity import place_in_queue
from finance_core.change_plus.models import FundOrder
from finance_core.change_plus.product import MoneyFund, fund_on_sale
from finance_core.change_plus.queries import Position
from finance_core.change_plus.service import dates_now
from finance_core.deposits import queries as deposits
from finance_core.funds.product import funds_on_sale
from finance_core.funds.service import dates_now as fund_dates
from finance_core.journeys import change_plus
from finance_core.kernel.money import Money
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.funds.topics import fund_asked
from handlers.locales import Html
from handlers.savings.screens.change_plus import SMALLEST_CARRY, fraction


async def income_when_shown(talk: Talk, asked: Asked) -> Answer:
    """The last income and its day; what does not earn yet and from when; the fraction carried; a day that is late."""
    t, unit, plus = talk.t, talk.unit, await fund_on_sale(talk.unit)
    held, dates = await queries.position(unit, plus, talk.customer.id), dates_now(unit, plus)
    if not held.total and not held.earned:
        text = lines(
            t("savings_topics.nothing_in_plus"),
            t("savings_topics.start_plus_days", earns=dates.confirm_on, seen=dates.seen_on),
            t("savings_topics.income_rule", cut_off=plus.cut_off),
        )
        return Answer(text, (act(t, "invest"),))
    text = lines(
        await _last_income(talk, plus, held),
        *_not_earning_yet(talk, held),
        t("savings_topics.carried", amount=fraction(t, plus.asset.code, held.carry))
        if held.carry >= SMALLEST_CARRY
        else None,
        t("savings_topics.income_rule", cut_off=plus.cut_off),
    )
    return Answer(text, (act(t, "income_days", t("wealth.income_button")), act(t, "money")))


async def _last_income(talk: Talk, plus: MoneyFund, held: Position) -> Html:
    """Say what was paid last and for which day; or that yesterday's is still to come, and why."""
    t, holding = talk.t, await queries.holding_of(talk.unit, plus, talk.customer.id)
    if holding is None or holding.last_on is None:
        return t("savings_topics.no_income_yet")
    amount = Money(holding.last_income, plus.asset)
    told = {"amount": amount, "day": holding.last_on, "earned": held.earned}
    late = await unpaid_days(talk.unit, plus, talk.unit.open_on - timedelta(days=1))
    if not late or not held.confirmed:
        return t("savings_topics.last_income", **told)
    is_known = await is_published(talk.unit, plus, late[0])
    return t("savings_topics.income_is_coming" if is_known else "savings_topics.income_is_late", late=late[0], **told)


def _not_earning_yet(talk: Talk, held: Position) -> Iterator[Html]:
    for order in held.pending[:2]:
        amount = Money(order.left, held.confirmed.asset)
        seen = order.confirm_on + timedelta(days=1)
        yield talk.t("savings_topics.earns_from", amount=amount, day=order.confirm_on, seen=seen)


async def take_out_when(talk: Talk, asked: Asked) -> Answer:
    """How fast money comes back: at once up to what is left today, else on its day; a queue, with place and day."""
    t, unit, plus = talk.t, talk.unit, await fund_on_sale(talk.unit)
    fund = await fund_asked(talk, asked)
    if fund is not None:
        dates = fund_dates(unit, fund)
        text = t("savings_topics.fund_sold_now", name=t.own(fund.name), priced=dates.priced_on, pays=dates.pays_on)
        label = t("savings_topics.sell_button", name=t.own(fund.name))
        ways = (act(t, "fund_sell", label, fund=fund.code), act(t, "fund_orders", t("funds.my_orders")))
        return Answer(lines(text, t("savings_topics.fund_pays", count=fund.pays_after)), ways)
    held = await queries.position(unit, plus, talk.customer.id)
    now, amount = await change_plus.at_once(unit, talk.customer.id), amount_asked(asked)
    pays_on = dates_now(unit, plus).confirm_on
    waiting = await queries.queued_orders(unit, plus, talk.customer.id)
    rungs, left = await deposits.ladder(unit, talk.customer.id), await queries.fast_left(unit, plus, talk.customer.id)
    text = lines(
        _how_fast(talk, amount, held, now),
        t("savings_topics.standard", day=pays_on) if held.can_leave else None,
        *[await _place(talk, plus, order) for order in waiting[:1]],
        await _funds_pay(talk),
        t("savings_topics.deposit_comes", total=rungs[0].total, day=rungs[0].pays_on) if rungs else None,
        t("savings_topics.take_out_rule", quota=plus.fast_quota, left=left),
    )
    if not held.can_leave:
        return Answer(text, (act(t, "money"), *((act(t, "deposits", t("deposits.mine")),) if rungs else ())))
    said = {"amount": f"{amount.decimal:f}"} if amount is not None and amount <= held.can_leave else {}
    return Answer(text, (act(t, "withdraw", t("wealth.take_out"), source="plus", **said), act(t, "money")))


async def _funds_pay(talk: Talk) -> Html | None:
    """Say on which days the money of a fund that is sold now comes; nothing where none is on sale."""
    days = sorted(fund_dates(talk.unit, fund).pays_on for fund in await funds_on_sale(talk.unit))
    return talk.t("savings_topics.funds_pay", first=days[0], last=days[-1]) if days else None


def _how_fast(talk: Talk, amount: Money | None, held: Position, now: Money) -> Html:
    t = talk.t
    if not held.can_leave:
        return t("savings_topics.nothing_to_take_out")
    if amount is None:
        return t("savings_topics.at_once", now=now, all=held.can_leave)
    if amount > held.can_leave:
        return t("savings_topics.not_so_much", amount=amount, all=held.can_leave)
    if amount > now:
        return t("savings_topics.partly_at_once", amount=amount, now=now)
    return t("savings_topics.yes_at_once", amount=amount)


async def _place(talk: Talk, plus: MoneyFund, order: FundOrder) -> Html:
    place, amount = await place_in_queue(talk.unit, plus, order), Money(order.amount, plus.asset)
    if place.expected_on is None:
        return talk.t("wealth.queued_open", amount=amount, place=place.number)
    return talk.t("wealth.queued", amount=amount, place=place.number, day=place.expected_on)


TOPICS: Final = (Topic("income.when_shown", income_when_shown), Topic("wealth.take_out_when", take_out_when))
