"""Change Plus: what it is and yields, and putting money in."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.change_plus import queries, service
from finance_core.change_plus.product import MoneyFund, fund_on_sale
from finance_core.intents import Intent
from finance_core.kernel.errors import InsufficientFunds
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import Money
from finance_core.suitability.service import Shown
from finance_core.wallet import queries as wallet
from handlers.chat.actions import Action, shows
from handlers.chat.age import take_age
from handlers.chat.coming_back import has_passed
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.locales import Html
from handlers.savings.intents import HasPutIn, PutIn
from handlers.savings.screens import change_plus as screens

router = Router(name="wealth")


@router.message(Means("invest"))
@router.callback_query(Means("invest"))
async def invest(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show what Change Plus is and ask how much, or offer to put a sum in."""
    return await _page_or_card(talk, slots)


async def _page_or_card(talk: Talk, slots: Slots) -> Screen:
    fund = await fund_on_sale(talk.unit)
    amount = await _all_of_it(talk, fund) if "all" in slots else money_slot(slots)
    if not amount:
        await ask(talk.state, "invest", "amount", {})
        history = await queries.yield_history(talk.unit, fund, screens.HISTORY_DAYS)
        yields = await queries.yields(talk.unit, fund)
        return screens.page(talk.t, fund, yields, history, has_signed=await _has_signed(talk))
    talk.require_joined()
    return await _card(talk, fund, amount)


async def _all_of_it(talk: Talk, fund: MoneyFund) -> Money:
    return await wallet.available(talk.unit, talk.customer.id, fund.asset)


async def _card(talk: Talk, fund: MoneyFund, amount: Money) -> Screen:
    await service.require_may_put_in(talk.unit, fund, talk.customer, amount)
    left = await _left_after(talk, fund, amount)
    dates = service.dates_now(talk.unit, fund)
    first = not await _has_signed(talk)
    text = screens.put_in_card(
        talk.t, fund, amount, dates, await queries.yields(talk.unit, fund), left=left, first=first
    )
    return await offer(talk, PUT_IN, PutIn(sum=amount, earns_on=dates.confirm_on, shown=str(text)), text)


async def _before_order(talk: Talk, params: PutIn, intent: Intent) -> Screen | None:
    """Ask a first contract's question; and show the card anew when it has meanwhile come to earn from another day."""
    fund = await fund_on_sale(talk.unit)
    if service.dates_now(talk.unit, fund).confirm_on != params.earns_on:
        return await _card(talk, fund, params.sum)
    if talk.customer.adult_confirmed_at is not None:
        return None
    return await _ask_adult(talk, f"{params.sum.decimal:f}")


async def _why_again(talk: Talk, before: PutIn, now: PutIn, intent: Intent) -> Html:
    """Say why what is put in earns from another day than the card said."""
    cut_off = (await fund_on_sale(talk.unit)).cut_off
    if has_passed(talk, cut_off, intent.created_at):
        return talk.t("wealth.back_cut_off", time=cut_off, earns=now.earns_on)
    return talk.t("wealth.back_day", earns=now.earns_on)


async def _ask_adult(talk: Talk, amount: str) -> Screen:
    if talk.customer.adult_denied_at is not None:
        return screens.too_young(talk.t)
    await ask(talk.state, "invest_adult", "adult", {"amount": amount})
    return screens.ask_adult(talk.t)


@router.message(Means("invest_adult"))
@router.callback_query(Means("invest_adult"))
async def adult(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take the answer of a first contract, then come back to the card."""
    if not await take_age(talk, slots.get("adult", "")):
        return await _ask_adult(talk, slots["amount"])
    return await _page_or_card(talk, {"amount": slots["amount"]})


# -- the auto-sweep -----------------------------------------------------------------------------------------------


@router.message(Means("sweep"))
@router.callback_query(Means("sweep"))
async def sweep(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Say what the auto-sweep does and how it stands, or turn it on above the floor that was chosen."""
    talk.require_joined()
    fund, floor = await fund_on_sale(talk.unit), money_slot(slots)
    holding = await queries.holding_of(talk.unit, fund, talk.customer.id)
    if holding is None:
        return screens.sweep_needs_contract(talk.t)
    if floor is None:
        await ask(talk.state, "sweep", "amount", {})
    else:
        await service.choose_sweep(talk.unit, talk.customer.id, floor)
    kept = holding.sweep_floor
    return screens.sweep(talk.t, None if kept is None else Money(kept, fund.asset))


@router.callback_query(Tap("sweepoff"))
async def sweep_off(callback: CallbackQuery, talk: Talk) -> Screen:
    """Turn the auto-sweep off."""
    await service.choose_sweep(talk.unit, talk.customer.id, None)
    return screens.sweep(talk.t, None)


async def _needs_pin(talk: Talk, params: PutIn) -> bool:
    return not await _has_signed(talk)


async def _do_put_in(talk: Talk, params: PutIn, key: str) -> HasPutIn:
    figures: JsonObject = {"sum": params.sum.as_json(), "earns_on": params.earns_on.isoformat()}
    shown = Shown(talk.customer.language, params.shown, figures)
    made = await service.put_in(talk.unit, talk.customer.id, params.sum, key, shown=shown)
    return HasPutIn(
        reference=made.reference,
        balance=made.balance,
        earns_on=made.dates.confirm_on,
        seen_on=made.dates.seen_on,
    )


async def _has_signed(talk: Talk) -> bool:
    fund = await fund_on_sale(talk.unit)
    return await queries.holding_of(talk.unit, fund, talk.customer.id) is not None


async def _left_after(talk: Talk, fund: MoneyFund, amount: Money) -> Money:
    available = await wallet.available(talk.unit, talk.customer.id, fund.asset)
    if available < amount:
        raise InsufficientFunds(
            account="wallet", asset=fund.asset.code, available=available.amount, requested=amount.amount
        )
    return available - amount


PUT_IN: Final = Action(
    "change_plus.put_in",
    PutIn,
    HasPutIn,
    needs_pin=_needs_pin,
    run=_do_put_in,
    done=shows(screens.put_in_done),
    before=_before_order,
    why=_why_again,
)
ACTIONS: Final = (PUT_IN,)
