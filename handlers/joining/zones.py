"""Time zones as people name them: by their country, by a city, in English or Chinese. Pure; names come with Babel."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import phonenumbers
from babel import Locale
from babel.core import get_global

from finance_core.customers.rules import distinct_zones, known_zones
from handlers.locales import codes
from handlers.phrases.normalise import fold

MOST: Final = 5
"""Zones that stand on buttons; who lives elsewhere writes a city."""

_SHARED_CODES: Final = frozenset({1, 7})
"""Country codes of several countries; where only islands share one, the mainland's time is theirs too."""


def zones_of_phone(phone: str) -> tuple[str, ...]:
    """Return the zones of a phone's country (E.164), one for each time that it keeps; none for a country unknown."""
    parsed = phonenumbers.parse(phone)
    code = parsed.country_code or 0
    shared = phonenumbers.region_code_for_number(parsed) if code in _SHARED_CODES else None
    region = shared or phonenumbers.region_code_for_country_code(code)
    return distinct_zones(get_global("territory_zones").get(region, ()))[:MOST]


def find_zones(text: str) -> tuple[str, ...]:
    """Return the zones that a city or a country names, the best match first: "london", 伦敦, "Ghana", "new york"."""
    wanted = fold(text).strip()
    if not wanted:
        return ()
    names = _names()
    exact = [zone for name, zone in names if name == wanted]
    begins = [zone for name, zone in names if name.startswith(wanted)]
    holds = [zone for name, zone in names if len(wanted) > 1 and wanted in name]
    return distinct_zones(exact or [*begins, *holds])[:MOST]


def city_of(zone: str, language: str) -> str:
    """Return a zone's city in a language: Europe/London is 伦敦 in Chinese."""
    named = Locale.parse(language).time_zones.get(zone)
    return str(named["city"]) if named and "city" in named else zone.rpartition("/")[2].replace("_", " ")


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """Return (folded name, zone) of every city and country, in each language that is spoken here."""
    return tuple((fold(name), zone) for name, zone in (*_cities(), *_countries()) if name)


def _cities() -> Iterator[tuple[str, str]]:
    for zone in sorted(known_zones()):
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/")):
            yield zone.rpartition("/")[2].replace("_", " "), zone
            for language in codes():
                yield city_of(zone, language), zone


def _countries() -> Iterator[tuple[str, str]]:
    for region, zones in get_global("territory_zones").items():
        for language in codes():
            name = Locale.parse(language).territories.get(region, "")
            yield from ((name, zone) for zone in zones)
