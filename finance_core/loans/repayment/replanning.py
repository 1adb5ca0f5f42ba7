"""Principal paid ahead of its day: the schedule that follows is planned anew by the person's choice, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.catalogue import product_version
from finance_core.loans import queries
from finance_core.loans.book import schedules
from finance_core.loans.book.allocation import Part
from finance_core.loans.models import InstalmentRow, Loan
from finance_core.loans.products.product import loan_product
from finance_core.loans.repayment.prepayment import Left, replanned
from finance_core.loans.rules.methods import Split
from finance_core.loans.rules.terms import Prepayment, Terms
from finance_core.storage.unit import Unit

_REPLAN: Final = text(
    """
    UPDATE instalment i SET
        starts_on = greatest(i.starts_on, CAST(:on AS date)),
        earned_before = i.accrued_interest,
        interest = planned.interest + i.accrued_interest,
        principal = planned.principal + i.paid_principal
    FROM unnest(CAST(:nr AS integer[]), CAST(:principal AS bigint[]), CAST(:interest AS bigint[]))
        AS planned (nr, principal, interest)
    WHERE i.loan_id = :loan AND i.nr = planned.nr
    """
)
_DROP: Final = text("DELETE FROM instalment WHERE loan_id = :loan AND nr > :last")


async def make_room(unit: Unit, loan: Loan, part: Part, ahead: Prepayment | None, on: date) -> None:
    """Plan the rest anew for `part`, which repays principal ahead, before it is written into the running instalment.

    Args:
        ahead: the person's choice; None: the contract's rule.
        on: the day from which the payment counts.
    """
    terms = await _terms(unit, loan)
    left = left_of(loan, await queries.instalments(unit, loan.id), on)
    splits = replanned(terms, left, part.principal, ahead or terms.prepayment)
    principal, interest = splits[0]
    await write_plan(unit, loan, left, [(principal + part.principal, interest), *splits[1:]], on, "paid_ahead")


async def write_plan(
    unit: Unit, loan: Loan, left: Sequence[Left], splits: Sequence[Split], on: date, reason: str
) -> None:
    """Write (principal, interest) into the instalments that are left, from `on` on, drop what is beyond them, and keep
    the schedule as planned anew for `reason`. What has been earned and paid of them stays.
    """
    values = {
        "loan": loan.id,
        "on": on,
        "nr": [each.nr for each in left[: len(splits)]],
        "principal": [principal for principal, _ in splits],
        "interest": [interest for _, interest in splits],
    }
    await unit.session.execute(_REPLAN, values)
    await unit.session.execute(_DROP, {"loan": loan.id, "last": left[len(splits) - 1].nr})
    await schedules.keep(unit, loan, reason)


def left_of(loan: Loan, rows: Sequence[InstalmentRow], on: date) -> list[Left]:
    """Return the instalments that fall due after `on`; interest that is earned until then is not left."""
    begun_on = loan.restructured_on or loan.disbursed_on
    starts = [begun_on, *(max(begun_on, row.due_on) for row in rows)]
    return [
        Left(row.nr, start_on, row.due_on, row.principal - row.paid_principal, row.interest - _earned(row, on))
        for row, start_on in zip(rows, starts, strict=False)
        if row.due_on > on
    ]


def _earned(row: InstalmentRow, on: date) -> int:
    """Return what of an instalment's interest the days before `on` have earned (`earned_interest` in SQL)."""
    days, past = (row.due_on - row.starts_on).days, (min(on, row.due_on) - row.starts_on).days
    return row.earned_before + (row.interest - row.earned_before) * max(past, 0) // days


async def _terms(unit: Unit, loan: Loan) -> Terms:
    product = loan_product(await product_version(unit, loan.product, loan.product_version))
    return product.terms_of(loan)
