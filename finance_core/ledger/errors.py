"""What the ledger refuses beyond `InsufficientFunds` and `IdempotencyConflict`, which the kernel holds."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound


class EntryNotFound(NotFound):
    """No journal entry has this id or reference."""

    CODE: ClassVar[ErrorCode] = ErrorCode.ENTRY_NOT_FOUND

    def __init__(self, entry: int | str) -> None:
        super().__init__(self.CODE, entry=entry)


class AlreadyReversed(Conflict):
    """The entry was undone before, under another key. An entry is undone at most once."""

    CODE: ClassVar[ErrorCode] = ErrorCode.ALREADY_REVERSED

    def __init__(self, *, key: str) -> None:
        super().__init__(self.CODE, key=key)


class NotReversible(InvalidInput):
    """A reversal is not itself reversed: what it undid is posted anew instead."""

    CODE: ClassVar[ErrorCode] = ErrorCode.NOT_REVERSIBLE

    def __init__(self, entry_id: int) -> None:
        super().__init__(self.CODE, entry=entry_id)


class DayClosed(Conflict):
    """The date is neither the open one nor the one being closed, so nothing can be written to it."""

    CODE: ClassVar[ErrorCode] = ErrorCode.DAY_CLOSED

    def __init__(self, on: date) -> None:
        super().__init__(self.CODE, on=on.isoformat())


class DayNotReady(Conflict):
    """The date cannot be moved or sealed as the book stands: the day before it comes first."""

    CODE: ClassVar[ErrorCode] = ErrorCode.DAY_NOT_READY

    def __init__(self, on: date) -> None:
        super().__init__(self.CODE, on=on.isoformat())


class HoldGone(Conflict):
    """The hold was captured, released or has expired, so it reserves nothing any more."""

    CODE: ClassVar[ErrorCode] = ErrorCode.HOLD_GONE

    def __init__(self, hold_id: int) -> None:
        super().__init__(self.CODE, hold=hold_id)
