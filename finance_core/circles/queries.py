"""What strangers and members read of a circle, and the lists that lead there (CIRCLES §5: *Seen*).

What names people or tells sums owed is private: a stranger reads what the circle is and the way in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from finance_core.circles.book.models import CircleDue, CirclePayment, CirclePayout, CircleRound, PayoutKind
from finance_core.circles.book.pockets import kept_for
from finance_core.circles.cards import MemberCard, MyCircle, PlaceCard, StrangerCard
from finance_core.circles.chains import chain_of
from finance_core.circles.drafts import settings_of
from finance_core.circles.draw_models import CircleKey
from finance_core.circles.finding import (
    STARTED,
    first_day,
    held_by,
    member_of,
    members_of,
    money_of,
    officers_of,
    places_of,
)
from finance_core.circles.joining import waiting_position
from finance_core.circles.leaving import is_late
from finance_core.circles.models import Circle, CircleMember, CirclePlace, CircleState, MemberState, PlaceState, Role
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.settings import Kind, Order
from finance_core.circles.saving.finding import meetings
from finance_core.circles.saving.models import MeetingState
from finance_core.circles.sealing import member_associated_data, title_associated_data, words_of
from finance_core.customers.queries import all_of
from finance_core.customers.service import display_name
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def stranger_card(unit: Unit, cipher: Cipher, circle: Circle) -> StrangerCard:
    """Return what anybody reads who has the link. Raises NotFound: `circle` (a draft)."""
    if circle.state == CircleState.DRAFT:
        raise NotFound(ErrorCode.CIRCLE)
    free = await places_of(unit, circle, PlaceState.FREE)
    chain, voided = await chain_of(unit, circle), await voided_of(unit, circle)
    chair = (await officers_of(unit, circle)).get(Role.CHAIR)
    names = await names_of(unit, cipher, circle, [chair] if chair is not None else [], nicknames=False)
    days = round_days(circle.first_due_on, circle.rounds or circle.places, Period(circle.period))
    return StrangerCard(
        circle.token,
        circle.code,
        CircleState(circle.state),
        settings_of(circle, cipher),
        names.get(chair or 0, ""),
        len(free),
        tuple(sorted(place.turn for place in free if place.turn is not None)),
        first_day(unit, circle),
        await _last_on(unit, circle) or days[-1],
        chain.key_zero if chain is not None else None,
        voided,
    )


async def member_card(unit: Unit, cipher: Cipher, circle: Circle, customer_id: int) -> MemberCard:
    """Return what a member reads, or who is on the way in. Raises NotFound: `circle` (they are not in it)."""
    member = await member_of(unit, circle, customer_id)
    if member is None:
        raise NotFound(ErrorCode.CIRCLE)
    rounds = {row.nr: row for row in await rounds_of(unit, circle)}
    mine = [place for place in await places_of(unit, circle) if place.customer_id == customer_id]
    dues = await _dues_of(unit, circle, customer_id)
    officers = await officers_of(unit, circle)
    held = len(await held_by(unit, circle, customer_id))
    all_held = len(await places_of(unit, circle, PlaceState.HELD))
    return MemberCard(
        await stranger_card(unit, cipher, circle),
        MemberState(member.state),
        await waiting_position(unit, circle, customer_id),
        tuple(_place_card(unit, place, rounds) for place in mine),
        money_of(circle, sum(_open(due) for due in dues if due.due_on <= unit.open_on)),
        *_next(unit, circle, dues, held),
        await _paid_by(unit, circle, customer_id),
        await _received_by(unit, circle, customer_id),
        money_of(circle, await _kept(unit, circle, mine)),
        await is_late(unit, circle, customer_id),
        member.suspended_at is not None,
        circle.state == CircleState.CONFIRMING and member.agreed_rounds != all_held,
        member.automatic_debit,
        tuple(role for role, person in officers.items() if person == customer_id),
        words_of(member.nickname_sealed, cipher, member_associated_data("nickname", circle.id, customer_id)),
    )


async def circles_of(unit: Unit, cipher: Cipher, customer_id: int) -> list[MyCircle]:
    """Return somebody's circles for `/circles`: those that run first, then those that form, then the past ones."""
    query = (
        select(Circle, CircleMember)
        .join(CircleMember, col(CircleMember.circle_id) == col(Circle.id))
        .where(CircleMember.customer_id == customer_id, col(Circle.state) != CircleState.DRAFT)
    )
    found = [await _mine(unit, cipher, circle, member) for circle, member in await unit.session.execute(query)]
    order = list(_LISTED)
    return sorted(found, key=lambda each: (order.index(each.state), each.next_on or date.max, each.code))


_LISTED = (
    CircleState.RUNNING,
    CircleState.SUSPENDED,
    CircleState.CONFIRMING,
    CircleState.OPEN,
    CircleState.DRAFT,
    CircleState.ENDED,
    CircleState.CALLED_OFF,
)


