"""Use cases of the wallet: top-up, withdrawal, send (accept, return, cancel, claim), request (pay, decline)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from sqlmodel import select

from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.customers.blocking import is_blocked, require_reaches
from finance_core.customers.freezing import freeze_of
from finance_core.customers.queries import by_id, locked
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Posted, Transfer
from finance_core.notices import Sealed, Urgency, enqueue, sealed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from finance_core.wallet import entries, notices, queries
from finance_core.wallet.known_payees import require_payable
from finance_core.wallet.models import MoneyRequest, RequestState, Send, SendState
from finance_core.wallet.rails import Rail
from finance_core.wallet.rules import (
    ACCEPT_WITHIN,
    MOST_REQUESTS,
    MOST_REQUESTS_TO_ONE,
    MOST_STRANGERS_ASKED,
    REQUESTS_WITHIN,
    checked_amount,
    checked_delay,
    trimmed_note,
)

_TOKEN_BYTES = 9

_SEND_ENDED: Final = {
    SendState.ACCEPTED: ErrorCode.SEND_ACCEPTED,
    SendState.RETURNED: ErrorCode.SEND_RETURNED,
    SendState.CANCELLED: ErrorCode.SEND_CANCELLED,
}
_REQUEST_ENDED: Final = {
    RequestState.PAID: ErrorCode.REQUEST_PAID,
    RequestState.DECLINED: ErrorCode.REQUEST_DECLINED,
    RequestState.WITHDRAWN: ErrorCode.REQUEST_WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A movement that has been made: its reference, and the wallet's balance after it."""

    reference: str
    amount: Money
    balance: Money


async def topup(unit: Unit, customer_id: int, amount: Money, key: str, rail: Rail) -> Receipt:
    """Take money in that has come over a rail. Raises InvalidInput as `checked_amount`."""
    [posted] = await ledger.post(unit, entries.topup(customer_id, checked_amount(amount), key, rail))
    return await _receipt(unit, customer_id, amount, posted, notices.ToppedUp)


async def withdraw(unit: Unit, customer_id: int, amount: Money, key: str, rail: Rail) -> Receipt:
    """Take money outside over a rail that settles at once.

    Raises:
        InsufficientFunds, RuleViolation (`outflow_limit`), InvalidInput.
        NotAllowed: `account_frozen`, `outflow_locked`.
    """
    entry = entries.withdrawal(customer_id, checked_amount(amount), key, rail)
    [posted] = await ledger.post(unit, entry)
    if not posted.replayed:
        await customers.count_outflow(unit, customer_id, amount)
    return await _receipt(unit, customer_id, amount, posted, notices.Withdrawn)


async def send(  # noqa: PLR0913 - what a send is made of
    unit: Unit,
    cipher: Cipher,
    sender_id: int,
    payee_id: int | None,
    amount: Money,
    note: str,
    token: str,
    *,
    delay_hours: int = 0,
    first: tuple[Transfer, ...] = (),
) -> tuple[Send, Receipt]:
    """Send money to a customer, or (payee None) to whoever opens its link first. It leaves at once and waits 24 hours.

    Args:
        delay_hours: one of DELAYS_HOURS: how long it is kept back before the payee is told and may take it; the 24
            hours start then.
        first: transfers that bring the money into the wallet in the same entry.
        token: the send's own, made when it was proposed: the same token again is the same send.

    Raises:
        InsufficientFunds, RuleViolation (`outflow_limit`), InvalidInput.
        NotAllowed: `account_frozen`, `outflow_locked`, `outflow_held`, `send_to_self`, `person_takes_nothing` (they
            have blocked the sender), `changes_held` (nobody new is paid for a while).
    """
    if payee_id == sender_id:
        raise NotAllowed(ErrorCode.SEND_TO_SELF)
    if payee_id is not None:
        await require_reaches(unit, sender_id, payee_id)
    await require_payable(unit, sender_id, payee_id)
    checked_amount(amount)
    delivers_at = unit.now + checked_delay(delay_hours)
    await customers.count_outflow(unit, sender_id, amount)
    made = Send(
        token=token,
        sender_id=sender_id,
        payee_id=payee_id,
        amount=amount.amount,
        asset=amount.asset.code,
        note_sealed=_sealed_note(cipher, note, token),
        state=SendState.WAITING,
        sent_at=unit.now,
        sent_in=unit.local_now().year,
        delivers_at=delivers_at,
        returns_at=delivers_at + ACCEPT_WITHIN,
    )
    unit.session.add(made)
    await unit.session.flush()
    [posted] = await ledger.post(unit, entries.send(sender_id, made.id, amount, entries.send_key(token), first))
    if not delay_hours:
        await _deliver(unit, made)
    sent = partial(notices.Sent, name=await _name(unit, payee_id), note=_note_told(made))
    return made, await _receipt(unit, sender_id, amount, posted, sent)


