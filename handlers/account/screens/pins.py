"""The screens of another PIN."""

from __future__ import annotations

from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.locales import Html, Translator


def change_card(t: Translator) -> Html:
    """What changing means, before it is confirmed."""
    return t("account.change_pin_card")


def type_new(t: Translator) -> Screen:
    """Ask for the new PIN."""
    return Screen(t("account.type_new_pin"))


def again(t: Translator) -> Screen:
    """Ask for it a second time."""
    return Screen(t("onboarding.pin_again"))


def differs(t: Translator) -> Screen:
    """The two differ: ask for both again."""
    return Screen(t("onboarding.pin_differs"))


def refused(t: Translator, code: str) -> Screen:
    """What was typed cannot be a PIN; `code` says why."""
    return Screen(t(f"error.{code}"))


def changed(t: Translator) -> Screen:
    """The new PIN stands."""
    return Screen(t("account.pin_is_changed"), (menu_row(t),))


def changed_already(t: Translator) -> Screen:
    """The card was tapped once more after the PIN was changed."""
    return Screen(t("account.pin_changed_already"), (menu_row(t),))


def not_changed(t: Translator) -> Screen:
    """The card was tapped once more after its time: the PIN is as it was."""
    return Screen(t("account.pin_not_changed"), (menu_row(t),))


def was_reset(t: Translator) -> Screen:
    """The new PIN of a reset stands, and what waits all the same."""
    return Screen(lines(t("account.pin_is_changed"), t("account.what_is_held")), (menu_row(t),))
