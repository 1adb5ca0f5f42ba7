"""Files that operators hand in, broken in every way: each is taken or refused in a sentence, and none ends in a fault.

Each field of the catalogue is tried with what it cannot be. Whole files are broken by chance, a character here and a
line there; thousands of them were tried once, some hundred are tried here.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from bot.commands.quote import quote_apr, quote_days, quote_loan
from finance_core.catalogue import apply_file
from finance_core.catalogue.service import SHIPPED
from finance_core.funds.series import read_file
from finance_core.kernel import calendars
from finance_core.kernel.calendar_file import read_years
from finance_core.kernel.errors import InvalidInput
from finance_core.lines import CHECKS
from finance_core.storage.unit import Units
from finance_core.suitability import rules
from finance_core.suitability.rules import read_questionnaire

TODAY: Final = date(2026, 3, 12)
CATALOGUE: Final = SHIPPED.read_text(encoding="utf-8")
TABLES: Final = tomllib.loads(CATALOGUE)
Place = tuple[str | int, ...]

NOTHING: Final = object()
BELOW_ZERO: Final = (-5, "-5", "-0.01")
NO_NUMBERS: Final[tuple[Any, ...]] = (
    *("1e400", "NaN", "Infinity", "9" * 40, "1E+20", "1e-30", "1_0", " 5 ", "٣", "", "abc", "\x00"),
    *(10**30, 1.5, float("nan"), float("inf"), True, date(2025, 1, 1), [], {}, [1], {"a": 1}, NOTHING),
)
MAY_BE_BELOW_ZERO: Final = {"spread", "swing", "portfolio_yield", "reminder_days"}
MAY_BE_ANY_TEXT: Final = {"name", "holds", "aliases"}


def places(given: Any, above: Place = ()) -> Iterator[Place]:
    """Yield where values stand in a table, tables and lists themselves included."""
    if isinstance(given, dict | list):
        for name, value in given.items() if isinstance(given, dict) else enumerate(given):
            yield from places(value, (*above, name))
    if above:
        yield above


def with_value(table: dict[str, Any], place: Place, value: object) -> dict[str, Any]:
    """Return a table with another value at a place, or with none there."""
    changed = deepcopy(table)
    holder: Any = changed
    for name in place[:-1]:
        holder = holder[name]
    if value is NOTHING:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    return changed


def is_sold(code: str, table: dict[str, Any]) -> bool:
    """Say whether a product passes its line's check; anything else than a refusal goes up."""
    try:
        CHECKS[table["line"]](code, table, TODAY)
    except InvalidInput:
        return False
    return True


@pytest.mark.parametrize("code", ["lightning", "term_deposit", "change_plus", "steady_bonds"])
def test_no_figure_of_a_product_may_lie_below_zero(code: str) -> None:
    table = TABLES[code]
    others = MAY_BE_BELOW_ZERO | MAY_BE_ANY_TEXT | {"line"}
    figures = [place for place in places(table) if not others & set(place)]
    sold = [place for place in figures for value in BELOW_ZERO if is_sold(code, with_value(table, place, value))]
    assert sold == []


@pytest.mark.parametrize("code", ["trader", "harvest", "group", "term_deposit", "change_plus", "broad_shares"])
def test_what_no_field_can_be_is_refused_and_never_a_fault(code: str) -> None:
    table, chance = TABLES[code], random.Random(code)
    tried = [(place, value) for place in places(table) if place != ("line",) for value in NO_NUMBERS]
    for place, value in chance.sample(tried, 120):
        is_sold(code, with_value(table, place, value))


@pytest.mark.parametrize(
    ("code", "place", "value"),
    [
        ("lightning", ("penalty_factor",), "-5"),
        ("lightning", ("penalty_factor",), "NaN"),
        ("lightning", ("minimum",), "-5"),
        ("lightning", ("rate_caps", 0, "percent"), "NaN"),
        ("lightning", ("rate_caps", 0), NOTHING),
        ("lightning", ("eligibility", "refinance_from_percent"), "fifty"),
        ("lightning", ("reminder_days",), "999"),
        ("change_plus", ("risk",), "R9"),
        ("change_plus", ("minimum",), "0"),
        ("term_deposit", ("number",), NOTHING),
        ("steady_bonds", ("subscription_fees", 2), NOTHING),
        ("steady_bonds", ("redemption_fees", 1, "below_days"), 5),
    ],
)
def test_terms_that_would_have_been_sold_are_refused(code: str, place: Place, value: object) -> None:
    assert is_sold(code, TABLES[code])
    assert not is_sold(code, with_value(TABLES[code], place, value))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lightning = 5",
        '[lightning]\nline = ["loans"]',
        CATALOGUE.replace("[lightning]", '["Light ning"]'),
        CATALOGUE.replace('from = "2020-08-20"', "from = 2020-08-20"),
        CATALOGUE.replace('name = "overnight repo"', 'name = "overnight\\u0000repo"'),
        CATALOGUE.replace("cooling_off_days = 7", "cooling_off_days = 7\nunknown = nan"),
        "x = " + "9" * 5_000,
        "x = " + "[" * 5_000,
    ],
)
async def test_what_is_no_catalogue_is_refused_whole(units: Units, tmp_path: Path, text: str) -> None:
    file = tmp_path / "products.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput):
        async with units.begin() as unit:
            await apply_file(unit, file, CHECKS)


