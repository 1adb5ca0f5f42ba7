"""The board of a circle, as its group reads it: never a sum that somebody owes, a bid, a deposit or a reason."""

from __future__ import annotations

from finance_core.circles.board_view import BoardPlace, CircleBoard
from finance_core.circles.models import CircleState
from finance_core.circles.rules.settings import Order
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.circles.screens.opening import order_of
from handlers.locales import Html, Translator

KEY_CHARACTERS = 8
"""Of a key as much stands on the board; the rest is in the check."""
_OPEN = (CircleState.OPEN, CircleState.CONFIRMING)
_RUNS = (CircleState.RUNNING, CircleState.SUSPENDED)


def board(t: Translator, seen: CircleBoard) -> Screen:
    """The board as it stands, with the way in before the start and the member's own card after it."""
    head = t("circle_boards.title", title=seen.title, code=seen.code)
    if seen.state in _OPEN:
        return Screen(lines(head, *_forms(t, seen)), _ways_in(t, seen))
    if seen.state in _RUNS:
        return Screen(lines(head, *_runs(t, seen)), _ways(t, seen))
    return Screen(lines(head, t(f"circle_boards.{seen.state}")))


def _forms(t: Translator, seen: CircleBoard) -> tuple[Html | None, ...]:
    names = t.listed([each.name for each in seen.people])
    return (
        t("circle_opening.each", sum=seen.contribution, period=t(f"circle_opening.period_{seen.period}")),
        t("circle_opening.pot", count=seen.places, pot=seen.contribution * seen.places),
        t(f"circle_opening.order_{order_of(seen.order, members_pick=seen.members_pick)}"),
        t("circle_boards.first_on", day=seen.due_on),
        Html(),
        t("circle_boards.who_is_in", names=names) if names else t("circle_boards.nobody_yet"),
        t("circle_boards.confirming")
        if seen.state == CircleState.CONFIRMING
        else t("circle_boards.left", count=seen.places - seen.held),
        t("circle_boards.key_zero", begins=seen.key_zero[:KEY_CHARACTERS]) if seen.key_zero else None,
        _voided(t, seen),
    )


def _voided(t: Translator, seen: CircleBoard) -> Html | None:
    return t("circle_boards.voided", count=seen.voided) if seen.voided else None


def _ways_in(t: Translator, seen: CircleBoard) -> tuple[tuple[Button, ...], ...]:
    return ((Button(t("circle_boards.join"), f"joinhere:{seen.token}"),),)


def _ways(t: Translator, seen: CircleBoard) -> tuple[tuple[Button, ...], ...]:
    mine = Button(t("circle_boards.mine"), f"minehere:{seen.token}")
    picture = Button(t("circle_boards.as_picture"), f"pictureof:{seen.token}")
    what = "circle_boards.check_bids" if seen.order is Order.AUCTION else "circle_boards.check_draw"
    check = (Button(t(what), f"drawhere:{seen.token}"),)
    return ((mine, picture), check) if seen.order is not Order.FIXED else ((mine, picture),)


def _runs(t: Translator, seen: CircleBoard) -> tuple[Html | None, ...]:
    people = [place_line(t, each) for each in seen.people]
    if seen.round is None:
        return (t("circle_boards.all_rounds_paid"), Html(), *people)
    pot = seen.contribution * sum(each.paid is not None for each in seen.people)
    return (
        t("circle_boards.suspended") if seen.state == CircleState.SUSPENDED else None,
        t("circle_boards.round", round=seen.round, rounds=seen.rounds, pot=pot),
        t("circle_boards.due_on", day=seen.due_on),
        _whose_turn(t, seen),
        t("circle_boards.eligible", places=t.listed(map(str, seen.eligible))) if seen.eligible else None,
        t("circle_boards.is_held") if seen.is_held else None,
        Html(),
        *people,
        Html(),
        t("circle_boards.key", begins=seen.key[:KEY_CHARACTERS]) if seen.key else None,
        _voided(t, seen),
    )


def _whose_turn(t: Translator, seen: CircleBoard) -> Html:
    if seen.receiver is not None:
        key = "circle_boards.refund_to" if seen.is_refund else "circle_boards.turn_of"
        return t(key, name=seen.receiver, place=seen.receiver_place)
    return t("circle_boards.turn_bid") if seen.order is Order.AUCTION else t("circle_boards.turn_drawn")


def place_line(t: Translator, each: BoardPlace) -> Html:
    """One place: who holds it, whether it has paid this round, whether it has received."""
    mark = {True: "✅", False: "⏳", None: "▫️"}[each.paid]
    tail = t("circle_boards.has_received") if each.has_received else None
    turn = t("circle_boards.turn", turn=each.turn) if each.turn is not None and not each.has_received else None
    told = t("circle_boards.place", mark=mark, nr=each.nr, name=each.name)
    return Html(" · ".join(part for part in (told, tail, turn) if part))
