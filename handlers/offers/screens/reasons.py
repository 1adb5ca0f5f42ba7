"""*Why me?*: what somebody had agreed to, and what was looked at; the ways out of both."""

from __future__ import annotations

from finance_core.customers.consents import Topic
from finance_core.offers.reasons import Reasons
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.locales import Html, Translator


def why_me(t: Translator, found: Reasons | None, broadcast_id: int) -> Screen:
    """Say in the reader's words why an offer came. Values are told to nobody, the reader's own included."""
    stop = (Button(t("why_me.no_more"), f"nomoreoffers:{broadcast_id}"),)
    if found is None:
        return Screen(t("why_me.unknown"), (stop,))
    text = lines(t("why_me.title"), _agreed(t, found), _looked_at(t, found), t("why_me.price"))
    chosen = (Button(t("why_me.nothing_chosen"), f"consent:{Topic.NOTHING_CHOSEN}:on:r"),)
    return Screen(text, (*((chosen,) if found.chosen else ()), stop))


def _agreed(t: Translator, found: Reasons) -> Html:
    name = t(f"consents.name_{found.topic}")
    if found.agreed_at is None:
        return t("why_me.no_longer", topic=name)
    return t("why_me.agreed", topic=name, day=found.agreed_at.date())


def _looked_at(t: Translator, found: Reasons) -> Html:
    if not found.facts:
        return t("why_me.everybody")
    return t("why_me.by", facts=t.listed(t(f"why_me.fact_{name}") for name in found.facts))
