"""`susu report`: a table, files, and what a wrong call is told."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.commands.cli import main
from finance_core.kernel.clock import ManualClock
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import a_customer, the_catalogue
from tests.first_day import OPEN_ON, START, ZONE

Susu = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def susu(
    cloned_url: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> Susu:
    """Call the command line on a book with one top-up of 1,234.50; gives exit status, output and complaints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUSU_DATABASE_URL", cloned_url)
    monkeypatch.setenv("SUSU_SECRET_KEY", "a secret for tests only")
    asyncio.run(_a_book(cloned_url))

    def call(*words: str) -> tuple[int, bytes, str]:
        monkeypatch.setattr("sys.argv", ["susu", "report", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfdbinary.readouterr()
        return int(ended.value.code or 0), said.out, said.err.decode()

    return call


async def _a_book(url: str) -> None:
    engine = create_engine(url)
    async with engine.begin() as connection:
        await found(connection, ZONE, OPEN_ON)
    units = Units(engine, ManualClock(START))
    await the_catalogue(units)
    await a_customer(units, money="1234.50")
    await engine.dispose()


def test_without_a_name_every_report_is_listed(susu: Susu) -> None:
    status, said, _ = susu()
    assert status == 0
    assert b"balance-sheet" in said
    names = {each["name"] for each in json.loads(susu("--json")[1])["reports"]}
    assert {"trial-balance", "income-statement"} <= names


def test_a_table_has_title_headings_figures_and_totals(susu: Susu) -> None:
    status, said, _ = susu("trial-balance", "--on", "2026-03-12")
    lines = [line for line in said.decode().splitlines() if line]
    assert status == 0
    assert lines[0].strip() == "trial-balance on 2026-03-12"
    assert "credit balance" in lines[1]
    assert any("Customer wallet" in line and line.endswith("1,234.50") for line in lines)
    assert lines[-1].split()[:3] == ["INST", "total", "CNY"]


def test_each_format_goes_where_it_is_told(susu: Susu, tmp_path: Path) -> None:
    on = ("trial-balance", "--on", "2026-03-12")
    assert json.loads(susu(*on, "--json")[1])["rows"][-1]["credit_balance"] == "1234.50"
    piped = susu(*on, "--format", "csv")[1].decode()
    assert next(iter(csv.DictReader(io.StringIO(piped))))["code"] == "1030"
    for name in ("book.csv", "book.xlsx", "book.json"):
        assert susu(*on, "-o", name)[:2] == (0, b"")
    assert (tmp_path / "book.csv").read_bytes() == b"\xef\xbb\xbf" + piped.encode()
    assert load_workbook(tmp_path / "book.xlsx")["trial-balance"]["E3"].value == 0
    assert json.loads((tmp_path / "book.json").read_text())["report"] == "trial-balance"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["trail-balance"], "there is no report 'trail-balance'; did you mean trial-balance?"),
        (["weather"], "there is no report 'weather'; `susu report` lists them"),
        (["balance-sheet", "--on", "yesterday"], "'yesterday' is no date; give one like 2026-03-13"),
        (["balance-sheet", "--on", "2030-01-01"], "2030-01-01 has not come yet: the book is open on 2026-03-12"),
        (["balance-sheet", "--from", "2026-03-01"], "as of one date: give --on"),
        (["balance-sheet", "--by", "week"], "no steps to choose: leave --by out"),
        (["income-statement", "--from", "2026-03-12", "--to", "2026-03-01"], "before it begins"),
        (["balance-sheet", "--format", "pdf"], "there is no format 'pdf'; choose one of table, csv, xlsx, json"),
        (["balance-sheet", "--format", "xlsx"], "a workbook needs a file: add -o FILE.xlsx"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_how_to_mend_it(susu: Susu, words: list[str], told: str) -> None:
    status, said, complaint = susu(*words)
    assert (status, said) == (2, b"")
    assert told in complaint
