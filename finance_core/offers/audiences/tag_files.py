"""A file of customers who are given a tag: one column `customer`, `phone` or `username`, one customer on each line.

Each line is read by pydantic. Lines that name nobody, and lines that cannot be read, are passed over alike: which lines
named a customer is told to nobody, as whoever holds a list of phones would learn who of them is a customer.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import text

from finance_core.customers.queries import username_key
from finance_core.customers.rules import normalised_phone
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

MOST_LINES: Final = 100_000
_HIGHEST_NUMBER: Final = 2**63 - 1

_BY_PHONE: Final = text("SELECT id FROM customer WHERE phone_hash = ANY(CAST(:hashes AS bytea[]))")
_BY_USERNAME: Final = text("SELECT id FROM customer WHERE username_hash = ANY(CAST(:hashes AS bytea[]))")


def _phone(written: str) -> str:
    try:
        return normalised_phone(written)
    except InvalidInput:
        raise ValueError("no phone") from None


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, hide_input_in_errors=True)


class ByNumber(_Line):
    """A customer's number."""

    customer: Annotated[int, Field(ge=1, le=_HIGHEST_NUMBER)]


class ByPhone(_Line):
    """A phone, with its country's code."""

    phone: Annotated[str, Field(max_length=40), AfterValidator(_phone)]


class ByUsername(_Line):
    """A @username."""

    username: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(username_key)]


Line: TypeAlias = ByNumber | ByPhone | ByUsername
_SHAPES: Final[dict[str, type[Line]]] = {"customer": ByNumber, "phone": ByPhone, "username": ByUsername}


def lines_of(written: str) -> list[Line]:
    """Return the lines of a file that can be read.

    Raises:
        InvalidInput: `tag_file` (its first line names no column that is known, or none can be read), `tag_long_file`.
    """
    rows = csv.reader(StringIO(written.lstrip("\ufeff").strip()))
    header = [each.strip().casefold() for each in next(rows, [])]
    column = next((name for name in _SHAPES if name in header), None)
    if column is None:
        raise InvalidInput(ErrorCode.TAG_FILE)
    cells = [
        row[header.index(column)] for row in islice(_readable(rows), MOST_LINES + 1) if len(row) > header.index(column)
    ]
    if len(cells) > MOST_LINES:
        raise InvalidInput(ErrorCode.TAG_LONG_FILE, most=MOST_LINES)
    found = list(_read(column, cells))
    if not found:
        raise InvalidInput(ErrorCode.TAG_FILE)
    return found


def _readable(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error:
        raise InvalidInput(ErrorCode.TAG_FILE) from None


def _read(column: str, cells: Iterable[str]) -> Iterator[Line]:
    shape: TypeAdapter[Line] = TypeAdapter(_SHAPES[column])
    for cell in cells:
        try:
            yield shape.validate_python({column: cell})
        except ValidationError:
            continue


async def customers_of(unit: Unit, cipher: Cipher, lines: Iterable[Line]) -> list[int]:
    """Return the numbers of the customers whom lines name, in no order; those of nobody may be among them."""
    numbers = [line.customer for line in lines if isinstance(line, ByNumber)]
    phones = [each for line in lines if isinstance(line, ByPhone) for each in cipher.fingerprints(line.phone)]
    names = [each for line in lines if isinstance(line, ByUsername) for each in cipher.fingerprints(line.username)]
    for statement, hashes in ((_BY_PHONE, phones), (_BY_USERNAME, names)):
        if hashes:
            numbers += list(await unit.session.scalars(statement, {"hashes": hashes}))
    return numbers
