"""The lines of a group that borrows together: what the group may know, what each sees, what a line would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers.models import Customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.origination import applications, quoting
from finance_core.loans.origination.contract import StandsFor, Surety
from finance_core.loans.origination.group_models import GroupLoan, GroupLoanLine, GroupState
from finance_core.loans.origination.models import ApplicationState, LoanApplication
from finance_core.loans.origination.quoting import Quote
from finance_core.storage.unit import Unit

_STANDS: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM guarantee g
            JOIN loan l ON l.id = g.loan_id AND l.state = 'active'
            JOIN group_loan_line line ON line.application_id = g.application_id
            JOIN group_loan together ON together.id = line.group_loan_id AND together.circle_id = :circle
        WHERE g.customer_id = :who AND g.state = 'bound')
    """
)

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
    stands_for: tuple[StandsFor, ...]
    """By line; empty until all lines are approved."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody signs: the own line as it is today, who stands for it, and for whom they stand."""

    line: GroupLoanLine
    quote: Quote
    sureties: tuple[Surety, ...]
    stands_for: tuple[StandsFor, ...]


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
    if application is None or group.state != GroupState.SIGNING:
        return Line(group, line, application, ())
    quotes = await quotes_of(unit, lines)
    return Line(group, line, application, stood_for(lines, line, quotes, fixed(lines, quotes)))


async def terms_of(unit: Unit, group_id: int, customer_id: int) -> Terms:
    """Return what one would sign today. Raises NotFound: `group_loan`; Conflict: `group_loan_not_ready`."""
    lines = await lines_of(unit, group_id)
    line = own_line(lines, customer_id)
    if any(each.whole is None or each.application_id is None for each in lines):
        raise Conflict(ErrorCode.GROUP_LOAN_NOT_READY)
    quotes = await quotes_of(unit, lines)
    wholes, quoted = fixed(lines, quotes), quotes[line.nr]
    whole = Money(wholes[line.nr], quoted.repaid.asset)
    sureties = tuple(Surety(other.customer_id, share) for other, share in shares_of(lines, line, whole))
    return Terms(line, quoted, sureties, stood_for(lines, line, quotes, wholes))


async def group_of(unit: Unit, application_id: int) -> GroupLoan | None:
    """Return the group of whose application a line is; None: it is one person's alone."""
    statement = (
        select(GroupLoan)
        .join(GroupLoanLine, col(GroupLoanLine.group_loan_id) == GroupLoan.id)
        .where(GroupLoanLine.application_id == application_id)
    )
    return await unit.session.scalar(statement)


async def taken_together(unit: Unit, loan_id: int) -> GroupLoan | None:
    """Return the group that a running or past loan was taken with; None: it was not taken together."""
    signed = await unit.session.scalar(select(LoanApplication.id).where(LoanApplication.loan_id == loan_id))
    return await group_of(unit, signed) if signed is not None else None


async def besides_of(unit: Unit, application: LoanApplication) -> Money | None:
    """Return what shares of the others' loans would take a month of who asks for a line; None: no line, or no share."""
    group = await group_of(unit, application.id)
    if group is None:
        return None
    lines = await lines_of(unit, group.id)
    return besides(await quotes_of(unit, lines), lines, application.customer_id)


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


def fixed(lines: Sequence[GroupLoanLine], quotes: Mapping[int, Quote]) -> dict[int, int]:
    """Return what each line repays at most, in minor units by its number: as it was shown, or as all of them are today
    where one of them repays more by now.
    """
    today = {nr: quoted.repaid.amount for nr, quoted in quotes.items()}
    shown = {line.nr: line.whole or 0 for line in lines}
    return today if any(today[nr] > shown[nr] for nr in today) else shown


def stood_for(
    lines: Sequence[GroupLoanLine], mine: GroupLoanLine, quotes: Mapping[int, Quote], wholes: Mapping[int, int]
) -> tuple[StandsFor, ...]:
    """Return for whom somebody stands, and at most for how much of each.

    Args:
        quotes: of all lines, by number. wholes: what each repays at most, in minor units.
    """
    return tuple(
        StandsFor(other.customer_id, quotes[other.nr].principal, share)
        for other in lines
        if other is not mine
        for who, share in shares_of(lines, other, Money(wholes[other.nr], quotes[other.nr].repaid.asset))
        if who is mine
    )


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


async def is_in(unit: Unit, group_id: int, customer_id: int) -> bool:
    """Say whether somebody has a line in an application."""
    return any(line.customer_id == customer_id for line in await lines_of(unit, group_id))


def waits_for_them(own: Line) -> bool:
    """Say whether an open application waits for this person: to ask for the line (anew), or to sign."""
    application = own.application
    if application is None or application.state not in (ApplicationState.APPROVED, ApplicationState.REFERRED):
        return True
    return is_to_sign(own)


def is_to_sign(own: Line) -> bool:
    """Say whether all lines are approved and this person's signature lacks."""
    is_approved = own.application is not None and own.application.state == ApplicationState.APPROVED
    return own.group.state == GroupState.SIGNING and is_approved and own.line.signed_at is None


async def require_stands_for_nobody(unit: Unit, circle_id: int, customer_id: int) -> None:
    """Refuse who stands for a running loan that members of this circle took together.

    Raises RuleViolation: `circle_leaver_stands`.
    """
    if await unit.session.scalar(_STANDS, {"circle": circle_id, "who": customer_id}):
        raise RuleViolation(ErrorCode.CIRCLE_LEAVER_STANDS)
