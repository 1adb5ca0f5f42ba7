"""The screens of a reset of the PIN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.chat.screens.ways import act, ask, talk_to_person
from handlers.locales import Translator


def which_proof(t: Translator, proofs: Sequence[str]) -> Screen:
    """Ask how it is proved."""
    rows = tuple((Button(t(f"account.proof_{proof}"), f"resetby:{proof}"),) for proof in proofs)
    return Screen(lines(t("account.reset_begins"), t("account.which_proof")), (*rows, menu_row(t)))


def no_proof(t: Translator) -> Screen:
    """Nothing was prepared, and the level is too low for a selfie: a person helps."""
    return Screen(t("account.no_proof"), ((talk_to_person(t, "pin.forgotten"),), (ask(t, "pin.why_asked"),)))


def share_phone(t: Translator) -> Screen:
    """Ask for the phone by Telegram's contact button."""
    label = str(t("onboarding.share_phone"))
    text = lines(t("account.reset_begins"), t("account.share_phone_again"))
    return Screen(text, keyboard=((label,),), contact_label=label)


def phone_is_right(t: Translator) -> Screen:
    """The phone is the one that is held; the contact button goes."""
    return Screen(t("account.phone_is_right"), remove_keyboard=True)


def ask_selfie(t: Translator, digits: str) -> Screen:
    """Ask for a selfie that shows four digits."""
    return Screen(t("account.ask_reset_selfie", digits=digits), ((act(t, "cancel", t("common.cancel")),),))


def ask_code(t: Translator) -> Screen:
    """Ask for the recovery code."""
    return Screen(t("account.ask_code"), ((act(t, "cancel", t("common.cancel")),),))


def wrong_code(t: Translator) -> Screen:
    """It is not the code."""
    return Screen(t("account.wrong_code"), ((act(t, "cancel", t("common.cancel")),),))


def contact_asked(t: Translator) -> Screen:
    """The named contact is asked."""
    return Screen(t("account.contact_asked"), (menu_row(t),))


def stands(t: Translator, state: str) -> Screen:
    """How a reset stands: proved, approved, stopped."""
    new_pin = ((act(t, "new_pin", t("account.choose_pin")),),) if state == "approved" else ()
    person = ((talk_to_person(t, "pin.forgotten"),),) if state == "stopped" else ()
    return Screen(t(f"account.reset_{state}"), (*new_pin, *person, menu_row(t)))


def stopped_already(t: Translator, frozen_at: datetime | None, zone: str) -> Screen:
    """It was not they, as was said before: nothing more is changed."""
    frozen = t("people.you_are_frozen", at=t.instant(frozen_at, zone)) if frozen_at is not None else None
    text = lines(t("account.stopped_already"), frozen)
    return Screen(text, ((talk_to_person(t, "phone.lost"), *menu_row(t)),))
