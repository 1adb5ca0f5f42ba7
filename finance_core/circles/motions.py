"""Votes of members and acts that take two of three officers: one mechanism (CIRCLES §5).

One person has one vote, by a button, within the catalogue's days; who opens a motion votes yes with it. It ends as soon
as no vote that is missing could change it. What passes is carried out in the same unit of work. Its card counts and
names nobody. What can be moved is in `agenda`; a kind brings its subject, who has to agree, its check and its act.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from finance_core.circles import notices
from finance_core.circles.decision_models import CircleBallot, CircleMotion, MotionState
from finance_core.circles.finding import by_id, locked_by_id, members_of, officers_of
from finance_core.circles.models import Circle, CircleState
from finance_core.circles.notifications import of, tell
from finance_core.circles.product import terms_of
from finance_core.circles.rules.settings import Kind
from finance_core.circles.rules.voting import Needs, Outcome, outcome, yes_needed
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, FinanceError, NotAllowed, NotFound
from finance_core.kernel.payloads import Payload, read
from finance_core.storage.unit import Unit

Act = Callable[[Unit, Circle, Any], Awaitable[None]]
"""What a kind does with its subject: its check (raises a refusal), and what is carried out when it passes."""


async def _nothing(_unit: Unit, _circle: Circle, _subject: Any) -> None:
    """Do nothing."""


async def _nobody(_unit: Unit, _circle: Circle, _subject: Any) -> frozenset[int]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class MotionKind:
    """What can be moved.

    Attributes:
        name: As it stands in the row: `remove`.
        subject: The dataclass of what it is about.
        needs: Who has to agree.
        check: Refuses what cannot be moved as things stand; asked again before it is carried out.
        carry_out: What happens when it passes.
        must_agree: Whose yes it takes besides, by customer id: without it nothing passes.
        give_up: What happens where it fails or lapses.
        circles: In which kinds of circles it can be moved.
    """

    name: str
    subject: type[Payload]
    needs: Needs
    check: Act
    carry_out: Act
    must_agree: Callable[[Unit, Circle, Any], Awaitable[frozenset[int]]] = field(default=_nobody)
    give_up: Act = field(default=_nothing)
    circles: frozenset[Kind] = frozenset(Kind)


Kinds = Mapping[str, MotionKind]


@dataclass(frozen=True, slots=True)
class Tally:
    """A motion as its card shows it. `needed`: how many yes; `voters`: how many may vote."""

    token: str
    circle_id: int
    kind: str
    subject: Payload
    needs: Needs
    yes: int
    no: int
    needed: int
    voters: int
    state: MotionState
    ends_at: datetime


async def move(
    unit: Unit,
    kinds: Kinds,
    circle: Circle,
    opener_id: int,
    subject: Payload,
    token: str,
    *,
    by_outsider: bool = False,
) -> Tally:
    """Open a motion in a circle that is locked; its opener votes yes with it. The same token again: the same motion.

    `by_outsider`: who opens it has no vote, as one who asks to take a place over.

    Raises:
        NotAllowed: `circle_officers_only`, `circle_members_only`: the opener could not vote on it; `not_yours`.
        NotFound: `circle_motion`: nothing of the kind is decided in such a circle.
        Conflict: `circle_motion_stands`: the same is being voted on; `circle_not_running`, and what its check raises.
    """
    kind = next(each for each in kinds.values() if each.subject is type(subject))
    known = await unit.session.scalar(select(CircleMotion).where(CircleMotion.token == token))
    if known is not None:
        if known.opened_by != opener_id:
            raise NotAllowed(ErrorCode.NOT_YOURS)
        return await tally_of(unit, kinds, known)
    if not by_outsider:
        await _require_voter(unit, circle, kind.needs, opener_id)
    await _require_movable(unit, circle, kind, subject)
    motion = await _opened(unit, circle, kind, opener_id, subject, token)
    if by_outsider:
        return await tally_of(unit, kinds, motion)
    return await _cast(unit, kinds, circle, motion, opener_id, is_yes=True)


async def vote(unit: Unit, kinds: Kinds, token: str, customer_id: int, *, is_yes: bool) -> Tally:
    """Vote on a motion, once; the vote that decides it carries it out.

    Raises NotFound: `circle_motion`. Conflict: `circle_motion_over`, `circle_voted`. NotAllowed:
        `circle_members_only`, `circle_officers_only`.
    """
    circle, motion = await _locked(unit, token)
    if motion.state != MotionState.OPEN or unit.now >= motion.ends_at:
        raise Conflict(ErrorCode.CIRCLE_MOTION_OVER)
    kind = kinds[motion.kind]
    if customer_id not in await kind.must_agree(unit, circle, read(kind.subject, motion.subject)):
        await _require_voter(unit, circle, Needs(motion.needs), customer_id)
    if await has_voted(unit, motion, customer_id):
        raise Conflict(ErrorCode.CIRCLE_VOTED)
    return await _cast(unit, kinds, circle, motion, customer_id, is_yes=is_yes)


async def close_over(unit: Unit, kinds: Kinds, motion_id: int) -> bool:
    """End a motion whose time is over; False where it is not, or it has ended. Timed work asks for it at its end."""
    found = await unit.session.get(CircleMotion, motion_id)
    if found is None:
        return False
    circle, motion = await _locked(unit, found.token)
    if motion.state != MotionState.OPEN or unit.now < motion.ends_at:
        return False
    await _decide(unit, kinds, circle, motion)
    return True


async def find(unit: Unit, token: str) -> CircleMotion:
    """Return a motion by its token, as it is. Raises NotFound: `circle_motion`."""
    query = select(CircleMotion).where(CircleMotion.token == token)
    motion = await unit.session.scalar(query.execution_options(populate_existing=True))
    if motion is None:
        raise NotFound(ErrorCode.CIRCLE_MOTION)
    return motion


async def tally_of(unit: Unit, kinds: Kinds, motion: CircleMotion) -> Tally:
    """Return a motion as its card shows it: it counts and names nobody."""
    circle, needs = await by_id(unit, motion.circle_id), Needs(motion.needs)
    ballots = await _ballots(unit, motion)
    voters = len(await voters_of(unit, circle, needs))
    return Tally(
        motion.token,
        motion.circle_id,
        motion.kind,
        read(kinds[motion.kind].subject, motion.subject),
        needs,
        sum(ballots.values()),
        len(ballots) - sum(ballots.values()),
        yes_needed(needs, voters),
        voters,
        MotionState(motion.state),
        motion.ends_at,
    )


async def open_motions(unit: Unit, circle: Circle) -> list[CircleMotion]:
    """Return what is being voted on in a circle, oldest first."""
    query = select(CircleMotion).where(CircleMotion.circle_id == circle.id, CircleMotion.state == MotionState.OPEN)
    return list(await unit.session.scalars(query.order_by(col(CircleMotion.id))))


async def has_voted(unit: Unit, motion: CircleMotion, customer_id: int) -> bool:
    """Say whether somebody has voted on a motion; how is nobody's business."""
    return await unit.session.get(CircleBallot, (motion.id, customer_id)) is not None


