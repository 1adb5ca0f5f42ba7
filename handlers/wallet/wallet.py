"""The wallet: balance, top-up, send, request, and taking what was sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.business_day.behind import require_caught_up
from finance_core.customers.blocking import require_reaches
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id, by_phone, by_telegram_id
from finance_core.customers.rules import normalised_phone
from finance_core.customers.service import require_may_send_out
from finance_core.intents import Intent
from finance_core.journeys import change_plus, money_in, pay_from_change_plus
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InsufficientFunds, NotAllowed, NotFound
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.kernel.payloads import Nothing
from finance_core.wallet import queries, service
from finance_core.wallet.known_payees import require_payable
from finance_core.wallet.rules import DELAYS_HOURS, checked_amount, trimmed_note
from finance_core.wallet.service import Receipt
from handlers.chat import receipts
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument
from handlers.chat.confirm import offer, offered, propose
from handlers.chat.filters import Asked, Means, Tap
from handlers.chat.mentions import as_written
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Question, Slots, ask, settle
from handlers.chat.screens.base import CALLBACK_BYTES, Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.phrases.sends import AGAIN, BY_LINK
from handlers.wallet import payees
from handlers.wallet.intents import AskForMoney, Moved, PayRequest, SendMoney, Sent, TopUp
from handlers.wallet.links import send_link
from handlers.wallet.screens import wallet as screens

router = Router(name="wallet")
router.callback_query.middleware(CountsMisses())

WALLET, CHANGE_PLUS = "wallet", "plus"
"""Where a send's money can come from, as a slot says it."""


# -- top-up -------------------------------------------------------------------------------------------------------


