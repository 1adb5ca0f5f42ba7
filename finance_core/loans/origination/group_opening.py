"""How an application of a group begins, and how it ends without anybody being paid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers.blocking import require_reaches
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.loans.origination import applications, group_notifications, quoting
from finance_core.loans.origination.group_lines import OPEN, application_of, lines_of, open_of_circle, own_line
from finance_core.loans.origination.group_models import GroupLoan, GroupLoanLine, GroupState
from finance_core.loans.origination.models import ApplicationState
from finance_core.notices import boards
from finance_core.storage.unit import Unit

GROUP: Final = "group"
"""The product of the catalogue."""

BOARD: Final = "group_loan"
"""The kind of a board that shows a group how far its application is, by its id."""

LASTS: Final = timedelta(days=7)
LEAST: Final = 3
MOST: Final = 10

_AT_ONCE: Final = 100
"""Applications whose days are over, ended in one go."""

_OVERDUE: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM group_loan g
            JOIN group_loan_line line ON line.group_loan_id = g.id
            JOIN loan_application a ON a.id = line.application_id
            JOIN instalment i ON i.loan_id = a.loan_id AND i.settled_on IS NULL AND i.due_on < :on
            JOIN loan l ON l.id = a.loan_id AND l.state IN ('active', 'written_off')
        WHERE g.circle_id = :circle AND g.state = 'paid')
    """
)


async def open_group(
    unit: Unit,
    circle_id: int,
    members: Collection[int],
    borrowers: Sequence[int],
    opened_by: int,
    key: str,
    *,
    proposed: tuple[Money, int] | None = None,
) -> GroupLoan:
    """Open an application of some of a circle's members; each of them is asked in private for their line.

    Args:
        members: who is in the circle now.
        borrowers: who is to borrow, the opener among them, in the order of their lines.
        proposed: how much to each, over how many instalments; each asks for the own line as they want it.

    Raises:
        InvalidInput: `group_loan_count` with least and most; `group_loan_member`: somebody is not of the circle;
            `loan_amount_range`, `loan_count`: nothing is lent like that.
        RuleViolation: `group_loan_overdue`: a loan of an earlier group of this circle is. Conflict: `group_loan_open`.
        NotAllowed: `person_takes_nothing`: one of them has blocked who opens it.
    """
    known = await unit.session.scalar(select(GroupLoan).where(GroupLoan.key == key))
    if known is not None:
        return known
    people = list(dict.fromkeys(borrowers))
    await require_may_open(unit, circle_id, members, people, opened_by)
    if proposed is not None:
        await require_sold(unit, *proposed)
    group = GroupLoan(
        key=key,
        circle_id=circle_id,
        opened_by=opened_by,
        product=GROUP,
        state=GroupState.ASKING,
        opened_at=unit.now,
        expires_at=unit.now + LASTS,
        principal=proposed[0].amount if proposed is not None else None,
        count=proposed[1] if proposed is not None else None,
    )
    unit.session.add(group)
    await unit.session.flush()
    lines = [
        GroupLoanLine(group_loan_id=group.id, nr=nr, customer_id=who, automatic_debit=False, from_change_plus=False)
        for nr, who in enumerate(people, 1)
    ]
    unit.session.add_all(lines)
    await unit.session.flush()
    await group_notifications.opened(unit, group, [line.customer_id for line in lines])
    return group


async def require_may_open(
    unit: Unit, circle_id: int, members: Collection[int], people: Sequence[int], opened_by: int
) -> None:
    """Refuse an application that could not be opened now. Raises as `open_group`."""
    if not LEAST <= len(people) <= MOST:
        raise InvalidInput(ErrorCode.GROUP_LOAN_COUNT, least=LEAST, most=MOST)
    require_members(members, people)
    if opened_by not in people:
        raise InvalidInput(ErrorCode.GROUP_LOAN_MEMBER)
    for who in people:
        await require_reaches(unit, opened_by, who)
    await require_none_overdue(unit, circle_id)
    if await open_of_circle(unit, circle_id) is not None:
        raise Conflict(ErrorCode.GROUP_LOAN_OPEN)


async def require_sold(unit: Unit, principal: Money, count: int) -> None:
    """Refuse what is not lent to anybody. Raises InvalidInput: `loan_amount_range`, `loan_count`."""
    product = await quoting.product_named(unit, GROUP)
    quoting.require_sum(product, principal)
    product.tenor(count, None)


async def call_off(unit: Unit, group_id: int, customer_id: int) -> None:
    """End an application that is not over: any of them may, until all are paid.

    The others learn that it has not come about, never by whom. Ended already, nothing happens.

    Raises:
        NotFound: `group_loan`. Conflict: `group_loan_over`: all were paid.
    """
    group = await locked(unit, group_id, customer_id)
    if group.state == GroupState.PAID:
        raise Conflict(ErrorCode.GROUP_LOAN_OVER)
    if group.state in OPEN:
        await _end(unit, group, unit.now, but=customer_id)


async def end_those_over(unit: Unit) -> int:
    """End applications whose days are over: nobody is paid, and each is told so. Returns how many there were."""
    statement = select(GroupLoan).where(col(GroupLoan.state).in_(OPEN), col(GroupLoan.expires_at) <= unit.now)
    found = list(await unit.session.scalars(statement.order_by(col(GroupLoan.id)).limit(_AT_ONCE).with_for_update()))
    for group in found:
        await _end(unit, group, group.expires_at)
    return len(found)


async def _end(unit: Unit, group: GroupLoan, at: datetime, *, but: int | None = None) -> None:
    """What was approved or waits for it ends with it."""
    lines = await lines_of(unit, group.id)
    for line in lines:
        application = await application_of(unit, line)
        if application is not None:
            await applications.let_go(unit, application, ApplicationState.EXPIRED)
    group.state, group.settled_at = GroupState.LAPSED, at
    await unit.session.flush()
    await group_notifications.lapsed(unit, group, [line.customer_id for line in lines if line.customer_id != but])
    await boards.changed(unit, BOARD, group.id, is_over=True)


def require_members(members: Collection[int], borrowers: Collection[int]) -> None:
    """Refuse where somebody is not of the circle. Raises InvalidInput: `group_loan_member`."""
    if not set(borrowers) <= set(members):
        raise InvalidInput(ErrorCode.GROUP_LOAN_MEMBER)


async def require_none_overdue(unit: Unit, circle_id: int) -> None:
    """Refuse while a loan that the circle took together is overdue. Raises RuleViolation: `group_loan_overdue`."""
    if await unit.session.scalar(_OVERDUE, {"circle": circle_id, "on": unit.open_on}):
        raise RuleViolation(ErrorCode.GROUP_LOAN_OVERDUE)


async def locked(unit: Unit, group_id: int, customer_id: int) -> GroupLoan:
    """Return an application that nobody else changes meanwhile, to who is in it. Raises NotFound: `group_loan`."""
    statement = select(GroupLoan).where(GroupLoan.id == group_id).with_for_update()
    group = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if group is None:
        raise NotFound(ErrorCode.GROUP_LOAN)
    own_line(await lines_of(unit, group_id), customer_id)
    return group


async def locked_open(unit: Unit, group_id: int, customer_id: int) -> GroupLoan:
    """Return an application that is not over, as `locked`. Raises Conflict: `group_loan_over`."""
    group = await locked(unit, group_id, customer_id)
    if group.state not in OPEN or unit.now >= group.expires_at:
        raise Conflict(ErrorCode.GROUP_LOAN_OVER)
    return group
