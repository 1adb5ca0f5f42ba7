"""What leaving a circle looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, menu_row
from handlers.circles.acts_intents import LeaveCircle
from handlers.circles.screens import ways
from handlers.locales import Html, Translator


def which_place(t: Translator, code: str, places: Sequence[int]) -> Screen:
    """Ask with which of one's places one leaves."""
    rows = choices([(t("my_circles.place_nr", nr=nr), f"leaveplace:{code}:{nr}") for nr in places])
    return Screen(t("my_circles.leave_which"), (*rows, (ways.see(t, code),)))


def leave_card(t: Translator, params: LeaveCircle) -> Html:
    """What leaving brings back, and when."""
    later = t("my_circles.leave_later", sum=params.later, on=params.on) if params.on is not None else None
    return lines(
        t("my_circles.leave_card", nr=params.place, code=params.code),
        t("my_circles.leave_at_once", sum=params.at_once) if params.at_once else None,
        later,
        t("my_circles.leave_nothing") if not params.at_once and later is None else None,
        t("my_circles.leave_terms"),
    )


def or_handed_over(t: Translator, card: Screen, params: LeaveCircle) -> Screen:
    """The card with the better way: somebody takes the place over, and pays what was paid in."""
    button = Button(t("my_circles.hand_it_over"), f"placeover:{params.code}:{params.place}")
    return replace(card, buttons=(*card.buttons, (button,)))


def left(t: Translator, params: LeaveCircle, result: Nothing) -> Screen:
    """The place is closed."""
    later = t("my_circles.leave_later", sum=params.later, on=params.on) if params.on is not None else None
    said = lines(t("my_circles.have_left", nr=params.place, code=params.code), later)
    return Screen(said, ((ways.to_circles(t), *menu_row(t)),))
