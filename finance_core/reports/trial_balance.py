"""The trial balance: what each account opened with, moved and closed with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from finance_core import ledger
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import BY_CODE, Side, TrialLine
from finance_core.reports.general_ledger import balance_of, compartments, minor_units
from finance_core.reports.table import TOTAL, Asked, Family, Found, Report, Row, Takes, money, words
from finance_core.storage.unit import Unit


async def _trial_balance(unit: Unit, asked: Asked) -> Found:
    lines = await ledger.trial_balance(unit, asked.last_on, asked.since)
    rows = [_trial_row(line) for line in lines]
    return Found(rows, [_trial_total(book, asset, lines) for book, asset in compartments(lines)])


def _trial_row(line: TrialLine) -> Row:
    grows_by_debit = BY_CODE[line.code].side is Side.DEBIT
    opening, debited, credited, closing = (balance_of(line, amount) for amount in _amounts(line))
    nothing = balance_of(line, 0)
    debit, credit = (closing, nothing) if grows_by_debit else (nothing, closing)
    return (line.book, line.code, line.name, line.asset, opening, debited, credited, debit, credit)


def _trial_total(book: str, asset: str, lines: Iterable[TrialLine]) -> Row:
    rows = [_trial_row(line) for line in lines if (line.book, line.asset) == (book, asset)]
    added = [Money(sum(minor_units(row[place]) for row in rows), ASSETS[asset]) for place in range(5, 9)]
    return (book, "", TOTAL, asset, None, *added)


def _amounts(line: TrialLine) -> tuple[int, int, int, int]:
    return line.opening, line.debits, line.credits, line.closing


REPORT: Final = Report(
    "trial-balance",
    "What each account opened with, moved and closed with, book by book; debits equal credits.",
    Takes.EITHER,
    (
        *(words(name) for name in ("book", "code", "account", "asset")),
        *(money(name) for name in ("opening", "debits", "credits", "debit_balance", "credit_balance")),
    ),
    _trial_balance,
    family=Family.LEDGER,
    brief=("account", "debit_balance", "credit_balance"),
)