async def voters_of(unit: Unit, circle: Circle, needs: Needs) -> set[int]:
    """Return who may vote: all members, or the officers."""
    if needs is Needs.OFFICERS:
        return set((await officers_of(unit, circle)).values())
    return {member.customer_id for member in await members_of(unit, circle)}


async def _require_voter(unit: Unit, circle: Circle, needs: Needs, customer_id: int) -> None:
    if customer_id not in await voters_of(unit, circle, needs):
        is_act = needs is Needs.OFFICERS
        raise NotAllowed(ErrorCode.CIRCLE_OFFICERS_ONLY if is_act else ErrorCode.CIRCLE_MEMBERS_ONLY)


async def _require_movable(unit: Unit, circle: Circle, kind: MotionKind, subject: Payload) -> None:
    """Refuse what cannot be moved as things stand. Raises: as `move`."""
    if circle.kind not in kind.circles:
        raise NotFound(ErrorCode.CIRCLE_MOTION)
    if circle.state not in {CircleState.RUNNING, CircleState.SUSPENDED}:
        raise Conflict(ErrorCode.CIRCLE_NOT_RUNNING, state=circle.state)
    await kind.check(unit, circle, subject)
    if await _is_moved(unit, circle, kind, subject):
        raise Conflict(ErrorCode.CIRCLE_MOTION_STANDS)