async def accept(unit: Unit, token: str, payee_id: int) -> tuple[Send, Receipt]:
    """Take what was sent. A link's first opener becomes its payee; a second tap gets the first one's receipt.

    Raises:
        NotFound: `send`. NotAllowed: `not_yours`, `send_to_self`.
        Conflict: `send_returned`, `send_cancelled`, `send_taken`, `send_locked`, `send_delayed` with `hours` until it
            may be taken.
    """
    waiting = await _locked_send(unit, token)
    if waiting.sender_id == payee_id:
        raise NotAllowed(ErrorCode.SEND_TO_SELF)
    if waiting.payee_id not in (None, payee_id):
        raise Conflict(ErrorCode.SEND_TAKEN) if waiting.state == SendState.ACCEPTED else NotAllowed(ErrorCode.NOT_YOURS)
    if waiting.state not in (SendState.WAITING, SendState.ACCEPTED):
        raise Conflict(_SEND_ENDED[SendState(waiting.state)])
    if unit.now < waiting.delivers_at:
        raise Conflict(ErrorCode.SEND_DELAYED, hours=-(-(waiting.delivers_at - unit.now) // timedelta(hours=1)))
    is_first = waiting.state == SendState.WAITING
    if is_first:
        await _require_sender_lets_go(unit, waiting.sender_id)
    waiting.payee_id, waiting.state = payee_id, SendState.ACCEPTED
    waiting.settled_at = waiting.settled_at or unit.now
    amount = sum_of(waiting)
    [posted] = await ledger.post(unit, entries.send_accepted(payee_id, waiting.id, amount))
    if is_first:
        name, sent = await _name(unit, payee_id), await send_reference(unit, waiting)
        taken = notices.SendAccepted(sum=amount, name=name, note=_note_told(waiting), reference=sent)
        await _tell(unit, waiting.sender_id, taken, waiting)
    received = partial(notices.Received, name=await _name(unit, waiting.sender_id), note=_note_told(waiting))
    return waiting, await _receipt(unit, payee_id, amount, posted, received)


async def _require_sender_lets_go(unit: Unit, sender_id: int) -> None:
    """Refuse to take what a sender's own lock, or a freeze, holds back. Raises Conflict: `send_locked`."""
    sender = await by_id(unit, sender_id)
    if sender.outflow_locked_at is not None or await freeze_of(unit, sender_id) is not None:
        raise Conflict(ErrorCode.SEND_LOCKED)


async def decline(unit: Unit, token: str, payee_id: int) -> Send:
    """Give back what was sent to one. Raises as `accept`."""
    waiting = await _locked_send(unit, token)
    if waiting.payee_id != payee_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    await _come_back(unit, waiting, SendState.RETURNED)
    return waiting


async def cancel(unit: Unit, token: str, sender_id: int) -> Send:
    """Take back what nobody has accepted yet.

    Raises NotFound: `send`, NotAllowed: `not_yours`, Conflict: `send_accepted`, `send_returned`.
    """
    waiting = await _locked_send(unit, token)
    if waiting.sender_id != sender_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    await _come_back(unit, waiting, SendState.CANCELLED)
    return waiting


async def deliver_delayed(unit: Unit, send_id: int) -> None:
    """Tell the payee of a send whose delay is over; nothing happens when it was told, or was taken back.

    A payee who has blocked the sender meanwhile is not told: it comes back.
    """
    waiting = await unit.session.scalar(select(Send).where(Send.id == send_id).with_for_update())
    if waiting is None or waiting.state != SendState.WAITING or waiting.told_at is not None:
        return
    if waiting.payee_id is not None and await is_blocked(unit, waiting.payee_id, waiting.sender_id):
        await _come_back(unit, waiting, SendState.RETURNED)
    else:
        await _deliver(unit, waiting)


async def return_unaccepted(unit: Unit, send_id: int) -> None:
    """Return a send whose 24 hours are over."""
    waiting = await unit.session.scalar(select(Send).where(Send.id == send_id).with_for_update())
    if waiting is not None and waiting.state == SendState.WAITING and waiting.returns_at <= unit.now:
        await _come_back(unit, waiting, SendState.RETURNED)


async def request(
    unit: Unit, cipher: Cipher, asker_id: int, payer_id: int, amount: Money, note: str, token: str
) -> MoneyRequest:
    """Ask a person for money; they are told, and pay with a tap.

    Raises:
        NotAllowed: `request_to_self`, `person_takes_nothing`. InvalidInput.
        RuleViolation: `requests_many`, `requests_to_one`, `requests_to_strangers`, each with `most`, within 24 hours.
    """
    if asker_id == payer_id:
        raise NotAllowed(ErrorCode.REQUEST_TO_SELF)
    await require_may_ask(unit, asker_id, payer_id)
    asked = MoneyRequest(
        token=token,
        asker_id=asker_id,
        payer_id=payer_id,
        amount=checked_amount(amount).amount,
        asset=amount.asset.code,
        note_sealed=_sealed_note(cipher, note, token),
        state=RequestState.OPEN,
        asked_at=unit.now,
    )
    unit.session.add(asked)
    await unit.session.flush()
    name, reference = await _name(unit, asker_id), entries.request_reference(asked.id)
    told = notices.RequestAsked(sum=sum_of(asked), name=name, note=_note_told(asked), reference=reference, token=token)
    await _tell(unit, payer_id, told, asked)
    return asked


async def require_may_ask(unit: Unit, asker_id: int, payer_id: int) -> None:
    """Refuse a request too many, or to who has blocked the asker. Requests of one person are counted one by one.

    Raises: as `request`.
    """
    await locked(unit, asker_id)
    await require_reaches(unit, asker_id, payer_id)
    asked = await queries.asked_since(unit, asker_id, unit.now - REQUESTS_WITHIN)
    if len(asked) >= MOST_REQUESTS:
        raise RuleViolation(ErrorCode.REQUESTS_MANY, most=MOST_REQUESTS)
    if asked.count(payer_id) >= MOST_REQUESTS_TO_ONE:
        raise RuleViolation(ErrorCode.REQUESTS_TO_ONE, most=MOST_REQUESTS_TO_ONE)
    if len(asked) >= MOST_STRANGERS_ASKED:
        met = set(await queries.counterparties(unit, asker_id))
        if payer_id not in met and sum(each not in met for each in asked) >= MOST_STRANGERS_ASKED:
            raise RuleViolation(ErrorCode.REQUESTS_TO_STRANGERS, most=MOST_STRANGERS_ASKED)


async def open_request(unit: Unit, token: str, payer_id: int) -> MoneyRequest:
    """Return a request that is still to be paid, locked.

    Raises NotFound: `request`, NotAllowed: `not_yours`, Conflict: `request_paid` and its like.
    """
    asked = await unit.session.scalar(select(MoneyRequest).where(MoneyRequest.token == token).with_for_update())
    if asked is None:
        raise NotFound(ErrorCode.REQUEST)
    if asked.payer_id != payer_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if asked.state != RequestState.OPEN:
        raise Conflict(_REQUEST_ENDED[RequestState(asked.state)])
    return asked


async def asker_of(unit: Unit, token: str, payer_id: int) -> int:
    """Return who has asked a person for money by a request. Raises NotFound: `request`, NotAllowed: `not_yours`."""
    asked = await unit.session.scalar(select(MoneyRequest).where(MoneyRequest.token == token))
    if asked is None:
        raise NotFound(ErrorCode.REQUEST)
    if asked.payer_id != payer_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    return asked.asker_id


async def pay_request(unit: Unit, token: str, payer_id: int, *, first: tuple[Transfer, ...] = ()) -> Receipt:
    """Pay what was asked for. Raises as `open_request`, and InsufficientFunds, `outflow_limit`, `outflow_locked`.

    Args:
        first: transfers that bring the money into the payer's wallet in the same entry.
    """
    asked = await open_request(unit, token, payer_id)
    amount = sum_of(asked)
    await require_payable(unit, payer_id, asked.asker_id)
    await customers.count_outflow(unit, payer_id, amount)
    asked.state, asked.settled_at = RequestState.PAID, unit.now
    [posted] = await ledger.post(unit, entries.request_paid(payer_id, asked.asker_id, asked.id, amount, first))
    payer, asker = await _name(unit, payer_id), await _name(unit, asked.asker_id)
    received = partial(notices.Received, name=payer, note=_note_told(asked))
    await _receipt(unit, asked.asker_id, amount, posted, received)
    return await _receipt(
        unit, payer_id, amount, posted, partial(notices.RequestPaid, name=asker, note=_note_told(asked))
    )


async def decline_request(unit: Unit, token: str, payer_id: int) -> None:
    """Say no to a request; the one who asked is told. Raises as `open_request`."""
    asked = await open_request(unit, token, payer_id)
    asked.state, asked.settled_at = RequestState.DECLINED, unit.now
    name, reference = await _name(unit, payer_id), entries.request_reference(asked.id)
    declined = notices.RequestDeclined(sum=sum_of(asked), name=name, note=_note_told(asked), reference=reference)
    await _tell(unit, asked.asker_id, declined, asked)


def note_associated_data(token: str) -> str:
    """Return the associated data that the note of a send or of a request is bound to."""
    return f"note:{token}"


def note_of(row: Send | MoneyRequest, cipher: Cipher) -> str:
    """Return what was said with a send or a request, "" for nothing, or when it is not to be read any more."""
    note = cipher.opened(row.note_sealed, note_associated_data(row.token)) if row.note_sealed is not None else None
    return note.decode() if note is not None else ""


def _sealed_note(cipher: Cipher, note: str, token: str) -> bytes | None:
    said = trimmed_note(note)
    return cipher.encrypt(said.encode(), note_associated_data(token)) if said else None


def _note_told(row: Send | MoneyRequest) -> Sealed | str:
    """Return a note as a notice carries it, still encrypted; "" where nothing was said."""
    return sealed(row.note_sealed, note_associated_data(row.token)) if row.note_sealed is not None else ""


def new_token() -> str:
    """Return a token for a send or a request: 12 characters, unguessable."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def sum_of(row: Send | MoneyRequest) -> Money:
    """Return the money of a send or of a request."""
    return Money(row.amount, ASSETS[row.asset])


async def find_send(unit: Unit, token: str) -> Send:
    """Return a send by its token, as it is. Raises NotFound: `send`."""
    found = await unit.session.scalar(select(Send).where(Send.token == token))
    if found is None:
        raise NotFound(ErrorCode.SEND)
    return found


async def _locked_send(unit: Unit, token: str) -> Send:
    found = await unit.session.scalar(select(Send).where(Send.token == token).with_for_update())
    if found is None:
        raise NotFound(ErrorCode.SEND)
    return found


async def _deliver(unit: Unit, waiting: Send) -> None:
    waiting.told_at = unit.now
    if waiting.payee_id is not None:
        name, sent = await _name(unit, waiting.sender_id), await send_reference(unit, waiting)
        told = notices.SendWaiting(
            sum=sum_of(waiting), name=name, note=_note_told(waiting), reference=sent, token=waiting.token
        )
        await _tell(unit, waiting.payee_id, told, waiting)


async def send_reference(unit: Unit, sent: Send) -> str:
    """Return the reference that the sender's receipt has."""
    posted = await ledger.find(unit, entries.send_key(sent.token))
    assert posted is not None, "a send and its entry are written together"
    return posted.reference


async def _come_back(unit: Unit, waiting: Send, state: SendState) -> None:
    if waiting.state == state:
        return
    if waiting.state != SendState.WAITING:
        raise Conflict(_SEND_ENDED[SendState(waiting.state)])
    waiting.state, waiting.settled_at = state, unit.now
    amount = sum_of(waiting)
    [posted] = await ledger.post(
        unit, entries.send_came_back(f"wallet.send_{state}", waiting.sender_id, waiting.id, amount)
    )
    await customers.return_outflow(unit, waiting.sender_id, amount, sent_in=waiting.sent_in)
    came_back = notices.SendReturned if state == SendState.RETURNED else notices.SendCancelled
    name = await _name(unit, waiting.payee_id)
    await _receipt(unit, waiting.sender_id, amount, posted, partial(came_back, name=name))


class _Of(Protocol):
    """What makes a receipt of a movement's figures."""

    def __call__(self, *, sum: Money, balance: Money, reference: str, at: datetime) -> notices.Movement: ...  # noqa: A002 - the field's name


async def _receipt(unit: Unit, customer_id: int, amount: Money, posted: Posted, receipt_of: _Of) -> Receipt:
    """Return the receipt of a movement; the first time it is also written to be pushed, in the same transaction."""
    balance = await ledger.balance(unit, ledger.customer_wallet(customer_id, amount.asset))
    if not posted.replayed:
        told = receipt_of(sum=amount, balance=balance, reference=posted.reference, at=unit.now)
        await enqueue(
            unit,
            told,
            customer_id=customer_id,
            urgency=Urgency.RECEIPT,
            key=f"{told.kind}:{posted.entry_id}:{customer_id}",
            about=f"entry:{posted.entry_id}",
        )
    return Receipt(posted.reference, amount, balance)


async def _tell(unit: Unit, customer_id: int, told: notices.Between, row: Send | MoneyRequest) -> None:
    await enqueue(
        unit,
        told,
        customer_id=customer_id,
        urgency=Urgency.RECEIPT,
        key=f"{told.kind}:{row.id}",
        about=f"{row.__tablename__}:{row.id}",
    )


async def _name(unit: Unit, customer_id: int | None) -> Sealed | None:
    """Return a person's name as a notice carries it, still encrypted; None for whoever will open a link."""
    if customer_id is None:
        return None
    return sealed((await by_id(unit, customer_id)).name_sealed, customers.name_associated_data(customer_id))