@pytest.mark.parametrize("number", ["1", '"01"'])
async def test_two_products_of_a_line_share_no_number(units: Units, tmp_path: Path, number: str) -> None:
    file = tmp_path / "products.toml"
    file.write_text(CATALOGUE.replace("number = 2", f"number = {number}", 1), encoding="utf-8")
    with pytest.raises(InvalidInput, match="lightning has it already"):
        async with units.begin() as unit:
            await apply_file(unit, file, CHECKS)


# -- whole files, broken by chance ------------------------------------------------------------------------------------

PIECES: Final = (
    *'0-.,"[]{}=#\n\r\t ',
    "\x00",
    "\ufeff",
    "９",
    "é",
    "-1",
    "1e9",
    "nan",
    "true",
    "2026-02-30",
    "[[",
    "'''",
)


def broken(text: str, chance: random.Random) -> str:
    """Return a text with one to four places of it changed: a piece put in, left out, doubled or moved."""
    for _ in range(chance.randint(1, 4)):
        first, last = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        last = min(last, first + chance.choice((1, 5, 40)))
        middle = chance.choice(("", chance.choice(PIECES), text[first:last] * 2, text[first:last][::-1]))
        text = text[:first] + middle + text[last:]
    return text


def many_broken(text: str, count: int) -> list[str]:
    """Return a text broken in so many ways, the same each time."""
    chance = random.Random(len(text))
    return [broken(text, chance) for _ in range(count)]


def test_broken_calendars_are_refused_in_sentences() -> None:
    shipped = Path(calendars.__file__).with_name("data").joinpath("calendars.toml").read_text(encoding="utf-8")
    for text in [*many_broken(shipped, 200), '[2027]\nstatus = []\nsource = "a"\nclosed = []\nworkdays = []']:
        with suppress(InvalidInput):
            read_years(text)


def test_broken_questionnaires_are_refused() -> None:
    shipped = Path(rules.__file__).with_name("questionnaire.toml").read_text(encoding="utf-8")
    for text in many_broken(shipped, 200):
        with suppress(ValueError):  # pydantic's and TOML's refusals are
            questions = read_questionnaire(text)
            assert all(0 <= least <= 100 for least in questions.least_scores)
            assert all(first < second for first, second in pairwise(questions.least_scores))


def test_broken_tables_of_prices_are_refused(tmp_path: Path) -> None:
    table = "fund,date,nav\n" + "".join(f"steady_bonds,2026-03-{day:02},1.0{day}\n" for day in range(1, 29))
    file = tmp_path / "navs.csv"
    for text in [*many_broken(table, 200), table + "steady_bonds,2026-03-30," + "9" * 200_000, table + "\x00"]:
        file.write_text(text, encoding="utf-8", newline="")
        with suppress(InvalidInput):
            assert all(0 <= line.nav <= 1_000_000 for line in read_file(file))


LOAN: Final = {
    "id": "a", "asset": "CNY", "principal": "3000", "annual_rate": "18.25", "method": "equal_instalments",
    "instalments": 6, "disbursed_on": "2026-03-12", "fees": {"disbursement": "10"}, "holidays": ["2026-04-12"],
    "tranches": [{"on": "2026-04-01", "amount": "100"}],
    "events": [{"type": "repay", "on": "2026-05-01", "amount": "700"}],
}  # fmt: skip
FLOWS: Final = {"convention": "irr", "flows": [["2026-03-12", "-1000"], ["2027-03-12", "1100"]]}
DAYS: Final = {"convention": "ACT/365F", "start": "2026-03-12", "end": "2027-03-12"}


@pytest.mark.parametrize(("quote", "given"), [(quote_loan, LOAN), (quote_apr, FLOWS), (quote_days, DAYS)])
def test_broken_quotes_are_answered_with_what_is_wrong(
    quote: Callable[[list[str]], Iterator[str]], given: dict[str, Any]
) -> None:
    values = (*BELOW_ZERO, *(value for value in NO_NUMBERS if not isinstance(value, date)), None)
    tried = [with_value(given, place, value) for place in places(given) for value in values]
    texts = [json.dumps(each) for each in tried] + many_broken(json.dumps(given), 200)
    for text, answer in zip(texts, quote(texts), strict=True):
        assert json.loads(answer).get("error", {}).get("code") != "fault", text
