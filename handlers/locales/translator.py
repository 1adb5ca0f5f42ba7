"""Looks a text up by its key and fills in its figures. The one place that formats money, dates and rates for people.

Catalogues are `<language>/<area>.po`; a key is `<area>.<name>`, and a text with a context (`msgctxt "menu"`) is of that
area, so that a line may have all its texts in one file. Texts are Telegram HTML written by us; whatever is
filled in is escaped here and keeps its direction to itself, so a display name full of HTML or of characters that turn
figures is harmless everywhere by construction.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from finance_core.kernel.money import Money
from finance_core.kernel.outside_text import isolated
from finance_core.kernel.rounding import Rounding, rounded
from handlers.locales.languages import Language, codes, formats_of, language_of

_CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
"""CLDR's plural categories, in which a text has its forms: those that its language has."""


class Html(str):
    """Text that is Telegram HTML already and is filled in as it is."""

    __slots__ = ()


MINUS: Final = "\u2212"
"""The sign before what is less than nothing, in every text; files for programs (CSV) have a hyphen."""


class MissingText(KeyError):
    """A key that a catalogue does not have: a fault of ours, found by a test."""


def read_catalogues(language: str) -> dict[str, Catalog]:
    """Return a language's catalogues by area."""
    catalogues = {}
    for path in sorted(language_of(language).folder.glob("*.po")):
        with path.open("rb") as file:
            catalogues[path.stem] = read_po(file, locale=language, abort_invalid=True)
    return catalogues


class Translator:
    """The texts of one language: `t("wallet.balance", amount=money)`."""

    def __init__(self, language: Language, texts: Mapping[str, str | tuple[str, ...]]) -> None:
        self.language = language.code
        self.locale = Locale.parse(language.code)
        self.formats = formats_of(language)
        self._texts = texts
        tags = {*self.locale.plural_form.tags, "other"}
        self._plurals: list[str] = [category for category in _CATEGORIES if category in tags]

    def __call__(self, key: str, **values: Any) -> Html:
        """Return the text behind `key` with `values` filled in and escaped.

        A text with plural forms takes its form from the value `count`.

        Raises:
            MissingText: the catalogue has no such key.
        """
        text = self._texts.get(key)
        if text is None:
            raise MissingText(f"{key} ({self.language})")
        if isinstance(text, tuple):
            text = text[self._plurals.index(self.locale.plural_form(values["count"]))] or text[0]
        return Html(text.format_map({name: self.shown(value) for name, value in values.items()}))

    def has(self, key: str) -> bool:
        return key in self._texts

    def shown(self, value: Any) -> Html:
        """Return a value as people of this language read it, safe inside HTML."""
        match value:
            case Html():
                return value
            case Money():
                return Html(self.money(value))
            case datetime():
                raise TypeError("an instant is shown by `instant`, with a zone")
            case date():
                return Html(self.day(value))
            case Decimal():
                return Html(self.number(value))
            case time():
                return Html(f"{value:%H:%M}")
            case _:
                return Html(html.escape(isolated(str(value)), quote=False))

    def money(self, money: Money) -> str:
        """Return "¥1,000.50"; a minus goes before the symbol. Units of a fund have no symbol."""
        sign = MINUS if money.amount < 0 else ""
        return f"{sign}{money.asset.symbol}{Money(abs(money.amount), money.asset)}"

    def percent(self, rate: Decimal) -> str:
        """Return a rate given in percent with two decimals: "19.86%"."""
        return f"{self.number(rounded(rate, Rounding.HALF_UP, places=2))}%"

    def number(self, number: Decimal | int) -> str:
        """Return a number as it is written, with the minus that money has as well."""
        return f"{number:f}".replace("-", MINUS)

    def day(self, day: date) -> str:
        """Return "Tue 1 Dec 2026" or "2026年12月1日 周二"."""
        return format_date(day, self.formats["day"], locale=self.locale)

    def short_day(self, day: date) -> str:
        """Return "1 Dec" or "12月1日"."""
        return format_date(day, self.formats["short_day"], locale=self.locale)

    def month(self, month: date) -> str:
        """Return "Oct 2026" or "2026年10月"."""
        return format_date(month, self.formats["month"], locale=self.locale)

    def instant(self, instant: datetime, zone: ZoneInfo | str) -> str:
        """Return "Tue 1 Dec 2026, 15:00" on the wall of `zone`."""
        local = instant.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
        return str(self.formats["instant"].format(day=self.day(local.date()), time=f"{local:%H:%M}"))

    def listed(self, names: Iterable[str]) -> str:
        """Return names in a row: "Steady Bonds, Even Mix"."""
        return str(self.formats["list_separator"]).join(names)

    def own(self, names: Mapping[str, str]) -> str:
        """Return what a thing is called in this language, in the first language where it has no name in this one."""
        return names.get(self.language) or names[codes()[0]]


def translator(language: str | None) -> Translator:
    """Return the translator of a language, the first language's for one that is not spoken here."""
    return _translator(language_of(language))


@cache
def _translator(language: Language) -> Translator:
    texts: dict[str, str | tuple[str, ...]] = {}
    for area, catalogue in read_catalogues(language.code).items():
        for message in catalogue:
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                texts[f"{message.context or area}.{key}"] = _text_of(message)
    return Translator(language, texts)


def _text_of(message: Message) -> str | tuple[str, ...]:
    """Return a message's text, or its plural forms."""
    return tuple(message.string) if isinstance(message.string, list | tuple) else str(message.string)
