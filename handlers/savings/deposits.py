"""Term deposits: what they bring, opening one, the ladder of what comes back when, early withdrawal, rolling over."""

from __future__ import annotations

import asyncio
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers.service import display_name
from finance_core.deposits import queries, service
from finance_core.deposits.models import Deposit, DepositState, Rollover
from finance_core.deposits.product import deposit_on_sale
from finance_core.deposits.rules import Early
from finance_core.intents import Intent
from finance_core.journeys import deposits as journey
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InsufficientFunds, InvalidInput
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.suitability.service import Shown
from finance_core.wallet import queries as wallet
from handlers.chat.actions import Action, shows
from handlers.chat.age import take_age
from handlers.chat.arguments import id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import File, Screen
from handlers.chat.slot_values import money_slot, start_slot
from handlers.chat.talk import Talk
from handlers.documents.paper import printed
from handlers.locales import Html
from handlers.phrases.readers.saving import days_in
from handlers.savings.documents.certificate import certificate, number
from handlers.savings.intents import OpenDeposit, Opened, TakeEarly, TakenEarly
from handlers.savings.screens import deposits as screens

router = Router(name="deposits")

# -- opening ------------------------------------------------------------------------------------------------------


@router.message(Means("deposit"))
@router.callback_query(Means("deposit"))
async def deposit(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask what is missing of a sum and a term, each with what it brings; then offer the contract."""
    return await _question_or_card(talk, slots)


async def _question_or_card(talk: Talk, slots: Slots) -> Screen:
    product = await deposit_on_sale(talk.unit)
    amount, days = money_slot(slots), _days(slots)
    if amount is None:
        await ask(talk.state, "deposit", "amount", slots)
        return screens.page(talk.t, product, days)
    if days not in product.rates:
        await ask(talk.state, "deposit", "days", {**slots, "amount": f"{amount.decimal:f}"})
        return screens.ask_days(talk.t, product, amount)
    talk.require_joined()
    return await _card(talk, amount, days)


def _days(slots: Slots) -> int:
    """Return the days in a slot, 0 when none were said. Raises InvalidInput: `count_unclear`."""
    said = slots.get("days")
    if said is None:
        return 0
    days = days_in(said)
    if days is None:
        raise InvalidInput(ErrorCode.COUNT_UNCLEAR)
    return days


async def _card(talk: Talk, amount: Money, days: int) -> Screen:
    made = await service.offer(talk.unit, talk.customer, amount, days)
    available = await wallet.available(talk.unit, talk.customer.id, BASE_CURRENCY)
    if available < amount:
        raise InsufficientFunds(
            account="wallet", asset=BASE_CURRENCY.code, available=available.amount, requested=amount.amount
        )
    text = screens.open_card(talk.t, made, available - amount)
    params = OpenDeposit(sum=amount, days=days, rate=made.annual_rate, on=talk.unit.open_on, shown=str(text))
    return await offer(talk, OPEN, params, text)


async def _before_opening(talk: Talk, params: OpenDeposit, intent: Intent) -> Screen | None:
    """Ask a first contract's question; and show the card anew when its terms or days have changed meanwhile."""
    product = await deposit_on_sale(talk.unit)
    if (params.rate, params.on) != (product.rates.get(params.days, 0), talk.unit.open_on):
        return await _card(talk, params.sum, params.days)
    if talk.customer.adult_confirmed_at is not None:
        return None
    slots = {"amount": f"{params.sum.decimal:f}", "days": str(params.days)}
    return await _ask_adult(talk, slots)


async def _why_again(talk: Talk, before: OpenDeposit, now: OpenDeposit, intent: Intent) -> Html:
    """Say why a deposit is offered on other terms, or for other days, than the card said."""
    if before.rate != now.rate:
        return talk.t("deposits.back_rate", before=talk.t.percent(before.rate), now=talk.t.percent(now.rate))
    return talk.t("common.back_day")


async def _ask_adult(talk: Talk, slots: Slots) -> Screen:
    if talk.customer.adult_denied_at is not None:
        return screens.too_young(talk.t)
    await ask(talk.state, "deposit_adult", "adult", slots)
    return screens.ask_adult(talk.t)


@router.message(Means("deposit_adult"))
@router.callback_query(Means("deposit_adult"))
async def adult(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take the answer of a first contract, then come back to the card."""
    said = {"amount": slots["amount"], "days": slots["days"]}
    if not await take_age(talk, slots.get("adult", "")):
        return await _ask_adult(talk, said)
    return await _question_or_card(talk, said)


async def _do_open(talk: Talk, params: OpenDeposit, key: str) -> Opened:
    figures: JsonObject = {"sum": params.sum.as_json(), "days": params.days, "rate": f"{params.rate:f}"}
    shown = Shown(talk.customer.language, params.shown, figures)
    made = await service.open_deposit(talk.unit, talk.customer.id, params.sum, params.days, key, shown=shown)
    return Opened(
        reference=made.reference,
        balance=made.balance,
        matures_on=made.deposit.matures_on,
        deposit=made.deposit.id,
    )


# -- what there is ------------------------------------------------------------------------------------------------


@router.message(Means("deposits"))
@router.callback_query(Means("deposits"))
async def my_deposits(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show the ladder: what comes back when."""
    return screens.ladder(talk.t, await queries.ladder(talk.unit, talk.customer.id), start_slot(slots))


@router.callback_query(Tap("depo"))
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one deposit and what can be done with it."""
    return await _one(talk, await _mine(talk, arguments))


async def _one(talk: Talk, found: Deposit) -> Screen:
    if found.state != DepositState.ACTIVE:
        return screens.ended(talk.t, found)
    return screens.deposit_card(talk.t, queries.rung(talk.unit, found))


@router.callback_query(Tap("rollover"))
async def rollover(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Choose what is done at maturity; without a choice the three are shown."""
    found = await _mine(talk, arguments)
    if len(arguments) < 2 or arguments[1] not in tuple(Rollover):  # noqa: PLR2004 - id and choice
        return screens.ask_rollover(talk.t, found)
    await service.choose_rollover(talk.unit, found.id, talk.customer.id, Rollover(arguments[1]))
    return await _one(talk, found)


@router.callback_query(Tap("certificate"))
async def as_paper(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send a running deposit's certificate as a PDF."""
    found = await _mine(talk, arguments)
    if found.state != DepositState.ACTIVE:
        return screens.ended(talk.t, found)
    name = display_name(talk.customer, talk.cipher)
    document = certificate(talk.t, queries.rung(talk.unit, found), name, talk.unit.now, talk.unit.zone)
    pdf = await asyncio.to_thread(printed, document)
    return Screen(talk.t("deposits.certificate_here"), document=File(f"{number(found.id)}.pdf", pdf))


async def _mine(talk: Talk, arguments: list[str]) -> Deposit:
    return await queries.by_id(talk.unit, id_in(arguments, ErrorCode.DEPOSIT), talk.customer.id)


# -- early --------------------------------------------------------------------------------------------------------


@router.message(Means("break_deposit"))
@router.callback_query(Means("break_deposit"))
async def break_deposit(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take money out early: of the one deposit there is, or of one that is chosen."""
    held = await queries.ladder(talk.unit, talk.customer.id)
    chosen = next((rung for rung in held if str(rung.deposit.id) == slots.get("deposit")), None)
    if chosen is None and len(held) != 1:
        return screens.ask_which(talk.t, held)
    found = (chosen or held[0]).deposit
    amount = money_slot(slots)
    return await _ways_out(talk, found) if amount is None else await _early_card(talk, found, amount)


@router.callback_query(Tap("depoout"))
async def early(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take money out of a deposit early: all of it, or a part that is asked for."""
    found = await _mine(talk, arguments)
    how = arguments[1] if len(arguments) > 1 else ""
    if how == "all":
        return await _early_card(talk, found, None)
    if how == "part":
        await ask(talk.state, "break_deposit", "amount", {"deposit": str(found.id)})
        return screens.ask_part(talk.t, await service.most_in_part(talk.unit, found))
    return await _ways_out(talk, found)


async def _ways_out(talk: Talk, found: Deposit) -> Screen:
    whole = await service.early_offer(talk.unit, found, None)
    return screens.ways_out(talk.t, found, whole, await service.most_in_part(talk.unit, found))


async def _early_card(talk: Talk, found: Deposit, part: Money | None) -> Screen:
    terms = await service.early_offer(talk.unit, found, part)
    params = TakeEarly(
        deposit=found.id,
        sum=Money(terms.part, BASE_CURRENCY),
        interest=terms.interest,
        given_up=terms.given_up,
    )
    rung = queries.rung(talk.unit, found)
    return await offer(talk, EARLY, params, screens.early_card(talk.t, rung, terms))


async def _before_early(talk: Talk, params: TakeEarly, intent: Intent) -> Screen | None:
    """Show the card anew when a day has passed, and with it what is paid."""
    found = await queries.by_id(talk.unit, params.deposit, talk.customer.id)
    terms: Early = await service.early_offer(talk.unit, found, params.sum)
    if (terms.interest, terms.given_up) == (params.interest, params.given_up):
        return None
    return await _early_card(talk, found, params.sum)


async def _why_other_terms(talk: Talk, before: TakeEarly, now: TakeEarly, intent: Intent) -> Html:
    return talk.t("common.back_day")


async def _do_early(talk: Talk, params: TakeEarly, key: str) -> TakenEarly:
    taken = await journey.take_early(talk.unit, params.deposit, talk.customer.id, params.sum, key)
    return TakenEarly(
        reference=taken.reference,
        paid=Money(taken.early.paid, BASE_CURRENCY),
        left=Money(taken.early.left, BASE_CURRENCY),
        balance=taken.balance,
    )


OPEN: Final = Action(
    "deposit.open",
    OpenDeposit,
    Opened,
    needs_pin=True,
    run=_do_open,
    done=shows(screens.opened),
    before=_before_opening,
    why=_why_again,
)
EARLY: Final = Action(
    "deposit.early",
    TakeEarly,
    TakenEarly,
    needs_pin=True,
    run=_do_early,
    done=shows(screens.taken_early),
    before=_before_early,
    why=_why_other_terms,
)
ACTIONS: Final = (OPEN, EARLY)
