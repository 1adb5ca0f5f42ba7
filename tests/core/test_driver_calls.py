"""Statements by the driver itself are inside the transaction that SQLAlchemy began, and fail as SQLAlchemy's do."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from finance_core import ledger
from finance_core.storage import driver
from finance_core.storage.unit import Units
from tests.ledger_cases import ANA, top_up, yuan


async def test_sqlalchemy_has_begun_the_transaction_before_the_driver_is_asked(cloned_units: Units) -> None:
    async with cloned_units.begin() as unit:
        (theirs,) = await driver.fetch(unit, "SELECT pg_current_xact_id()::text AS id")
        assert await unit.session.scalar(text("SELECT CAST(pg_current_xact_id() AS text)")) == theirs["id"]


async def test_what_the_driver_wrote_goes_with_a_unit_that_fails(cloned_units: Units) -> None:
    with suppress(ZeroDivisionError):
        async with cloned_units.begin() as unit:
            await ledger.post(unit, top_up("1.00"))
            raise ZeroDivisionError
    async with cloned_units.begin() as unit:
        assert await ledger.balance(unit, ANA) == yuan("0")
        await ledger.post(unit, top_up("2.00"))
    async with cloned_units.begin() as unit:
        assert await ledger.balance(unit, ANA) == yuan("2.00")


async def test_a_savepoint_that_sqlalchemy_has_not_set_yet_is_set_first(units: Units) -> None:
    async with units.begin() as unit:
        with suppress(ZeroDivisionError):
            async with unit.session.begin_nested():
                await ledger.post(unit, top_up("1.00"))
                raise ZeroDivisionError
        assert await ledger.balance(unit, ANA) == yuan("0")


async def test_an_error_is_sqlalchemys_and_names_the_state(units: Units) -> None:
    async with units.begin() as unit:
        with pytest.raises(IntegrityError, match="ck_book_"):
            async with unit.session.begin_nested():
                await driver.fetch(unit, "UPDATE book SET closing_on = open_on + $1::integer RETURNING id", 1)
        with pytest.raises(DBAPIError) as failure:
            async with unit.session.begin_nested():
                await driver.fetch(unit, "SELECT 1 / $1::integer", 0)
    assert not failure.value.connection_invalidated
    assert getattr(failure.value.orig, "sqlstate", None) == "22012"


async def test_a_connection_that_is_lost_is_told_so_and_not_used_again(cloned_units: Units) -> None:
    async def ended_under_way() -> None:
        async with cloned_units.begin() as unit:
            await unit.session.execute(text("SET LOCAL ROLE NONE"))
            await driver.fetch(unit, "SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DBAPIError) as failure:
        await ended_under_way()
    assert failure.value.connection_invalidated
    async with cloned_units.begin() as unit:
        assert await ledger.balance(unit, ANA) == yuan("0")
