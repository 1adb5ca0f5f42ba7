"""Column types that refuse a wrong value on every write, whoever writes it: ORM, Core insert or bulk parameters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Numeric
from sqlalchemy.types import TypeDecorator

from finance_core.kernel.money import MAX_AMOUNT

JsonObject: TypeAlias = dict[str, Any]
"""A JSONB column's object. What its keys are the column's docstring says; who reads it knows the types."""


class Amount(TypeDecorator[int]):
    """Whole minor units in a signed 64-bit column. Refuses floats, booleans, decimals and what does not fit."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if type(value) is not int:
            raise TypeError(f"an amount is an int of minor units, not {type(value).__name__}")
        if abs(value) > MAX_AMOUNT:
            raise OverflowError("the amount does not fit a 64-bit column")
        return value


class Instant(TypeDecorator[datetime]):
    """A moment: stored with its zone, given back in UTC. Refuses a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise TypeError("an instant is an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A calendar date. Refuses a datetime, whose date depends on a zone that nobody named."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> date | None:
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError("a day is a date without a time")
        return value


class Exact(TypeDecorator[Decimal]):
    """A rate or a carried fraction, exact. Refuses floats and anything that is not a finite number."""

    impl = Numeric
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if not isinstance(value, Decimal | int) or isinstance(value, bool):
            raise TypeError(f"a rate is a Decimal, not {type(value).__name__}")
        number = Decimal(value)
        if not number.is_finite():
            raise ValueError("a rate is a finite number")
        return number
