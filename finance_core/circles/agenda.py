"""What can be voted on in a circle, and what takes two of its three officers: subjects, checks and acts (§5)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.circles import boards, leaving, suspending, takeover
from finance_core.circles.book.models import CircleRound, RoundState
from finance_core.circles.finding import locked, member_of, officers_of, places_of, require_member
from finance_core.circles.models import Circle, CirclePlace, PlaceState, Role
from finance_core.circles.motions import Kinds, MotionKind, Tally, close_over, find, move, tally_of, vote
from finance_core.circles.officers import give_office
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import moved_by_one
from finance_core.circles.rules.settings import TITLE_CHARACTERS, Kind, Order
from finance_core.circles.rules.voting import Needs
from finance_core.circles.sealing import sealed_words, title_associated_data, words_of
from finance_core.circles.swaps import require_coming, swap_turns
from finance_core.customers.consents import Wording
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Remove(Payload):
    """Somebody who is late is removed."""

    customer: int


@dataclass(frozen=True, slots=True)
class NewChair(Payload):
    """A member becomes the chair."""

    customer: int


@dataclass(frozen=True, slots=True)
class OutOfOrder(Payload):
    """A place receives in an earlier round, whose receiver has the place's turn instead, and must agree."""

    place: int
    round: int


@dataclass(frozen=True, slots=True)
class MoveDates(Payload):
    """All coming dates are moved by one period."""


@dataclass(frozen=True, slots=True)
class Rename(Payload):
    """The circle's name is changed; it stands encrypted, bound to the circle, in base64."""

    title: str


@dataclass(frozen=True, slots=True)
class Suspend(Payload):
    """Somebody who has died or cannot be found is suspended, until an operator has decided."""

    customer: int


async def _check_removed(unit: Unit, circle: Circle, subject: Remove) -> None:
    await leaving.require_late(unit, circle, subject.customer)


async def _remove(unit: Unit, circle: Circle, subject: Remove) -> None:
    await leaving.remove(unit, circle, subject.customer)


async def _check_chair(unit: Unit, circle: Circle, subject: NewChair) -> None:
    await require_member(unit, circle, subject.customer)
    if (await officers_of(unit, circle)).get(Role.CHAIR) == subject.customer:
        raise Conflict(ErrorCode.CIRCLE_OFFICE)


async def _make_chair(unit: Unit, circle: Circle, subject: NewChair) -> None:
    await give_office(unit, circle, subject.customer, Role.CHAIR)


async def _places_of_turns(unit: Unit, circle: Circle, subject: OutOfOrder) -> tuple[CirclePlace, CirclePlace]:
    """Return the place that is to receive earlier, and the one whose turn it would take."""
    if circle.receiving_order not in {Order.FIXED, Order.WHOLE}:
        raise Conflict(ErrorCode.CIRCLE_NO_SWAPS)
    held = await places_of(unit, circle, PlaceState.HELD)
    place = next((each for each in held if each.nr == subject.place), None)
    other = next((each for each in held if each.turn == subject.round), None)
    if place is None or other is None or place.turn is None:
        raise Conflict(ErrorCode.CIRCLE_TURN)
    if place.received_round is not None or other.received_round is not None:
        raise RuleViolation(ErrorCode.CIRCLE_RECEIVED)
    if place.turn <= subject.round:
        raise Conflict(ErrorCode.CIRCLE_TURN)
    return place, other


async def _check_order(unit: Unit, circle: Circle, subject: OutOfOrder) -> None:
    await _places_of_turns(unit, circle, subject)
    await require_coming(unit, circle, subject.round)


async def _passed_over(unit: Unit, circle: Circle, subject: OutOfOrder) -> frozenset[int]:
    held = await places_of(unit, circle, PlaceState.HELD)
    return frozenset(each.customer_id for each in held if each.turn == subject.round and each.customer_id is not None)


async def _reorder(unit: Unit, circle: Circle, subject: OutOfOrder) -> None:
    place, other = await _places_of_turns(unit, circle, subject)
    await swap_turns(unit, circle, place, other)


async def _coming(unit: Unit, circle: Circle) -> list[CircleRound]:
    query = select(CircleRound).where(CircleRound.circle_id == circle.id, CircleRound.state == RoundState.COMING)
    return list(await unit.session.scalars(query.order_by(col(CircleRound.nr)).with_for_update(key_share=True)))


async def _check_dates(unit: Unit, circle: Circle, _subject: MoveDates) -> None:
    if not await _coming(unit, circle):
        raise Conflict(ErrorCode.CIRCLE_ROUND)


_MOVE_DUES: Final = text(
    """
    UPDATE circle_due d SET due_on = r.due_on FROM circle_round r, circle_place l
    WHERE d.circle_id = :circle AND r.circle_id = d.circle_id AND r.nr = d.round AND r.state = 'coming'
        AND l.circle_id = d.circle_id AND l.nr = d.place AND l.due_at_once_on IS NULL
    """
)


async def _move_dates(unit: Unit, circle: Circle, _subject: MoveDates) -> None:
    coming, rounds = await _coming(unit, circle), circle.rounds or 0
    days = moved_by_one([each.due_on for each in coming], circle.first_due_on, rounds, Period(circle.period))
    for each, day in zip(coming, days, strict=True):
        each.due_on = day
    await unit.session.flush()
    await unit.session.execute(_MOVE_DUES, {"circle": circle.id})
    await boards.changed(unit, circle)


