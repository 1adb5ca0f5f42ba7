"""Opening a database: migrated and founded once, refused when it is not this code's, waited for when told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.commands.doctor import Finding, examine
from bot.commands.operations import close_days, verify_books
from bot.database import WrongSchema, bring_up_to_date, opened, prepare, wanted_revision
from bot.settings import Settings, load_settings
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found_today
from finance_core.storage.server import OWNER_ROLE
from tests.embedded import Cluster


def settings_for(url: str, folder: Path) -> Settings:
    return load_settings(
        _env_file=None, database_url=url, data_dir=folder, secret_key="a secret for tests only", zone="Africa/Accra"
    )


@pytest.fixture
def settings(cloned_url: str, tmp_path: Path) -> Settings:
    return settings_for(cloned_url, tmp_path)


@pytest.fixture
def empty(cluster: Cluster, tmp_path: Path) -> Iterator[Settings]:
    """Settings for a database with nothing in it."""
    with cluster.cloned() as url:
        name = url.partition("@/")[2].partition("?")[0]
        cluster.drop(name)
        cluster.server.run_sql(f"CREATE DATABASE {name} OWNER {OWNER_ROLE}", database="postgres")
        yield settings_for(url, tmp_path)


def url_of(settings: Settings) -> str:
    assert settings.database_url is not None
    return settings.database_url


@asynccontextmanager
async def as_owner(settings: Settings) -> AsyncIterator[AsyncConnection]:
    engine = create_engine(url_of(settings), role=None, pool_size=1)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


async def test_an_empty_database_is_migrated_founded_today_and_ready(empty: Settings) -> None:
    await prepare(empty, url_of(empty))
    async with opened(empty) as database, database.units.begin() as unit:
        assert unit.open_on == datetime.now(UTC).astimezone(ZoneInfo("Africa/Accra")).date()
        assert unit.zone == ZoneInfo("Africa/Accra")
        assert await unit.session.scalar(text("SELECT count(*) FROM product")) > 0
    assert not await bring_up_to_date(url_of(empty))


async def test_processes_that_prepare_at_once_do_it_once(empty: Settings) -> None:
    await asyncio.gather(*(prepare(empty, url_of(empty)) for _ in range(3)))
    async with as_owner(empty) as connection:
        assert await connection.scalar(text("SELECT count(*) FROM book")) == 1
        assert await connection.scalar(text("SELECT max(version) FROM product")) == 1


async def test_whoever_opens_an_unprepared_database_is_told_what_to_do(empty: Settings) -> None:
    with pytest.raises(WrongSchema, match=r"at nothing, wanted \d+\): run `susu db upgrade`"):
        async with opened(empty):
            pytest.fail("it opened")


async def test_whoever_waits_gets_in_once_it_is_prepared(empty: Settings) -> None:
    async def enter() -> str:
        async with opened(empty, wait=True) as database, database.units.begin() as unit:
            return str(unit.zone)

    entering = asyncio.create_task(enter())
    await prepare(empty, url_of(empty))
    assert await entering == "Africa/Accra"


async def test_a_database_that_is_ahead_of_this_code_is_left_alone(settings: Settings) -> None:
    async with as_owner(settings) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WrongSchema, match=f"at 9999, and this Susu knows {wanted_revision()}: use the newer Susu"):
        await prepare(settings, url_of(settings))


async def test_a_past_that_was_cut_off_while_it_was_made_is_made_again(settings: Settings) -> None:
    lived: list[str] = []

    async def seed(engine: AsyncEngine, zone: str, cipher: Cipher) -> None:
        await found_today(engine, zone)
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE book SET clock_offset = interval '-5 weeks'"))
        lived.append(zone)
        if len(lived) == 1:
            raise RuntimeError("cut off")
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE book SET clock_offset = interval '0'"))

    with pytest.raises(RuntimeError, match="cut off"):
        await prepare(settings, url_of(settings), seed)
    await prepare(settings, url_of(settings), seed)
    await prepare(settings, url_of(settings), seed)
    assert len(lived) == 2
    async with opened(settings) as database, database.units.begin() as unit:
        assert abs((unit.now - datetime.now(UTC)).total_seconds()) < 3600


async def test_a_doctor_finds_a_prepared_database_well_and_an_empty_one_not(settings: Settings) -> None:
    before = {finding.name: finding.ok for finding in await examine(settings)}
    await prepare(settings, url_of(settings))
    after = {finding.name: finding for finding in await examine(settings)}
    assert not before["book"]
    assert after["book"].ok
    assert after["schema"].words == f"at {wanted_revision()}"
    assert not after["durability"].ok, "the tests' cluster runs without fsync, and a doctor says so"


async def test_a_doctor_says_that_the_database_is_away(tmp_path: Path) -> None:
    nowhere = settings_for(f"postgresql://susu@/susu?host={tmp_path}", tmp_path)
    findings = {finding.name: finding for finding in await examine(nowhere)}
    assert not findings["database"].ok
    assert findings["python"].ok


async def test_closing_several_days_takes_a_yes_reaches_today_and_the_books_agree(settings: Settings) -> None:
    await prepare(settings, url_of(settings))
    async with as_owner(settings) as connection:
        await connection.execute(text("UPDATE book SET open_on = open_on - 3"))
    with pytest.raises(Conflict, match=r"days_wait .*days=3"):
        await close_days(settings, None, print)
    assert "3 days behind the clock" in (await _found(settings, "book")).words
    closing = await close_days(settings, None, print, yes=True)
    assert closing.dates_closed == 3
    assert (await verify_books(settings)).ok
    assert (await _found(settings, "book")).ok


async def test_a_book_that_is_ahead_of_the_clock_is_told(settings: Settings) -> None:
    await prepare(settings, url_of(settings))
    async with as_owner(settings) as connection:
        await connection.execute(text("UPDATE book SET open_on = open_on + 40"))
    assert "40 days ahead of the clock" in (await _found(settings, "book")).words
    report = await verify_books(settings)
    assert [check.name for check in report.checks if not check.ok] == ["the book is not ahead of the clock"]


async def _found(settings: Settings, name: str) -> Finding:
    (finding,) = [each for each in await examine(settings) if each.name == name]
    return finding


async def test_a_date_that_the_clock_has_not_reached_is_refused(settings: Settings) -> None:
    await prepare(settings, url_of(settings))
    with pytest.raises(InvalidInput, match="date_ahead"):
        await close_days(settings, datetime(2999, 1, 1, tzinfo=UTC).date(), print)
