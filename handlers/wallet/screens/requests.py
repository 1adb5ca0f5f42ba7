"""Requests from a group, as they look in private."""

from __future__ import annotations

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.locales import Translator
from handlers.wallet.intents import AskForMoney


def how_in_groups(t: Translator) -> Screen:
    """Say how somebody is asked for money from a group; the button asks from here."""
    return Screen(t("wallet.request_how"), ((Button(t("menu.request"), "do:request"), *menu_row(t)),))


def asked_from_group(t: Translator, name: str, params: AskForMoney) -> Screen:
    """Who was named in a group was asked for money."""
    note = t("wallet.note", note=params.note) if params.note else None
    return Screen(lines(t("wallet.request_made", name=name, amount=params.sum), note), (menu_row(t),))


def join_first(t: Translator, link: str) -> Screen:
    """In a group: who has not joined Susu asks nobody for money yet; the link goes on with it."""
    return Screen(t("error.join_first"), ((Button(t("common.open_private"), url=link),),))
