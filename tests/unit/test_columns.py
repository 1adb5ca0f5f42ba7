"""Column types refuse a wrong value on every write, before the database sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from finance_core.kernel.money import MAX_AMOUNT
from finance_core.storage.columns import Amount, Day, Exact, Instant

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("value", [1.0, True, Decimal(1), "1"])
def test_an_amount_is_an_int_and_nothing_else(value: Any) -> None:
    with pytest.raises(TypeError, match="int of minor units"):
        Amount().process_bind_param(value, DIALECT)


@pytest.mark.parametrize("value", [MAX_AMOUNT + 1, -MAX_AMOUNT - 1, 2**63])
def test_an_amount_out_of_range_is_refused(value: int) -> None:
    with pytest.raises(OverflowError):
        Amount().process_bind_param(value, DIALECT)


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT))
def test_an_amount_in_range_goes_through_as_it_is(value: int) -> None:
    assert Amount().process_bind_param(value, DIALECT) == value


@pytest.mark.parametrize("value", [datetime(2026, 3, 12), date(2026, 3, 12), "2026-03-12T00:00:00Z", 0])  # noqa: DTZ001
def test_an_instant_without_a_zone_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="aware datetime"):
        Instant().process_bind_param(value, DIALECT)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(-720, 840))  # noqa: DTZ001
def test_an_instant_is_stored_and_given_back_in_utc(wall: datetime, minutes: int) -> None:
    instant = wall.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    stored = Instant().process_bind_param(instant, DIALECT)
    assert stored == instant
    assert stored is not None
    assert stored.tzinfo is UTC
    assert Instant().process_result_value(instant, DIALECT) == instant


@pytest.mark.parametrize("value", [datetime(2026, 3, 12, tzinfo=UTC), "2026-03-12", 20260312])
def test_a_day_with_a_time_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="date without a time"):
        Day().process_bind_param(value, DIALECT)


@pytest.mark.parametrize("value", [0.1, "0.1", True])
def test_a_rate_that_is_no_decimal_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="Decimal"):
        Exact().process_bind_param(value, DIALECT)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_a_rate_that_is_not_finite_is_refused(value: Decimal) -> None:
    with pytest.raises(ValueError, match="finite"):
        Exact().process_bind_param(value, DIALECT)


def test_nothing_stays_nothing() -> None:
    for column in (Amount(), Instant(), Day(), Exact()):
        assert column.process_bind_param(None, DIALECT) is None
    assert Instant().process_result_value(None, DIALECT) is None
