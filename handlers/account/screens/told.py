"""What people are pushed about their account, and operators of what waits. Loads without aiogram."""

from __future__ import annotations

from finance_core.account import notices
from finance_core.notices import Sealed
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.chat.screens.ways import act, talk_to_person
from handlers.locales import Translator


def identity_waits(t: Translator, told: notices.IdentityWaits) -> Screen:
    """To who reviews."""
    return Screen(t("account.told_identity_waits", number=told.check), ((_open(t, f"idcheck:{told.check}"),),))


def reset_waits(t: Translator, told: notices.ResetWaits) -> Screen:
    """To who may propose it."""
    return Screen(t("account.told_reset_waits", number=told.reset), ((_open(t, f"pinreset:{told.reset}"),),))


def _open(t: Translator, data: str) -> Button:
    return Button(t("support.open"), data)


def identity_approved(t: Translator, told: notices.IdentityApproved) -> Screen:
    """The level that the person is at now."""
    return Screen(t("account.told_identity_approved", tier=told.tier), ((act(t, "limits"), *menu_row(t)),))


def identity_refused(t: Translator, told: notices.IdentityRefused) -> Screen:
    """Why not, and what to do."""
    text = lines(t("account.told_identity_refused"), t(f"account.refused_{told.reason}"))
    return Screen(text, ((act(t, "identity", t("account.send_again")), talk_to_person(t, "identity.failed")),))


def identity_expires(t: Translator, told: notices.IdentityExpires) -> Screen:
    """Another one is asked for in time."""
    return Screen(t("account.told_identity_expires", day=told.expires_on), ((act(t, "identity"), *menu_row(t)),))


def identity_expired(t: Translator, told: notices.IdentityExpired) -> Screen:
    """The level that the person is at again, and the way back."""
    text = t("account.told_identity_expired", day=told.expires_on, tier=told.tier)
    return Screen(text, ((act(t, "identity"), act(t, "limits")), menu_row(t)))


def pin_changed(t: Translator, told: notices.PinChanged) -> Screen:
    """The PIN is another one."""
    lock = act(t, "lock", t("joining_topics.lock_button"))
    return Screen(t("account.told_pin_changed", day=told.on), ((lock,), (talk_to_person(t, "pin.change"),)))


def reset_asked(t: Translator, told: notices.ResetAsked) -> Screen:
    """Somebody has asked for a reset."""
    return Screen(t("account.told_reset_asked"), (_not_me(t, told),))


def reset_approved(t: Translator, told: notices.ResetApproved) -> Screen:
    """A new PIN may be chosen."""
    return Screen(t("account.reset_approved"), ((act(t, "new_pin", t("account.choose_pin")),), _not_me(t, told)))


def reset_done(t: Translator, told: notices.ResetDone) -> Screen:
    """The new PIN stands."""
    return Screen(lines(t("account.told_reset_done"), t("account.what_is_held")), (_not_me(t, told),))


def reset_stopped(t: Translator, told: notices.ResetStopped) -> Screen:
    """It was stopped."""
    return Screen(t("account.reset_stopped"), ((talk_to_person(t, "pin.forgotten"),), menu_row(t)))


def reset_refused(t: Translator, told: notices.ResetRefused) -> Screen:
    """The proof did not convince."""
    return Screen(t("account.told_reset_refused"), ((talk_to_person(t, "pin.forgotten"),), menu_row(t)))


def _not_me(t: Translator, told: notices.OfReset) -> tuple[Button, ...]:
    return (Button(t("account.not_me"), f"notmyreset:{told.reset}"),)


def contact_named(t: Translator, told: notices.ContactNamed) -> Screen:
    """Would they confirm for somebody?"""
    yes = Button(t("account.vouch_yes"), f"vouch:yes:{told.customer}")
    no = Button(t("account.vouch_no"), f"vouch:no:{told.customer}")
    return Screen(t("account.told_contact_named", name=_name(told.name)), ((yes, no),))


def contact_asked(t: Translator, told: notices.ContactAsked) -> Screen:
    """Is it really they who ask?"""
    yes = Button(t("account.theirs_yes"), f"theirreset:yes:{told.reset}")
    no = Button(t("account.theirs_no"), f"theirreset:no:{told.reset}")
    return Screen(t("account.told_contact_asked", name=_name(told.name)), ((yes,), (no,)))


def phone_changed(t: Translator, told: notices.PhoneChanged) -> Screen:
    """The phone is another one."""
    text = lines(t("account.told_phone_changed", digits=told.digits), t("account.what_is_held"))
    return Screen(text, ((Button(t("account.not_me"), f"notmymove:{told.move}"),),))


def account_moved(t: Translator, told: notices.AccountMoved) -> Screen:
    """To the old chat."""
    return Screen(t("account.told_moved"), ((Button(t("account.not_me"), f"notmymove:{told.move}"),),))


def move_stopped(t: Translator, told: notices.MoveStopped) -> Screen:
    """A change was undone."""
    return Screen(t("account.undone"), ((talk_to_person(t, "phone.lost"),), menu_row(t)))


def _name(name: Sealed | str) -> str:
    assert not isinstance(name, Sealed), "delivery opens names before they are rendered"
    return name
