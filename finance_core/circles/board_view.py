"""What the board of a circle shows its group, read anew each time that delivery shows it (CIRCLES §5: *Seen*).

The round, *paid* or *waiting*, whose turn it is, the next date; a nickname may stand for the name. Never a sum that
somebody owes, a bid, a deposit or a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from finance_core.circles.book.models import CircleDue, CircleEligible, CircleRound, RoundState
from finance_core.circles.book.pockets import waited_for
from finance_core.circles.chains import chain_of
from finance_core.circles.finding import by_id, first_day, places_of
from finance_core.circles.models import Circle, CirclePlace, CircleState, PlaceState
from finance_core.circles.queries import names_of, rounds_of, voided_of
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Order
from finance_core.circles.sealing import title_associated_data, words_of
from finance_core.kernel.money import ASSETS, Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

NAME_CHARACTERS = 32
"""Of a name as much is shown on a board."""


@dataclass(frozen=True, slots=True)
class BoardPlace:
    """One place on the board. `paid`: in the round that is shown, or ahead; None where it does not pay in it."""

    nr: int
    name: str
    paid: bool | None
    turn: int | None
    has_received: bool


@dataclass(frozen=True, slots=True)
class CircleBoard:
    """A circle as its group sees it.

    Attributes:
        held: Places that somebody holds, of `places`.
        round: The round that is shown, 1 for the first; None before the start and after the end. `rounds`: of how many.
        due_on: Its day; before the start the first one.
        receiver: Whose turn it is, None while that is not known; `receiver_place` its number.
        is_refund: Whether it brings back what a closed place had paid, to the receiver.
        is_held: Whether its payout waits for an operator.
        eligible: Places among which it is drawn, once that list is published; none where nothing is drawn.
        key_zero: The key that was published before anybody picked; `key` the last one that was published.
        voided: How many chains of keys were voided.
    """

    token: str
    code: str
    title: str
    state: CircleState
    order: Order
    members_pick: bool
    period: Period
    contribution: Money
    places: int
    held: int
    round: int | None
    rounds: int | None
    due_on: date
    receiver: str | None
    receiver_place: int | None
    is_refund: bool
    is_held: bool
    eligible: tuple[int, ...]
    people: tuple[BoardPlace, ...]
    key_zero: str | None
    key: str | None
    voided: int


async def circle_board(unit: Unit, cipher: Cipher, circle_id: int) -> CircleBoard:
    """Return what a circle's board shows now. Raises NotFound: `circle`."""
    circle = await by_id(unit, circle_id)
    shown = await places_of(unit, circle, PlaceState.HELD, PlaceState.CLOSED)
    names = await names_of(unit, cipher, circle, [place.customer_id for place in shown if place.customer_id])
    rounds = await rounds_of(unit, circle)
    now = next((each for each in rounds if each.state not in {RoundState.PAID, RoundState.SHORT}), None)
    paid = await _paid(unit, circle, now)
    chain = await chain_of(unit, circle)
    receiver = next((each for each in shown if now is not None and each.nr == now.receiver_place), None)
    return CircleBoard(
        token=circle.token,
        code=circle.code,
        title=words_of(circle.title_sealed, cipher, title_associated_data(circle.token)),
        state=CircleState(circle.state),
        order=Order(circle.receiving_order),
        members_pick=circle.members_pick,
        period=Period(circle.period),
        contribution=Money(circle.contribution, ASSETS[circle.asset]),
        places=circle.places,
        held=sum(each.state == PlaceState.HELD for each in shown),
        round=now.nr if now is not None else None,
        rounds=circle.rounds,
        due_on=now.due_on if now is not None else rounds[-1].due_on if rounds else first_day(unit, circle),
        receiver=_name(names, receiver) if receiver is not None else None,
        receiver_place=receiver.nr if receiver is not None else None,
        is_refund=now is not None and now.refunds_place is not None,
        is_held=now is not None and now.held_by is not None,
        eligible=await _eligible(unit, circle, now),
        people=tuple(_place(names, each, paid) for each in shown),
        key_zero=chain.key_zero if chain is not None else None,
        key=next((each.key for each in reversed(rounds) if each.key is not None), None),
        voided=await voided_of(unit, circle),
    )


def _name(names: dict[int, str], place: CirclePlace) -> str:
    return names.get(place.customer_id or 0, "")[:NAME_CHARACTERS]


def _place(names: dict[int, str], place: CirclePlace, paid: dict[int, bool]) -> BoardPlace:
    has_received = place.received_round is not None
    return BoardPlace(place.nr, _name(names, place), paid.get(place.nr), place.turn, has_received)


async def _paid(unit: Unit, circle: Circle, now: CircleRound | None) -> dict[int, bool]:
    """Return whether each place that pays in a round has paid, by its number."""
    if now is None:
        return {}
    query = select(CircleDue).where(CircleDue.circle_id == circle.id, CircleDue.round == now.nr, CircleDue.amount > 0)
    dues = (await unit.session.scalars(query.execution_options(populate_existing=True))).all()
    waiting = {due.place for due in await waited_for(unit, circle, dues)}
    return {due.place: due.place not in waiting for due in dues}


async def _eligible(unit: Unit, circle: Circle, now: CircleRound | None) -> tuple[int, ...]:
    if now is None:
        return ()
    query = select(CircleEligible.place).where(CircleEligible.circle_id == circle.id, CircleEligible.round == now.nr)
    return tuple(await unit.session.scalars(query.order_by(col(CircleEligible.place))))