@router.message(Means("topup"))
@router.callback_query(Means("topup"))
async def topup(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer a top-up, where there is a rail that brings money."""
    talk.require_rail()
    amount = money_slot(slots)
    if amount is None:
        await ask(talk.state, "topup", "amount", slots)
        return screens.ask_topup(talk.t)
    checked_amount(amount)
    return await offer(talk, TOP_UP, TopUp(sum=amount), screens.topup_card(talk.t, amount))


async def _do_topup(talk: Talk, params: TopUp, key: str) -> Moved:
    return _moved(await money_in.topup(talk.unit, talk.customer.id, params.sum, key, talk.require_rail()))


# -- send ---------------------------------------------------------------------------------------------------------


@router.message(Means("send"))
@router.callback_query(Means("send"))
async def send(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer a send: to whom, how much, what it costs, what is left."""
    return await _send(talk, slots)


async def _send(talk: Talk, slots: Slots) -> Screen:
    payee = await payees.found(talk, "send", slots)
    if isinstance(payee, Screen):
        return payee
    amount = money_slot(slots)
    if amount is None:
        amount = await _as_last_time(talk, payee, slots)
    if amount is None:
        await ask(talk.state, "send", "amount", slots)
        return screens.ask_send_amount(talk.t, payees.name_of(talk, payee))
    return await _send_card(talk, payee, checked_amount(amount), slots)


async def _as_last_time(talk: Talk, payee: Customer | None, slots: Slots) -> Money | None:
    """Return the sum of the last send to somebody, where it was said to be the same again; None for any other."""
    if payee is None or slots.get("hint") != AGAIN:
        return None
    return await queries.last_sent(talk.unit, talk.customer.id, payee.id)


async def _send_card(talk: Talk, payee: Customer | None, amount: Money, slots: Slots) -> Screen:
    if payee is not None and payee.id == talk.customer.id:
        raise NotAllowed(ErrorCode.SEND_TO_SELF)
    if payee is not None:
        await require_reaches(talk.unit, talk.customer.id, payee.id)
    await require_may_send_out(talk.unit, talk.customer.id, amount)
    await require_payable(talk.unit, talk.customer.id, payee.id if payee else None)
    note, source = trimmed_note(slots.get("note", "")), slots.get("source", WALLET)
    available = await _available(talk)
    if source != CHANGE_PLUS and await _only_change_plus_reaches(talk, available, amount):
        to = BY_LINK if payee is None else await payees.shown(talk, payee)
        return screens.wallet_is_short(talk.t, amount, available, _again(to, amount, note))
    params = SendMoney(
        source=source,
        sum=amount,
        payee=payee.id if payee else None,
        note=note,
        token=service.new_token(),
        delay=DELAYS_HOURS[0],
    )
    left, may_turn = await _left_in(talk, source, available, amount), await _may_turn(talk, params)
    card = screens.SendCard(params, payees.name_of(talk, payee), left, may_turn)
    made = await propose(talk, SEND, params)
    return screens.send_offer(talk.t, card, made.token, made.version)


async def _may_turn(talk: Talk, params: SendMoney) -> bool:
    """Say whether a button turns to Change Plus, where that reaches too, and back."""
    return params.source == CHANGE_PLUS or params.sum <= await change_plus.at_once(talk.unit, talk.customer.id)


async def _only_change_plus_reaches(talk: Talk, available: Money, amount: Money) -> bool:
    """Say whether the wallet is short of a sum that Change Plus can give at once."""
    return available < amount <= await change_plus.at_once(talk.unit, talk.customer.id)


async def _left_in(talk: Talk, source: str, available: Money, amount: Money) -> Money:
    """Return what is left where the money comes from. Raises InsufficientFunds, or as taking it out does."""
    if source != CHANGE_PLUS:
        return _left_after(available, amount)
    return await change_plus.left_after(talk.unit, talk.customer.id, amount)


def _again(to: str, amount: Money, note: str) -> str:
    """Return the tap that means the same send out of Change Plus; a note that does not fit is asked for no more."""
    tap = f"do:send:payee={to}:amount={amount.decimal:f}:source={CHANGE_PLUS}"
    with_note = f"{tap}:note={note}"
    return with_note if note and ":" not in note and len(with_note.encode()) <= CALLBACK_BYTES else tap


@router.callback_query(Tap("delay"))
async def turn_delay(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn to the next delay of a send that is not confirmed yet; the card is drawn anew and its old buttons end."""
    intent, params = await offered(talk, arguments, SEND)
    turned = DELAYS_HOURS[(DELAYS_HOURS.index(params.delay) + 1) % len(DELAYS_HOURS)]
    return await _turned(talk, intent, replace(params, delay=turned))


@router.callback_query(Tap("sendfrom"))
async def turn_source(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn a send over: from the wallet, or straight from Change Plus; the card is drawn anew."""
    intent, params = await offered(talk, arguments, SEND)
    turned = WALLET if params.source == CHANGE_PLUS else CHANGE_PLUS
    return await _turned(talk, intent, replace(params, source=turned))


async def _turned(talk: Talk, intent: Intent, params: SendMoney) -> Screen:
    payee = await by_id(talk.unit, params.payee) if params.payee else None
    left = await _left_in(talk, params.source, await _available(talk), params.sum)
    card = screens.SendCard(params, payees.name_of(talk, payee), left, await _may_turn(talk, params))
    await intents.replace(talk.unit, talk.cipher, intent, params)
    return screens.send_offer(talk.t, card, intent.token, intent.version)


async def _do_send(talk: Talk, params: SendMoney, key: str) -> Sent:
    pay = change_plus.send if params.source == CHANGE_PLUS else service.send
    made, receipt = await pay(
        talk.unit,
        talk.cipher,
        talk.customer.id,
        params.payee,
        params.sum,
        params.note,
        params.token,
        delay_hours=params.delay,
    )
    link = send_link(talk.bot_username, made.token) if made.payee_id is None else None
    return Sent(reference=receipt.reference, balance=receipt.balance, link=link, token=made.token)


@router.message(F.contact, Asked("payee"))
async def payee_by_contact(message: Message, talk: Talk, question: Question) -> Screen:
    """A shared contact names the payee, where one was asked for."""
    contact = message.contact
    assert contact is not None
    payee = await by_telegram_id(talk.unit, contact.user_id) if contact.user_id else None
    payee = payee or await by_phone(talk.unit, normalised_phone(contact.phone_number), talk.cipher)
    if payee is None:
        raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=contact.first_name)
    await settle(talk.state)
    slots = {**question.slots, "payee": await payees.shown(talk, payee)}
    return await (_send if question.intent == "send" else _request)(talk, slots)


@router.callback_query(Tap("accept"))
async def accept(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take what was sent."""
    require_caught_up(talk.unit)
    sent, receipt = await money_in.accept(talk.unit, argument(arguments), talk.customer.id)
    return screens.accepted(talk.t, service.sum_of(sent), receipt.reference)


@router.callback_query(Tap("decline"))
async def decline(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send back what was sent."""
    require_caught_up(talk.unit)
    sent = await service.decline(talk.unit, argument(arguments), talk.customer.id)
    return screens.declined(talk.t, service.sum_of(sent))


@router.callback_query(Tap("takeback"))
async def take_back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Cancel a send that nobody has taken yet."""
    require_caught_up(talk.unit)
    sent = await service.cancel(talk.unit, argument(arguments), talk.customer.id)
    reference = receipts.own_reference(talk.unit, talk.customer.id)
    return screens.taken_back(talk.t, service.sum_of(sent), reference)


# -- request ------------------------------------------------------------------------------------------------------


@router.message(Means("request"))
@router.callback_query(Means("request"))
async def request(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to ask a person for money."""
    return await _request(talk, slots)


async def _request(talk: Talk, slots: Slots) -> Screen:
    payer = await payees.found(talk, "request", slots)
    if isinstance(payer, Screen):
        return payer
    if payer is None:
        raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=as_written(talk, slots["payee"]))
    amount = money_slot(slots)
    if amount is None:
        await ask(talk.state, "request", "amount", slots)
        return screens.ask_request_amount(talk.t, payees.name_of(talk, payer))
    if payer.id == talk.customer.id:
        raise NotAllowed(ErrorCode.REQUEST_TO_SELF)
    await service.require_may_ask(talk.unit, talk.customer.id, payer.id)
    note = trimmed_note(slots.get("note", ""))
    params = AskForMoney(sum=checked_amount(amount), payer=payer.id, note=note, token=service.new_token())
    return await offer(talk, REQUEST, params, screens.request_card(talk.t, payees.name_of(talk, payer), amount, note))


async def _do_request(talk: Talk, params: AskForMoney, key: str) -> Nothing:
    await service.request(talk.unit, talk.cipher, talk.customer.id, params.payer, params.sum, params.note, params.token)
    return Nothing()


@router.callback_query(Tap("pay"))
async def pay_request(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to pay what somebody asked for, from the wallet; straight from Change Plus when the button says so."""
    asked = await service.open_request(talk.unit, argument(arguments), talk.customer.id)
    asker, amount = await by_id(talk.unit, asked.asker_id), service.sum_of(asked)
    await require_may_send_out(talk.unit, talk.customer.id, amount)
    await require_payable(talk.unit, talk.customer.id, asked.asker_id)
    source = CHANGE_PLUS if arguments[1:] == [CHANGE_PLUS] else WALLET
    available = await _available(talk)
    if source == WALLET and await _only_change_plus_reaches(talk, available, amount):
        return screens.wallet_is_short_to_pay(talk.t, amount, available, asked.token)
    left, from_plus = await _left_in(talk, source, available, amount), source == CHANGE_PLUS
    note = service.note_of(asked, talk.cipher)
    card = screens.send_card(talk.t, payees.name_of(talk, asker), amount, note, left, from_plus=from_plus)
    return await offer(talk, PAY_REQUEST, PayRequest(sum=amount, token=asked.token, source=source), card)


async def _do_pay_request(talk: Talk, params: PayRequest, key: str) -> Moved:
    pay = pay_from_change_plus.pay_request if params.source == CHANGE_PLUS else service.pay_request
    return _moved(await pay(talk.unit, params.token, talk.customer.id))


def _moved(receipt: Receipt) -> Moved:
    return Moved(reference=receipt.reference, balance=receipt.balance)


@router.callback_query(Tap("refuse"))
async def refuse_request(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say no to a request."""
    token = argument(arguments)
    await service.decline_request(talk.unit, token, talk.customer.id)
    return screens.request_refused(talk.t, token)


def _left_after(available: Money, amount: Money) -> Money:
    if available < amount:
        raise InsufficientFunds(
            account="wallet", asset=BASE_CURRENCY.code, available=available.amount, requested=amount.amount
        )
    return available - amount


async def _available(talk: Talk) -> Money:
    return await queries.available(talk.unit, talk.customer.id, BASE_CURRENCY)


TOP_UP: Final = Action("wallet.topup", TopUp, Moved, needs_pin=False, run=_do_topup, done=shows(screens.topup_done))
SEND: Final = Action("wallet.send", SendMoney, Sent, needs_pin=True, run=_do_send, done=shows(screens.send_done))
REQUEST: Final = Action(
    "wallet.request", AskForMoney, Nothing, needs_pin=False, run=_do_request, done=shows(screens.request_done)
)
PAY_REQUEST: Final = Action(
    "wallet.pay_request", PayRequest, Moved, needs_pin=True, run=_do_pay_request, done=shows(screens.request_paid)
)
ACTIONS: Final = (TOP_UP, SEND, REQUEST, PAY_REQUEST)
