"""The board of a savings circle, as its group reads it and as a picture: what all have, never what one of them has."""

from __future__ import annotations

from finance_core.circles.board_view import CircleBoard
from finance_core.circles.models import CircleState
from finance_core.circles.rules.saving import FEWEST_MEMBERS, MOST_MEMBERS
from finance_core.circles.saving.board_view import BoardSaver, SavingBoard
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.circles.screens import boards, pictures
from handlers.locales import Html, Translator
from handlers.pictures.plot import Entry, Roll


def any_board(t: Translator, seen: CircleBoard | SavingBoard) -> Screen:
    """The board of a circle of either kind."""
    return board(t, seen) if isinstance(seen, SavingBoard) else boards.board(t, seen)


def any_pictured(t: Translator, seen: CircleBoard | SavingBoard) -> Screen:
    """The board of a circle of either kind as a picture; its text says the same."""
    if not isinstance(seen, SavingBoard):
        return pictures.pictured(t, seen)
    return Screen(board(t, seen).text, (menu_row(t),), picture=roll(t, seen))


def board(t: Translator, seen: SavingBoard) -> Screen:
    """The board as it stands, with the way in before the cycle begins and the member's own card after it."""
    head = t("saving_boards.title", title=seen.title, code=seen.code)
    if seen.state == CircleState.OPEN:
        join = Button(t("circle_boards.join"), f"joinhere:{seen.token}")
        return Screen(lines(head, *forms(t, seen)), ((join,),))
    if seen.state in (CircleState.RUNNING, CircleState.SUSPENDED):
        mine = Button(t("circle_boards.mine"), f"minehere:{seen.token}")
        picture = Button(t("circle_boards.as_picture"), f"pictureof:{seen.token}")
        return Screen(lines(head, *runs(t, seen)), ((mine, picture),))
    return Screen(lines(head, t(f"saving_boards.{seen.state}")))


def forms(t: Translator, seen: SavingBoard) -> tuple[Html | None, ...]:
    """Return what the board of a circle that has not begun says, a line each."""
    names = t.listed([each.name for each in seen.people])
    return (
        t("saving_opening.shares", price=seen.price, most=seen.most_shares),
        t("saving_opening.social", sum=seen.social) if seen.social else None,
        t("saving_boards.first", period=t(f"circle_opening.period_{seen.period}"), count=seen.meetings,
          day=seen.held_on),
        Html(),
        t("circle_boards.who_is_in", names=names) if names else t("circle_boards.nobody_yet"),
        t("saving_boards.takes", least=FEWEST_MEMBERS, most=MOST_MEMBERS),
    )  # fmt: skip


def runs(t: Translator, seen: SavingBoard) -> tuple[Html | None, ...]:
    """Return what the board of a cycle that runs says, a line each."""
    return (
        t("circle_boards.suspended") if seen.state == CircleState.SUSPENDED else None,
        _meeting(t, seen),
        t("saving_boards.have_paid", paid=seen.have_paid, count=len(seen.people)) if seen.is_open else None,
        Html(),
        t("saving_boards.shares", count=seen.shares, price=seen.price),
        t("saving_boards.pot", cash=seen.cash, lent=seen.lent),
        t("saving_boards.social_fund", sum=seen.social_fund) if seen.social or seen.social_fund else None,
        Html(),
        *[_line(t, each) for each in seen.people],
    )


def _meeting(t: Translator, seen: SavingBoard) -> Html:
    if seen.meeting is None:
        return t("saving_boards.all_held")
    key = "saving_boards.is_open" if seen.is_open else "saving_boards.next"
    return t(key, nr=seen.meeting, count=seen.meetings, day=seen.held_on)


def _line(t: Translator, each: BoardSaver) -> Html:
    mark = {True: "✅", False: "⏳", None: "▫️"}[each.paid]
    return t("saving_boards.person", mark=mark, nr=each.place, name=_named(t, each))


def _named(t: Translator, each: BoardSaver) -> Html | str:
    return each.name if each.role is None else t(f"saving_boards.role_{each.role}", name=each.name)


def roll(t: Translator, seen: SavingBoard) -> Roll:
    """Return what the picture shows: the meeting, the pot, and of each member whether they have paid."""
    meeting = t("saving_boards.picture_meeting", nr=seen.meeting, count=seen.meetings, day=seen.held_on)
    note = str(meeting) if seen.meeting is not None else t.day(seen.held_on)
    pot = str(t("saving_boards.picture_pot", count=seen.shares, pot=seen.cash + seen.lent))
    return Roll(seen.title, f"{note} · {pot}", tuple(_entry(t, each) for each in seen.people))


def _entry(t: Translator, each: BoardSaver) -> Entry:
    words = (
        {True: "circle_boards.paid", False: "circle_boards.waiting"}.get(each.paid) if each.paid is not None else None
    )
    return Entry(f"{each.place}. {each.name}", str(t(words)) if words else "", each.paid)
