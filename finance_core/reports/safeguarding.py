"""Safeguarding: money of clients beside the segregated money that covers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from finance_core import ledger
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import BY_CODE, CLIENT_CASH, INST, TrialLine
from finance_core.reports.general_ledger import balance_of, minor_units
from finance_core.reports.table import TOTAL, Asked, Family, Found, Report, Row, Takes, money, words
from finance_core.storage.unit import Unit

_OWED: Final = "client money"
_HELD: Final = "held for it"
_BEYOND: Final = "beyond it"


async def _safeguarding(unit: Unit, asked: Asked) -> Found:
    lines = [line for line in await ledger.trial_balance(unit, asked.last_on) if line.book == INST]
    rows: list[Row] = [
        *_side(lines, _OWED, lambda line: BY_CODE[line.code].client_money),
        *_side(lines, _HELD, lambda line: line.code in CLIENT_CASH),
    ]
    totals: list[Row] = []
    for asset in sorted({str(row[3]) for row in rows}):
        owed, held = (
            sum(minor_units(row[4]) for row in rows if (row[0], row[3]) == (side, asset)) for side in (_OWED, _HELD)
        )
        for label, amount in ((_OWED, owed), (_HELD, held), (_BEYOND, held - owed)):
            totals.append((label, "", TOTAL, asset, Money(amount, ASSETS[asset])))
    return Found(rows, totals)


def _side(lines: Iterable[TrialLine], side: str, belongs: Callable[[TrialLine], bool]) -> list[Row]:
    return [(side, line.code, line.name, line.asset, balance_of(line, line.closing)) for line in lines if belongs(line)]


REPORT: Final = Report(
    "safeguarding",
    "Clients' money beside the segregated money that covers it.",
    Takes.DATE,
    (*(words(name) for name in ("side", "code", "account", "asset")), money("balance")),
    _safeguarding,
    family=Family.LEDGER,
    brief=("side", "account", "balance"),
    terms=(_OWED, _HELD, _BEYOND),
)
