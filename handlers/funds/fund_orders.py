"""Orders of funds in flight: what they are, and taking them back."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.funds import queries, service
from finance_core.funds.models import NavOrder
from finance_core.funds.product import NavFundTerms
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import id_of
from handlers.chat.confirm import offer
from handlers.chat.filters import Means
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import start_slot
from handlers.chat.talk import Talk
from handlers.funds.intents import CancelOrder, OrderCancelled
from handlers.funds.screens import fund_orders as screens

router = Router(name="fund orders")


@router.message(Means("fund_orders"))
@router.callback_query(Means("fund_orders"))
async def orders(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show what is in flight."""
    rows = [await with_funds(talk, order) for order in await queries.in_flight(talk.unit, talk.customer.id)]
    to_cancel = [order.id for order, fund, _ in rows if await may_cancel(talk, fund, order)]
    return screens.orders(talk.t, rows, to_cancel, start_slot(slots))


@router.callback_query(Means("fund_cancel"))
async def cancel(event: CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to take an order back."""
    order_id = id_of(slots.get("order", ""), ErrorCode.FUND_ORDER)
    order, fund, target = await with_funds(talk, await queries.order_of(talk.unit, talk.customer.id, order_id))
    await service.require_may_cancel(talk.unit, fund, order)
    text = screens.cancel_card(talk.t, fund, order, target)
    return await offer(talk, CANCEL, CancelOrder(order=order.id), text)


async def _do_cancel(talk: Talk, params: CancelOrder, key: str) -> OrderCancelled:
    given = await service.cancel(talk.unit, talk.customer.id, params.order, key)
    return OrderCancelled(reference=given.reference, balance=given.balance)


async def with_funds(talk: Talk, order: NavOrder) -> tuple[NavOrder, NavFundTerms, NavFundTerms | None]:
    """Return an order with the terms of its fund, and of the one that it switches to."""
    target = await queries.fund_numbered(talk.unit, order.to_fund_id) if order.to_fund_id is not None else None
    return order, await queries.fund_numbered(talk.unit, order.fund_id), target


async def may_cancel(talk: Talk, fund: NavFundTerms, order: NavOrder) -> bool:
    """Say whether an order can still be taken back."""
    try:
        await service.require_may_cancel(talk.unit, fund, order)
    except FinanceError:
        return False
    return True


CANCEL: Final = Action(
    "fund.cancel", CancelOrder, OrderCancelled, needs_pin=False, run=_do_cancel, done=shows(screens.cancelled)
)
ACTIONS: Final = (CANCEL,)
