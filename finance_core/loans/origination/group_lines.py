"""The lines of a group that borrows together: what the group may know, what each sees, what a line would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from finance_core.customers.models import Customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.origination import applications, quoting
from finance_core.loans.origination.group_models import GroupLoan, GroupLoanLine, GroupState
from finance_core.loans.origination.models import ApplicationState, LoanApplication
from finance_core.loans.origination.quoting import Quote
from finance_core.storage.unit import Unit

OPEN: tuple[GroupState, ...] = (GroupState.ASKING, GroupState.SIGNING)
"""Not over yet."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the group may read of its application: no names."""

    state: GroupState
    signed: int
    of: int
    until: datetime

    @property
    def is_complete(self) -> bool:
        """Whether all have signed, and so were paid."""
        return self.state is GroupState.PAID


@dataclass(frozen=True, slots=True)
class Line:
    """What one of them sees: the own line, and for whom they are to stand, at most for how much of each."""

    group: GroupLoan
    line: GroupLoanLine
    application: LoanApplication | None
    stands_for: tuple[tuple[int, Money], ...]
    """Customer and the most that the share can come to, by line; empty until all lines are approved."""


async def progress(unit: Unit, group_id: int) -> Progress:
    """Return what the group may read. Raises NotFound: `group_loan`."""
    group = await unit.session.get(GroupLoan, group_id)
    if group is None:
        raise NotFound(ErrorCode.GROUP_LOAN)
    lines = await lines_of(unit, group_id)
    signed = sum(line.signed_at is not None for line in lines)
    return Progress(GroupState(group.state), signed, len(lines), group.expires_at)


async def open_of_circle(unit: Unit, circle_id: int) -> GroupLoan | None:
    """Return a circle's application that is not over."""
    statement = select(GroupLoan).where(GroupLoan.circle_id == circle_id, col(GroupLoan.state).in_(OPEN))
    return await unit.session.scalar(statement)


async def of_customer(unit: Unit, customer_id: int) -> list[Line]:
    """Return a person's lines in applications that are not over, oldest first."""
    statement = (
        select(GroupLoan)
        .join(GroupLoanLine, col(GroupLoanLine.group_loan_id) == GroupLoan.id)
        .where(
            GroupLoanLine.customer_id == customer_id,
            col(GroupLoan.state).in_(OPEN),
        )
        .order_by(col(GroupLoan.id))
    )
    return [await line_of(unit, group.id, customer_id) for group in await unit.session.scalars(statement)]


async def line_of(unit: Unit, group_id: int, customer_id: int) -> Line:
    """Return one's own line of an application. Raises NotFound: `group_loan`."""
    group = await unit.session.get(GroupLoan, group_id)
    lines = await lines_of(unit, group_id)
    if group is None:
        raise NotFound(ErrorCode.GROUP_LOAN)
    line = own_line(lines, customer_id)
    application = await application_of(unit, line)
    if application is None or group.state == GroupState.ASKING:
        return Line(group, line, application, ())
    stands_for = tuple(
        (other.customer_id, share)
        for other in lines
        if other is not line
        for who, share in shares_of(lines, other, Money(other.whole or 0, ASSETS[application.asset]))
        if who is line
    )
    return Line(group, line, application, stands_for)


async def lines_of(unit: Unit, group_id: int) -> list[GroupLoanLine]:
    """Return an application's lines, by their numbers."""
    statement = select(GroupLoanLine).where(GroupLoanLine.group_loan_id == group_id).order_by(col(GroupLoanLine.nr))
    return list(await unit.session.scalars(statement.execution_options(populate_existing=True)))


def shares_of(
    lines: Sequence[GroupLoanLine], borrower: GroupLoanLine, whole: Money
) -> list[tuple[GroupLoanLine, Money]]:
    """Return who stands for a line and each one's equal share of `whole`, the first ones a cent more."""
    others = [line for line in lines if line.nr != borrower.nr]
    return list(zip(others, whole.split([1] * len(others)), strict=True))


def besides(quotes: Mapping[int, Quote], lines: Sequence[GroupLoanLine], customer_id: int) -> Money | None:
    """Return what somebody's shares of the others' loans would take a month; None while none of these is asked for.

    Args:
        quotes: of the lines that are asked for, by number (`quotes_of`).
    """
    others = [quotes[line.nr] for line in lines if line.customer_id != customer_id and line.nr in quotes]
    if not others:
        return None
    shares = (-(-offered.monthly.amount // (len(lines) - 1)) for offered in others)
    return Money(sum(shares), others[0].monthly.asset)


async def quotes_of(unit: Unit, lines: Sequence[GroupLoanLine]) -> dict[int, Quote]:
    """Return what each line that was asked for would be today, by its number."""
    return {line.nr: await quoted(unit, line) for line in lines if line.application_id is not None}


async def quoted(unit: Unit, line: GroupLoanLine) -> Quote:
    """Return what a line that was asked for would be today, for the sum that is approved, else asked for."""
    application = await application_of(unit, line)
    assert application is not None
    customer = await unit.session.get_one(Customer, line.customer_id)
    principal, period = applications.principal_of(application), PeriodUnit(application.unit)
    return await quoting.quote(unit, customer, principal, application.count, application.product, period)


async def application_of(unit: Unit, line: GroupLoanLine) -> LoanApplication | None:
    """Return what was asked for and decided on a line; None while it was not asked for."""
    return await unit.session.get(LoanApplication, line.application_id) if line.application_id is not None else None


async def is_approved(unit: Unit, line: GroupLoanLine) -> bool:
    """Say whether a line is approved, by the rules or by an officer."""
    application = await application_of(unit, line)
    return application is not None and application.state == ApplicationState.APPROVED


def own_line(lines: Sequence[GroupLoanLine], customer_id: int) -> GroupLoanLine:
    """Return somebody's line. Raises NotFound: `group_loan`."""
    for line in lines:
        if line.customer_id == customer_id:
            return line
    raise NotFound(ErrorCode.GROUP_LOAN)
