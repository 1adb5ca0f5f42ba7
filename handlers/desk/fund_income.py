"""`/income`, for operators: the day's income of Change Plus, and the fund's cash. Each act is a card first.

/income                                 days that wait, the fund's cash, who waits for money
/income 0.2304 [2026-03-12]             publish r, for the oldest day that waits or the one that is named
/income correct 2026-03-12 0.2340       put a corrected one before a second operator, with a reason
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.change_plus import approved, liquidity, operating, publishing
from finance_core.change_plus.product import MoneyFund, fund_on_sale
from finance_core.customers.roles import Permission, may
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.confirm import offer
from handlers.chat.filters import Means
from handlers.chat.permissions import needs, operators_only
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.desk.approvals import ask_reason
from handlers.desk.intents import PublishIncome, SellInstruments, Sold
from handlers.desk.screens import fund_income as screens
from handlers.phrases.words import listed

router = operators_only(Router(name="income"))
PUBLISHES: Final = needs(Permission.PUBLISH_INCOME)
SELLS: Final = needs(Permission.MANAGE_FUND)


@dataclass(frozen=True, slots=True)
class IncomeCommand:
    """What an operator wrote: r, the day if it was named, and whether it corrects what stands."""

    rate: Decimal
    day: date | None = None
    corrects: bool = False


def parsed(text: str) -> IncomeCommand | None:
    """Return what is to be published, None for a bare `/income`. Raises InvalidInput: `income_command`."""
    words = text.split()[1:]
    corrects = bool(words) and words[0] in listed("desk", "correct")
    words = words[1:] if corrects else words
    if not words and not corrects:
        return None
    try:
        days = [date.fromisoformat(word) for word in words if word.count("-") == 2]  # noqa: PLR2004 - 2026-03-12
        [rate] = [Decimal(word.replace("−", "-")) for word in words if word.count("-") != 2]  # noqa: PLR2004
        day = days[0] if days else None
    except (ValueError, InvalidOperation):
        raise InvalidInput(ErrorCode.INCOME_COMMAND) from None
    if not rate.is_finite() or (corrects and day is None):
        raise InvalidInput(ErrorCode.INCOME_COMMAND)
    return IncomeCommand(rate, day, corrects)


@router.message(Means("income_desk"), flags=PUBLISHES)
async def desk(message: Message, talk: Talk) -> Screen:
    """Show what waits, or offer what was written."""
    fund, command = await fund_on_sale(talk.unit), parsed(message.text or "")
    if command is None:
        return await _desk(talk, fund)
    if command.corrects and command.day is not None:
        return await _correct(talk, fund, command.day, command.rate)
    return await _publish(talk, fund, command.day or await _next_day(talk, fund), command.rate)


@router.callback_query(Means("income_desk"), flags=PUBLISHES)
async def back_to_desk(callback: CallbackQuery, talk: Talk) -> Screen:
    """Show what waits."""
    return await _desk(talk, await fund_on_sale(talk.unit))


async def _desk(talk: Talk, fund: MoneyFund) -> Screen:
    days = await publishing.missing_days(talk.unit, fund)
    stands = await liquidity.liquidity(talk.unit, fund)
    sells = await may(talk.unit, talk.customer.id, Permission.MANAGE_FUND)
    return screens.desk(talk.t, fund, days, stands, talk.unit.open_on, may_sell=sells)


@router.message(Means("income_for"), flags=PUBLISHES)
@router.callback_query(Means("income_for"), flags=PUBLISHES)
async def income_for(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask for a day's r, then offer to publish it."""
    day = _day(slots.get("day", ""))
    if "rate" not in slots:
        await ask(talk.state, "income_for", "rate", {"day": day.isoformat()})
        return screens.ask_rate(talk.t, day)
    command = parsed(f"/income {slots['rate']}")
    assert command is not None
    return await _publish(talk, await fund_on_sale(talk.unit), day, command.rate)


async def _publish(talk: Talk, fund: MoneyFund, day: date, rate: Decimal) -> Screen:
    seen = await publishing.preview(talk.unit, fund, day, rate)
    if seen.stood is not None:
        raise Conflict(ErrorCode.INCOME_PUBLISHED, on=day)
    if seen.is_absurd:
        proposed = approved.params_of(fund, day, rate)
        return await ask_reason(talk, approved.PUBLISH, approved.subject_of(day), proposed)
    params = PublishIncome(on=day, rate=rate, pays=seen.pays)
    return await offer(talk, PUBLISH, params, screens.publish_card(talk.t, seen))


async def _correct(talk: Talk, fund: MoneyFund, day: date, rate: Decimal) -> Screen:
    await publishing.require_correctable(talk.unit, fund, day, rate)
    params = approved.params_of(fund, day, rate)
    return await ask_reason(talk, approved.CORRECT, approved.subject_of(day), params)


async def _do_publish(talk: Talk, params: PublishIncome, key: str) -> Nothing:
    fund = await fund_on_sale(talk.unit)
    await operating.publish_income(talk.unit, talk.customer.id, fund, params.on, params.rate)
    return Nothing()


async def _next_day(talk: Talk, fund: MoneyFund) -> date:
    """Return the oldest day that waits for its income, the open one when none does."""
    missing = await publishing.missing_days(talk.unit, fund)
    return missing[0] if missing else talk.unit.open_on


# -- the fund's cash ----------------------------------------------------------------------------------------------


@router.message(Means("sell_instruments"), flags=SELLS)
@router.callback_query(Means("sell_instruments"), flags=SELLS)
async def sell(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask how much of the fund's instruments to sell, then offer it."""
    fund, amount = await fund_on_sale(talk.unit), money_slot(slots)
    stands = await liquidity.liquidity(talk.unit, fund)
    if amount is None:
        await ask(talk.state, "sell_instruments", "amount", {})
        return screens.ask_sale(talk.t, stands)
    card = screens.sale_card(talk.t, amount, stands)
    return await offer(talk, SELL, SellInstruments(sum=amount), card)


async def _do_sell(talk: Talk, params: SellInstruments, key: str) -> Sold:
    posted = await operating.sell(talk.unit, talk.customer.id, await fund_on_sale(talk.unit), params.sum, key)
    return Sold(reference=posted.reference)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise InvalidInput(ErrorCode.INCOME_COMMAND) from None


PUBLISH: Final = Action(
    "fund.publish_income",
    PublishIncome,
    Nothing,
    needs_pin=True,
    run=_do_publish,
    done=shows(screens.published),
    permission=Permission.PUBLISH_INCOME,
)
SELL: Final = Action(
    "fund.sell_instruments",
    SellInstruments,
    Sold,
    needs_pin=True,
    run=_do_sell,
    done=shows(screens.sold),
    permission=Permission.MANAGE_FUND,
)
ACTIONS: Final = (PUBLISH, SELL)
