"""Each package of the core writes its own tables only, and reads its own and those of the layers below it.

Imports are import-linter's business; a table's name in a string is no import, so the SQL in strings is read here.
`staged_transfer` belongs to no package's models: it lasts for one unit of work, and is how entries of thousands are
handed to the ledger.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parents[2]
CORE: Final = ROOT / "finance_core"

_TABLE: Final = re.compile(r'__tablename__(?:: [^=]+)? = "(\w+)"')
_WRITTEN: Final = re.compile(r"\b(?:INSERT INTO|(?<!FOR )(?<!KEY )UPDATE|DELETE FROM|TRUNCATE)\s+([a-z_]+)\b")
_READ: Final = re.compile(r"(?<!DELETE )\b(?:FROM|JOIN|USING)\s+([a-z_]+)\b")


class Use(NamedTuple):
    """Where a package names a table."""

    package: str
    table: str
    file: str


@cache
def owners() -> Mapping[str, str]:
    """Return the package of each table: the one of the core whose models have it, or `bot`."""
    found: dict[str, str] = {}
    for file in (*CORE.rglob("*.py"), *(ROOT / "bot").rglob("*.py")):
        top, *rest = file.relative_to(ROOT).parts
        for table in _TABLE.findall(file.read_text()):
            found[table] = rest[0] if top == "finance_core" else top
    return found


@cache
def floors() -> Mapping[str, int]:
    """Return how high each package stands, as import-linter's contract says: 0 is the lowest."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [each["layers"] for each in contracts if each.get("containers") == ["finance_core"]]
    return {package: floor for floor, layer in enumerate(reversed(layers)) for package in re.findall(r"\w+", layer)}


@cache
def sql_in(file: Path) -> tuple[str, ...]:
    """Return the strings of a module that are no docstrings, or the whole of a file of SQL."""
    return (file.read_text(),) if file.suffix == ".sql" else tuple(_strings_in(file))


def _strings_in(file: Path) -> Iterator[str]:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def uses(named: re.Pattern[str]) -> Iterator[Use]:
    """Yield where the core's SQL names a table, as one that is written or as one that is read."""
    for file in sorted((*CORE.rglob("*.py"), *CORE.rglob("*.sql"))):
        package = file.relative_to(CORE).parts[0].removesuffix(".py")
        for sql in sql_in(file):
            for table in named.findall(sql):
                if table in owners():
                    yield Use(package, table, str(file.relative_to(ROOT)))


def test_every_package_has_its_floor_and_most_tables_are_found() -> None:
    assert {owner for owner in owners().values() if owner != "bot"} <= floors().keys()
    assert len(owners()) >= 59
    assert {use.table for use in uses(_READ)} >= {"account", "entry", "loan", "holding", "nav_fund", "customer"}


def test_a_package_writes_its_own_tables_only() -> None:
    assert [use for use in uses(_WRITTEN) if owners()[use.table] != use.package] == []


def test_a_package_reads_its_own_tables_and_those_below_it() -> None:
    wrong = [
        use
        for use in uses(_READ)
        if (owner := owners()[use.table]) != use.package
        and (owner == "bot" or floors()[owner] >= floors()[use.package])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("sql", "written", "read"),
    [
        ("INSERT INTO outbox (id) SELECT id FROM loan l JOIN customer c ON true", ["outbox"], ["loan", "customer"]),
        ("UPDATE loan SET x = 1 FROM instalment i", ["loan"], ["instalment"]),
        ("DELETE FROM instalment WHERE loan_id = 1", ["instalment"], []),
        ("SELECT id FROM customer FOR NO KEY UPDATE", [], ["customer"]),
        ("INSERT INTO pacing (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", ["pacing"], []),
    ],
)
def test_what_is_written_and_what_is_read_is_told_apart(sql: str, written: list[str], read: list[str]) -> None:
    known = owners().keys()
    assert [table for table in _WRITTEN.findall(sql) if table in known] == written
    assert [table for table in _READ.findall(sql) if table in known] == read
