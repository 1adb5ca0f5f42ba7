"""Reading what `susu quote` is given: strict, bounded, and refusing with a code, the field's name and a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, Final, TypeVar

from finance_core.kernel.money import ASSETS, Asset

_Choice = TypeVar("_Choice", bound=StrEnum)

MAX_ID_LENGTH: Final = 200
MAX_YEARS: Final = 200
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_YEARS: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,20})?")
_PERIODS: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,20})?|[0-9]{1,6}/[1-9][0-9]{0,5}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FRACTION: Final = re.compile(r"[0-9]{1,6}/[0-9]{1,6}|[0-9]{1,6}|0\.[0-9]{1,12}")

SENTENCES: Final[Mapping[str, str]] = {
    "not_json": "The input is not JSON.",
    "too_long": "The input is longer than {most} characters.",
    "not_an_object": "{field} must be a JSON object.",
    "not_a_list": "{field} must be a list.",
    "missing": "{field} is missing.",
    "unknown_field": "{field} is not a field that is known here.",
    "not_text": '{field} must be text in quotes, such as "1000.50".',
    "not_a_number": "{field} must be a plain decimal number, without sign, exponent or separators.",
    "not_whole": "{field} must be a whole number.",
    "not_true_or_false": "{field} must be true or false.",
    "not_a_day": '{field} must be a day that exists, such as "2026-03-12".',
    "not_a_fraction": '{field} must be a part of one, such as "6/15" or "0".',
    "not_one_of": "{field} must be one of {choices}.",
    "out_of_range": "{field} must be from {least} to {most}.",
    "too_many": "{field} may have at most {most} entries.",
    "too_much": "{field}: the instalments times the events may be at most {most}.",
    "too_many_decimals": "{field} has more decimals than the {most} that are taken.",
    "too_early": "{field} must not be before {after}.",
    "too_late": "{field} must be before {before}.",
    "not_in_order": "{field} must be in the order of their days.",
    "beyond_calendar": "{field}: the loan would end after the calendar does.",
    "amount_does_not_fit": "{field}: a repayment has an amount above zero, and nothing else has one.",
    "after_settlement": "{field}: nothing can happen after a settlement.",
    "end_before_start": "{field} must not be before the start.",
    "no_rate": "No rate balances these flows: money must go both ways.",
    "rate_too_high": "The rate is above the highest that is measured, some 10^14 percent a year.",
    "fault": "This could not be computed, through a fault of ours. The log has it.",
}
"""What each code means, for a person. `message` of an answer is the sentence with its figures filled in."""


class Refused(Exception):
    """What was given cannot be quoted. `field` is a path such as `events[2].amount`."""

    def __init__(self, code: str, field: str, **figures: object) -> None:
        super().__init__(code, field)
        self.code = code
        self.field = field
        self.figures = figures

    def as_json(self) -> dict[str, str]:
        """Return the refusal as an answer's `error`."""
        message = SENTENCES[self.code].format(field=self.field or "The input", **self.figures)
        return {"code": self.code, "field": self.field, "message": message}


