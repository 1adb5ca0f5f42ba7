"""What the general ledger says of itself: trial balance, balance sheet, income statement, safeguarding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import BY_CODE, CLIENT_CASH, INST, Kind, Side, TrialLine
from finance_core.reports.table import TOTAL, Asked, Found, Report, Row, Takes, money, words
from finance_core.storage.unit import Unit

RESULT: Final = "result not yet closed"
"""Income less expense, as long as no year-end entry has brought it to retained earnings: part of equity."""
SECTIONS: Final = (Kind.ASSET, Kind.LIABILITY, Kind.EQUITY)

_EARNED: Final = text(
    """
    SELECT account.code, chart.name, chart.kind, account.asset, coalesce(sold.code, '') AS product,
        CAST(sum(leg.credit - leg.debit) AS bigint) AS earned
    FROM entry
        JOIN transfer ON transfer.entry_id = entry.id
        CROSS JOIN LATERAL (
            VALUES (transfer.debit_id, transfer.amount, CAST(0 AS bigint)), (transfer.credit_id, 0, transfer.amount)
        ) AS leg (account_id, debit, credit)
        JOIN account ON account.id = leg.account_id
        JOIN chart USING (code)
        LEFT JOIN (SELECT DISTINCT code, CAST(terms ->> 'number' AS bigint) AS number FROM product WHERE line = 'loans')
            AS sold ON chart.owned_by = 'product' AND sold.number = account.owner
    WHERE entry.business_date BETWEEN :since AND :upto AND account.book = 'INST'
        AND chart.kind IN ('income', 'expense')
    GROUP BY account.code, chart.name, chart.kind, account.asset, sold.code
    ORDER BY account.code, account.asset, product
    """
)


async def _trial_balance(unit: Unit, asked: Asked) -> Found:
    lines = await ledger.trial_balance(unit, asked.last_on, asked.since)
    rows = [_trial_row(line) for line in lines]
    return Found(rows, [_trial_total(book, asset, lines) for book, asset in _compartments(lines)])


def _trial_row(line: TrialLine) -> Row:
    grows_by_debit = BY_CODE[line.code].side is Side.DEBIT
    opening, debited, credited, closing = (_of(line, amount) for amount in _amounts(line))
    nothing = _of(line, 0)
    debit, credit = (closing, nothing) if grows_by_debit else (nothing, closing)
    return (line.book, line.code, line.name, line.asset, opening, debited, credited, debit, credit)


def _trial_total(book: str, asset: str, lines: Iterable[TrialLine]) -> Row:
    rows = [_trial_row(line) for line in lines if (line.book, line.asset) == (book, asset)]
    added = [Money(sum(_minor(row[place]) for row in rows), ASSETS[asset]) for place in range(5, 9)]
    return (book, "", TOTAL, asset, None, *added)


def _amounts(line: TrialLine) -> tuple[int, int, int, int]:
    return line.opening, line.debits, line.credits, line.closing


async def _balance_sheet(unit: Unit, asked: Asked) -> Found:
    lines = await ledger.trial_balance(unit, asked.last_on)
    rows = [_sheet_row(line) for kind in SECTIONS for line in lines if _kind(line) is kind and line.closing]
    for book, asset in _compartments(lines):
        result = _result(lines, book, asset)
        if result:
            rows.append((book, Kind.EQUITY.value, "", RESULT, asset, result))
    rows.sort(
        key=lambda row: (row[0] != INST, row[0], SECTIONS.index(Kind(str(row[1]))), str(row[4]), str(row[2]) or "~")
    )
    return Found(rows, list(_section_totals(rows)))


def _sheet_row(line: TrialLine) -> Row:
    return (line.book, _kind(line).value, line.code, line.name, line.asset, _in_section(line))


def _in_section(line: TrialLine) -> Money:
    """Return a balance as its section shows it: a contra account (an allowance among assets) is taken off."""
    grows_by_debit = BY_CODE[line.code].side is Side.DEBIT
    return _of(line, line.closing if grows_by_debit == (_kind(line) is Kind.ASSET) else -line.closing)


def _result(lines: Iterable[TrialLine], book: str, asset: str) -> Money:
    """Return income less expense of one book, as they stand."""
    signs = {Kind.INCOME: 1, Kind.EXPENSE: -1}
    mine = (line for line in lines if (line.book, line.asset) == (book, asset))
    return Money(sum(signs.get(_kind(line), 0) * line.closing for line in mine), ASSETS[asset])


def _section_totals(rows: list[Row]) -> Iterable[Row]:
    """Give each section's sum, and what liabilities and equity come to together: it is the assets' sum."""
    for book, asset in sorted({(str(row[0]), str(row[4])) for row in rows}, key=lambda key: (key[0] != INST, key)):
        sums = {
            kind: sum(_minor(row[5]) for row in rows if (row[0], row[1], row[4]) == (book, kind.value, asset))
            for kind in SECTIONS
        }
        both = sums[Kind.LIABILITY] + sums[Kind.EQUITY]
        for section, amount in (*((kind.value, sums[kind]) for kind in SECTIONS), ("liability and equity", both)):
            yield (book, section, "", TOTAL, asset, Money(amount, ASSETS[asset]))


async def _income_statement(unit: Unit, asked: Asked) -> Found:
    values = {"since": asked.since, "upto": asked.last_on}
    found = (await unit.session.execute(_EARNED, values)).all()
    rows: list[Row] = [
        (row.kind, row.code, row.name, row.product, row.asset, Money(row.earned * _sign(row.kind), ASSETS[row.asset]))
        for row in found
    ]
    totals: list[Row] = []
    for asset in sorted({row.asset for row in found}):
        for label, wanted in (("income", {"income"}), ("expense", {"expense"}), ("result", {"income", "expense"})):
            mine = [row for row in found if row.asset == asset and row.kind in wanted]
            amount = sum(row.earned for row in mine) * (_sign(label) if label != "result" else 1)
            totals.append((label, "", TOTAL, "", asset, Money(amount, ASSETS[asset])))
    return Found(rows, totals)


def _sign(kind: str) -> int:
    """Expense is shown as a positive figure under its own head."""
    return -1 if kind == Kind.EXPENSE else 1


async def _safeguarding(unit: Unit, asked: Asked) -> Found:
    lines = [line for line in await ledger.trial_balance(unit, asked.last_on) if line.book == INST]
    rows: list[Row] = [
        *_side(lines, "client money", lambda line: BY_CODE[line.code].client_money),
        *_side(lines, "held for it", lambda line: line.code in CLIENT_CASH),
    ]
    totals: list[Row] = []
    for asset in sorted({str(row[3]) for row in rows}):
        owed, held = (
            sum(_minor(row[4]) for row in rows if (row[0], row[3]) == (side, asset))
            for side in ("client money", "held for it")
        )
        for label, amount in (("client money", owed), ("held for it", held), ("beyond it", held - owed)):
            totals.append((label, "", TOTAL, asset, Money(amount, ASSETS[asset])))
    return Found(rows, totals)


def _side(lines: Iterable[TrialLine], side: str, belongs: Callable[[TrialLine], bool]) -> list[Row]:
    return [(side, line.code, line.name, line.asset, _of(line, line.closing)) for line in lines if belongs(line)]


def _compartments(lines: Iterable[TrialLine]) -> list[tuple[str, str]]:
    """Return each book with each of its assets, the institution first: what balances on its own."""
    return sorted({(line.book, line.asset) for line in lines}, key=lambda key: (key[0] != INST, key))


def _kind(line: TrialLine) -> Kind:
    return BY_CODE[line.code].kind


def _of(line: TrialLine, amount: int) -> Money:
    return Money(amount, ASSETS[line.asset])


def _minor(cell: object) -> int:
    return cell.amount if isinstance(cell, Money) else 0


TRIAL_BALANCE: Final = Report(
    "trial-balance",
    "What each account opened with, moved and closed with, book by book; debits equal credits.",
    Takes.EITHER,
    (
        *(words(name) for name in ("book", "code", "account", "asset")),
        *(money(name) for name in ("opening", "debits", "credits", "debit_balance", "credit_balance")),
    ),
    _trial_balance,
)
BALANCE_SHEET: Final = Report(
    "balance-sheet",
    "What the institution, and each fund, owns and owes at the end of a day.",
    Takes.DATE,
    (*(words(name) for name in ("book", "section", "code", "account", "asset")), money("balance")),
    _balance_sheet,
)
INCOME_STATEMENT: Final = Report(
    "income-statement",
    "Income and expense of a period, by product.",
    Takes.PERIOD,
    (*(words(name) for name in ("section", "code", "account", "product", "asset")), money("amount")),
    _income_statement,
)
SAFEGUARDING: Final = Report(
    "safeguarding",
    "Clients' money beside the segregated money that covers it.",
    Takes.DATE,
    (*(words(name) for name in ("side", "code", "account", "asset")), money("balance")),
    _safeguarding,
)
