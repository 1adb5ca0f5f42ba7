"""Buttons that lead to a circle and what may be done in it. They name it by its code; who may, the act asks."""

from __future__ import annotations

from handlers.chat.screens.base import Button
from handlers.locales import Translator


def to_circles(t: Translator) -> Button:
    """Return the button that lists one's circles."""
    return Button(t("my_circles.to_circles"), "do:circles")


def see(t: Translator, code: str) -> Button:
    """Return the button that shows one's own card of a circle."""
    return Button(t("my_circles.see"), f"mycircle:{code}")


def pay(t: Translator, code: str) -> Button:
    """Return the button that offers to pay what is due."""
    return Button(t("my_circles.pay"), f"paycircle:{code}")


def votes(t: Translator, code: str) -> Button:
    """Return the button that lists what is voted on, and what may be moved."""
    return Button(t("my_circles.votes"), f"circlevotes:{code}")


def check_draw(t: Translator, code: str, number: int) -> Button:
    """Return the button that recomputes a round's draw."""
    return Button(t("my_circles.check_draw"), f"checkdraw:{code}:{number}")


def check_bids(t: Translator, code: str, number: int) -> Button:
    """Return the button that checks a round's bids against their seals."""
    return Button(t("my_circles.bids"), f"bids:{code}:{number}")


def borrow_together(t: Translator, code: str) -> Button:
    """Return the button that proposes to the members of a circle to borrow together."""
    return Button(t("group_loans.button"), f"do:group_loan:circle={code}")
