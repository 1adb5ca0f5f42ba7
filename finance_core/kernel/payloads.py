"""Payloads: what an intent or a notice holds, as frozen dataclasses, and how they are kept as JSON.

Money is `{"amount": 100050, "asset": "CNY"}`, a day and an instant are ISO text, a number with decimals is text.
Reading is strict: a missing field, one too many or a value of another type is an `UnreadablePayload`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, Final, TypeAlias, TypeVar, cast

import orjson
from pydantic import ConfigDict, PlainSerializer, PlainValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from finance_core.kernel.json import JsonObject


class UnreadablePayload(ValueError):
    """A stored payload is not what its kind says: a row of an older shape, or a forged one. Tells no values."""


@dataclass(frozen=True, slots=True)
class Payload:
    """Base of the frozen dataclasses that are stored as JSON; a field's name is its key."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="forbid")

    def as_json(self) -> JsonObject:
        """Return the payload as JSON holds it. Raises TypeError: a field holds something else than its type."""
        try:
            return cast("JsonObject", _adapter(type(self)).dump_python(self, mode="json", warnings="error"))
        except PydanticSerializationError as bent:
            places = ", ".join(re.findall(r"field_name='(\w+)'", str(bent)))
            raise TypeError(f"{type(self).__name__} holds another type than it says: {places}") from None


@dataclass(frozen=True, slots=True)
class Nothing(Payload):
    """What needs nothing, or tells nothing but that it is done."""


P = TypeVar("P", bound=Payload)


def read(kind: type[P], value: JsonObject) -> P:
    """Return what `Payload.as_json` wrote down. Raises UnreadablePayload."""
    try:
        return cast("P", _adapter(kind).validate_json(orjson.dumps(value)))
    except ValidationError as fault:
        places = ", ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in fault.errors())
        raise UnreadablePayload(f"{kind.__name__}: {places}") from None


_ADAPTERS: Final[dict[type[Payload], TypeAdapter[Any]]] = {}


def _adapter(kind: type[Payload]) -> TypeAdapter[Any]:
    """Return what reads and writes a payload; made once, as that takes milliseconds."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _plain(number: Decimal) -> str:
    if not isinstance(number, Decimal):
        raise TypeError(f"a number with decimals is a Decimal, not {type(number).__name__}")
    return f"{number:f}"


def _number(value: object) -> Decimal:
    """Read a number that is kept as text; JSON's own number would be a float."""
    try:
        return Decimal(value) if isinstance(value, str) else Decimal("not text")
    except InvalidOperation:
        raise ValueError("a number with decimals is kept as text") from None


DecimalText: TypeAlias = Annotated[Decimal, PlainValidator(_number), PlainSerializer(_plain)]
"""A number with decimals, kept as text without an exponent: `"0.2304"`."""

InstantText: TypeAlias = Annotated[datetime, PlainSerializer(datetime.isoformat)]
"""An instant with its zone's offset: `"2026-03-12T02:00:00+00:00"`."""
