"""The board of a circle as a picture: to be passed on, and by itself when a round has ended."""

from __future__ import annotations

from finance_core.circles.board_view import NAME_CHARACTERS, BoardPlace, CircleBoard
from finance_core.circles.book.notices import CircleRoundEnded
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.circles.screens.boards import board
from handlers.locales import Translator
from handlers.pictures.plot import Entry, Roll


def pictured(t: Translator, seen: CircleBoard) -> Screen:
    """The board as a picture; its text says the same."""
    return Screen(board(t, seen).text, (menu_row(t),), picture=roll(t, seen))


def roll(t: Translator, seen: CircleBoard) -> Roll:
    """Return what the picture shows: the round and its day, and of each place whether it has paid."""
    if seen.round is None:
        note = t.day(seen.due_on)
    else:
        pot = seen.contribution * sum(each.paid is not None for each in seen.people)
        note = str(t("circle_boards.picture_note", round=seen.round, rounds=seen.rounds, pot=pot, day=seen.due_on))
    return Roll(seen.title, note, tuple(_entry(t, each) for each in seen.people))


def _words(each: BoardPlace) -> list[str]:
    paid = {True: ["circle_boards.paid"], False: ["circle_boards.waiting"], None: []}[each.paid]
    return [*paid, *(["circle_boards.has_received"] if each.has_received else [])]


def _entry(t: Translator, each: BoardPlace) -> Entry:
    words = t.listed([str(t(key)) for key in _words(each)])
    return Entry(f"{each.nr}. {each.name}", words, each.paid)


def round_ended(t: Translator, told: CircleRoundEnded) -> Screen:
    """A round has ended, as its group sees it: whose pot it was, who had paid. Its words say the same."""
    people = [BoardPlace(x.nr, str(x.name)[:NAME_CHARACTERS], x.paid, None, x.has_received) for x in told.people]
    receiver = next((each.name for each in people if each.nr == told.receiver), "")
    waiting = t.listed([each.name for each in people if each.paid is False])
    text = lines(
        t("circle_boards.round_ended", title=str(told.title), code=told.code, round=told.round, rounds=told.rounds),
        t("circle_boards.pot_went_to", name=receiver, place=told.receiver),
        t("circle_boards.not_in_yet", names=waiting) if waiting else t("circle_boards.all_have_paid"),
    )
    note = str(t("circle_boards.picture_note", round=told.round, rounds=told.rounds, pot=told.pot, day=told.due_on))
    return Screen(text, picture=Roll(str(told.title), note, tuple(_entry(t, each) for each in people)))
