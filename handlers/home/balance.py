"""Where one stands: the balance in short, and *My money* with everything."""

from __future__ import annotations

from datetime import timedelta

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.change_plus import queries as wealth
from finance_core.change_plus.liquidity import Place, place_in_queue
from finance_core.change_plus.product import MoneyFund, fund_on_sale
from finance_core.funds import queries as funds
from finance_core.journeys import my_money
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.loans import queries as loans
from finance_core.loans.models import LoanState
from finance_core.loans.operations.recovery import written_off_of
from handlers.chat.filters import Means
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.home.screens import balance as screens
from handlers.home.screens.balance import Standing
from handlers.wallet.waiting import waits

router = Router(name="balance")


@router.message(Means("balance"))
@router.callback_query(Means("balance"))
async def balance(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what is available, what is on its way, what is in Change Plus, what is owed."""
    return screens.balance(talk.t, await _standing(talk))


@router.message(Means("money"))
@router.callback_query(Means("money"))
async def money(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show *My money*: the total, yesterday's income, and each part."""
    fund = await fund_on_sale(talk.unit)
    standing, queue = await _standing(talk), await _places(talk, fund)
    return screens.money(talk.t, standing, await wealth.yields(talk.unit, fund), queue, talk.unit.open_on)


@router.message(Means("money_days"))
@router.callback_query(Means("money_days"))
async def money_days(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what one owned less what one owed at the end of each of the last days."""
    fund = await fund_on_sale(talk.unit)
    values = await my_money.worth_by_day(talk.unit, fund, talk.customer.id, screens.DAYS_SHOWN)
    has_funds = bool(await funds.positions(talk.unit, talk.customer.id))
    return screens.money_days(talk.t, values, has_funds=has_funds)


@router.message(Means("income_days"))
@router.callback_query(Means("income_days"))
async def income_days(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what Change Plus paid for each of the last days."""
    fund, last_on = await fund_on_sale(talk.unit), talk.unit.open_on - timedelta(days=1)
    first_on = last_on - timedelta(days=screens.DAYS_SHOWN - 1)
    incomes = await wealth.incomes(talk.unit, fund, talk.customer.id, first_on, last_on)
    return screens.income_days(talk.t, incomes)


@router.message(Means("gain_days"))
@router.callback_query(Means("gain_days"))
async def gain_days(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what one's funds were worth, beside what was paid for them."""
    values = await my_money.funds_by_day(talk.unit, BASE_CURRENCY, talk.customer.id, screens.GAIN_DAYS)
    return screens.gain_days(talk.t, values)


async def _places(talk: Talk, fund: MoneyFund) -> list[tuple[Money, Place]]:
    """Return the redemptions that wait for the fund's cash, each with its place."""
    orders = await wealth.queued_orders(talk.unit, fund, talk.customer.id)
    return [(Money(order.amount, fund.asset), await place_in_queue(talk.unit, fund, order)) for order in orders]


async def _standing(talk: Talk) -> Standing:
    fund = await fund_on_sale(talk.unit)
    held = await my_money.holdings(talk.unit, fund, talk.customer.id)
    return Standing(held, await _owed(talk), await waits(talk))


async def _owed(talk: Talk) -> Money:
    """Return what would settle all loans today, those that were written off too: they are still owed."""
    running = await loans.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)
    views = [await loans.view(talk.unit, loan) for loan in running]
    written_off = [left for _, left in await written_off_of(talk.unit, talk.customer.id)]
    return sum((*(view.settlement for view in views), *written_off), Money.zero(BASE_CURRENCY))
