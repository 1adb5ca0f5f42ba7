"""The settings' screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, menu_row
from handlers.chat.screens.ways import talk_to_person
from handlers.joining.intents import Unlocked
from handlers.joining.zones import city_of
from handlers.locales import Html, Translator
from handlers.locales import languages as spoken
from handlers.locales.languages import language_of

if TYPE_CHECKING:
    from finance_core.customers.models import AccountFreeze, Customer


def settings(t: Translator, customer: Customer, freeze: AccountFreeze | None) -> Screen:
    """Everything that can be turned over, each on a button that says how it stands; and a freeze, which cannot."""
    city = city_of(customer.zone, t.language)
    text = lines(
        t("settings.title"),
        t("people.you_are_frozen", at=t.instant(freeze.frozen_at, customer.zone)) if freeze is not None else None,
        t("settings.level", tier=customer.tier),
        t("settings.zone", zone=city),
        t("settings.language", language=language_of(t.language).name),
        t("settings.what_we_hold"),
    )
    rhythm = t(f"settings.{customer.income_notice}")
    locked = customer.outflow_locked_at is not None
    buttons = (
        (Button(t("settings.zone_button", zone=city), "zone"), Button(t("menu.account"), "do:account")),
        (Button(t("settings.income_notice", rhythm=rhythm), "set:income"),),
        (Button(t("settings.discreet_on" if customer.discreet else "settings.discreet_off"), "set:discreet"),),
        (Button(t("settings.plain_on" if customer.plain else "settings.plain_off"), "set:plain"),),
        (Button(t("settings.unlock" if locked else "settings.lock"), "do:unlock" if locked else "do:lock"),),
    )
    return Screen(text, buttons)


def zones(t: Translator, current: str, offered: Sequence[str], now: datetime) -> Screen:
    """The zones to choose from, each with the time there now; a city may be written instead."""
    buttons = zone_buttons(t, offered, now)
    text = lines(t("settings.zone", zone=city_of(current, t.language)), t("settings.quiet"), "", t("settings.ask_city"))
    return Screen(text, (*buttons, (Button(t("common.back"), "do:settings"),)))


def zone_buttons(t: Translator, offered: Sequence[str], now: datetime) -> list[tuple[Button]]:
    """Return a button for each zone, with the time there now."""
    return [(Button(_there(t, zone, now), f"zoneis:{zone}"),) for zone in offered]


def _there(t: Translator, zone: str, now: datetime) -> str:
    return t("settings.there", city=city_of(zone, t.language), time=now.astimezone(ZoneInfo(zone)).time())


def languages(t: Translator) -> Screen:
    """The languages to choose from, each in its own name."""
    return Screen(t("settings.choose_language"), language_buttons())


def language_buttons() -> tuple[tuple[Button, ...], ...]:
    """Return a button for each language, in its own words."""
    return choices([(language.name, f"lang:{language.code}") for language in spoken.LANGUAGES])


def locked(t: Translator) -> Screen:
    """Nothing can leave any more."""
    return Screen(t("settings.locked"), ((Button(t("menu.settings"), "do:settings"), *menu_row(t)),))


def not_locked(t: Translator) -> Screen:
    """There is nothing to unlock."""
    return Screen(t("settings.not_locked"), ((Button(t("settings.lock"), "do:lock"), *menu_row(t)),))


def unlock_card(t: Translator) -> Html:
    """What unlocking means, before it is confirmed."""
    return t("settings.unlock_card")


def unlocked(t: Translator, params: Nothing, result: Unlocked) -> Screen:
    """Money can leave again, unless operators have frozen the account."""
    if result.still_frozen:
        return Screen(t("people.unlocked_and_frozen"), ((talk_to_person(t), *menu_row(t)),))
    return Screen(t("settings.unlocked"), (menu_row(t),))
