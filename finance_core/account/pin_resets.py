"""Use cases of a PIN that was forgotten (OPERATORS §7.12): asked, proved, agreed to by two, set, stopped.

A thief with the open phone can share the contact and read what is told. So there is a proof besides, the new PIN lets
nothing out for 72 hours, and until 7 days have passed the old PIN or *It was not me* undoes it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, update
from sqlmodel import col, select

from finance_core.account import recovery
from finance_core.account.identity import RESET, approved_of, keep_picture
from finance_core.account.models import PinReset, Proof, ResetState
from finance_core.account.notices import (
    ContactAsked,
    ResetAsked,
    ResetDone,
    ResetStopped,
    ResetWaits,
)
from finance_core.account.notifications import FrozenBy, chats_of, freeze, tell_all_chats, tell_operators
from finance_core.account.rules import CODES_TRIED, PROVE_WITHIN, RESETS_A_WEEK, STOPPED_WITHIN, four_digits
from finance_core.customers import holds
from finance_core.customers.holds import WhyHeld
from finance_core.customers.models import Customer
from finance_core.customers.pin import set_pin, unpeppered
from finance_core.customers.queries import locked
from finance_core.customers.roles import Permission
from finance_core.customers.rules import normalised_phone
from finance_core.customers.service import name_associated_data
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound, RuleViolation
from finance_core.notices import Urgency, enqueue, sealed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

VERIFIED_TIER: Final = 2
_OPEN: Final = (ResetState.ASKED, ResetState.PROVED, ResetState.APPROVED)


def digits_associated_data(customer_id: int) -> str:
    """Return the associated data that the digits of a selfie are bound to."""
    return f"pin_reset.digits:{customer_id}"


def old_pin_associated_data(customer_id: int) -> str:
    """Return the associated data that the hash of a PIN before is bound to."""
    return f"pin_reset.old_pin:{customer_id}"


# -- the person -------------------------------------------------------------------------------------------------------


async def proofs_of(unit: Unit, customer: Customer) -> tuple[Proof, ...]:
    """Return by what a person can prove a reset: at tier 2 by a selfie alone; before by what they have prepared.

    Who is back at tier 1, as their document has expired, is known by its selfie all the same.
    """
    if customer.tier >= VERIFIED_TIER or await approved_of(unit, customer.id) is not None:
        return (Proof.SELFIE,)
    named = await recovery.contact_of(unit, customer.id)
    prepared = (
        (Proof.CODE, await recovery.has_code(unit, customer.id)),
        (Proof.CONTACT, named is not None and named.agreed_at is not None),
    )
    return tuple(proof for proof, is_there in prepared if is_there)


async def ask(
    unit: Unit, cipher: Cipher, customer_id: int, proof: Proof, *, raw_phone: str, contact_user_id: int | None
) -> PinReset:
    """Begin a reset with the phone shared again. The person is told on all chats, the named contact is asked.

    Raises:
        NotFound: `pin_not_set`. NotAllowed: `contact_not_yours`; `phone_differs` from the one that is held.
        InvalidInput: `phone_form`. Conflict: `reset_open`: one waits for the operators already.
        RuleViolation: `reset_proof`: they cannot prove it so; `reset_often`: three within 7 days.
    """
    customer = await locked(unit, customer_id)
    if customer.pin_hash is None:
        raise NotFound(ErrorCode.PIN_NOT_SET)
    _require_phone(customer, cipher, raw_phone, contact_user_id)
    if proof not in await proofs_of(unit, customer):
        raise RuleViolation(ErrorCode.RESET_PROOF)
    await _make_room(unit, customer_id)
    named = await recovery.contact_of(unit, customer_id) if proof == Proof.CONTACT else None
    digits = cipher.encrypt(four_digits().encode(), digits_associated_data(customer_id))
    reset = PinReset(
        customer_id=customer_id,
        proof=proof,
        digits_sealed=digits if proof == Proof.SELFIE else None,
        contact_id=named.contact_id if named is not None else None,
        state=ResetState.ASKED,
        asked_at=unit.now,
        ends_at=unit.now + PROVE_WITHIN,
    )
    unit.session.add(reset)
    await unit.session.flush()
    await tell_all_chats(unit, customer_id, ResetAsked(reset=reset.id), f"reset:{reset.id}:asked")
    if named is not None:
        await _ask_contact(unit, customer, reset, named.contact_id)
    return reset


def _require_phone(customer: Customer, cipher: Cipher, raw_phone: str, contact_user_id: int | None) -> None:
    if contact_user_id != customer.telegram_id:
        raise NotAllowed(ErrorCode.CONTACT_NOT_YOURS)
    if customer.phone_hash not in cipher.fingerprints(normalised_phone(raw_phone)):
        raise NotAllowed(ErrorCode.PHONE_DIFFERS)


async def _make_room(unit: Unit, customer_id: int) -> None:
    """End what is asked or too old. Raises Conflict: `reset_open`. RuleViolation: `reset_often`."""
    earlier = await open_of(unit, customer_id)
    if earlier is not None and earlier.state != ResetState.ASKED:
        raise Conflict(ErrorCode.RESET_OPEN)
    lately = select(func.count()).where(
        PinReset.customer_id == customer_id, PinReset.asked_at > unit.now - STOPPED_WITHIN
    )
    if int(await unit.session.scalar(lately) or 0) >= RESETS_A_WEEK:
        raise RuleViolation(ErrorCode.RESET_OFTEN)
    old = update(PinReset).where(col(PinReset.customer_id) == customer_id, col(PinReset.state).in_(_OPEN))
    await unit.session.execute(old.values(state=ResetState.EXPIRED, ended_at=unit.now))


async def _ask_contact(unit: Unit, customer: Customer, reset: PinReset, contact_id: int) -> None:
    name = sealed(customer.name_sealed, name_associated_data(customer.id))
    asked = ContactAsked(reset=reset.id, name=name)
    key = f"reset:{reset.id}:contact"
    await enqueue(unit, asked, urgency=Urgency.SECURITY, key=key, customer_id=contact_id)


async def open_of(unit: Unit, customer_id: int) -> PinReset | None:
    """Return a person's reset that is under way and not too old, None when there is none."""
    statement = select(PinReset).where(
        PinReset.customer_id == customer_id, col(PinReset.state).in_(_OPEN), PinReset.ends_at > unit.now
    )
    return await unit.session.scalar(statement.with_for_update().execution_options(populate_existing=True))


