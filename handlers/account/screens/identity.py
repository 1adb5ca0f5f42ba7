"""The screens of who somebody is."""

from __future__ import annotations

from datetime import date, datetime

from finance_core.account.rules import NEVER_EXPIRES, DocumentKind
from finance_core.customers.rules import TIERS
from handlers.account.intents import HandedIn, HandIn
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.chat.screens.ways import act
from handlers.locales import Html, Translator

SHOWN = 3
"""The last characters of a number: enough to see that it is the right one."""


def which_kind(t: Translator, tier: int, expires_on: date | None, today: date) -> Screen:
    """Why a document is asked for, what becomes of it, and which it is; until when the one before is valid, or was."""
    known = known_until(t, expires_on, today) if expires_on is not None else None
    why = t("account.identity_why" if tier < len(TIERS) - 1 else "account.identity_again", tier=tier)
    text = lines(t("account.identity_title"), known, why, t("account.identity_kept"))
    rows = tuple((Button(t(f"account.kind_{kind.value}"), f"paper:{kind.value}"),) for kind in DocumentKind)
    return Screen(text, (*rows, menu_row(t)))


def known_until(t: Translator, expires_on: date, today: date) -> Html:
    """Say until when somebody is known by a document, or that it has expired."""
    return t("account.known_until" if expires_on >= today else "account.known_expired", day=expires_on)


def waits(t: Translator, since: datetime, zone: str) -> Screen:
    """One is looked at already."""
    return Screen(t("account.identity_waits", at=t.instant(since, zone)), (menu_row(t),))


def ask_number(t: Translator, kind: str) -> Screen:
    """Ask for the number."""
    return _asked(t, t("account.ask_number", kind=t(f"account.kind_{kind}")))


def ask_expiry(t: Translator) -> Screen:
    """Ask until when it is valid."""
    return _asked(t, t("account.ask_expiry"))


def ask_document(t: Translator) -> Screen:
    """Ask for the document's picture."""
    return _asked(t, t("account.ask_document"))


def ask_selfie(t: Translator) -> Screen:
    """Ask for the selfie."""
    return _asked(t, t("account.ask_selfie"))


def _asked(t: Translator, text: Html) -> Screen:
    return Screen(text, ((act(t, "cancel", t("common.cancel")),),))


def card(t: Translator, params: HandIn) -> Html:
    """What would be handed in."""
    return lines(
        t("account.hand_in", kind=t(f"account.kind_{params.kind}"), digits=params.number.strip()[-SHOWN:]),
        until(t, params.expires_on),
        t("account.hand_in_then"),
    )


def until(t: Translator, day: date) -> Html:
    """Say until when a document is valid."""
    return t("account.valid_always") if day == NEVER_EXPIRES else t("account.valid_until", day=day)


def handed_in(t: Translator, params: HandIn, result: HandedIn) -> Screen:
    """It waits for an operator."""
    return Screen(t("account.handed_in"), (menu_row(t),))
