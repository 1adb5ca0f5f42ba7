"""The screens of what is prepared for a forgotten PIN."""

from __future__ import annotations

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.chat.screens.ways import act
from handlers.locales import Html, Translator


def code_card(t: Translator, *, again: bool) -> Html:
    """What the code is for, before it is made."""
    return lines(t("account.code_card"), t("account.code_again") if again else None)


def code(t: Translator, shown: str) -> Screen:
    """The code, once; it counts when it is hidden."""
    return Screen(t("account.code", code=shown), ((Button(t("account.code_hide"), "codehidden"),),))


def code_shown_once(t: Translator) -> Screen:
    """The code was shown, and is not shown again."""
    return Screen(t("account.code_shown_once"), ((act(t, "recovery_code"), *menu_row(t)),))


def code_counts(t: Translator) -> Screen:
    """The code is out of the chat and counts."""
    return Screen(t("account.code_counts"), ((act(t, "account"), *menu_row(t)),))


def who(t: Translator) -> Screen:
    """Ask whom to name."""
    return Screen(t("account.who_contact"), ((act(t, "cancel", t("common.cancel")),),))


def contact_card(t: Translator, name: str) -> Html:
    """Who would be named, and what that means."""
    return t("account.contact_card", name=name)


def contact_named(t: Translator) -> Screen:
    """They are asked whether they would."""
    return Screen(t("account.contact_is_asked"), ((act(t, "account"), *menu_row(t)),))


def naming_answered(t: Translator, name: str, *, agrees: bool) -> Screen:
    """To the contact: what they have agreed to, or not."""
    return Screen(t("account.vouch_yes_done" if agrees else "account.vouch_no_done", name=name), (menu_row(t),))


def reset_answered(t: Translator, *, is_theirs: bool) -> Screen:
    """To the contact: their word is taken."""
    return Screen(t("account.theirs_done" if is_theirs else "account.not_theirs_done"), (menu_row(t),))
