"""Numbers out of taps, links and slots, read in one place: ids, versions, pages, sums in minor units.

What a tap carries can be forged, so nothing of it is trusted: a number is ASCII digits, no more of them than its kind
has. What is no id names nothing, so it gets the very sentence of an id that names nothing ("That loan does not exist").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound

ID_DIGITS: Final = 18
"""What always fits the database's 64 bits."""
SUM_DIGITS: Final = 15
"""Digits of a sum in minor units on a button."""
VERSION_DIGITS: Final = 9
COUNT_DIGITS: Final = 4
"""Digits of what is counted: days, instalments, rows of a list, pages."""


def whole_number(said: str, digits: int = COUNT_DIGITS) -> int | None:
    """Return a number of at most so many digits, None for anything else."""
    is_number = said.isascii() and said.isdecimal() and len(said) <= digits
    return int(said) if is_number else None


def argument(arguments: Sequence[str], place: int = 0) -> str:
    """Return what a tap carries at a place, "" when it ends before."""
    return arguments[place] if place < len(arguments) else ""


def id_of(said: str, what: ErrorCode) -> int:
    """Return the id that a slot or a link says. Raises NotFound with the code `what` (loan, plan, case …)."""
    found = whole_number(said, ID_DIGITS)
    if found is None:
        raise NotFound(what)
    return found


def id_in(arguments: Sequence[str], what: ErrorCode, place: int = 0) -> int:
    """Return the id that a tap carries at a place. Raises NotFound with the code `what` (loan, plan, case …)."""
    return id_of(argument(arguments, place), what)


def count_in(arguments: Sequence[str], place: int = 0) -> int:
    """Return the count that a tap carries at a place: a page, a row to begin with. 0 for what is none."""
    return whole_number(argument(arguments, place)) or 0


def minor_units(said: str) -> int | None:
    """Return a sum in minor units, None for what is none."""
    return whole_number(said, SUM_DIGITS)


def card_in(arguments: Sequence[str]) -> tuple[str, int]:
    """Return the token and the version of the card that a tap confirms. Raises NotAllowed: `not_yours`."""
    version = whole_number(argument(arguments, 1), VERSION_DIGITS)
    if version is None:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    return argument(arguments), version
