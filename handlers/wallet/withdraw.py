"""Taking money out: of Change Plus into the wallet, or of the wallet to the outside."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.change_plus import queries, service
from finance_core.change_plus.liquidity import liquidity
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.queries import Position
from finance_core.change_plus.service import Speed
from finance_core.customers.service import require_may_send_out
from finance_core.intents import Intent
from finance_core.journeys import change_plus
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InsufficientFunds, RuleViolation
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.wallet import queries as wallet_queries
from finance_core.wallet import service as wallet
from finance_core.wallet.rules import checked_amount
from handlers.chat.actions import Action, shows
from handlers.chat.coming_back import has_passed
from handlers.chat.confirm import offer
from handlers.chat.filters import Means
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.locales import Html
from handlers.wallet.intents import Moved, TakenOut, TakeOut, Withdraw
from handlers.wallet.screens import withdraw as screens

router = Router(name="withdraw")

WALLET: Final = "wallet"
CHANGE_PLUS: Final = "plus"
"""Where money can be taken out of, as a slot says it."""


@router.message(Means("withdraw"))
@router.callback_query(Means("withdraw"))
async def withdraw(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to take money out. With one possible source its card comes at once, with two they are on two buttons."""
    fund = await fund_on_sale(talk.unit)
    held = await queries.position(talk.unit, fund, talk.customer.id)
    available = await wallet_queries.available(talk.unit, talk.customer.id, BASE_CURRENCY)
    sources = {name for name, sum_ in ((CHANGE_PLUS, held.can_leave), (WALLET, available)) if sum_}
    named = slots.get("source")
    is_empty = named == WALLET and WALLET not in sources
    source = named if named and not is_empty else (min(sources) if len(sources) == 1 else None)
    if not sources:
        return screens.nothing(talk.t)
    if source not in (CHANGE_PLUS, WALLET):
        return screens.ask_source(talk.t, held.can_leave, available, money_slot(slots))
    chosen = {**slots, "source": source}
    if "all" in slots:
        everything = held.can_leave if source == CHANGE_PLUS else available
        chosen["amount"] = f"{everything.decimal:f}"
    if source == CHANGE_PLUS:
        return await _take_out(talk, held, chosen)
    return await _withdraw(talk, available, chosen)


# -- of Change Plus -----------------------------------------------------------------------------------------------


async def _take_out(talk: Talk, held: Position, slots: Slots) -> Screen:
    amount = money_slot(slots)
    if amount is None:
        await ask(talk.state, "withdraw", "amount", slots)
        return screens.ask_take_out(talk.t, held.can_leave)
    speed = Speed.STANDARD if slots.get("speed") == Speed.STANDARD else Speed.FAST
    fund = await fund_on_sale(talk.unit)
    try:
        plan = await service.planned(talk.unit, fund, talk.customer.id, amount, held.pending, speed)
    except RuleViolation as refused:
        if refused.code not in (ErrorCode.FAST_QUOTA, ErrorCode.FUND_ADVANCE_LINE):
            raise
        at_once = held.on_the_way_in + refused.details["left"]
        is_own = refused.code == ErrorCode.FAST_QUOTA
        return screens.beyond_quota(
            talk.t, fund, amount, at_once, service.dates_now(talk.unit, fund), is_own_quota=is_own
        )
    cancelled = Money(amount.amount - plan.units, amount.asset)
    pays_on = service.dates_now(talk.unit, fund).confirm_on if speed == Speed.STANDARD and plan.units else None
    waiting = (await liquidity(talk.unit, fund)).waiting_orders if pays_on else 0
    text = screens.take_out_card(talk.t, amount, cancelled, held.can_leave - amount, pays_on, waiting=waiting)
    return await offer(talk, TAKE_OUT, TakeOut(sum=amount, speed=speed, pays_on=pays_on), text)


async def _before_taking_out(talk: Talk, params: TakeOut, intent: Intent) -> Screen | None:
    """Show the card anew when the money would come on another day than it says."""
    fund = await fund_on_sale(talk.unit)
    if params.pays_on in (None, service.dates_now(talk.unit, fund).confirm_on):
        return None
    held = await queries.position(talk.unit, fund, talk.customer.id)
    return await _take_out(talk, held, {"amount": f"{params.sum.decimal:f}", "speed": params.speed})


async def _why_again(talk: Talk, before: TakeOut, now: TakeOut, intent: Intent) -> Html:
    if now.pays_on is None:
        return talk.t("common.back_changed")
    cut_off = (await fund_on_sale(talk.unit)).cut_off
    if has_passed(talk, cut_off, intent.created_at):
        return talk.t("wealth.back_pays_cut_off", time=cut_off, day=now.pays_on)
    return talk.t("wealth.back_pays_day", day=now.pays_on)


async def _do_take_out(talk: Talk, params: TakeOut, key: str) -> TakenOut:
    taken = await change_plus.take_out(talk.unit, talk.customer.id, params.sum, key, params.speed)
    return TakenOut(
        reference=taken.reference,
        at_once=taken.at_once,
        later=taken.later,
        pays_on=taken.pays_on,
        balance=taken.balance,
    )


# -- of the wallet ------------------------------------------------------------------------------------------------


async def _withdraw(talk: Talk, available: Money, slots: Slots) -> Screen:
    talk.require_rail()
    amount = money_slot(slots)
    if amount is None:
        await ask(talk.state, "withdraw", "amount", slots)
        return screens.ask_withdrawal(talk.t, available)
    await require_may_send_out(talk.unit, talk.customer.id, checked_amount(amount))
    if available < amount:
        raise InsufficientFunds(
            account="wallet", asset=BASE_CURRENCY.code, available=available.amount, requested=amount.amount
        )
    text = screens.withdrawal_card(talk.t, amount, available - amount)
    return await offer(talk, WITHDRAW, Withdraw(sum=amount), text)


async def _do_withdraw(talk: Talk, params: Withdraw, key: str) -> Moved:
    receipt = await wallet.withdraw(talk.unit, talk.customer.id, params.sum, key, talk.require_rail())
    return Moved(reference=receipt.reference, balance=receipt.balance)


TAKE_OUT: Final = Action(
    "change_plus.take_out",
    TakeOut,
    TakenOut,
    needs_pin=False,
    run=_do_take_out,
    done=shows(screens.taken_out),
    before=_before_taking_out,
    why=_why_again,
)
WITHDRAW: Final = Action(
    "wallet.withdraw", Withdraw, Moved, needs_pin=True, run=_do_withdraw, done=shows(screens.withdrawn)
)
ACTIONS: Final = (TAKE_OUT, WITHDRAW)
