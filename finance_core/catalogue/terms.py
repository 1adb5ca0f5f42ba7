"""Terms of a product as the catalogue holds them: the model that each line's terms are, and the kinds of their fields.

Numbers are TOML's whole numbers or text in plain digits ("0.05"): no float, which is not what was written, and no
"1e9", "NaN" or "1_0". Each has its bounds, `whole(0, 366)`, `number(0, 100)`: what lies outside is a slip of the pen,
and a refusal says between what it has to be. What a line demands beyond its fields is a validator of its own, which
raises ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from operator import getitem
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import ASSETS, UNITS_PREFIX, Asset, Money

LONGEST_TEXT: Final = 200
LARGEST_NUMBER: Final = 10**15
LARGEST_AMOUNT: Final = 10**17
"""In minor units; a hundredth of what a ledger column holds, so that a sum of them does not leave it."""

_WHOLE: Final = re.compile(r"-?\d{1,9}", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,12})?", re.ASCII)


@dataclass
class Reading:
    """What a product's table has said so far that its later fields are read by."""

    asset: Asset | None = None


class ProductTerms(BaseModel):
    """The terms of one version of a product. Fields are read in their order, other entries are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())

    code: str
    version: int

    @classmethod
    def parsed(cls, code: str, version: int, terms: TomlTable) -> Self:
        """Return the terms that the catalogue's table describes.

        Raises:
            InvalidInput: `product_terms` with product, field and reason of the first that is wrong.
        """
        try:
            return cls.model_validate({**terms, "code": code, "version": version}, context=Reading())
        except ValidationError as invalid:
            fault = invalid.errors(include_url=False)[0]
            raise InvalidInput(ErrorCode.PRODUCT_TERMS, product=code, **_said_of(fault)) from None
        except (TypeError, InvalidOperation) as fault:  # two fields that cannot be compared
            raise InvalidInput(ErrorCode.PRODUCT_TERMS, product=code, field="", reason=str(fault)) from fault


def _said_of(fault: ErrorDetails) -> dict[str, str]:
    """Return the field and the reason of a fault; a reason that is no missing field speaks for itself."""
    figures = fault.get("ctx", {})
    if fault["type"] == "missing":
        return {"field": str(figures.get("field", fault["loc"][-1])), "reason": "missing"}
    field = ".".join(map(str, fault["loc"]))
    return {"field": field, "reason": str(figures["error"] if "error" in figures else _no_table(fault["input"]))}


def _no_table(given: Any) -> str:
    """Return why a value that should have fields has none: Python's words, as for any other fault."""
    try:
        getitem(given, "")
    except TypeError as fault:
        return str(fault)
    return "a table is wanted"


def _require_table(given: Any) -> Any:
    if not isinstance(given, dict):
        raise ValueError(_no_table(given))  # noqa: TRY004 - pydantic gathers no TypeError
    return given


_FAULTS: Final = (ValueError, TypeError, AttributeError, ArithmeticError)
"""What Python's types raise at what they cannot make sense of; ArithmeticError: Decimal's and infinity's."""


def made_by(make: Callable[[Any], object]) -> PlainValidator:
    """Return the validator of what `make` makes of a value; a KeyError of it is a missing field."""
    return made_with(lambda value, _: make(value))


def made_with(make: Callable[[Any, ValidationInfo], object]) -> PlainValidator:
    """Return the validator of what `make` makes of a value and of the fields before it."""
    return PlainValidator(_guarded(make))


def arranged_by(arrange: Callable[[Any], object]) -> BeforeValidator:
    """Return the validator that arranges a value before its fields are read."""
    return BeforeValidator(_guarded(lambda value, _: arrange(value)))


def _guarded(make: Callable[[Any, ValidationInfo], object]) -> Callable[[Any, ValidationInfo], Any]:
    def guarded(value: Any, info: ValidationInfo) -> Any:
        try:
            return make(value, info)
        except KeyError as missing:
            raise PydanticCustomError("missing", "missing", {"field": missing.args[0]}) from None
        except _FAULTS as fault:
            raise ValueError(str(fault)) from fault

    return guarded


def asset_of(info: ValidationInfo) -> Asset:
    """Return the asset of the amounts of a product's table. Raises ValueError: the table has not said it."""
    if not isinstance(info.context, Reading) or info.context.asset is None:
        raise ValueError("the asset is not known")
    return info.context.asset


def amount_in(value: Any, info: ValidationInfo) -> Money:
    """Return an amount in the table's asset. Raises ValueError: it is none that a product can have."""
    return amount_of(value, asset_of(info))


def amount_of(value: Any, asset: Asset) -> Money:
    """Return an amount of an asset. Raises ValueError, as `amount_in`."""
    amount = Money.of(number_in(value, 0, LARGEST_NUMBER), asset)
    if amount.amount > LARGEST_AMOUNT:
        raise ValueError("an amount is no larger than a ledger can add up")
    return amount


def whole_in(value: Any, least: int, most: int) -> int:
    """Return a whole number between two bounds, both included. Raises ValueError."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"a whole number from {least} to {most} is wanted")
    return value


def number_in(value: Any, least: int, most: int) -> Decimal:
    """Return a number between two bounds, both included, exactly as it was written. Raises ValueError."""
    if type(value) is int or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        found = Decimal(value)
        if least <= found <= most:
            return found
    raise ValueError(f'a number from {least} to {most} is wanted, as text in plain digits ("0.5")')


def whole(least: int, most: int) -> PlainValidator:
    """Return the validator of a whole number between two bounds, both included."""
    return made_by(lambda value: whole_in(value, least, most))


def number(least: int, most: int) -> PlainValidator:
    """Return the validator of a number between two bounds, both included."""
    return made_by(lambda value: number_in(value, least, most))


def text_in(value: Any) -> str:
    """Return a text of bearable length without what is not seen. Raises ValueError."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"a text of 1 to {LONGEST_TEXT} characters is wanted")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is wanted")  # noqa: TRY004 - pydantic gathers no TypeError
    return value


def _asset(code: str, info: ValidationInfo) -> Asset:
    asset = ASSETS[code]
    if code.startswith(UNITS_PREFIX):
        raise ValueError("amounts are in a currency")
    if isinstance(info.context, Reading):
        info.context.asset = asset
    return asset


MainAsset = Annotated[Asset, made_with(_asset)]
"""The asset of the amounts that are read after it."""

OtherAsset = Annotated[Asset, made_by(lambda code: ASSETS[text_in(code)])]
Amount = Annotated[Money, made_with(amount_in)]
ProductNumber = Annotated[int, whole(1, 9_999)]
Days = Annotated[int, whole(0, 3_660)]
"""A stretch of days; ten years at most."""
Tier = Annotated[int, whole(0, 9)]
Percent = Annotated[Decimal, number(0, 10_000)]
"""A rate, a fee or a share of something, in percent; what the law allows is far below."""
Text = Annotated[str, made_by(text_in)]
Flag = Annotated[bool, made_by(_flag)]
WallTime = Annotated[time, made_by(time.fromisoformat)]


def listed_in(given: Any) -> list[Any]:
    """Return a list as it is. Raises ValueError: it is none."""
    if not isinstance(given, list):
        raise ValueError("a list is wanted, in brackets")  # noqa: TRY004 - pydantic gathers no TypeError
    return given


many: Final = arranged_by(lambda given: tuple(listed_in(given)))
"""Before the entries of a list are read."""

table: Final = BeforeValidator(_require_table)
"""Of a part that may be left out, and is not left out by being nothing."""