async def names_of(
    unit: Unit, cipher: Cipher, circle: Circle, people: Sequence[int], *, nicknames: bool = True
) -> dict[int, str]:
    """Return how people are called in a circle: by their nickname, where `nicknames` and they have one."""
    called = {}
    if nicknames:
        for member in await members_of(unit, circle, *MemberState):
            bound = member_associated_data("nickname", circle.id, member.customer_id)
            called[member.customer_id] = words_of(member.nickname_sealed, cipher, bound)
    found = await all_of(unit, list(dict.fromkeys(people)))
    return {person.id: called.get(person.id) or display_name(person, cipher) for person in found}


async def rounds_of(unit: Unit, circle: Circle) -> list[CircleRound]:
    """Return the rounds of a circle that has started, in order."""
    query = select(CircleRound).where(CircleRound.circle_id == circle.id).order_by(col(CircleRound.nr))
    return list(await unit.session.scalars(query.execution_options(populate_existing=True)))


def _place_card(unit: Unit, place: CirclePlace, rounds: dict[int, CircleRound]) -> PlaceCard:
    received = place.received_at.astimezone(unit.zone).date() if place.received_at is not None else None
    return PlaceCard(
        place.nr,
        place.turn,
        rounds[place.turn].due_on if place.turn in rounds else None,
        received,
        place.state == PlaceState.CLOSED,
        rounds[place.refund_round].due_on if place.refund_round in rounds else None,
    )


def _open(due: CircleDue) -> int:
    return due.amount - due.paid + due.fine - due.fine_paid


def _next(unit: Unit, circle: Circle, dues: Sequence[CircleDue], held: int) -> tuple[date | None, Money]:
    """Return the next due day after today, and what is due on it; before the start, the first one."""
    if circle.state not in STARTED:
        return first_day(unit, circle), money_of(circle, circle.contribution * held)
    coming = [due for due in dues if due.due_on > unit.open_on and _open(due)]
    if not coming:
        return None, money_of(circle, 0)
    first = min(due.due_on for due in coming)
    return first, money_of(circle, sum(_open(due) for due in coming if due.due_on == first))


async def _dues_of(unit: Unit, circle: Circle, customer_id: int) -> list[CircleDue]:
    query = select(CircleDue).where(CircleDue.circle_id == circle.id, CircleDue.customer_id == customer_id)
    return list(await unit.session.scalars(query.execution_options(populate_existing=True)))


async def _paid_by(unit: Unit, circle: Circle, customer_id: int) -> Money:
    query = select(CirclePayment).where(CirclePayment.circle_id == circle.id, CirclePayment.payer_id == customer_id)
    return money_of(circle, sum(row.contribution + row.fine for row in await unit.session.scalars(query)))


async def _received_by(unit: Unit, circle: Circle, customer_id: int) -> Money:
    query = select(CirclePayout.amount).where(
        CirclePayout.circle_id == circle.id,
        CirclePayout.customer_id == customer_id,
        col(CirclePayout.kind).in_([PayoutKind.PRIZE, PayoutKind.LATE, PayoutKind.REFUND, PayoutKind.FINES]),
    )
    return money_of(circle, sum(await unit.session.scalars(query)))


async def _kept(unit: Unit, circle: Circle, places: Sequence[CirclePlace]) -> int:
    return sum([amount.amount for place in places for amount in (await kept_for(unit, circle, place.nr)).values()])


async def _last_on(unit: Unit, circle: Circle) -> date | None:
    rounds = await rounds_of(unit, circle)
    return rounds[-1].due_on if rounds else None


async def _mine(unit: Unit, cipher: Cipher, circle: Circle, member: CircleMember) -> MyCircle:
    dues = await _dues_of(unit, circle, member.customer_id)
    next_on, next_due = _next(unit, circle, dues, len(await held_by(unit, circle, member.customer_id)))
    if circle.kind == Kind.ACCUMULATING:
        next_on, next_due = await _next_meeting(unit, circle), money_of(circle, 0)
    due = sum(_open(each) for each in dues if each.due_on <= unit.open_on)
    title = words_of(circle.title_sealed, cipher, title_associated_data(circle.token))
    state = CircleState(circle.state)
    is_over = state in {CircleState.ENDED, CircleState.CALLED_OFF}
    return MyCircle(circle.token, circle.code, title, Kind(circle.kind), Order(circle.receiving_order), state,
                    MemberState(member.state), None if is_over else next_on, next_due,
                    money_of(circle, due))  # fmt: skip


async def _next_meeting(unit: Unit, circle: Circle) -> date | None:
    """Return the day of the meeting that is open, else of the next; before the cycle begins, of the first."""
    if circle.started_at is None:
        return circle.first_due_on
    days = await meetings(unit, circle.id)
    return next((day.held_on for day in days if day.state != MeetingState.CLOSED), None)


async def voided_of(unit: Unit, circle: Circle) -> int:
    """Return how many of a circle's chains of keys were voided."""
    query = select(CircleKey.nr).where(CircleKey.circle_id == circle.id, col(CircleKey.voided_at).is_not(None))
    return len(list(await unit.session.scalars(query)))
