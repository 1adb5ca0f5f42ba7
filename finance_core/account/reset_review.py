"""Use cases of the desk of forgotten PINs: what is proved and waits, its pictures, refusing, agreeing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlmodel import col, select

from finance_core.account.identity import Opened, opened, same_people
from finance_core.account.models import IdentityCheck, IdentityPicture, PinReset, ResetState
from finance_core.account.notices import ResetApproved, ResetRefused
from finance_core.account.notifications import tell_all_chats
from finance_core.account.pin_resets import by_number
from finance_core.account.rules import PROVE_WITHIN
from finance_core.approvals import audit
from finance_core.customers.roles import Permission, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.notices import Urgency, enqueue
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

KNOWN: Final = "known"
"""What the selfie of an approved document is called beside that of a reset."""
QUEUE_SHOWN: Final = 50


async def waiting(unit: Unit, operator_id: int) -> list[PinReset]:
    """Return the resets that are proved, oldest first, one's own left out. Raises NotAllowed: `no_permission`."""
    await require(unit, operator_id, Permission.OPEN_IDENTITY)
    proved = select(PinReset).where(
        PinReset.state == ResetState.PROVED, PinReset.ends_at > unit.now, PinReset.customer_id != operator_id
    )
    return list(await unit.session.scalars(proved.order_by(col(PinReset.id)).limit(QUEUE_SHOWN)))


async def looked_at(unit: Unit, reset_id: int, operator_id: int) -> PinReset:
    """Return a reset for an operator. That they looked is on record.

    Raises:
        NotAllowed: `no_permission`; `own_dealing`: it is theirs, their contact's word, or shows a document of theirs.
        NotFound: `pin_reset`.
    """
    await require(unit, operator_id, Permission.OPEN_IDENTITY)
    reset = await by_number(unit, reset_id)
    await _require_no_party(unit, reset, operator_id)
    audit.record(unit, operator_id, "look", f"customer:{reset.customer_id}", {"at": "pin_reset", "reset": reset.id})
    return reset


async def _require_no_party(unit: Unit, reset: PinReset, operator_id: int) -> None:
    if operator_id in {reset.customer_id, reset.contact_id, *await same_people(unit, reset.customer_id)}:
        raise NotAllowed(ErrorCode.OWN_DEALING)


async def pictures_of(unit: Unit, cipher: Cipher, reset: PinReset) -> tuple[Opened, ...]:
    """Return the selfie of a reset, and the one by which the person is known, to be compared. The caller records it."""
    known = (
        select(IdentityPicture)
        .join(IdentityCheck, col(IdentityCheck.id) == col(IdentityPicture.check_id))
        .where(IdentityPicture.customer_id == reset.customer_id, IdentityCheck.state == "approved")
        .where(IdentityPicture.purpose == "selfie")
        .order_by(col(IdentityPicture.id).desc())
        .limit(1)
    )
    sent = select(IdentityPicture).where(IdentityPicture.reset_id == reset.id).order_by(col(IdentityPicture.id))
    shown = opened(cipher, (await unit.session.scalars(sent)).all())
    before = opened(cipher, (await unit.session.scalars(known)).all())
    return (*shown, *(replace(each, purpose=KNOWN) for each in before))


async def refuse(unit: Unit, reset_id: int, operator_id: int) -> None:
    """Refuse a reset whose proof does not convince; the person is told. Refusing takes one, agreeing two.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `pin_reset`. Conflict: `reset_state`.
    """
    await require(unit, operator_id, Permission.PROPOSE_PIN_RESET)
    reset = await by_number(unit, reset_id)
    await _require_no_party(unit, reset, operator_id)
    require_proved(unit, reset)
    reset.state, reset.ended_at = ResetState.REFUSED, unit.now
    await unit.session.flush()
    told, key = ResetRefused(reset=reset.id), f"reset:{reset.id}:refused"
    await enqueue(unit, told, urgency=Urgency.SECURITY, key=key, customer_id=reset.customer_id)


def require_proved(unit: Unit, reset: PinReset) -> None:
    """Refuse what does not wait for two operators (any more). Raises Conflict: `reset_state`."""
    if reset.state != ResetState.PROVED or reset.ends_at <= unit.now:
        raise Conflict(ErrorCode.RESET_STATE)


async def agreed(unit: Unit, reset: PinReset) -> None:
    """Let the person choose a new PIN: two operators have agreed. They are told on all chats."""
    require_proved(unit, reset)
    reset.state, reset.approved_at, reset.ends_at = ResetState.APPROVED, unit.now, unit.now + PROVE_WITHIN
    await unit.session.flush()
    await tell_all_chats(unit, reset.customer_id, ResetApproved(reset=reset.id), f"reset:{reset.id}:approved")
