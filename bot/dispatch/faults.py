"""Which faults pass by themselves, and the number under which the others are told to the person and to the log."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from enum import Enum
from typing import Final

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from finance_core.kernel.errors import FinanceError

_REFERENCE_ALPHABET: Final = "ABCDEFGHJKMNPQRTVWXYZ2346789"
_CHAIN_LIMIT: Final = 10
_CLASHES: Final = frozenset({"40001", "40P01", "55P03", "23505"})
"""Serialization, deadlock, a lock not had in time; and a name that another transaction took at the same moment."""
_OUTAGES: Final = ("08", "53", "57P0")
_REFUSALS: Final = frozenset({"28000", "28P01", "3D000", "55000"})
"""While connecting: pg_hba.conf, a password, a database that is not there or takes nobody. Somebody works on it."""


class Trouble(Enum):
    """What to do about an error of the database."""

    CLASH = "clash"
    """It collided with another transaction: the same again may succeed."""
    OUTAGE = "outage"
    """The database is away, restarting, or out of connections: the same again once it is back."""
    FAULT = "fault"
    """It will not get better by itself."""


def trouble(error: BaseException) -> Trouble:
    """Return what kind of trouble an error is, looking through what it was raised from.

    What is raised over a lost connection (a savepoint that cannot be rolled back) hides the loss in its context.
    """
    kinds = {_kind(each) for each in _chain(error)}
    return next((kind for kind in (Trouble.OUTAGE, Trouble.CLASH) if kind in kinds), Trouble.FAULT)


def is_away(error: BaseException) -> bool:
    """Return whether opening or ending a transaction failed because the database cannot be reached.

    Connecting raises the system's own errors, and refusals of PostgreSQL's to no statement; inside a handler those
    would mean something else.
    """
    is_refused = getattr(error, "statement", None) is None and _sqlstate(error) in _REFUSALS
    return is_refused or trouble(error) is Trouble.OUTAGE or isinstance(error, (OSError, TimeoutError))


def new_reference() -> str:
    """Return a number for a fault: `E`, 3 characters, `-`, 4 characters, no look-alikes; a receipt's begins with S."""
    characters = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(7))
    return f"E{characters[:3]}-{characters[3:]}"


def error_name(error: BaseException) -> str:
    """Return an error's class, with its code or PostgreSQL's: enough to sort by, and nothing that a person typed."""
    code = error.code if isinstance(error, FinanceError) else _sqlstate(error)
    return f"{type(error).__name__} {code}".rstrip()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_CHAIN_LIMIT):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _kind(error: BaseException) -> Trouble:
    state = _sqlstate(error)
    if state in _CLASHES:
        return Trouble.CLASH
    return Trouble.OUTAGE if state.startswith(_OUTAGES) or _is_lost_connection(error) else Trouble.FAULT


def _sqlstate(error: BaseException) -> str:
    original = error.orig if isinstance(error, DBAPIError) else error
    return getattr(original, "sqlstate", None) or ""


def _is_lost_connection(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    if isinstance(error, asyncpg.InterfaceError):
        return "connection" in str(error) and "closed" in str(error)
    return isinstance(error, PoolTimeoutError)
