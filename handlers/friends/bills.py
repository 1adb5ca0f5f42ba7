"""Bills in the private chat: split one equally with who is named, pay a part or say no, see how they stand."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers.blocking import require_reaches
from finance_core.customers.queries import by_id
from finance_core.customers.service import require_may_send_out
from finance_core.friends import bills as core
from finance_core.friends.bills import NewBill
from finance_core.friends.models import Bill
from finance_core.friends.notifications import words_of
from finance_core.friends.packets import new_token
from finance_core.friends.queries import open_bills_of, parts_to_pay
from finance_core.friends.rules.splits import Split, checked_people, split
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed
from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.friends.intents import CloseBill, PartIsPaid, PayPart, SplitBill
from handlers.friends.money import left_after
from handlers.friends.people import named
from handlers.friends.screens import bills as screens
from handlers.wallet import payees
from handlers.wallet.links import CountsMisses

router = Router(name="bills")
router.callback_query.middleware(CountsMisses())


@router.message(Means("split"))
@router.callback_query(Means("split"))
async def split_bill(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to split a bill equally with who is named, and oneself."""
    talk.require_joined()
    people = await named(talk, slots)
    checked_people(len({person.id for person in people} - {talk.customer.id}))
    amount = money_slot(slots)
    if amount is None:
        await ask(talk.state, "split", "amount", slots)
        return screens.ask_sum(talk.t)
    if not amount:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    for person in people:
        await require_reaches(talk.unit, talk.customer.id, person.id)
    parts = split(amount.amount, [1] * len(people), 1)
    params = SplitBill(
        sum=amount,
        people=tuple(person.id for person in people),
        parts=parts.others,
        own=parts.organiser,
        title=slots.get("note", ""),
        token=new_token(),
    )
    _new(params).checked(talk.customer.id)
    return await offer(
        talk, SPLIT, params, screens.card(talk.t, params, [payees.name_of(talk, each) for each in people])
    )


@router.callback_query(Tap("paybill"))
async def pay_part(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to pay what is left of one's part."""
    token = argument(arguments)
    bill, part = await core.payable(talk.unit, token, talk.customer.id)
    amount = core.left_of(bill, part)
    await require_may_send_out(talk.unit, talk.customer.id, amount)
    left = await left_after(talk, amount)
    name = await _name(talk, part.payee_id)
    card = screens.pay_card(talk.t, name, amount, _title(talk, bill), left)
    return await offer(talk, PAY, PayPart(sum=amount, token=token), card)


@router.callback_query(Tap("nobill"))
async def refuse_part(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say no to one's part; the organiser is told. Who changes their mind may still pay it."""
    token = argument(arguments)
    await core.refuse(talk.unit, talk.cipher, token, talk.customer.id, "")
    return screens.refused(talk.t, core.left_of(*await core.payable(talk.unit, token, talk.customer.id)), token)


@router.message(Means("bills"))
@router.callback_query(Means("bills"))
async def bills(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the parts that one still owes, each with its button, and how one's own bills stand."""
    talk.require_joined()
    owed = [
        screens.Owed(await _name(talk, part.payee_id), core.left_of(bill, part), _title(talk, bill), bill.token)
        for bill, part in await parts_to_pay(talk.unit, talk.customer.id)
    ]
    own = [await _own(talk, bill) for bill in await open_bills_of(talk.unit, talk.customer.id)]
    return screens.bills(talk.t, owed, own)


async def _own(talk: Talk, bill: Bill) -> screens.Own:
    parts = await core.parts_of(talk.unit, bill)
    stand = [screens.Standing(await _name(talk, part.payer_id), core.left_of(bill, part), part.state) for part in parts]
    return screens.Own(Money(bill.total, ASSETS[bill.asset]), _title(talk, bill), tuple(stand), bill.token)


async def _name(talk: Talk, customer_id: int) -> str:
    return payees.name_of(talk, await by_id(talk.unit, customer_id))


def _title(talk: Talk, bill: Bill) -> str:
    return words_of(bill.title_sealed, talk.cipher, bill.token, "title")


@router.callback_query(Tap("closebill"))
async def close_bill(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to close one's own bill. Raises NotFound: `bill`, NotAllowed: `not_yours`, Conflict: `bill_closed`."""
    bill = await core.find(talk.unit, argument(arguments))
    if bill.organiser_id != talk.customer.id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if bill.ended_at is not None:
        raise Conflict(ErrorCode.BILL_CLOSED)
    total = Money(bill.total, ASSETS[bill.asset])
    params = CloseBill(sum=total, token=bill.token)
    return await offer(talk, CLOSE, params, screens.close_card(talk.t, total, _title(talk, bill)))


def _new(params: SplitBill) -> NewBill:
    return NewBill(params.sum, params.people, Split(params.parts, params.own), title=params.title)


async def _split(talk: Talk, params: SplitBill, key: str) -> Nothing:
    await core.split(talk.unit, talk.cipher, talk.customer.id, _new(params), params.token)
    return Nothing()


async def _pay(talk: Talk, params: PayPart, key: str) -> PartIsPaid:
    receipt = await core.pay(talk.unit, params.token, talk.customer.id, params.sum, key)
    return PartIsPaid(reference=receipt.reference, balance=receipt.balance)


async def _close(talk: Talk, params: CloseBill, key: str) -> Nothing:
    await core.close(talk.unit, params.token, talk.customer.id)
    return Nothing()


SPLIT: Final = Action("friends.split", SplitBill, Nothing, needs_pin=False, run=_split, done=shows(screens.asked))
PAY: Final = Action("friends.pay_part", PayPart, PartIsPaid, needs_pin=True, run=_pay, done=shows(screens.paid))
CLOSE: Final = Action("friends.close_bill", CloseBill, Nothing, needs_pin=False, run=_close, done=shows(screens.closed))
ACTIONS: Final = (SPLIT, PAY, CLOSE)
