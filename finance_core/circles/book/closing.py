"""Closing a place of a running circle, and letting all be due at once: what becomes of its rounds and its money.

A closed place pays no more; its turn goes to the end, and there each who received from it pays back what they had of
it. What it has in pots that are not paid out yet, and what is kept for it, comes back at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles.book.accounts import round_pot
from finance_core.circles.book.models import CircleDue, CircleRound, PayoutKind, RoundState
from finance_core.circles.book.pockets import give_back, record
from finance_core.circles.models import Circle, CirclePlace, PlaceState
from finance_core.circles.rules.auctions import Outcome
from finance_core.circles.rules.leaving import PaidIn, kept, refund
from finance_core.circles.rules.paying import commission
from finance_core.circles.rules.settings import Order
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Entry, Transfer, customer_wallet
from finance_core.storage.unit import Unit

_OVER: Final = (RoundState.PAID, RoundState.SHORT)


class _Book:
    """The rounds, dues and places of one circle, locked: what closing a place rearranges."""

    def __init__(
        self, circle: Circle, rounds: list[CircleRound], dues: list[CircleDue], places: list[CirclePlace]
    ) -> None:
        self.circle = circle
        self.rounds = {each.nr: each for each in rounds}
        self.dues = {(each.round, each.place): each for each in dues}
        self.places = {each.nr: each for each in places}

    @property
    def coming(self) -> list[int]:
        """The rounds that are not paid out yet."""
        return [nr for nr, each in self.rounds.items() if each.state not in _OVER]

    @property
    def open_places(self) -> list[int]:
        """The places that pay."""
        return [nr for nr, each in self.places.items() if each.state == PlaceState.HELD]

    def dues_of(self, place: int) -> list[CircleDue]:
        """What a place owes and owed, by round."""
        return [each for (_, nr), each in self.dues.items() if nr == place]


async def _read(unit: Unit, circle_id: int) -> _Book:
    """Return a circle's book with all its rounds and dues locked."""
    circle = await unit.session.get_one(Circle, circle_id, with_for_update={"key_share": True}, populate_existing=True)
    rounds = select(CircleRound).where(CircleRound.circle_id == circle_id).order_by(col(CircleRound.nr))
    dues = (
        select(CircleDue)
        .where(CircleDue.circle_id == circle_id)
        .order_by(col(CircleDue.circle_id), col(CircleDue.round), col(CircleDue.place))
    )
    places = select(CirclePlace).where(CirclePlace.circle_id == circle_id).order_by(col(CirclePlace.nr))
    fresh = {"populate_existing": True}
    return _Book(
        circle,
        list(await unit.session.scalars(rounds.with_for_update(key_share=True), execution_options=fresh)),
        list(await unit.session.scalars(dues.with_for_update(key_share=True), execution_options=fresh)),
        list(await unit.session.scalars(places, execution_options=fresh)),
    )


async def close_place(unit: Unit, circle_id: int, place: int, why: str) -> None:
    """Close a held place that has not received: its money comes back by the rule, later rounds are rearranged.

    Args:
        why: a `ClosedWhy`. Of who has died or is gone, what comes back later waits in 2031 until somebody claims it.
    """
    book = await _read(unit, circle_id)
    row = book.places[place]
    assert row.customer_id is not None
    assert row.received_round is None
    assert row.state == PlaceState.HELD
    row.closed_round = min(book.coming, default=len(book.rounds))
    row.state, row.closed_at, row.closed_why, row.turn = PlaceState.CLOSED, unit.now, why, None
    _let_off(book, place, unit)
    back = _take_out(book, place)
    _rearrange(book, place)
    back += _set_amounts(book, unit)
    await unit.session.flush()
    await _pay_back(unit, book.circle, back, f"{circle_id}:{place}")
    await give_back(unit, book.circle, place, row.customer_id, f"{circle_id}:{place}:closed")
    await unit.session.flush()


def _let_off(book: _Book, place: int, unit: Unit) -> None:
    """A closed place owes nothing more of rounds that were paid out: what came short of them stays so."""
    for due in book.dues_of(place):
        due.fine = due.fine_paid
        if book.rounds[due.round].state in _OVER and due.paid < due.amount:
            due.amount = due.paid
            due.paid_at = unit.now if due.paid else None
            _settle_short(book, due.round)


def _settle_short(book: _Book, number: int) -> None:
    """A round is paid once nothing of it is owed any more: all of it that came was paid out."""
    if all(due.paid == due.amount for (nr, _), due in book.dues.items() if nr == number):
        book.rounds[number].state = RoundState.PAID


Back = tuple[int, int, int, int]
"""What comes back at once: round, place, whose it is, minor units."""


def _take_out(book: _Book, place: int) -> list[Back]:
    """Take what a place has paid out of the pots that are not paid yet; it owes nothing there any more."""
    back = []
    for due in book.dues_of(place):
        if due.round in book.coming:
            back.append((due.round, place, due.customer_id, due.paid))
            due.amount, due.paid, due.paid_at = 0, 0, None
    return [each for each in back if each[3]]


def _rearrange(book: _Book, closed: int) -> None:
    """Move the closed place's turn to the end; who comes after it moves up by one, closed places before it too."""
    coming = book.coming
    is_by_turn = book.circle.receiving_order in (Order.FIXED, Order.WHOLE)
    refunded = [nr for nr in _closed_in_order(book) if nr != closed]
    by_turn = [
        nr for nr, each in sorted(book.places.items(), key=_turn) if each.turn in coming and nr in book.open_places
    ]
    last = coming[len(coming) - len(refunded) - 1 :]
    for number, place in zip(last, [*refunded, closed], strict=True):
        book.places[place].refund_round = number
        book.rounds[number].receiver_place = book.rounds[number].refunds_place = place
    early = coming[: len(coming) - len(last)]
    for number in early:
        if is_by_turn or book.rounds[number].receiver_place == closed:
            book.rounds[number].receiver_place = None
            book.rounds[number].drawn_at = None
    if is_by_turn:
        for number, place in zip(early, by_turn, strict=True):
            book.places[place].turn = number
            book.rounds[number].receiver_place = place