async def _opened(
    unit: Unit, circle: Circle, kind: MotionKind, opener_id: int, subject: Payload, token: str
) -> CircleMotion:
    """Write a motion down, and tell it to all whose vote it takes but its opener."""
    terms = await terms_of(unit, circle.product, circle.product_version)
    motion = CircleMotion(
        token=token,
        circle_id=circle.id,
        kind=kind.name,
        subject=dict(subject.as_json()),
        needs=kind.needs,
        state=MotionState.OPEN,
        opened_by=opener_id,
        opened_at=unit.now,
        ends_at=unit.now + timedelta(days=terms.vote_days),
    )
    unit.session.add(motion)
    await unit.session.flush()
    told = notices.CircleVote(**of(circle), motion=kind.name, ends_at=motion.ends_at, token=token)
    asked = await voters_of(unit, circle, kind.needs) | await kind.must_agree(unit, circle, subject)
    await tell(unit, sorted(asked - {opener_id}), told, f"motion:{motion.id}")
    return motion


async def _is_moved(unit: Unit, circle: Circle, kind: MotionKind, subject: Payload) -> bool:
    query = select(CircleMotion).where(
        CircleMotion.circle_id == circle.id, CircleMotion.kind == kind.name, CircleMotion.state == MotionState.OPEN
    )
    return any(motion.subject == dict(subject.as_json()) for motion in await unit.session.scalars(query))


async def _locked(unit: Unit, token: str) -> tuple[Circle, CircleMotion]:
    """Return a motion and its circle, which is locked first."""
    circle = await locked_by_id(unit, (await find(unit, token)).circle_id)
    return circle, await find(unit, token)


async def _cast(
    unit: Unit, kinds: Kinds, circle: Circle, motion: CircleMotion, customer_id: int, *, is_yes: bool
) -> Tally:
    unit.session.add(CircleBallot(motion_id=motion.id, customer_id=customer_id, is_yes=is_yes, cast_at=unit.now))
    await unit.session.flush()
    await _decide(unit, kinds, circle, motion)
    return await tally_of(unit, kinds, motion)


async def _ballots(unit: Unit, motion: CircleMotion) -> dict[int, bool]:
    query = select(CircleBallot).where(CircleBallot.motion_id == motion.id)
    return {ballot.customer_id: ballot.is_yes for ballot in await unit.session.scalars(query)}


async def _decide(unit: Unit, kinds: Kinds, circle: Circle, motion: CircleMotion) -> None:
    """End a motion that is decided, or whose time is over, and carry out what has passed."""
    kind, needs = kinds[motion.kind], Needs(motion.needs)
    subject, ballots = read(kind.subject, motion.subject), await _ballots(unit, motion)
    voters = await voters_of(unit, circle, needs)
    counted = {person: is_yes for person, is_yes in ballots.items() if person in voters}
    yes, is_over = sum(counted.values()), unit.now >= motion.ends_at
    found = outcome(needs, len(voters), yes, len(counted) - yes, is_over=is_over)
    musts = await kind.must_agree(unit, circle, subject)
    if any(ballots.get(person) is False for person in musts):
        found = Outcome.FAILED
    elif found is Outcome.PASSED and not all(ballots.get(person) for person in musts):
        found = Outcome.FAILED if is_over else Outcome.OPEN
    if found is Outcome.OPEN:
        return
    motion.settled_at = unit.now
    motion.state = MotionState.FAILED
    if found is Outcome.PASSED:
        motion.state = await _carried_out(unit, circle, kind, subject)
    if motion.state != MotionState.PASSED:
        await kind.give_up(unit, circle, subject)
    await unit.session.flush()
    told = notices.CircleVoteOver(**of(circle), motion=kind.name, result=str(motion.state), token=motion.token)
    await tell(unit, sorted(voters), told, f"motion:{motion.id}")


async def _carried_out(unit: Unit, circle: Circle, kind: MotionKind, subject: Payload) -> MotionState:
    """Carry out what has passed; what can no longer be done lapses, and nothing of it stays."""
    try:
        async with unit.session.begin_nested():
            await kind.check(unit, circle, subject)
            await kind.carry_out(unit, circle, subject)
    except FinanceError:
        await unit.session.refresh(circle)
        return MotionState.LAPSED
    return MotionState.PASSED
