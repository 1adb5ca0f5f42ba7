"""Reading what `susu quote` is given: strict, bounded, and refusing with a code, the field's name and a sentence.

Here are the kinds of fields, the base of the models made of them (`quote_inputs`), and `read`, which turns pydantic's
complaints into one refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, ClassVar, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from finance_core.kernel.money import ASSETS, Asset

_Read = TypeVar("_Read")

MAX_ID_LENGTH: Final = 200
MAX_YEARS: Final = 200
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_YEARS: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,20})?")
_PERIODS: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,20})?|[0-9]{1,6}/[1-9][0-9]{0,5}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
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
    "not_hex": "{field} must be 64 digits of lower-case hex.",
    "not_a_code": "{field} must be a circle's code, such as C4TN-8KQ2.",
    "not_a_pick": "{field} must be a text of 1 to {most} characters, under a place from 1 to {places}.",
    "not_as_many": "{field} must have as many entries as {others}.",
    "twice": "{field} must name each only once.",
    "not_a_day": '{field} must be a day that exists, such as "2026-03-12".',
    "not_a_fraction": '{field} must be a part of one, such as "6/15" or "0".',
    "not_one_of": "{field} must be one of {choices}.",
    "out_of_range": "{field} must be from {least} to {most}.",
    "too_many": "{field} may have at most {most} entries.",
    "too_few": "{field} must have an entry.",
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


@dataclass
class Reading:
    """What an input has said so far that its later fields are read by."""

    asset: Asset | None = None
    """Amounts are in its minor units. None: not known (yet), and then the input is refused for that."""
    instalments: int = 1
    """Each event is laid on each of them."""


class Input(BaseModel):
    """One JSON object. Its fields are validated in their order; null is as good as absent, and unknown names are not.

    Validate with a `Reading` as context: `read` does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    null_is_wrong: ClassVar[frozenset[str]] = frozenset()
    """Fields that may be absent, but not null."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value is not None or not cls._may_be_null(name)}

    @classmethod
    def _may_be_null(cls, name: str) -> bool:
        return name in cls.model_fields and name not in cls.null_is_wrong


def read(kind: TypeAdapter[_Read], given: object, path: str = "", context: Reading | None = None) -> _Read:
    """Return `given`, which stands at `path` of the input, as a value of `kind`. Raises Refused: the first fault."""
    try:
        return kind.validate_python(given, context=context or Reading())
    except ValidationError as invalid:
        fault = _first(invalid.errors(include_url=False, include_input=False))
        raise _refused(fault, path) from None


_CODES: Final = {"extra_forbidden": "unknown_field", "model_type": "not_an_object", "bool_type": "not_true_or_false"}
"""Pydantic's own complaints that the models can meet, by our codes; `missing` and the fields' own are ours already."""


def _first(faults: list[ErrorDetails], depth: int = 0) -> ErrorDetails:
    """Return the fault to name: an unknown field of an object before what its fields hold, and those in their order."""
    for fault in faults:
        if fault["type"] == "extra_forbidden" and len(fault["loc"]) == depth + 1:
            return fault
    if len(faults[0]["loc"]) <= depth:
        return faults[0]
    field = faults[0]["loc"][depth]
    return _first([fault for fault in faults if fault["loc"][depth : depth + 1] == (field,)], depth + 1)


def _refused(fault: ErrorDetails, path: str) -> Refused:
    figures = fault.get("ctx", {})
    for part in (*fault["loc"], *([figures["entry"]] if "entry" in figures else ())):
        path = f"{path}[{part}]" if isinstance(part, int) else joined(path, part[:MAX_ID_LENGTH])
    code = fault["type"]
    return Refused(_CODES.get(code, code), path, **figures)


def reading_of(info: ValidationInfo) -> Reading:
    """Return what `read` validates with."""
    assert isinstance(info.context, Reading)
    return info.context


def wrong(code: str, **figures: object) -> PydanticCustomError:
    """Return what a validator raises: `read` makes it a refusal of this code, at the validator's field."""
    return PydanticCustomError(code, code, figures)


# -- kinds of fields --------------------------------------------------------------------------------------------------


def _number(value: object) -> Decimal:
    number = _signed_number(value)
    if str(value).startswith("-"):
        raise wrong("not_a_number")
    return number


def _signed_number(value: object) -> Decimal:
    if not isinstance(value, str):
        raise wrong("not_text")
    if not _NUMBER.fullmatch(value):
        raise wrong("not_a_number")
    return Decimal(value)


def _above_zero(number: Decimal) -> Decimal:
    if not number:
        raise wrong("out_of_range", least="above 0", most="10^15")
    return number


Number = Annotated[Decimal, PlainValidator(_number)]
"""A number given as text, with at most 15 digits before the point and 12 after it."""

SignedNumber = Annotated[Decimal, PlainValidator(_signed_number)]
PositiveNumber = Annotated[Decimal, PlainValidator(_number), AfterValidator(_above_zero)]


