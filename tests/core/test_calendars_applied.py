"""Days that an operator applies: they hold for every process, and nothing wrong is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands.cli import main
from bot.commands.doctor import examine
from bot.settings import load_settings
from finance_core.business_day.calendars import apply_calendars
from finance_core.kernel.calendar_file import BadCalendars
from finance_core.kernel.calendars import banking, dealing
from finance_core.loans.products.product_terms import is_bank_holiday
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.first_day import OPEN_ON, ZONE

OFFICIAL = """
[2027]
status = "published"
source = "a notice"
closed = [["2027-01-01", "2027-01-03"], ["2027-02-05", "2027-02-11"]]
workdays = ["2027-02-14"]
"""
Susu = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "days.toml"
    written.write_text(OFFICIAL, "utf-8")
    return written


def rewrite(file: Path, words: str) -> None:
    file.write_text(words, "utf-8")


async def apply(units: Units, path: Path) -> list[str]:
    async with units.begin() as unit:
        return await apply_calendars(unit, path)


async def stored(units: Units) -> int:
    async with units.begin() as unit:
        return await unit.session.scalar(text("SELECT count(*) FROM calendar_year")) or 0


async def test_applied_days_hold_from_the_next_unit_of_work_on_in_every_process(units: Units, file: Path) -> None:
    another_process = Units(units.bind, units.clock)
    async with another_process.begin():
        assert dealing().is_open(date(2027, 2, 9))
    assert await apply(units, file) == ["2027 (published)"]
    for process in (units, another_process):
        async with process.begin():
            assert not dealing().is_open(date(2027, 2, 9))
            assert not dealing().is_open(date(2027, 2, 14))
            assert banking().is_open(date(2027, 2, 14))
            assert is_bank_holiday(date(2027, 2, 9))
            assert dealing().published_until() == date(2027, 12, 31)
            assert dealing().is_open(date(2028, 1, 3))


async def test_what_is_in_force_already_is_not_stored_again(units: Units, file: Path) -> None:
    await apply(units, file)
    assert await apply(units, file) == []
    assert await stored(units) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"published": "provisional", "2027": "2026"}, "2026 is published already"),
        ({"2027": "2026"}, "2026: 2026-01-04 has passed"),
        ({"2027": "2030"}, "2030 comes after 2028, and nothing is known between: give 2029 too."),
        ({"2027-02-11": "2027-03-20"}, "The dealing calendar is closed for 45 days, 2027-02-05 to 2027-03-21"),
    ],
)
async def test_what_would_break_the_book_is_refused_and_nothing_is_stored(
    units: Units, file: Path, changed: dict[str, str], told: str
) -> None:
    words = OFFICIAL.replace('workdays = ["2027-02-14"]', "workdays = []")
    for old, new in changed.items():
        words = words.replace(old, new)
    rewrite(file, words)
    with pytest.raises(BadCalendars) as refused:
        await apply(units, file)
    assert any(told in problem for problem in refused.value.problems), refused.value.problems
    assert await stored(units) == 0


@pytest.fixture
def susu(cloned_url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Susu:
    """Call `susu calendars apply` on an open book; gives exit status, output and complaints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUSU_DATABASE_URL", cloned_url)
    monkeypatch.setenv("SUSU_SECRET_KEY", "a secret for tests only")
    asyncio.run(_open(cloned_url, OPEN_ON))

    def call(path: Path) -> tuple[int, str, list[str]]:
        monkeypatch.setattr("sys.argv", ["susu", "calendars", "apply", str(path)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        return int(ended.value.code or 0), said.out, [line for line in said.err.splitlines() if "susu: " in line]

    return call


async def _open(url: str, on: date) -> None:
    engine = create_engine(url)
    async with engine.begin() as connection:
        await found(connection, ZONE, on)
    await engine.dispose()


def test_the_command_says_what_changed(susu: Susu, file: Path) -> None:
    assert susu(file)[:2] == (0, "2027 (published)\n")
    assert susu(file)[:2] == (0, "Nothing changed.\n")


def test_a_bad_file_is_told_each_problem_and_ends_with_2(susu: Susu, file: Path) -> None:
    file.write_text(OFFICIAL.replace("2027-02-14", "2027-02-12").replace("a notice", ""), "utf-8")
    status, said, told = susu(file)
    assert (status, said) == (2, "")
    assert told == ["susu: 2027: source is empty: say where these days are published."]
    status, _, told = susu(file.with_name("missing.toml"))
    assert (status, len(told)) == (2, 1)
    assert "name a file of UTF-8 text" in told[0]


@pytest.mark.parametrize(
    ("days_left", "mark", "told"),
    [
        (61, "ok ", "published until 2026-12-31, provisional until 2028-12-31"),
        (60, "!  ", "susu calendars apply FILE"),
        (60 - 731, "NO ", "no day after 2028-12-31 is known"),
    ],
)
async def test_a_doctor_warns_before_the_published_days_end(
    cloned_url: str, tmp_path: Path, days_left: int, mark: str, told: str
) -> None:
    await _open(cloned_url, date(2026, 12, 31) - timedelta(days=days_left))
    settings = load_settings(
        _env_file=None, database_url=cloned_url, data_dir=tmp_path, secret_key="a secret for tests only"
    )
    (finding,) = [each for each in await examine(settings) if each.name == "calendars"]
    assert finding.mark == mark
    assert finding.ok is (mark != "NO ")
    assert told in finding.words
