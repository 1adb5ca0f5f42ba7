"""A cycle ends: what the circle has is shared out by shares, what members owe is set off (CIRCLES §5).

An officer previews, and from then on no loan of the circle is lent or repaid; a second officer approves what was seen,
on figures that are computed again. That keeps the plan and sets off what is owed, in one unit; each member is then paid
in a unit of its own, under the part's own key, so that whatever stops in between goes on where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import text, update
from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles import boards
from finance_core.circles.book.notices import CircleEnded
from finance_core.circles.finding import officers_of, require_officer
from finance_core.circles.models import Circle, CircleState
from finance_core.circles.notifications import of, tell
from finance_core.circles.rules.sharing import share_out
from finance_core.circles.saving import meeting_notices as notices
from finance_core.circles.saving.finding import Saving, begun, meetings, running, savers
from finance_core.circles.saving.models import (
    CircleShareOut,
    CircleSharePart,
    MeetingState,
    ShareOutState,
)
from finance_core.circles.saving.paying_in import open_fines
from finance_core.journeys.saving_circles.giving import give
from finance_core.journeys.saving_circles.setting_off import running_loans, set_off_fines, settlement
from finance_core.journeys.saving_circles.statements import statement_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.ledger import Transfer, customer_wallet
from finance_core.loans import queries
from finance_core.loans.book import funding
from finance_core.loans.operations.write_off import write_off
from finance_core.loans.repayment.repayment import repay
from finance_core.schedule.steps import TimedWork
from finance_core.storage.unit import Unit, Units


@dataclass(frozen=True, slots=True)
class Plan:
    """A share-out as it is seen before it is approved, or as it is kept."""

    share_out: CircleShareOut
    parts: tuple[CircleSharePart, ...]
    """By place."""


async def preview(unit: Unit, circle_id: int, officer_id: int) -> Plan:
    """Compute the share-out of a cycle whose meetings are over, keep what was seen, and hold the circle's loans.

    Seen again it is computed again; who sees it last has said yes to it.

    Raises:
        NotFound: `circle`. NotAllowed: `circle_officers_only`.
        Conflict: `circle_not_running`, `circle_share_out_approved`.
        RuleViolation: `circle_meetings_left`, `circle_no_shares`.
    """
    saving = await running(unit, circle_id)
    await require_officer(unit, saving.circle, officer_id)
    if any(meeting.state != MeetingState.CLOSED for meeting in await meetings(unit, circle_id)):
        raise RuleViolation(ErrorCode.CIRCLE_MEETINGS_LEFT)
    before = await _current(unit, circle_id)
    if before is not None:
        _require_state(before, ShareOutState.PREVIEWED)
        _end(unit, before, ShareOutState.DROPPED)
        await unit.session.flush()
    await funding.hold(unit, circle_id)
    cash, parts = await _computed(unit, saving)
    made = CircleShareOut(
        circle_id=circle_id, state=ShareOutState.PREVIEWED, cash=cash, previewed_by=officer_id, previewed_at=unit.now
    )
    unit.session.add(made)
    await unit.session.flush()
    for part in parts:
        part.share_out_id = made.id
    unit.session.add_all(parts)
    await unit.session.flush()
    told = notices.CircleShareOutSeen(**of(saving.circle), cash=Money(cash, saving.asset))
    others = [each for each in (await officers_of(unit, saving.circle)).values() if each != officer_id]
    await tell(unit, others, told, f"circle_share_out:{made.id}")
    return Plan(made, tuple(parts))


async def drop(unit: Unit, circle_id: int, officer_id: int) -> None:
    """Give up a preview: loans move again.

    Raises NotFound: `circle_share_out`. NotAllowed: `circle_officers_only`. Conflict: `circle_share_out_approved`.
    """
    saving = await running(unit, circle_id)
    await require_officer(unit, saving.circle, officer_id)
    found = await _required(unit, circle_id)
    _require_state(found, ShareOutState.PREVIEWED)
    _end(unit, found, ShareOutState.DROPPED)
    await funding.release(unit, circle_id)
    await unit.session.flush()


async def approve(unit: Unit, circle_id: int, officer_id: int) -> Plan:
    """Say the second yes: the plan is kept, what members owe is set off, and payments begin (`pay`).

    Raises:
        NotFound: `circle`, `circle_share_out`. NotAllowed: `circle_officers_only`.
        Conflict: `circle_share_out_approved`; `circle_share_out_same` (two people approve); `circle_share_out_changed`:
            the figures are no longer those that were seen, so they are to be looked at again.
    """
    saving = await running(unit, circle_id)
    await require_officer(unit, saving.circle, officer_id)
    found = await _required(unit, circle_id)
    _require_state(found, ShareOutState.PREVIEWED)
    if found.previewed_by == officer_id:
        raise Conflict(ErrorCode.CIRCLE_SHARE_OUT_SAME)
    parts = await parts_of(unit, found.id)
    cash, again = await _computed(unit, saving)
    if cash != found.cash or [_figures(part) for part in parts] != [_figures(part) for part in again]:
        raise Conflict(ErrorCode.CIRCLE_SHARE_OUT_CHANGED)
    found.approved_by, found.approved_at, found.state = officer_id, unit.now, ShareOutState.PAYING
    loans = {loan.customer_id: loan.id for loan in await running_loans(unit, circle_id)}
    for part in parts:
        await _set_off(unit, saving, part, loans.get(part.customer_id))
        await _tell_set_off(unit, saving, part)
    await unit.session.flush()
    await boards.changed(unit, saving.circle)
    return Plan(found, tuple(parts))


async def of_circle(unit: Unit, circle_id: int) -> Plan | None:
    """Return a circle's share-out, unless it was dropped."""
    found = await _current(unit, circle_id)
    return Plan(found, tuple(await parts_of(unit, found.id))) if found is not None else None


