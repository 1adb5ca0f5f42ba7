"""What saying that something is wrong looks like."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import choices, lines
from handlers.circles.acts_intents import DisputeIsOpen, DisputeRound
from handlers.circles.screens import ways
from handlers.locales import Html, Translator


def which_round(t: Translator, code: str, rounds: Sequence[int]) -> Screen:
    """Ask which round it is about."""
    rows = choices([(t("my_circles.round_nr", nr=nr), f"wronground:{code}:{nr}") for nr in rounds], per_row=2)
    return Screen(t("my_circles.which_round"), (*rows, (ways.see(t, code),)))


def ask_what(t: Translator, number: int) -> Screen:
    """Ask what is wrong, in one's own words."""
    return Screen(t("my_circles.ask_what", nr=number))


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
