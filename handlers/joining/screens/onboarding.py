"""The screens of joining."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.joining.screens.settings import language_buttons, zone_buttons
from handlers.locales import Translator


def welcome(t: Translator) -> Screen:
    """The very first screen: in all languages, as nobody has chosen yet."""
    return Screen(t("onboarding.welcome"), language_buttons())


def terms(t: Translator) -> Screen:
    """The terms in brief, the buttons to read them and the prices, and those that accept and decline them."""
    read = (Button(t("privacy.terms_button"), "do:terms"), Button(t("privacy.prices_button"), "do:prices"))
    answer = (Button(t("onboarding.agree"), "agree"), Button(t("onboarding.disagree"), "disagree"))
    return Screen(t("onboarding.terms"), (read, (Button(t("privacy.button"), "do:privacy"),), answer))


def not_joined(t: Translator) -> Screen:
    """The terms were declined: nothing is asked for any more, and the way back."""
    return Screen(t("onboarding.not_joined"), ((Button(t("onboarding.go_on"), f"lang:{t.language}"),),))


def phone(t: Translator) -> Screen:
    """Ask for the phone by Telegram's contact button."""
    label = str(t("onboarding.share_phone"))
    return Screen(t("onboarding.phone"), keyboard=((label,),), contact_label=label)


def phone_taken_down(t: Translator) -> Screen:
    """Thank for the phone, and take the contact button away."""
    return Screen(t("onboarding.phone_taken_down"), remove_keyboard=True)


def pin(t: Translator) -> Screen:
    """Ask for a new PIN."""
    return Screen(t("onboarding.pin"))


def pin_again(t: Translator) -> Screen:
    """Ask for the new PIN a second time."""
    return Screen(t("onboarding.pin_again"))


def pin_differs(t: Translator) -> Screen:
    """The two PINs differ: ask for both again."""
    return Screen(t("onboarding.pin_differs"))


def pin_refused(t: Translator, code: str) -> Screen:
    """What was typed cannot be a PIN; `code` says why."""
    return Screen(t(f"error.{code}"))


def joined(t: Translator) -> Screen:
    """Joining is complete."""
    return Screen(t("onboarding.joined"))


def which_zone(t: Translator, offered: Sequence[str], now: datetime) -> Screen:
    """Ask for the time zone, as the phone may be in several: reminders keep to the hours there."""
    text = lines(t("onboarding.which_zone"), t("settings.ask_city"))
    return Screen(text, (*zone_buttons(t, offered, now), menu_row(t)))
