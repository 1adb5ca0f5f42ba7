"""Bringing what the ledger says of one loan to what its rows say, as one entry, once its days have been lived again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.money import ASSETS
from finance_core.ledger import Account, Entry
from finance_core.loans import queries
from finance_core.loans.book.entries import RECEIVABLES
from finance_core.loans.book.funding import INCOME_OF, funding_of
from finance_core.loans.models import Loan
from finance_core.loans.operations import common, waive
from finance_core.storage.unit import Unit

# What is in suspense by what it was charged as; a transfer from receivable to suspense, or from income to suspense.
_IN_SUSPENSE: Final = text(
    """
    SELECT other.code, coalesce(sum(CASE WHEN t.credit_id = suspense.id THEN t.amount ELSE -t.amount END), 0) AS amount
    FROM account suspense
        JOIN transfer t ON suspense.id IN (t.debit_id, t.credit_id)
        JOIN account other ON other.id = CASE WHEN t.debit_id = suspense.id THEN t.credit_id ELSE t.debit_id END
    WHERE suspense.book = 'INST' AND suspense.code = '1195' AND suspense.owner = :loan AND suspense.asset = :asset
    GROUP BY other.code
    """
)


async def true_up(unit: Unit, loan: Loan, key: str) -> None:
    """Bring the ledger to the rows of a loan that is locked and reread; where they agree nothing is posted."""
    moves = [move for short in await _shorts(unit, loan) for move in _either_way(*short)]
    await _post(unit, loan, key, moves, None)


async def charge_what_lacks(unit: Unit, loan: Loan, key: str, on: date) -> None:
    """Post what the rows have charged by a day and the ledger has not, so that a payment of that day may take it.

    What the ledger was told beyond that stays until `true_up`: later days have charged it.
    """
    moves = [(debit, credit, max(short, 0)) for debit, credit, short in await _shorts(unit, loan)]
    await _post(unit, loan, key, moves, on)


async def _post(
    unit: Unit, loan: Loan, key: str, wanted: Sequence[tuple[Account, Account, int]], on: date | None
) -> None:
    moves = common.moves(ASSETS[loan.asset], *wanted)
    if moves:
        await ledger.post(unit, Entry("loan.true_up", key, moves, common.about(loan), value_on=on))


async def _shorts(unit: Unit, loan: Loan) -> list[tuple[Account, Account, int]]:
    """Return what the ledger lacks by the rows, as (debit, credit, minor units), too much as a negative sum:
    receivables against income, suspense against income, the deferred fee.
    """
    asset, product = ASSETS[loan.asset], loan.product_number
    owed = common.standing(await queries.instalments(unit, loan.id))
    shorts = []
    for name in waive.WAIVABLE:
        account = Account(RECEIVABLES[name], loan.id, asset)
        short = getattr(owed, name) - (await ledger.balance(unit, account)).amount
        shorts.append((account, funding_of(loan).earned(name), short))
    for income, short in (await _short_of_suspense(unit, loan)).items():
        shorts.append((Account(income, product, asset), Account("1195", loan.id, asset), short))
    deferred = Account("2060", loan.id, asset)
    unearned = loan.fee_deferred - loan.fee_earned - (await ledger.balance(unit, deferred)).amount
    return [*shorts, (Account("4020", product, asset), deferred, unearned)]


def _either_way(debit: Account, credit: Account, amount: int) -> list[tuple[Account, Account, int]]:
    return [(debit, credit, max(amount, 0)), (credit, debit, max(-amount, 0))]


async def _short_of_suspense(unit: Unit, loan: Loan) -> dict[str, int]:
    """Return what suspense (1195) lacks by the rows, by the income account that it is held back from."""
    wanted: dict[str, int] = dict.fromkeys(INCOME_OF.values(), 0)
    for name, income in INCOME_OF.items():
        wanted[income] += getattr(loan, f"suspended_{name}")
    incomes = {RECEIVABLES[name]: income for name, income in INCOME_OF.items()}
    for row in await unit.session.execute(_IN_SUSPENSE, {"loan": loan.id, "asset": loan.asset}):
        wanted[incomes.get(row.code, row.code)] -= int(row.amount)
    return wanted