def minor_units(value: object, info: ValidationInfo) -> int:
    """Return an amount of the input's asset, given as text, in minor units, above zero."""
    minor = _minor_units_or_zero(value, info)
    if minor <= 0:
        raise wrong("out_of_range", least=Decimal(1).scaleb(-_scale(info)), most="10^15")
    return minor


def _minor_units_or_zero(value: object, info: ValidationInfo) -> int:
    minor = _number(value).scaleb(_scale(info))
    if minor != minor.to_integral_value():
        raise wrong("too_many_decimals", most=_scale(info))
    return int(minor)


def _scale(info: ValidationInfo) -> int:
    asset = reading_of(info).asset
    return asset.scale if asset is not None else 0


Amount = Annotated[int, PlainValidator(minor_units)]
AmountOrZero = Annotated[int, PlainValidator(_minor_units_or_zero)]
"""An amount in minor units, zero too."""


def _hex(value: object) -> str:
    if not isinstance(value, str):
        raise wrong("not_text")
    if not _HASH.fullmatch(value):
        raise wrong("not_hex")
    return value


Hex = Annotated[str, PlainValidator(_hex)]
"""32 bytes as 64 digits of lower-case hex."""


def _known_asset(value: object, info: ValidationInfo) -> Asset:
    if not isinstance(value, str) or value not in ASSETS:
        raise wrong("not_one_of", choices=", ".join(ASSETS))
    asset = reading_of(info).asset = ASSETS[value]
    return asset


KnownAsset = Annotated[Asset, PlainValidator(_known_asset)]
"""The asset of the amounts that are read after it."""


def whole(least: int, most: int) -> PlainValidator:
    """Return the validator of a whole number within bounds; true and 6.0 are none."""

    def within(value: object) -> int:
        if type(value) is not int:
            raise wrong("not_whole")
        if not least <= value <= most:
            raise wrong("out_of_range", least=least, most=most)
        return value

    return PlainValidator(within)


def one_of(kind: type[StrEnum]) -> PlainValidator:
    """Return the validator of one of the values of `kind`, given as text."""
    members = {member.value: member for member in kind}
    choices = ", ".join(members)

    def member(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in members:
            raise wrong("not_one_of", choices=choices)
        return members[value]

    return PlainValidator(member)


def _day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise wrong("not_a_day")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise wrong("not_a_day") from None


Day = Annotated[date, PlainValidator(_day)]
"""A day given as text, year first."""


def _years(value: object) -> Fraction:
    if type(value) not in {int, float, str} or not _YEARS.fullmatch(text := _plain(value)):
        raise wrong("not_a_number")
    years = Fraction(text)
    if years > MAX_YEARS:
        raise wrong("out_of_range", least=0, most=MAX_YEARS)
    return years


Years = Annotated[Fraction, PlainValidator(_years)]
"""A time in years, exactly as it is written, up to 200: a number or a number in text."""


def periods_a_year(most: int) -> PlainValidator:
    """Return the validator of how many unit periods a year has, 1 to `most`: 12, 4.0555, "4.0555" or "365/90"."""

    def within(value: object) -> Fraction:
        if type(value) not in {int, float, str} or not _PERIODS.fullmatch(text := _plain(value)):
            raise wrong("not_a_number")
        periods = Fraction(text)
        if not 1 <= periods <= most:
            raise wrong("out_of_range", least=1, most=most)
        return periods

    return PlainValidator(within)


def _part_of_one(value: object) -> Fraction:
    text = str(value) if type(value) in {int, str} else ""
    if not _FRACTION.fullmatch(text) or text.endswith("/0") or (part := Fraction(text)) >= 1:
        raise wrong("not_a_fraction")
    return part


PartOfOne = Annotated[Fraction, PlainValidator(_part_of_one)]
"""A part of one, such as "6/15", "0.5" or 0."""


def at_most(most: int) -> BeforeValidator:
    """Return the validator of a list that is not too long, before its entries are looked at."""

    def bounded(value: object) -> object:
        if not isinstance(value, list):
            raise wrong("not_a_list")
        if len(value) > most:
            raise wrong("too_many", most=most)
        return value

    return BeforeValidator(bounded)


def usable_id(given: object) -> str | int | None:
    """Return the `id` of an input, when it is a whole number or a text of bearable length."""
    identity = given.get("id") if isinstance(given, dict) else None
    if isinstance(identity, str) and len(identity) <= MAX_ID_LENGTH:
        return identity
    return identity if type(identity) is int else None


def joined(path: str, field: str) -> str:
    """Return the path of a field from the top of the input: `fees.disbursement`."""
    return f"{path}.{field}" if path else field


def _plain(value: object) -> str:
    """Return a number as it would be written without an exponent: 1e-05 is 0.00001."""
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)