def digits_of(reset: PinReset, cipher: Cipher) -> str:
    """Return the four digits that the selfie of a reset shows; empty where there are none, or no secret opens them."""
    kept = reset.digits_sealed
    plain = cipher.opened(kept, digits_associated_data(reset.customer_id)) if kept is not None else None
    return plain.decode() if plain is not None else ""


async def prove_by_selfie(unit: Unit, cipher: Cipher, customer_id: int, content: bytes) -> PinReset:
    """Take the selfie of one's reset. Raises NotFound: `pin_reset`: none awaits one."""
    reset = await _awaiting(unit, customer_id, Proof.SELFIE)
    await keep_picture(unit, cipher, customer_id, RESET, content, reset_id=reset.id)
    await _proved(unit, reset)
    return reset


async def prove_by_code(unit: Unit, cipher: Cipher, customer_id: int, said: str) -> bool:
    """Try a recovery code and say whether it is the one; the fifth wrong one stops the reset.

    Raises:
        NotFound: `pin_reset`: none awaits a code.
    """
    reset = await _awaiting(unit, customer_id, Proof.CODE)
    if await recovery.is_code(unit, cipher, customer_id, said):
        await _proved(unit, reset)
        return True
    reset.wrong += 1
    if reset.wrong >= CODES_TRIED:
        await stop(unit, cipher, reset)
    await unit.session.flush()
    return False


async def answer_of_contact(unit: Unit, cipher: Cipher, contact_id: int, reset_id: int, *, is_theirs: bool) -> None:
    """Take the named contact's word: it is they who ask, or it is not, which stops it.

    Raises:
        NotFound: `pin_reset`: none awaits their word.
    """
    reset = await by_number(unit, reset_id)
    if reset.contact_id != contact_id or reset.state != ResetState.ASKED or reset.ends_at <= unit.now:
        raise NotFound(ErrorCode.PIN_RESET)
    if is_theirs:
        await _proved(unit, reset)
    else:
        await stop(unit, cipher, reset)


async def _awaiting(unit: Unit, customer_id: int, proof: Proof) -> PinReset:
    reset = await open_of(unit, customer_id)
    if reset is None or reset.state != ResetState.ASKED or reset.proof != proof:
        raise NotFound(ErrorCode.PIN_RESET)
    return reset


