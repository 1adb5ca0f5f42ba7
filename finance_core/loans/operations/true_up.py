"""Bringing what the ledger says of one loan to what its rows say, as one entry, once its days have been lived again."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.money import ASSETS
from finance_core.ledger import Account, Entry
from finance_core.loans import queries
from finance_core.loans.entries import RECEIVABLES
from finance_core.loans.models import Loan
from finance_core.loans.operations import common, waive
from finance_core.loans.suspense import INCOME_OF
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


async def true_up(unit: Unit, loan: Loan, key: str, value_on: date | None = None) -> None:
    """Bring the ledger to the rows: receivables against income, then suspense against income, then the deferred fee.

    Nothing is posted where they agree.

    Args:
        loan: locked, and read after its rows were changed.
        value_on: the day from which it counts, if it is not the open one.
    """
    asset, product = ASSETS[loan.asset], loan.product_number
    owed = common.standing(await queries.instalments(unit, loan.id))
    transfers = []
    for name in waive.WAIVABLE:
        account = Account(RECEIVABLES[name], loan.id, asset)
        short = getattr(owed, name) - (await ledger.balance(unit, account)).amount
        transfers += _either_way(account, Account(INCOME_OF[name], product, asset), short)
    for income, short in (await _short_of_suspense(unit, loan)).items():
        transfers += _either_way(Account(income, product, asset), Account("1195", loan.id, asset), short)
    deferred = Account("2060", loan.id, asset)
    unearned = loan.fee_deferred - loan.fee_earned - (await ledger.balance(unit, deferred)).amount
    transfers += _either_way(Account("4020", product, asset), deferred, unearned)
    moves = common.moves(asset, *transfers)
    if moves:
        await ledger.post(unit, Entry("loan.true_up", key, moves, common.about(loan), value_on=value_on))


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