async def parts_of(unit: Unit, share_out_id: int) -> list[CircleSharePart]:
    """Return the parts of a share-out, by place."""
    statement = select(CircleSharePart).where(CircleSharePart.share_out_id == share_out_id)
    ordered = statement.order_by(col(CircleSharePart.place)).execution_options(populate_existing=True)
    return list(await unit.session.scalars(ordered))


# -- paying, part by part -------------------------------------------------------------------------------------------

_WANTED: Final = "SELECT FROM circle_share_out WHERE state = 'paying'"
_SINCE: Final = text("SELECT min(approved_at) FROM circle_share_out WHERE state = 'paying'")
_PAYING: Final = text("SELECT id FROM circle_share_out WHERE state = 'paying' ORDER BY id")
_UNPAID: Final = text(
    "SELECT place FROM circle_share_part WHERE share_out_id = :share_out AND paid_at IS NULL ORDER BY place"
)


async def pay(units: Units, share_out_id: int) -> int:
    """Pay what is not paid yet of a share-out, each part in a unit of its own; then end it. Return how many parts."""
    async with units.begin() as unit:
        places = list(await unit.session.scalars(_UNPAID, {"share_out": share_out_id}))
    for place in places:
        async with units.begin() as unit:
            await pay_part(unit, share_out_id, place)
    async with units.begin() as unit:
        await end_if_paid(unit, share_out_id)
    return len(places)


async def pay_part(unit: Unit, share_out_id: int, place: int) -> None:
    """Pay one member's part: D 2033 C 2010. Paid before, nothing happens."""
    saving, _ = await _of_plan(unit, share_out_id)
    part = await unit.session.get_one(
        CircleSharePart, (share_out_id, place), with_for_update=True, populate_existing=True
    )
    if part.paid_at is not None:
        return
    part.paid_at = unit.now
    if part.paid:
        amount = Money(part.paid, saving.asset)
        part.entry_id = await give(unit, saving, part.customer_id, amount, "shares", part_key(part))
    await unit.session.flush()


async def end_if_paid(unit: Unit, share_out_id: int) -> bool:
    """End the circle once all parts are paid, and let go of its loans; say whether it has ended."""
    saving, found = await _of_plan(unit, share_out_id)
    left = (await unit.session.scalars(_UNPAID, {"share_out": share_out_id})).all()
    if found.state != ShareOutState.PAYING or left:
        return found.state == ShareOutState.ENDED
    _end(unit, found, ShareOutState.ENDED)
    await unit.session.execute(
        update(Circle)
        .where(col(Circle.id) == saving.circle.id)
        .values(state=CircleState.ENDED, ended_at=unit.now)
        .execution_options(synchronize_session="fetch")
    )
    await funding.release(unit, saving.circle.id)
    await unit.session.flush()
    await boards.changed(unit, saving.circle, is_over=True)
    await _tell_the_end(unit, saving)
    return True


async def _tell_the_end(unit: Unit, saving: Saving) -> None:
    for person in await savers(unit, saving.circle.id):
        kept = await statement_of(unit, saving.circle, person.customer_id)
        told = CircleEnded(**of(saving.circle), paid=kept.paid, received=kept.received)
        await tell(unit, [person.customer_id], told, f"circle:{saving.circle.id}")


def part_key(part: CircleSharePart) -> str:
    """Return the idempotency key of a part's payment."""
    return f"circle_share_out:{part.share_out_id}:{part.place}"


async def _next(unit: Unit) -> datetime | None:
    return cast("datetime | None", await unit.session.scalar(_SINCE))


