"""Reads of the loan book: what a loan owes on a day, a person's loans, the schedule as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.loans.book.allocation import ORDER_BEYOND_90, Order, Owed, order_of
from finance_core.loans.models import InstalmentRow, Loan, LoanState
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

_OWED: Final = text(
    """
    SELECT i.loan_id, i.nr, i.due_on, i.penalty - i.paid_penalty AS penalty,
        CASE WHEN i.due_on <= :on THEN i.fee ELSE i.charged_fee END + i.late_fee - i.paid_fee AS fee,
        earned_interest(i.interest, i.earned_before, i.starts_on, i.due_on, CAST(:on AS date))
            + i.late_interest - i.paid_interest AS interest,
        i.principal - i.paid_principal AS principal,
        CAST(:on AS date) - min(i.due_on) OVER (PARTITION BY i.loan_id) > 90 AS is_beyond_90,
        p.terms -> 'allocation' AS usual, p.terms -> 'allocation_beyond_90' AS beyond_90
    FROM instalment i
        JOIN loan l ON l.id = i.loan_id
        JOIN product p ON p.code = l.product AND p.version = l.product_version
    WHERE i.loan_id = ANY(:loans) AND i.settled_on IS NULL AND (i.due_on <= :on OR NOT CAST(:only_due AS boolean))
    ORDER BY i.due_on, i.loan_id, i.nr
    """
).columns(usual=JSONB, beyond_90=JSONB)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of one instalment, and how many days late that is: 0 on its day."""

    days: int
    amount: Money


@dataclass(frozen=True, slots=True)
class LoanView:
    """A loan as a person sees it on a day."""

    loan: Loan
    asset: Asset
    due_now: Money
    """Everything whose due day has come, penalty and interest to the day included."""
    outstanding: Money
    """Principal that has not been repaid."""
    settlement: Money
    """What ends the loan today: principal, interest to the day, penalty."""
    next_due_on: date | None
    next_due: Money
    """The next instalment that is still ahead, as planned."""
    days_past_due: int
    may_be_given_back: bool
    """Within the cooling-off days, and nothing has been repaid yet."""
    instalments: list[InstalmentRow]
    dues: tuple[Due, ...] = ()
    """What `due_now` consists of, oldest due day first."""

    @property
    def whole(self) -> Money:
        """What was lent, and the arrears that became principal."""
        return Money(self.loan.principal + self.loan.capitalised, self.asset)

    @property
    def repaid(self) -> Money:
        """What has been repaid of all that the schedule asks for."""
        return self.whole - self.outstanding

    @property
    def running(self) -> list[InstalmentRow]:
        """The instalments of the schedule that runs; those of one that a restructure ended are left out."""
        since = self.loan.restructured_on
        return [row for row in self.instalments if since is None or row.starts_on >= since]

    @property
    def cost(self) -> Money:
        """What borrowing costs in all as things stand, paid and to come: interest, fees, penalties."""
        charged = sum(
            row.interest + row.late_interest + row.penalty + row.fee + row.late_fee for row in self.instalments
        )
        return Money(charged + self.loan.fee_deferred, self.asset)

    @property
    def interest_to_come(self) -> Money:
        """What settling today saves: interest that has not been earned yet."""
        return Money(sum(row.left for row in self.instalments), self.asset) - self.settlement


async def owed(unit: Unit, loan_ids: list[int], on: date, *, only_due: bool = False) -> list[Owed]:
    """Return what is owed of each unsettled instalment on a day, oldest due day first; interest earned to the day.

    Args:
        only_due: leave out those whose due day has not come.
    """
    rows = await unit.session.execute(_OWED, {"loans": loan_ids, "on": on, "only_due": only_due})
    return [
        Owed(row.loan_id, row.nr, row.due_on, row.penalty, row.fee, row.interest, row.principal, _order(row))
        for row in rows
    ]


async def by_id(unit: Unit, loan_id: int, customer_id: int) -> Loan:
    """Return a person's own loan. Raises NotFound: `loan`, for another's too."""
    loan = await unit.session.get(Loan, loan_id)
    if loan is None or loan.customer_id != customer_id:
        raise NotFound(ErrorCode.LOAN)
    return loan


async def locked(unit: Unit, loan_id: int) -> Loan:
    """Return a loan with its row locked until the unit ends. Raises NotFound: `loan`."""
    statement = select(Loan).where(Loan.id == loan_id).with_for_update(key_share=True)
    loan = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if loan is None:
        raise NotFound(ErrorCode.LOAN)
    return loan


async def of_customer(unit: Unit, customer_id: int, state: LoanState | None = None) -> list[Loan]:
    """Return a person's loans, oldest first; only those in `state` when given."""
    statement = select(Loan).where(Loan.customer_id == customer_id).order_by(col(Loan.id))
    if state is not None:
        statement = statement.where(Loan.state == state)
    return list(await unit.session.scalars(statement))


async def view(unit: Unit, loan: Loan) -> LoanView:
    """Return a loan as it stands on the unit's business date."""
    asset, today = ASSETS[loan.asset], unit.open_on
    owing = await owed(unit, [loan.id], today)
    due = [each for each in owing if each.due_on <= today and each.total > 0]
    ahead = [each for each in owing if each.due_on > today]
    rows = await instalments(unit, loan.id)
    planned = {row.nr: row for row in rows}
    next_row = planned[ahead[0].nr] if ahead else None
    return LoanView(
        loan=loan,
        asset=asset,
        due_now=Money(sum(each.total for each in due), asset),
        outstanding=Money(sum(each.principal for each in owing), asset),
        settlement=Money(sum(each.total for each in owing), asset),
        next_due_on=next_row.due_on if next_row else None,
        next_due=Money(next_row.left, asset) if next_row else Money.zero(asset),
        days_past_due=(today - due[0].due_on).days if due else 0,
        may_be_given_back=today <= loan.cooling_off_until and not any(is_touched(row) for row in rows),
        instalments=rows,
        dues=tuple(Due((today - each.due_on).days, Money(each.total, asset)) for each in due),
    )


async def instalments(unit: Unit, loan_id: int) -> list[InstalmentRow]:
    """Return the schedule as it stands, oldest first, read anew."""
    statement = select(InstalmentRow).where(InstalmentRow.loan_id == loan_id).order_by(col(InstalmentRow.nr))
    return list(await unit.session.scalars(statement.execution_options(populate_existing=True)))


def _order(row: Fetched) -> Order:
    return order_of(row.beyond_90, ORDER_BEYOND_90) if row.is_beyond_90 else order_of(row.usual)


def is_touched(row: InstalmentRow) -> bool:
    """Say whether anything has been paid on an instalment."""
    return row.paid > 0
