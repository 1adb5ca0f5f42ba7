"""Bills in the private chat: split one with who is named, pay a part or say no, see how they stand and end them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.customers.blocking import require_reaches
from finance_core.customers.queries import by_id
from finance_core.customers.service import require_may_send_out
from finance_core.friends import bills as core
from finance_core.friends import photos
from finance_core.friends.bills import NewBill
from finance_core.friends.models import Bill, PartState
from finance_core.friends.notifications import words_of
from finance_core.friends.packets import new_token
from finance_core.friends.queries import open_bills_of, parts_to_pay
from finance_core.friends.rules.splits import Sharing, Split, by_sharings, by_sums, checked_people, debts, split
from finance_core.intents import Intent
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, whole_number
from handlers.chat.confirm import offer, offered, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask, settle
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.friends.bill_photos import PHOTO, with_photo
from handlers.friends.intents import BillIsSplit, CloseBill, MarkOutside, PartIsPaid, PayPart, SplitBill
from handlers.friends.money import left_after
from handlers.friends.people import named, paid_at_the_shop, sharings
from handlers.friends.screens import bills as screens
from handlers.wallet import payees

router = Router(name="bills")
router.callback_query.middleware(CountsMisses())


@router.message(Means("split"))
@router.callback_query(Means("split"))
async def split_bill(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to split a bill with who is named, and oneself: equally, by weights ("@bo x2"), or by sums ("@bo 100").

    A photo that it is written under hangs on it.
    """
    talk.require_joined()
    slots = with_photo(event, slots)
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
    said = await sharings(talk, slots, amount.asset)
    parts = by_sharings(amount, list(said.values()), 1)
    params = SplitBill(
        sum=amount,
        people=tuple(said),
        parts=parts.others,
        own=parts.organiser,
        weights=_weights(list(said.values())),
        paid=await _paid_by(talk, amount, slots),
        title=slots.get("note", ""),
        token=new_token(),
        photo=slots.get(PHOTO, ""),
    )
    _new(params).checked(talk.customer.id)
    return await _card(talk, await propose(talk, SPLIT, params), params)


def _weights(said: Sequence[Sharing]) -> tuple[int, ...]:
    """Return the others' weights, where it is divided by them alone."""
    return tuple(sharing.weight for sharing in said) if all(sharing.amount is None for sharing in said) else ()


async def _paid_by(talk: Talk, total: Money, slots: Slots) -> tuple[tuple[int, int], ...]:
    """Return who paid the shop how much: who is named, all their sums together, and the organiser the rest.

    Empty: the organiser paid it all.

    Raises NotFound: `payee_unknown`; InvalidInput: `bill_difference`: they paid more than the bill comes to.
    """
    paid = Counter(await paid_at_the_shop(talk, slots, total.asset))
    if paid:
        paid[talk.customer.id] += by_sums(total, list(paid.values()), None).organiser
    return tuple((person, amount) for person, amount in paid.items() if amount)


async def _card(talk: Talk, intent: Intent, params: SplitBill) -> Screen:
    names = [payees.name_of(talk, await by_id(talk.unit, each)) for each in params.people]
    owed = await _owed(talk, params) if params.paid else ()
    return screens.card(talk.t, params, names, owed, (intent.token, intent.version))


async def _owed(talk: Talk, params: SplitBill) -> list[screens.Debt]:
    """Return who will pay whom how much, where several paid the shop."""
    return [
        screens.Debt(await _name(talk, each.payer), await _name(talk, each.payee), Money(each.amount, params.sum.asset))
        for each in debts(_new(params).stakes(talk.customer.id))
    ]


