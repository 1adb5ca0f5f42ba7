"""The screens of another phone and another Telegram account."""

from __future__ import annotations

from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.chat.screens.ways import act, talk_to_person
from handlers.locales import Html, Translator


def phone_card(t: Translator) -> Html:
    """What changing the phone means, before it is confirmed."""
    return lines(t("account.phone_card"), t("account.what_is_held"))


def share_new_phone(t: Translator) -> Screen:
    """Ask for the new phone by Telegram's contact button."""
    return _contact(t, t("account.share_new_phone"))


def share_old_phone(t: Translator) -> Screen:
    """Ask for the phone of the account that is to come here."""
    return _contact(t, lines(t("account.share_old_phone"), t("account.what_is_held")))


def _contact(t: Translator, text: Html) -> Screen:
    label = str(t("onboarding.share_phone"))
    return Screen(text, keyboard=((label,),), contact_label=label)


def too_late(t: Translator) -> Screen:
    """The PIN was given too long ago."""
    return Screen(t("account.pin_too_late"), remove_keyboard=True)


def phone_changed(t: Translator) -> Screen:
    """The new phone is on file; the contact button goes."""
    return Screen(lines(t("account.phone_is_changed"), t("account.what_is_held")), remove_keyboard=True)


def account_is_found(t: Translator) -> Screen:
    """The account is found; the contact button goes."""
    return Screen(t("account.account_is_found"), remove_keyboard=True)


def ask_pin(t: Translator) -> Screen:
    """Ask for the account's PIN."""
    return Screen(t("account.ask_account_pin"), ((act(t, "cancel", t("common.cancel")),),))


def moved_here(t: Translator, move: int) -> Screen:
    """The account is here."""
    return Screen(lines(t("account.moved_here"), t("account.what_is_held")), (menu_row(t),))


def undone(t: Translator) -> Screen:
    """A change was undone, and nothing leaves."""
    return Screen(t("account.undone"), ((talk_to_person(t, "phone.lost"), *menu_row(t)),))