async def _proved(unit: Unit, reset: PinReset) -> None:
    reset.state, reset.proved_at, reset.ends_at = ResetState.PROVED, unit.now, unit.now + PROVE_WITHIN
    await unit.session.flush()
    waits, key = ResetWaits(reset=reset.id), f"reset:{reset.id}:waits"
    await tell_operators(unit, Permission.PROPOSE_PIN_RESET, waits, key, besides=reset.customer_id)


async def set_new_pin(unit: Unit, cipher: Cipher, customer_id: int, pin_hash: str) -> None:
    """Set the new PIN of a reset that two operators agreed to; the holds begin. Raises NotFound: `pin_reset`."""
    customer, reset = await locked(unit, customer_id), await open_of(unit, customer_id)
    if reset is None or reset.state != ResetState.APPROVED:
        raise NotFound(ErrorCode.PIN_RESET)
    old = unpeppered(cipher, customer_id, customer.pin_hash or "") or ""
    reset.old_pin_sealed = cipher.encrypt(old.encode(), old_pin_associated_data(customer_id))
    reset.state, reset.set_at = ResetState.SET, unit.now
    await unit.session.flush()
    await set_pin(unit, cipher, customer_id, pin_hash)
    await holds.begin(unit, customer_id, WhyHeld.PIN_RESET)
    await tell_all_chats(unit, customer_id, ResetDone(reset=reset.id), f"reset:{reset.id}:done")


# -- stopping ---------------------------------------------------------------------------------------------------------


async def watched(unit: Unit, customer_id: int) -> PinReset | None:
    """Return the reset that the old PIN would stop: one under way, or one whose new PIN is not 7 days old."""
    statement = select(PinReset).where(
        PinReset.customer_id == customer_id,
        (col(PinReset.state).in_(_OPEN) & (col(PinReset.ends_at) > unit.now))
        | ((col(PinReset.state) == ResetState.SET) & (col(PinReset.set_at) > unit.now - STOPPED_WITHIN)),
    )
    return await unit.session.scalar(statement.order_by(col(PinReset.id).desc()).limit(1))


def old_pin_of(reset: PinReset, cipher: Cipher) -> str | None:
    """Return the hash of the PIN from before a reset, None where it was not set yet or no secret opens it."""
    if reset.old_pin_sealed is None:
        return None
    plain = cipher.opened(reset.old_pin_sealed, old_pin_associated_data(reset.customer_id))
    return plain.decode() or None if plain is not None else None


async def stop_by_pin(unit: Unit, cipher: Cipher, reset_id: int) -> None:
    """Stop a reset whose account's old PIN was typed: whoever knows it has not forgotten it."""
    await locked(unit, (await by_number(unit, reset_id)).customer_id)
    await stop(unit, cipher, await by_number(unit, reset_id))


async def not_me(unit: Unit, cipher: Cipher, person_id: int, reset_id: int) -> bool:
    """Stop a reset from a chat of its person's; say whether it was not stopped already.

    Raises:
        NotFound: `pin_reset`: it is not theirs, or too long ago.
    """
    reset = await by_number(unit, reset_id)
    is_theirs = person_id in await chats_of(unit, reset.customer_id)
    if is_theirs and reset.state == ResetState.STOPPED:
        return False
    standing = await watched(unit, reset.customer_id)
    if not is_theirs or standing is None or standing.id != reset.id:
        raise NotFound(ErrorCode.PIN_RESET)
    await stop(unit, cipher, reset)
    return True


async def stop(unit: Unit, cipher: Cipher, reset: PinReset) -> None:
    """Stop a reset: the old PIN stands again where it was replaced, the account is frozen, all chats are told."""
    if reset.state not in (*_OPEN, ResetState.SET):
        return
    old = old_pin_of(reset, cipher)
    if reset.state == ResetState.SET and old is not None:
        await set_pin(unit, cipher, reset.customer_id, old)
    await holds.end(unit, reset.customer_id)
    reset.state, reset.ended_at = ResetState.STOPPED, unit.now
    await unit.session.flush()
    await freeze(unit, cipher, reset.customer_id, FrozenBy.RESET_STOPPED)
    await tell_all_chats(unit, reset.customer_id, ResetStopped(reset=reset.id), f"reset:{reset.id}:stopped")


async def by_number(unit: Unit, reset_id: int) -> PinReset:
    """Return a reset, its row locked until the unit ends. Raises NotFound: `pin_reset`."""
    statement = select(PinReset).where(PinReset.id == reset_id).with_for_update()
    reset = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if reset is None:
        raise NotFound(ErrorCode.PIN_RESET)
    return reset
