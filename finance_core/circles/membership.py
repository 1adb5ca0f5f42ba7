"""What a member changes for themselves in a circle, what officers say to who is waiting, and its dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from finance_core.circles import boards, notices
from finance_core.circles.book.models import CircleDue
from finance_core.circles.book.pockets import waited_for
from finance_core.circles.finding import (
    find,
    locked,
    money_of,
    places_of,
    require_chair,
    require_member,
    require_officer,
    require_running,
)
from finance_core.circles.joining import debits_of
from finance_core.circles.models import Circle, CircleState, Destination
from finance_core.circles.notifications import of, tell
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.circles.sealing import NICKNAME_CHARACTERS, member_associated_data, sealed_words
from finance_core.customers import consents
from finance_core.customers.consents import Topic, Wording
from finance_core.customers.queries import locked as locked_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.money import Money
from finance_core.notices import Urgency
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class DueDate:
    """A date of somebody's in a circle: what they pay on it, and whether a place of theirs receives."""

    on: date
    round: int
    pays: Money
    receives: bool


async def choose_debits(
    unit: Unit, token: str, customer_id: int, wording: Wording, *, given: bool, from_change_plus: bool = False
) -> None:
    """Agree to contributions being debited, or take that back; a line is kept of it.

    Raises NotFound: `circle`. NotAllowed: `circle_members_only`.
    """
    await locked_customer(unit, customer_id)
    circle = await locked(unit, token)
    member = await require_member(unit, circle, customer_id)
    await consents.choose(unit, customer_id, Topic.DEBIT, wording, given=given, about=debits_of(circle))
    member.automatic_debit, member.debit_from_change_plus = given, given and from_change_plus
    await unit.session.flush()


async def choose_destination(
    unit: Unit, token: str, customer_id: int, destination: Destination, destination_id: int | None = None
) -> None:
    """Choose where a pot goes: the wallet, Change Plus, a goal or an own loan (`destination_id` is its id).

    Raises NotFound: `circle`. NotAllowed: `circle_members_only`.
    """
    circle = await locked(unit, token)
    member = await require_member(unit, circle, customer_id)
    if member.destination_id is not None:  # the two columns are checked together, one after the other
        member.destination_id = None
    has_one = destination in {Destination.GOAL, Destination.LOAN}
    member.destination, member.destination_id = destination, destination_id if has_one else None
    await unit.session.flush()


async def choose_nickname(unit: Unit, cipher: Cipher, token: str, customer_id: int, nickname: str) -> None:
    """Choose what the group's board calls one; "" for the name. Raises NotFound: `circle`, NotAllowed: as above."""
    circle = await locked(unit, token)
    member = await require_member(unit, circle, customer_id)
    bound = member_associated_data("nickname", circle.id, customer_id)
    member.nickname_sealed = sealed_words(cipher, nickname, bound, NICKNAME_CHARACTERS)
    await unit.session.flush()
    await boards.changed(unit, circle)


async def choose_nominee(unit: Unit, cipher: Cipher, token: str, customer_id: int, nominee: str) -> None:
    """Say who takes over, or is paid, if one dies; "" for nobody. Raises NotFound: `circle`, NotAllowed: as above."""
    circle = await locked(unit, token)
    member = await require_member(unit, circle, customer_id)
    bound = member_associated_data("nominee", circle.id, customer_id)
    member.nominee_sealed = sealed_words(cipher, nominee, bound)
    await unit.session.flush()


async def show_reliability(unit: Unit, token: str, customer_id: int, *, shows: bool) -> None:
    """Show the own reliability to others of a circle, or no more. Raises NotFound: `circle`, NotAllowed: as above."""
    circle = await locked(unit, token)
    (await require_member(unit, circle, customer_id)).shows_reliability = shows
    await unit.session.flush()


async def put_in_group(unit: Unit, token: str, chair_id: int, place_id: int | None) -> Circle:
    """Bind a circle to a group by our id, or to none: where its board is shown. It may have left the group it was in.

    Raises NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_open` (it is a draft, or over).
    """
    circle = await locked(unit, token)
    if circle.state in {CircleState.DRAFT, CircleState.ENDED, CircleState.CALLED_OFF}:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    await require_chair(unit, circle, chair_id)
    circle.place_id = place_id
    await unit.session.flush()
    return circle


async def nudge(unit: Unit, token: str, officer_id: int) -> int:
    """Remind who has not paid what is due, nor ahead, once a day whoever asks for it; return how many were told now.

    Raises NotFound: `circle`. NotAllowed: `circle_officers_only`. Conflict: `circle_not_running`.
    """
    circle = await locked(unit, token)
    require_running(circle)
    await require_officer(unit, circle, officer_id)
    query = select(CircleDue).where(
        CircleDue.circle_id == circle.id,
        col(CircleDue.due_on) <= unit.open_on,
        col(CircleDue.paid) < col(CircleDue.amount),
    )
    dues = await waited_for(unit, circle, await unit.session.scalars(query.order_by(col(CircleDue.round))))
    waiting = sorted({due.customer_id for due in dues} - {officer_id})
    told = notices.CircleNudge(**of(circle))
    return await tell(unit, waiting, told, f"nudge:{circle.id}:{unit.local_now().date()}", urgency=Urgency.REMINDER)


async def dates_of(unit: Unit, token: str, customer_id: int) -> list[DueDate]:
    """Return somebody's coming dates in a circle, for a calendar; before the start, as they would be.

    Raises NotFound: `circle`. NotAllowed: `circle_members_only`.
    """
    circle = await find(unit, token)
    await require_member(unit, circle, customer_id)
    mine = [place for place in await places_of(unit, circle) if place.customer_id == customer_id]
    turns = {place.turn for place in mine if place.turn is not None}
    if circle.rounds is None:
        days = round_days(circle.first_due_on, circle.places, Period(circle.period))
        each = money_of(circle, circle.contribution * len(mine))
        return [DueDate(day, nr, each, nr in turns) for nr, day in enumerate(days, 1)]
    query = select(CircleDue).where(CircleDue.circle_id == circle.id, CircleDue.customer_id == customer_id)
    dues = [due for due in await unit.session.scalars(query) if due.due_on >= unit.open_on and due.amount]
    rounds = sorted({(due.due_on, due.round) for due in dues})
    return [
        DueDate(on, nr, money_of(circle, sum(due.amount - due.paid for due in dues if due.round == nr)), nr in turns)
        for on, nr in rounds
    ]