@router.callback_query(Tap("splitturn"))
async def turn(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Leave oneself out of a bill that is not confirmed yet, or take part again; the card is drawn anew."""
    intent, params = await offered(talk, arguments, SPLIT)
    if params.weights:
        parts = split(params.sum.amount, params.weights, 0 if params.own else 1)
        params = replace(params, parts=parts.others, own=parts.organiser)
        _new(params).checked(talk.customer.id)
        await intents.replace(talk.unit, talk.cipher, intent, params)
    return await _card(talk, intent, params)


@router.callback_query(Tap("paybill"))
async def pay_all(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to pay what is left of one's part."""
    return await _pay_card(talk, argument(arguments), None)


@router.message(Means("pay_part"))
@router.callback_query(Means("pay_part"))
async def pay_some(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to pay some of one's part; how much is asked."""
    token = slots.get("token", "")
    bill, part = await core.payable(talk.unit, token, talk.customer.id)
    amount = money_slot(slots, "part")
    if not amount:
        await ask(talk.state, "pay_part", "part", {"token": token})
        return screens.ask_part(talk.t, core.left_of(bill, part))
    return await _pay_card(talk, token, amount)


async def _pay_card(talk: Talk, token: str, some: Money | None) -> Screen:
    bill, part = await core.payable(talk.unit, token, talk.customer.id)
    whole = core.left_of(bill, part)
    amount = whole if some is None else some
    if amount > whole:
        raise InvalidInput(ErrorCode.BILL_PART_ABOVE, left=whole)
    await require_may_send_out(talk.unit, talk.customer.id, amount)
    left = await left_after(talk, amount)
    name = await _name(talk, part.payee_id)
    card = screens.pay_card(talk.t, name, amount, whole - amount, _title(talk, bill), left)
    made = await offer(talk, PAY, PayPart(sum=amount, token=token), card)
    made = screens.with_photo(talk.t, made, token) if await photos.hangs(talk.unit, token) else made
    return made if some is not None else screens.with_some(talk.t, made, token)


@router.callback_query(Tap("nobill"))
async def ask_why(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask why one says no to one's part; a button says it without a reason."""
    token = argument(arguments)
    bill, part = await core.payable(talk.unit, token, talk.customer.id)
    await ask(talk.state, "no_part", "why", {"token": token})
    return screens.ask_why(talk.t, core.left_of(bill, part), token)


@router.callback_query(Tap("noreason"))
async def refuse_without_reason(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say no to one's part without a reason."""
    await settle(talk.state)
    return await _refuse(talk, argument(arguments), "")


@router.message(Means("no_part"))
async def refuse_part(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Say no to one's part with a reason; the organiser is told. Who changes their mind may still pay it."""
    return await _refuse(talk, slots.get("token", ""), slots.get("why", ""))


async def _refuse(talk: Talk, token: str, reason: str) -> Screen:
    await core.refuse(talk.unit, talk.cipher, token, talk.customer.id, reason)
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
    mine = [await own(talk, bill) for bill in await open_bills_of(talk.unit, talk.customer.id)]
    return screens.bills(talk.t, owed, mine)


async def own(talk: Talk, bill: Bill) -> screens.Own:
    """Return how one's own bill stands."""
    parts = await core.parts_of(talk.unit, bill)
    stand = [
        screens.Standing(await _name(talk, part.payer_id), core.left_of(bill, part), PartState(part.state), part.nr)
        for part in parts
    ]
    total, has_photo = Money(bill.total, ASSETS[bill.asset]), await photos.hangs(talk.unit, bill.token)
    return screens.Own(total, _title(talk, bill), tuple(stand), bill.token, has_photo)


@router.callback_query(Tap("bill"))
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one's own bill with what may be done about its parts. Raises NotFound: `bill`, NotAllowed: `not_yours`."""
    bill = await of_mine(talk, argument(arguments))
    return screens.own_bill(talk.t, await own(talk, bill), whole_number(argument(arguments[1:])) or 0)


@router.callback_query(Tap("againbill"))
async def again(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Have oneself asked next month whether to split the same once more. Raises as `one`."""
    bill = await of_mine(talk, argument(arguments))
    on = await core.again_next_month(talk.unit, bill.token, talk.customer.id)
    return screens.again(talk.t, on, bill.token)


@router.callback_query(Tap("splitagain"))
async def split_again(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer the same bill once more: the same people, parts and words. Raises as `one`."""
    bill = await of_mine(talk, argument(arguments))
    parts = [part for part in await core.parts_of(talk.unit, bill) if part.payee_id == talk.customer.id]
    if sum(part.amount for part in parts) + bill.own != bill.total:
        raise Conflict(ErrorCode.BILL_NOT_AGAIN)  # several had paid it: who pays next time is not known
    params = SplitBill(
        sum=Money(bill.total, ASSETS[bill.asset]),
        people=tuple(part.payer_id for part in parts),
        parts=tuple(part.amount for part in parts),
        own=bill.own,
        weights=(),
        paid=(),
        title=_title(talk, bill),
        token=new_token(),
    )
    return await _card(talk, await propose(talk, SPLIT, params), params)


@router.callback_query(Tap("outside"))
async def outside(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to take what is left of a part as paid outside. Raises as `one`; Conflict: `bill_part_settled`."""
    bill = await of_mine(talk, argument(arguments))
    nr = whole_number(argument(arguments[1:]))
    part = next((each for each in await core.parts_of(talk.unit, bill) if each.nr == nr), None)
    if part is None:
        raise NotFound(ErrorCode.BILL)
    if part.settled_at is not None:
        raise Conflict(ErrorCode.BILL_PART_SETTLED)
    params = MarkOutside(
        sum=core.left_of(bill, part), name=await _name(talk, part.payer_id), nr=part.nr, token=bill.token
    )
    return await offer(talk, OUTSIDE, params, screens.outside_card(talk.t, params))


async def of_mine(talk: Talk, token: str) -> Bill:
    """Return a bill of one's own. Raises NotFound: `bill`, NotAllowed: `not_yours`."""
    bill = await core.find(talk.unit, token)
    if bill.organiser_id != talk.customer.id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    return bill


async def _name(talk: Talk, customer_id: int) -> str:
    return payees.name_of(talk, await by_id(talk.unit, customer_id))


def _title(talk: Talk, bill: Bill) -> str:
    return words_of(bill.title_sealed, talk.cipher, bill.token, "title")


@router.callback_query(Tap("closebill"))
async def close_bill(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to close one's own bill. Raises NotFound: `bill`, NotAllowed: `not_yours`, Conflict: `bill_closed`."""
    bill = await of_mine(talk, argument(arguments))
    if bill.ended_at is not None:
        raise Conflict(ErrorCode.BILL_CLOSED)
    total = Money(bill.total, ASSETS[bill.asset])
    params = CloseBill(sum=total, token=bill.token)
    return await offer(talk, CLOSE, params, screens.close_card(talk.t, total, _title(talk, bill)))


def _new(params: SplitBill) -> NewBill:
    return NewBill(params.sum, params.people, Split(params.parts, params.own), params.paid, params.title)


async def _split(talk: Talk, params: SplitBill, key: str) -> BillIsSplit:
    if params.photo:
        await photos.hang(talk.unit, talk.cipher, params.token, talk.customer.id, params.photo)
    bill = await core.split(talk.unit, talk.cipher, talk.customer.id, _new(params), params.token)
    return BillIsSplit(asked=len({part.payer_id for part in await core.parts_of(talk.unit, bill)}))


async def _pay(talk: Talk, params: PayPart, key: str) -> PartIsPaid:
    receipt = await core.pay(talk.unit, params.token, talk.customer.id, params.sum, key)
    return PartIsPaid(reference=receipt.reference, balance=receipt.balance)


async def _outside(talk: Talk, params: MarkOutside, key: str) -> Nothing:
    await core.mark_outside(talk.unit, params.token, talk.customer.id, params.nr)
    return Nothing()


async def _close(talk: Talk, params: CloseBill, key: str) -> Nothing:
    await core.close(talk.unit, params.token, talk.customer.id)
    return Nothing()


SPLIT: Final = Action("friends.split", SplitBill, BillIsSplit, needs_pin=False, run=_split, done=shows(screens.asked))
PAY: Final = Action("friends.pay_part", PayPart, PartIsPaid, needs_pin=True, run=_pay, done=shows(screens.paid))
CLOSE: Final = Action("friends.close_bill", CloseBill, Nothing, needs_pin=False, run=_close, done=shows(screens.closed))
OUTSIDE: Final = Action(
    "friends.mark_outside", MarkOutside, Nothing, needs_pin=False, run=_outside, done=shows(screens.is_outside)
)
ACTIONS: Final = (SPLIT, PAY, CLOSE, OUTSIDE)
