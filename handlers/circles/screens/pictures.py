"""The board of a circle as a picture, which can be passed on; and the way to the check of a draw."""

from __future__ import annotations

from finance_core.circles.board_view import BoardPlace, CircleBoard
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import menu_row
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
