"""Undoing an entry: by another that moves everything back and names it. At most once."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.ledger.errors import EntryNotFound, NotReversible
from finance_core.ledger.staging import post_staged, stage
from finance_core.ledger.values import Posted
from finance_core.storage.unit import Unit

REVERSAL: Final = "reversal"
"""The kind of a reversing entry; its `about` names the kind and the reference of what it undoes."""

_LOOK: Final = text("SELECT kind, reference, reverses FROM entry WHERE id = :id")
_STAGE_BACK: Final = text(
    "INSERT INTO staged_transfer (debit_id, credit_id, amount)"
    " SELECT credit_id, debit_id, amount FROM transfer WHERE entry_id = :id"
)


async def reverse(unit: Unit, entry_id: int, key: str, why: str, *, value_on: date | None = None) -> Posted:
    """Move back, on the open date, all that an entry moved; `why` is a word for the record, no free text of a person.

    Args:
        value_on: the date that the figures were computed for, where the reversal is to name it.

    Raises:
        EntryNotFound: there is no such entry.
        NotReversible: it is a reversal itself.
        AlreadyReversed: it was undone under another key.
        InsufficientFunds: what it brought has been spent since.
    """
    undone = (await unit.session.execute(_LOOK, {"id": entry_id})).one_or_none()
    if undone is None:
        raise EntryNotFound(entry_id)
    if undone.reverses is not None:
        raise NotReversible(entry_id)
    await stage(unit)
    await unit.session.execute(_STAGE_BACK, {"id": entry_id})
    about = {"why": why, "undoes": undone.reference, "kind": undone.kind}
    posted = await post_staged(unit, key, REVERSAL, unit.open_on, about, value_on=value_on, reverses=entry_id)
    assert posted is not None, "an entry has transfers"
    return posted
