"""The tests' own ground: what a unit sees, what is rolled back, what a clone keeps apart."""

from __future__ import annotations

import gc
from datetime import date

import pytest
from sqlalchemy import text

from finance_core.guarding import GUARDS
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import IntegrityFault
from finance_core.kernel.json import TomlTable
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import SYSTEM, Units
from tests.builders import a_customer, once, verified, verified_in


async def test_a_unit_sees_the_clocks_instant_and_the_open_date(units: Units, clock: ManualClock) -> None:
    async with units.begin() as unit:
        assert unit.now == clock.now()
        assert unit.open_on == date(2026, 3, 12)
        assert unit.closing_on is None
        assert unit.actor == SYSTEM
        assert unit.local_now().hour == 10


async def test_a_unit_that_raises_leaves_nothing_and_the_next_goes_on(units: Units) -> None:
    async def close_and_fail() -> None:
        async with units.begin() as unit:
            await unit.session.execute(text("UPDATE book SET closing_on = '2026-03-11'"))
            raise RuntimeError("a fault inside")

    with pytest.raises(RuntimeError, match="a fault inside"):
        await close_and_fail()
    async with units.begin() as unit:
        assert unit.closing_on is None


async def test_a_committed_unit_is_seen_by_the_next(units: Units) -> None:
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET closing_on = '2026-03-11'"))
    async with units.begin() as unit:
        assert unit.closing_on == date(2026, 3, 11)


async def test_the_service_acts_as_a_role_that_owns_nothing(units: Units) -> None:
    async with units.begin() as unit:
        owned = text("SELECT current_user, (SELECT count(*) FROM pg_tables WHERE tableowner = current_user)")
        row = (await unit.session.execute(owned)).one()
    assert tuple(row) == ("susu_app", 0)


async def test_a_clone_really_commits_and_the_shared_database_does_not_see_it(
    cloned_units: Units, cloned_url: str, units: Units
) -> None:
    async with cloned_units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET closing_on = '2026-03-11'"))
    second = create_engine(cloned_url)
    async with Units(second).begin() as unit:
        assert unit.closing_on == date(2026, 3, 11)
    await second.dispose()
    async with units.begin() as unit:
        assert unit.closing_on is None


def test_what_was_imported_is_left_out_of_garbage_collections() -> None:
    assert gc.get_freeze_count() > 0
    assert gc.isenabled()


def test_a_check_is_made_once_of_the_same_terms_and_day_and_a_refusal_is_never_remembered() -> None:
    made: list[tuple[str, int, date]] = []

    def check(code: str, terms: TomlTable, on: date) -> None:
        made.append((code, terms["rate"], on))
        if terms["rate"] < 0:
            raise ValueError(code)

    monday, tuesday = date(2026, 3, 16), date(2026, 3, 17)
    checked = once(check)
    for rate, on in ((1, monday), (1, monday), (2, monday), (1, tuesday)):
        checked("lightning", {"rate": rate}, on)
    for _ in range(2):
        with pytest.raises(ValueError, match="lightning"):
            checked("lightning", {"rate": -1}, monday)
    assert [rate for _, rate, _ in made] == [1, 2, 1, -1, -1]


@pytest.mark.parametrize("planted", ["UPDATE balance SET amount = amount + 1", "DELETE FROM row_guard"])
async def test_what_tests_verify_by_finds_what_contradicts(units: Units, planted: str) -> None:
    await a_customer(units, money=5)
    await verified(units, *GUARDS)
    async with units.begin() as unit:
        await unit.session.execute(text("SET LOCAL ROLE NONE"))
        await unit.session.execute(text(planted))
        with pytest.raises(IntegrityFault) as found:
            await verified_in(unit, *GUARDS)
    assert found.value.code == "books_contradict"
