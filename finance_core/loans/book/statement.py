"""A loan's statement: what was paid out, paid, changed and written off, line by line, read off the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.loans.models import Loan
from finance_core.storage.unit import Unit

_LINES: Final = text(
    """
    WITH moved AS (
        SELECT t.entry_id, a.code, t.amount FROM transfer t JOIN account a ON a.id = t.debit_id
        WHERE a.code IN ('1100', '1110', '1120', '1130') AND a.owner = :loan
        UNION ALL
        SELECT t.entry_id, a.code, -t.amount FROM transfer t JOIN account a ON a.id = t.credit_id
        WHERE a.code IN ('1100', '1110', '1120', '1130') AND a.owner = :loan
    )
    SELECT e.business_date, e.value_on, e.kind, undone.kind AS undone, e.reference,
        CAST(coalesce(sum(amount) FILTER (WHERE code = '1100'), 0) AS bigint) AS principal,
        CAST(coalesce(sum(amount) FILTER (WHERE code = '1110'), 0) AS bigint) AS interest,
        CAST(coalesce(sum(amount) FILTER (WHERE code = '1120'), 0) AS bigint) AS fee,
        CAST(coalesce(sum(amount) FILTER (WHERE code = '1130'), 0) AS bigint) AS penalty
    FROM moved
        JOIN entry e ON e.id = moved.entry_id
        LEFT JOIN entry undone ON undone.id = e.reverses
    WHERE coalesce(undone.about, e.about) ->> 'loan' = CAST(:loan AS text)
    GROUP BY e.id, undone.id
    ORDER BY e.id
    """
)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry as it changed what is owed: positive adds to it, negative takes from it.

    `kind` is the entry's, or of a reversal the kind of what it undid, with `is_reversal`. `balance` is the principal
    that is owed after it. Interest that is earned day by day has no lines of its own: it shows where it is paid.
    """

    on: date
    value_on: date | None
    kind: str
    is_reversal: bool
    reference: str
    principal: Money
    interest: Money
    fee: Money
    penalty: Money
    balance: Money

    @property
    def amount(self) -> Money:
        """The sum of the line's parts."""
        return self.principal + self.interest + self.fee + self.penalty


async def statement(unit: Unit, loan: Loan) -> Sequence[StatementLine]:
    """Return a loan's statement from its first day on, oldest line first."""
    rows = (await unit.session.execute(_LINES, {"loan": loan.id})).all()
    balances = accumulate(row.principal for row in rows)
    asset = ASSETS[loan.asset]
    return [
        StatementLine(
            on=row.business_date,
            value_on=row.value_on,
            kind=row.undone or row.kind,
            is_reversal=row.undone is not None,
            reference=row.reference,
            **_parts(row, asset),
            balance=Money(balance, asset),
        )
        for row, balance in zip(rows, balances, strict=True)
    ]


def _parts(row: object, asset: Asset) -> dict[str, Money]:
    return {name: Money(getattr(row, name), asset) for name in ("principal", "interest", "fee", "penalty")}
