"""Screens that ask to whom money goes, or who should pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices
from handlers.locales import Translator

_DATA_BYTES: Final = 64


def ask(t: Translator, intent: str, recent: Sequence[tuple[str, str]]) -> Screen:
    """Ask to whom (with the link on a button) or who should pay; the last payees are on buttons."""
    if intent in ("request", "block"):
        return Screen(t("wallet.ask_payer" if intent == "request" else "wallet.ask_whom_to_block"), _people(recent))
    return Screen(t("wallet.ask_payee"), _people([*recent, (t("wallet.by_link_button"), "link")]))


def one_at_a_time(t: Translator, intent: str, named: Sequence[str]) -> Screen:
    """Several people were named: money goes to, or is asked of, one at a time. Each is on a button."""
    text = "wallet.one_payer_at_a_time" if intent == "request" else "wallet.one_payee_at_a_time"
    return Screen(t(text), _people([(name, name) for name in named]))


def which_one(t: Translator, said: str, people: Sequence[tuple[str, str]]) -> Screen:
    """Several people are called so: each is on a button."""
    return Screen(t("wallet.which_payee", name=said), _people(people))


def _people(named: Sequence[tuple[str, str]]) -> tuple[tuple[Button, ...], ...]:
    fitting = [(name, f"ans:{value}") for name, value in named if len(f"ans:{value}".encode()) <= _DATA_BYTES]
    return choices(fitting, per_row=1)
