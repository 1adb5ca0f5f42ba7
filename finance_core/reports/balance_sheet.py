"""The balance sheet: what the institution, and each fund, owns and owes at the end of a day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from finance_core import ledger
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import BY_CODE, INST, Kind, Side, TrialLine
from finance_core.reports.general_ledger import balance_of, compartments, kind_of, minor_units
from finance_core.reports.table import TOTAL, Asked, Family, Found, Report, Row, Takes, money, words
from finance_core.storage.unit import Unit

RESULT: Final = "result not yet closed"
"""Income less expense, as long as no year-end entry has brought it to retained earnings: part of equity."""
SECTIONS: Final = (Kind.ASSET, Kind.LIABILITY, Kind.EQUITY)
_BOTH: Final = "liability and equity"


async def _balance_sheet(unit: Unit, asked: Asked) -> Found:
    lines = await ledger.trial_balance(unit, asked.last_on)
    rows = [_sheet_row(line) for kind in SECTIONS for line in lines if kind_of(line) is kind and line.closing]
    for book, asset in compartments(lines):
        result = _result(lines, book, asset)
        if result:
            rows.append((book, Kind.EQUITY.value, "", RESULT, asset, result))
    rows.sort(
        key=lambda row: (row[0] != INST, row[0], SECTIONS.index(Kind(str(row[1]))), str(row[4]), str(row[2]) or "~")
    )
    return Found(rows, list(_section_totals(rows)))


def _sheet_row(line: TrialLine) -> Row:
    return (line.book, kind_of(line).value, line.code, line.name, line.asset, _in_section(line))


def _in_section(line: TrialLine) -> Money:
    """Return a balance as its section shows it: a contra account (an allowance among assets) is taken off."""
    grows_by_debit = BY_CODE[line.code].side is Side.DEBIT
    return balance_of(line, line.closing if grows_by_debit == (kind_of(line) is Kind.ASSET) else -line.closing)


def _result(lines: Iterable[TrialLine], book: str, asset: str) -> Money:
    """Return income less expense of one book, as they stand."""
    signs = {Kind.INCOME: 1, Kind.EXPENSE: -1}
    mine = (line for line in lines if (line.book, line.asset) == (book, asset))
    return Money(sum(signs.get(kind_of(line), 0) * line.closing for line in mine), ASSETS[asset])


def _section_totals(rows: list[Row]) -> Iterable[Row]:
    """Give each section's sum, and what liabilities and equity come to together: it is the assets' sum."""
    for book, asset in sorted({(str(row[0]), str(row[4])) for row in rows}, key=lambda key: (key[0] != INST, key)):
        sums = {
            kind: sum(minor_units(row[5]) for row in rows if (row[0], row[1], row[4]) == (book, kind.value, asset))
            for kind in SECTIONS
        }
        both = sums[Kind.LIABILITY] + sums[Kind.EQUITY]
        for section, amount in (*((kind.value, sums[kind]) for kind in SECTIONS), (_BOTH, both)):
            yield (book, section, "", TOTAL, asset, Money(amount, ASSETS[asset]))


REPORT: Final = Report(
    "balance-sheet",
    "What the institution, and each fund, owns and owes at the end of a day.",
    Takes.DATE,
    (*(words(name) for name in ("book", "section", "code", "account", "asset")), money("balance")),
    _balance_sheet,
    family=Family.LEDGER,
    brief=("section", "account", "balance"),
    terms=(*(kind.value for kind in SECTIONS), _BOTH, RESULT),
)