async def _check_name(_unit: Unit, _circle: Circle, subject: Rename) -> None:
    b64decode(subject.title)


async def _rename(unit: Unit, circle: Circle, subject: Rename) -> None:
    circle.title_sealed = b64decode(subject.title)
    await boards.changed(unit, circle)


def renamed(cipher: Cipher, circle: Circle, title: str) -> Rename:
    """Return the motion's subject for another name. Raises InvalidInput: `circle_title` (most)."""
    said = " ".join(title.split())
    sealed = sealed_words(cipher, said, title_associated_data(circle.token), TITLE_CHARACTERS)
    if sealed is None or len(said) > TITLE_CHARACTERS:
        raise InvalidInput(ErrorCode.CIRCLE_TITLE, most=TITLE_CHARACTERS)
    return Rename(b64encode(sealed).decode())


def title_in(cipher: Cipher, circle: Circle, subject: Rename) -> str:
    """Return the name that a motion would give a circle, for its card."""
    return words_of(b64decode(subject.title), cipher, title_associated_data(circle.token))


async def _check_suspended(unit: Unit, circle: Circle, subject: Suspend) -> None:
    member = await require_member(unit, circle, subject.customer)
    if member.suspended_at is not None:
        raise Conflict(ErrorCode.CIRCLE_SUSPENDED)


async def _suspend(unit: Unit, circle: Circle, subject: Suspend) -> None:
    await suspending.suspend(unit, circle, subject.customer)


async def _leaver(unit: Unit, circle: Circle, subject: takeover.Replace) -> frozenset[int]:
    member = await member_of(unit, circle, subject.leaver)
    is_gone = member is not None and member.suspended_at is not None
    return frozenset() if is_gone else frozenset({subject.leaver})


_ROTATING: Final = frozenset({Kind.ROTATING})
KINDS: Final[Kinds] = {
    kind.name: kind
    for kind in (
        MotionKind("remove", Remove, Needs.MAJORITY, _check_removed, _remove, circles=_ROTATING),
        MotionKind("chair", NewChair, Needs.MAJORITY, _check_chair, _make_chair),
        MotionKind(
            "out_of_order",
            OutOfOrder,
            Needs.TWO_THIRDS,
            _check_order,
            _reorder,
            must_agree=_passed_over,
            circles=_ROTATING,
        ),
        MotionKind("move_dates", MoveDates, Needs.TWO_THIRDS, _check_dates, _move_dates, circles=_ROTATING),
        MotionKind("rename", Rename, Needs.MAJORITY, _check_name, _rename),
        MotionKind(
            "replace",
            takeover.Replace,
            Needs.OFFICERS,
            takeover.check,
            takeover.carry_out,
            must_agree=_leaver,
            give_up=takeover.give_up,
            circles=_ROTATING,
        ),
        MotionKind("suspend", Suspend, Needs.OFFICERS, _check_suspended, _suspend),
    )
}
"""What is decided on in circles, by name: what saving circles have of their own is added here."""


async def open_motion(unit: Unit, token: str, opener_id: int, subject: Payload, motion_token: str) -> Tally:
    """Open a vote or an act of officers; the opener votes yes with it. The same motion's token again: the same one.

    Raises NotFound: `circle`; as `motions.move`, and what the kind's check refuses: `circle_not_late` (removing),
        `circle_office` (the chair already), `circle_turn`, `circle_received`, `circle_no_swaps`, `circle_swap_late`
        (out of order), `circle_round` (no date is to come), `circle_suspended`, `circle_members_only`.
    """
    return await move(unit, KINDS, await locked(unit, token), opener_id, subject, motion_token)


async def ask_to_take_over(  # noqa: PLR0913 - as `joining.join`, and which place
    unit: Unit,
    cipher: Cipher,
    token: str,
    newcomer_id: int,
    place: int,
    request: JoinRequest,
    wording: Wording,
    motion_token: str,
    *,
    instalments: Money,
) -> Tally:
    """Ask to take a place over, after the PIN: the leaver and two of three officers agree, then it is done at once.

    Raises: as `takeover.prepare`; Conflict: `circle_motion_stands`.
    """
    circle, subject = await takeover.prepare(
        unit, cipher, token, newcomer_id, place, request, wording, instalments=instalments
    )
    return await move(unit, KINDS, circle, newcomer_id, subject, motion_token, by_outsider=True)


async def cast(unit: Unit, motion_token: str, customer_id: int, *, is_yes: bool) -> Tally:
    """Vote on a motion. Raises: as `motions.vote`."""
    return await vote(unit, KINDS, motion_token, customer_id, is_yes=is_yes)


async def tally(unit: Unit, motion_token: str) -> Tally:
    """Return a motion as its card shows it. Raises NotFound: `circle_motion`."""
    return await tally_of(unit, KINDS, await find(unit, motion_token))


async def end_over(unit: Unit, motion_id: int) -> bool:
    """End a motion whose two days are over; False where there is nothing to end."""
    return await close_over(unit, KINDS, motion_id)
