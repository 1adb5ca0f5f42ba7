"""Notes about a person, by operators for operators: append-only, encrypted, each with who wrote it and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core.approvals import audit
from finance_core.customers.roles import Permission
from finance_core.journeys.office.looking import require_may_look
from finance_core.journeys.office.models import CustomerNote
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

TAKE_NOTE: Final = "take_note"
LONGEST_NOTE: Final = 500
NOTES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Note:
    """A note, opened for its reader."""

    author_id: int
    written_at: datetime
    text: str


async def take_note(unit: Unit, cipher: Cipher, operator_id: int, customer_id: int, said: str, *, key: str) -> None:
    """Keep a note about a person; under one key it is one note.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `customer`. InvalidInput: `note_length` with `most`.
    """
    await require_may_look(unit, operator_id, customer_id, Permission.TAKE_NOTES)
    note = said.strip()
    if not 0 < len(note) <= LONGEST_NOTE:
        raise InvalidInput(ErrorCode.NOTE_LENGTH, most=LONGEST_NOTE)
    row = insert(CustomerNote).values(
        key=key,
        customer_id=customer_id,
        author_id=operator_id,
        written_at=unit.now,
        sealed=cipher.encrypt(note.encode(), note_associated_data(customer_id, key)),
    )
    made = await unit.session.scalar(row.on_conflict_do_nothing().returning(col(CustomerNote.id)))
    if made is not None:
        audit.record(unit, operator_id, TAKE_NOTE, f"customer:{customer_id}", {"note": made})


async def notes_of(unit: Unit, cipher: Cipher, operator_id: int, customer_id: int) -> Sequence[Note]:
    """Return the latest notes about a person, newest first; the look is on record.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `customer`.
    """
    await require_may_look(unit, operator_id, customer_id, Permission.SEE_CUSTOMERS, at="notes")
    rows = select(CustomerNote).where(CustomerNote.customer_id == customer_id)
    latest = await unit.session.scalars(rows.order_by(col(CustomerNote.id).desc()).limit(NOTES_SHOWN))
    return [Note(each.author_id, each.written_at, _text(cipher, each)) for each in latest]


def _text(cipher: Cipher, note: CustomerNote) -> str:
    opened = cipher.opened(note.sealed, note_associated_data(note.customer_id, note.key))
    return opened.decode() if opened is not None else ""


def note_associated_data(customer_id: int, key: str) -> str:
    """Return the associated data that a note is bound to."""
    return f"customer_note.sealed:{customer_id}:{key}"
