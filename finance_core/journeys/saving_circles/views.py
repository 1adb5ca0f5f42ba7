"""An accumulating circle as people see it: the fund, what one member has in it, a meeting's minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles.saving.finding import INTEREST_DUE, LENT, Saving, begun, meetings, saver, savers
from finance_core.circles.saving.models import (
    CircleFine,
    CircleMeeting,
    CirclePresence,
    CircleRequest,
    CircleSaver,
    CircleSavingPayment,
    MeetingState,
)
from finance_core.circles.saving.paying_in import open_fines
from finance_core.circles.saving.voting import Count, count, requests_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import Money
from finance_core.ledger import Account
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.queries import LoanView
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Fund:
    """What a circle has, as all its members may see it: sums, and nobody's."""

    saving: Saving
    members: int
    shares: int
    cash: Money
    lent: Money
    interest_due: Money
    social: Money
    meeting: CircleMeeting | None
    """The one that is open, else the next; None once all are over."""
    meetings: int

    @property
    def worth(self) -> Money:
        """Of all shares together."""
        return self.cash + self.lent + self.interest_due


@dataclass(frozen=True, slots=True)
class Mine:
    """What one member has in a circle; for them alone."""

    saver: CircleSaver
    saved: Money
    fines: Money
    loan: LoanView | None
    """The one that runs."""
    bought_now: int
    """Shares bought at the meeting that is open."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """What happened at a meeting: who was there, what was paid in, voted on and fined. For its members."""

    meeting: CircleMeeting
    present: tuple[int, ...]
    """Customers, in the order in which they came."""
    members: int
    payments: tuple[CircleSavingPayment, ...]
    requests: tuple[tuple[CircleRequest, Count], ...]
    fines: tuple[CircleFine, ...]


async def fund(unit: Unit, circle_id: int) -> Fund:
    """Return what a circle has. Raises NotFound: `circle`."""
    saving = await begun(unit, circle_id)
    people, days = await savers(unit, circle_id), await meetings(unit, circle_id)
    accounts = [saving.cash, *(Account(code, circle_id, saving.asset) for code in (LENT, INTEREST_DUE)), saving.social]
    cash, lent, interest, social = [await ledger.balance(unit, account) for account in accounts]
    return Fund(
        saving=saving,
        members=len(people),
        shares=sum(person.shares for person in people),
        cash=cash,
        lent=lent,
        interest_due=interest,
        social=social,
        meeting=next((day for day in days if day.state != MeetingState.CLOSED), None),
        meetings=len(days),
    )


async def mine(unit: Unit, circle_id: int, customer_id: int) -> Mine:
    """Return what a member has in a circle. Raises NotFound: `circle`, `not_in_circle`."""
    saving = await begun(unit, circle_id)
    member = await saver(unit, saving, customer_id)
    now = next((day for day in await meetings(unit, circle_id) if day.state == MeetingState.OPEN), None)
    paid = await _payments(unit, now) if now is not None else ()
    loan = await unit.session.scalar(
        select(Loan).where(
            Loan.funding_circle == circle_id, Loan.customer_id == customer_id, Loan.state == LoanState.ACTIVE
        )
    )
    return Mine(
        saver=member,
        saved=Money(member.paid, saving.asset),
        fines=Money(sum(fine.amount for fine in await open_fines(unit, circle_id, customer_id)), saving.asset),
        loan=await queries.view(unit, loan) if loan is not None else None,
        bought_now=sum(each.shares for each in paid if each.customer_id == customer_id),
    )


_LATE: Final = text(
    """
    SELECT l.customer_id, min(i.due_on) AS since FROM loan l JOIN instalment i ON i.loan_id = l.id
    WHERE l.funding_circle = :circle AND l.state = 'active' AND i.settled_on IS NULL AND i.due_on < :on
    GROUP BY l.customer_id ORDER BY 2, 1
    """
)


async def late_borrowers(unit: Unit, circle_id: int) -> dict[int, date]:
    """Return who is late with a loan of the circle and since when, the longest first: for its officers."""
    rows = await unit.session.execute(_LATE, {"circle": circle_id, "on": unit.open_on})
    return {row.customer_id: row.since for row in rows}


async def fines_to_pay(unit: Unit, circle_id: int) -> list[CircleFine]:
    """Return the circle's fines that are neither paid nor taken back, oldest first: for its officers."""
    statement = select(CircleFine).where(
        CircleFine.circle_id == circle_id, col(CircleFine.paid_at).is_(None), col(CircleFine.waived_at).is_(None)
    )
    return list(await unit.session.scalars(statement.order_by(col(CircleFine.id))))


async def minutes(unit: Unit, circle_id: int, number: int) -> Minutes:
    """Return a meeting's minutes, while it is open too. Raises NotFound: `circle`."""
    meeting = await unit.session.get(CircleMeeting, (circle_id, number), populate_existing=True)
    if meeting is None:
        raise NotFound(ErrorCode.CIRCLE)
    there = select(CirclePresence.customer_id).where(
        CirclePresence.circle_id == circle_id, CirclePresence.meeting == number
    )
    fined = select(CircleFine).where(CircleFine.circle_id == circle_id, CircleFine.meeting == number)
    asked = await requests_of(unit, meeting)
    return Minutes(
        meeting=meeting,
        present=tuple(
            await unit.session.scalars(there.order_by(col(CirclePresence.since), col(CirclePresence.customer_id)))
        ),
        members=len(await savers(unit, circle_id)),
        payments=await _payments(unit, meeting),
        requests=tuple([(each, await count(unit, each)) for each in asked]),
        fines=tuple(await unit.session.scalars(fined.order_by(col(CircleFine.id)))),
    )


async def _payments(unit: Unit, meeting: CircleMeeting) -> tuple[CircleSavingPayment, ...]:
    statement = select(CircleSavingPayment).where(
        CircleSavingPayment.circle_id == meeting.circle_id, CircleSavingPayment.meeting == meeting.nr
    )
    return tuple(await unit.session.scalars(statement.order_by(col(CircleSavingPayment.id))))