class Fields:
    """One JSON object, read field by field; each read says what the field may be, and what it is when absent."""

    def __init__(self, given: object, known: frozenset[str], path: str = "") -> None:
        if not isinstance(given, dict):
            raise Refused("not_an_object", path)
        for name in given:
            if name not in known:
                raise Refused("unknown_field", _joined(path, str(name)[:MAX_ID_LENGTH]))
        self._given: dict[str, Any] = given
        self._path = path

    def name(self, field: str) -> str:
        """Return the path of `field` from the top of the input."""
        return _joined(self._path, field)

    def has(self, field: str) -> bool:
        return self._given.get(field) is not None

    def required(self, field: str) -> Any:
        """Return the field's raw value. Raises Refused when it is absent or null."""
        value = self._given.get(field)
        if value is None:
            raise Refused("missing", self.name(field))
        return value

    def identity(self) -> str | int | None:
        """Return the `id` that the answer repeats, if there is a usable one."""
        return usable_id(self._given)

    def decimal(self, field: str, *, signed: bool = False) -> Decimal:
        """Return a number given as text, with at most 15 digits before the point and 12 after it."""
        value = self.required(field)
        if not isinstance(value, str):
            raise Refused("not_text", self.name(field))
        if not _NUMBER.fullmatch(value) or (value[0] == "-" and not signed):
            raise Refused("not_a_number", self.name(field))
        return Decimal(value)

    def amount(self, field: str, asset: Asset) -> int:
        """Return an amount of `asset` given as text, in minor units, above zero."""
        minor = self.decimal(field).scaleb(asset.scale)
        if minor != minor.to_integral_value():
            raise Refused("too_many_decimals", self.name(field), most=asset.scale)
        if minor <= 0:
            raise Refused("out_of_range", self.name(field), least=Decimal(1).scaleb(-asset.scale), most="10^15")
        return int(minor)

    def amount_or_none(self, field: str, asset: Asset) -> int:
        """Return an amount as `amount` does, or 0 when the field is absent."""
        return self.amount(field, asset) if self.has(field) else 0

    def whole(self, field: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number within bounds; `default` when absent, and refused when there is none."""
        if default is not None and not self.has(field):
            return default
        value = self.required(field)
        if type(value) is not int:
            raise Refused("not_whole", self.name(field))
        if not least <= value <= most:
            raise Refused("out_of_range", self.name(field), least=least, most=most)
        return value

    def flag(self, field: str) -> bool:
        """Return true or false; false when absent."""
        value = self._given.get(field)
        if value is not None and type(value) is not bool:
            raise Refused("not_true_or_false", self.name(field))
        return bool(value)

    def choice(self, field: str, kind: type[_Choice], default: _Choice | None = None) -> _Choice:
        """Return one of the values of `kind`; `default` when absent, and refused when there is none."""
        if default is not None and not self.has(field):
            return default
        value = self.required(field)
        if not isinstance(value, str) or value not in _values(kind):
            raise Refused("not_one_of", self.name(field), choices=", ".join(_values(kind)))
        return kind(value)

    def day(self, field: str) -> date:
        """Return a day given as text, year first."""
        return as_day(self.required(field), self.name(field))

    def day_or_none(self, field: str) -> date | None:
        """Return a day, or None when the field is absent."""
        return self.day(field) if self.has(field) else None

    def years(self, field: str) -> Fraction:
        """Return a time in years, exactly as it is written, up to 200: a number or a number in text."""
        value = self.required(field)
        if type(value) not in {int, float, str} or not _YEARS.fullmatch(text := _plain(value)):
            raise Refused("not_a_number", self.name(field))
        years = Fraction(text)
        if years > MAX_YEARS:
            raise Refused("out_of_range", self.name(field), least=0, most=MAX_YEARS)
        return years

    def periods_a_year(self, field: str, most: int) -> Fraction:
        """Return how many unit periods a year has, 1 to `most`: a number, or text such as "4.0555" or "365/90"."""
        value = self.required(field)
        if type(value) not in {int, float, str} or not _PERIODS.fullmatch(text := _plain(value)):
            raise Refused("not_a_number", self.name(field))
        periods = Fraction(text)
        if not 1 <= periods <= most:
            raise Refused("out_of_range", self.name(field), least=1, most=most)
        return periods

    def fraction(self, field: str) -> Fraction:
        """Return a part of one, such as "6/15", "0.5" or 0; 0 when absent."""
        value = self._given.get(field, 0)
        text = str(value) if type(value) in {int, str} else ""
        if not _FRACTION.fullmatch(text) or text.endswith("/0") or (part := Fraction(text)) >= 1:
            raise Refused("not_a_fraction", self.name(field))
        return part

    def items(self, field: str, most: int, *, required: bool = False) -> list[tuple[str, Any]]:
        """Return the entries of a list with their paths; an absent list is empty unless it is `required`."""
        value = self.required(field) if required else self._given.get(field)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Refused("not_a_list", self.name(field))
        if len(value) > most:
            raise Refused("too_many", self.name(field), most=most)
        return [(f"{self.name(field)}[{index}]", entry) for index, entry in enumerate(value)]


def as_day(value: object, path: str) -> date:
    """Return `value`, text such as "2026-03-12", as a day."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise Refused("not_a_day", path)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Refused("not_a_day", path) from None


def usable_id(given: object) -> str | int | None:
    """Return the `id` of an input, when it is a whole number or a text of bearable length."""
    identity = given.get("id") if isinstance(given, dict) else None
    if isinstance(identity, str) and len(identity) <= MAX_ID_LENGTH:
        return identity
    return identity if type(identity) is int else None


def known_asset(fields: Fields, field: str) -> Asset:
    """Return the asset whose code the field holds."""
    code = fields.required(field)
    if not isinstance(code, str) or code not in ASSETS:
        raise Refused("not_one_of", fields.name(field), choices=", ".join(ASSETS))
    return ASSETS[code]


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _plain(value: float | str) -> str:
    """Return a number as it would be written without an exponent: 1e-05 is 0.00001."""
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)


@cache
def _values(kind: type[StrEnum]) -> dict[str, None]:
    return dict.fromkeys(member.value for member in kind)