async def _pay_all(units: Units) -> int:
    async with units.begin() as unit:
        paying = list(await unit.session.scalars(_PAYING))
    return sum([await pay(units, share_out_id) for share_out_id in paying])


PAY: Final = TimedWork("circles.share_out", _WANTED, _next, _pay_all)


# -- inside ---------------------------------------------------------------------------------------------------------


async def _computed(unit: Unit, saving: Saving) -> tuple[int, list[CircleSharePart]]:
    """Return the cash and each member's part as things stand, the circle's loans brought up to date."""
    people = await savers(unit, saving.circle.id)
    if not any(person.shares for person in people):
        raise RuleViolation(ErrorCode.CIRCLE_NO_SHARES)
    loans = await running_loans(unit, saving.circle.id)
    owed = {loan.customer_id: await settlement(unit, loan) for loan in loans}
    fines = {
        person.customer_id: sum(fine.amount for fine in await open_fines(unit, saving.circle.id, person.customer_id))
        for person in people
    }
    cash = (await ledger.balance(unit, saving.cash)).amount
    debts = [owed.get(person.customer_id, 0) + fines[person.customer_id] for person in people]
    shared = share_out(cash, [person.shares for person in people], debts, saving.asset)
    parts = [
        CircleSharePart(
            share_out_id=0,
            place=person.place,
            customer_id=person.customer_id,
            shares=person.shares,
            entitled=entitled,
            owed=owed.get(person.customer_id, 0),
            fines=fines[person.customer_id],
        )
        for person, entitled in zip(people, shared.entitled, strict=True)
    ]
    return cash, parts


async def _set_off(unit: Unit, saving: Saving, part: CircleSharePart, loan_id: int | None) -> None:
    """Lay what a member is entitled to on what they owe: the loan first, then fines; what is beyond is the circle's
    loss, and goes on being owed.
    """
    left = part.entitled
    if loan_id is not None:
        laid = Money(min(left, part.owed), saving.asset)
        if laid:
            first = (Transfer(saving.cash, customer_wallet(part.customer_id, saving.asset), laid),)
            await repay(unit, loan_id, laid, f"{part_key(part)}:loan", first=first, by_share_out=True)
        if laid.amount < part.owed:
            await write_off(unit, await queries.locked(unit, loan_id), f"{part_key(part)}:lost")
        left -= laid.amount
    await set_off_fines(unit, saving, part.customer_id, left, part_key(part))


async def _tell_set_off(unit: Unit, saving: Saving, part: CircleSharePart) -> None:
    owed = part.owed + part.fines
    if not owed or not (part.owed or part.entitled):
        return
    figures = (part.entitled, min(owed, part.entitled), part.paid, part.left_of_loan)
    entitled, set_off, paid, still_owed = (Money(each, saving.asset) for each in figures)
    told = notices.CircleSetOff(
        **of(saving.circle), entitled=entitled, set_off=set_off, paid=paid, still_owed=still_owed, on=unit.open_on
    )
    await tell(unit, [part.customer_id], told, f"circle_share_out:{part.share_out_id}")


async def _of_plan(unit: Unit, share_out_id: int) -> tuple[Saving, CircleShareOut]:
    found = await unit.session.get_one(CircleShareOut, share_out_id)
    saving = await begun(unit, found.circle_id, lock=True)
    await unit.session.refresh(found)
    return saving, found


async def _current(unit: Unit, circle_id: int) -> CircleShareOut | None:
    statement = select(CircleShareOut).where(
        CircleShareOut.circle_id == circle_id, CircleShareOut.state != ShareOutState.DROPPED
    )
    return await unit.session.scalar(statement.execution_options(populate_existing=True))


async def _required(unit: Unit, circle_id: int) -> CircleShareOut:
    found = await _current(unit, circle_id)
    if found is None:
        raise NotFound(ErrorCode.CIRCLE_SHARE_OUT)
    return found


def _require_state(found: CircleShareOut, state: ShareOutState) -> None:
    if found.state != state:
        raise Conflict(ErrorCode.CIRCLE_SHARE_OUT_APPROVED)


def _end(unit: Unit, found: CircleShareOut, state: ShareOutState) -> None:
    found.state, found.settled_at = state, unit.now


def _figures(part: CircleSharePart) -> tuple[int, ...]:
    return part.place, part.customer_id, part.shares, part.entitled, part.owed, part.fines


def by_plan(parts: Sequence[CircleSharePart], amount: Money) -> list[tuple[CircleSharePart, Money]]:
    """Return how money that comes later is shared by a kept plan: by shares, without who owed more."""
    sharing = [part for part in parts if part.shares and not part.still_owed]
    if not sharing:
        return []
    return list(zip(sharing, amount.split([part.shares for part in sharing]), strict=True))
