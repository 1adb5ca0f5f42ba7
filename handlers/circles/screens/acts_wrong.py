"""What saying that something is wrong looks like."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import choices, lines
from handlers.circles.acts_intents import DisputeIsOpen, DisputeRound
from handlers.circles.screens import ways
from handlers.locales import Html, Translator


def which_round(t: Translator, code: str, rounds: Sequence[int], *, meeting: bool = False) -> Screen:
    """Ask which round it is about, or which meeting of a savings circle."""
    key, ask = (
        ("my_circles.meeting_nr", "my_circles.which_meeting")
        if meeting
        else ("my_circles.round_nr", "my_circles.which_round")
    )
    rows = choices([(t(key, nr=nr), f"wronground:{code}:{nr}") for nr in rounds], per_row=2)
    return Screen(t(ask), (*rows, (ways.see(t, code),)))


def ask_what(t: Translator, number: int, *, meeting: bool = False) -> Screen:
    """Ask what is wrong, in one's own words."""
    return Screen(t("my_circles.ask_what_meeting" if meeting else "my_circles.ask_what", nr=number))


def meeting_card(t: Translator, params: DisputeRound) -> Html:
    """What is said of a meeting, and what happens then, before it is confirmed."""
    return lines(
        t("my_circles.dispute_meeting", nr=params.round, code=params.code),
        t("my_circles.quoted", words=params.words),
        t("my_circles.dispute_decided"),
    )


def card(t: Translator, params: DisputeRound, *, holds: bool) -> Html:
    """What is said, and what happens then, before it is confirmed."""
    return lines(
        t("my_circles.dispute_card", nr=params.round, code=params.code),
        t("my_circles.quoted", words=params.words),
        t("my_circles.dispute_holds" if holds else "my_circles.dispute_is_paid"),
    )


def opened(t: Translator, params: DisputeRound, result: DisputeIsOpen) -> Screen:
    """An operator looks at it, by a day."""
    said = lines(
        t("my_circles.dispute_open", due=result.due),
        t("my_circles.payout_waits", nr=params.round) if result.holds else None,
    )
    return Screen(said, ((ways.see(t, params.code),),))
