"""The board of a circle as a group reads it, and what is read of a circle that somebody wants to open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from finance_core.circles.board_view import NAME_CHARACTERS, BoardPlace, CircleBoard
from finance_core.circles.book.notices import CircleRoundEnded, RoundPlace
from finance_core.circles.models import CircleState
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Order
from handlers.chat.plain import plain
from handlers.circles.screens.boards import board
from handlers.circles.screens.pictures import roll, round_ended
from handlers.locales import codes, translator
from handlers.phrases.readers.circles import of_circle
from handlers.pictures.plot import Roll
from tests.builders import yuan

MESSAGE_CHARACTERS = 4096
CAPTION_CHARACTERS = 1024

FORMS = CircleBoard(
    token="abcdefghijkl",
    code="C4TN-8KQ2",
    title="Sunday <Circle>",
    state=CircleState.OPEN,
    order=Order.LOTTERY,
    members_pick=False,
    period=Period.MONTH,
    contribution=yuan("500"),
    places=50,
    held=0,
    round=None,
    rounds=None,
    due_on=date(2026, 12, 31),
    receiver=None,
    receiver_place=None,
    is_refund=False,
    is_held=False,
    eligible=(),
    people=(),
    key_zero="95e5979e" + "0" * 56,
    key=None,
    voided=0,
)
LONG = "W" * NAME_CHARACTERS
RUNS = replace(
    FORMS,
    state=CircleState.SUSPENDED,
    held=50,
    round=49,
    rounds=50,
    receiver=LONG,
    receiver_place=50,
    is_held=True,
    eligible=tuple(range(1, 51)),
    people=tuple(BoardPlace(nr, LONG, nr % 2 == 0, nr, has_received=nr < 49) for nr in range(1, 51)),
    key="f" * 64,
    voided=3,
)


@pytest.mark.parametrize("language", codes())
def test_fifty_places_with_long_names_fit_in_one_message(language: str) -> None:
    for seen in (FORMS, RUNS, replace(RUNS, state=CircleState.RUNNING), replace(RUNS, round=None)):
        assert len(plain(board(translator(language), seen).text)) <= MESSAGE_CHARACTERS


def test_a_board_says_who_has_paid_and_whose_turn_it_is_but_no_sum_of_anybody() -> None:
    people = (BoardPlace(1, "Ana", True, 1, True), BoardPlace(2, "Bo", False, None, False))
    seen = replace(RUNS, state=CircleState.RUNNING, round=2, rounds=3, people=people, receiver="Bo", receiver_place=2)
    text = plain(board(translator("en"), replace(seen, is_held=False, eligible=(2,), voided=0)).text)
    assert text.splitlines()[:5] == [
        "🔄 Sunday <Circle> (C4TN-8KQ2)",
        "Round 2 of 3: a pot of ¥1,000.00",
        "Due Thu 31 Dec 2026",
        "It goes to Bo (place 2).",
        "Drawn among the places 2",
    ]
    assert "✅ 1. Ana · has received" in text
    assert "⏳ 2. Bo" in text


def test_a_picture_of_a_board_marks_who_has_paid() -> None:
    drawn = roll(translator("en"), RUNS)
    assert (drawn.entries[0].done, drawn.entries[1].done) == (False, True)
    assert drawn.entries[1].words == "paid, has received"


@pytest.mark.parametrize("language", codes())
def test_a_round_that_has_ended_is_a_picture_and_its_words_say_the_same(language: str) -> None:
    people = tuple(RoundPlace(nr=nr, name="n" * 40, paid=nr % 2 == 0, has_received=nr == 1) for nr in range(1, 51))
    told = CircleRoundEnded(circle=7, code="C4TN-8KQ2", title="Sunday", round=1, rounds=50, due_on=date(2026, 12, 31),
                            pot=yuan(5_000), receiver=1, people=people)  # fmt: skip
    screen = round_ended(translator(language), told)
    assert isinstance(screen.picture, Roll)
    assert [entry.done for entry in screen.picture.entries[:2]] == [False, True]
    assert not screen.buttons, "it is no board that is kept current"
    said = plain(screen.text)
    assert len(said) <= CAPTION_CHARACTERS, "the picture has all names, its words some of who has not paid"
    assert said.count("n" * NAME_CHARACTERS) >= 2


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("200 monthly 10 people lottery", {"amount": "200", "period": "month", "places": "10", "order": "whole"}),
        ("50 a week", {"amount": "50", "period": "week"}),
        ("-5 every two weeks", {"amount": "-5", "period": "two_weeks"}),
        ("0.001", {"amount": "0.001"}),
        ("about fifty", {}),
        ("2 people for ten places", {"places": "2"}),
        ("每月500，10人，标会", {"amount": "500", "period": "month", "places": "10", "order": "auction"}),
        ("起会，10人，每月500", {"amount": "500", "period": "month", "places": "10"}),
        ("30 daily from next Friday", {"amount": "30", "period": "day", "first_day": "next friday"}),
        ('100 a month "Market women" drawn each round', {
            "amount": "100", "period": "month", "title": "Market women", "order": "lottery"}),
    ],
)  # fmt: skip
def test_what_is_said_of_a_circle_is_read(said: str, heard: dict[str, str]) -> None:
    assert of_circle(said) == heard