def _turn(item: tuple[int, CirclePlace]) -> int:
    return item[1].turn or 0


def _closed_in_order(book: _Book) -> list[int]:
    """Return the closed places whose refund is still to come, in the order of their rounds."""
    closed = [each for each in book.places.values() if each.refund_round in book.coming]
    return [each.nr for each in sorted(closed, key=lambda each: each.refund_round or 0)]


def _set_amounts(book: _Book, unit: Unit) -> list[Back]:
    """Set what is due in the coming rounds and what they pay; return what somebody has paid beyond that."""
    back: list[Back] = []
    for number in book.coming:
        round_ = book.rounds[number]
        if round_.refunds_place is not None:
            amounts = _refunds(book, round_.refunds_place)
            round_.commission = kept(sum(amounts.values()), Decimal(book.circle.kept_percent))
        else:
            amounts = _contributions(book, number)
            round_.commission = commission(
                len(amounts), book.circle.contribution, Decimal(book.circle.commission_percent)
            )
        round_.prize = sum(amounts.values()) - round_.commission
        for place in book.places:
            due = book.dues.get((number, place))
            if due is not None:
                back += _set_due(due, amounts.get(place, 0), unit)
    return back


def _contributions(book: _Book, number: int) -> dict[int, int]:
    """Return what each open place pays in a round; one whose auction is over keeps its net sums."""
    won = book.rounds[number].drawn_at is not None and book.circle.receiving_order == Order.AUCTION
    return {
        place: book.dues[number, place].amount if won else book.circle.contribution
        for place in book.open_places
        if (number, place) in book.dues
    }


def _refunds(book: _Book, closed: int) -> dict[int, int]:
    """Return what each place that received from a closed one pays back in the round that was moved."""
    paid = [
        PaidIn(
            due.round,
            round_.receiver_place,
            due.paid,
            _whole(book, due),
            round_.commission or 0,
            _payers(book, due.round),
        )
        for due in book.dues_of(closed)
        for round_ in [book.rounds[due.round]]
        if round_.state in _OVER and due.paid and round_.refunds_place is None and not round_.is_history
    ]
    return refund(closed, paid).by_place


def _whole(book: _Book, due: CircleDue) -> int:
    """Return what a closed place had to pay in a round, as its due says no more than it has paid.

    What the others paid, which in an auction may be a cent more or less.
    """
    most = max(each.amount for (nr, _), each in book.dues.items() if nr == due.round)
    return due.paid if most - due.paid <= 1 else most


def _payers(book: _Book, number: int) -> int:
    return sum(due.amount > 0 for (nr, _), due in book.dues.items() if nr == number)


def _set_due(due: CircleDue, amount: int, unit: Unit) -> list[Back]:
    """Let a due be of an amount; return what was paid beyond it."""
    over = max(0, due.paid - amount)
    due.paid -= over
    due.amount = amount
    due.paid_at = (due.paid_at or unit.now) if amount and due.paid == amount else None
    if not amount:  # nobody is fined for what is not owed any more
        due.fine, due.is_late = due.fine_paid, False
    return [(due.round, due.place, due.customer_id, over)] if over else []


async def _pay_back(unit: Unit, circle: Circle, back: Sequence[Back], key: str) -> None:
    """Give back at once what lies in pots that are not paid: D 2030 C 2010, one entry."""
    if not back:
        return
    asset = ASSETS[circle.asset]
    moves = tuple(
        Transfer(round_pot(circle.id, number, asset), customer_wallet(who, asset), Money(amount, asset))
        for number, _, who, amount in back
    )
    [posted] = await ledger.post(
        unit, Entry("circle.given_back", f"circles.closed:{key}", moves, {"circle": circle.id})
    )
    for number, place, who, amount in back:
        money = Money(amount, asset)
        await record(unit, circle, PayoutKind.REFUND, money, posted, place=place, customer_id=who, number=number)


async def set_won(unit: Unit, circle_id: int, number: int, outcome: Outcome, places: Sequence[int]) -> None:
    """Let a round cost what an auction has made of it; who had paid more of it by then has the rest back.

    Args:
        places: the open places, ascending: those of the outcome's net sums.
    """
    book = await _read(unit, circle_id)
    round_ = book.rounds[number]
    round_.prize, round_.commission = outcome.prize, outcome.commission
    back: list[Back] = []
    for place, net in zip(places, outcome.net, strict=True):
        back += _set_due(book.dues[number, place], net, unit)
    await unit.session.flush()
    await _pay_back(unit, book.circle, back, f"{circle_id}:{number}:won")


_AT_ONCE: Final = text(
    """
    UPDATE circle_due SET due_on = CASE WHEN paid < amount THEN least(due_on, :on) ELSE due_on END, fine = fine_paid
    WHERE circle_id = :circle AND place = :place AND (paid < amount OR fine_paid < fine)
    """
)


async def let_all_be_due(unit: Unit, circle_id: int, place: int) -> None:
    """Let all that is left to pay of a place that has received fall due at once (s. 32); open fines are let off."""
    row = await unit.session.get_one(CirclePlace, (circle_id, place))
    row.due_at_once_on = row.due_at_once_on or unit.open_on
    await unit.session.flush()
    await unit.session.execute(_AT_ONCE, {"circle": circle_id, "place": place, "on": unit.open_on})
