"""Terms of a product as the catalogue holds them: the model that each line's terms are, and the kinds of their fields.

A field takes what its Python type makes of the value (`int("7")`, `Decimal("0.05")`), and a refusal's reason is that
type's own words. What a line demands beyond its fields is a validator of its own, which raises ValueError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from operator import getitem
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import ASSETS, Asset, Money


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
    def parsed(cls, code: str, version: int, terms: Mapping[str, Any]) -> Self:
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
    return {"field": "", "reason": str(figures["error"] if "error" in figures else _no_table(fault["input"]))}


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
    """Return an amount in the table's asset. Raises ValueError or TypeError."""
    return Money.of(value, asset_of(info))


def _asset(code: str, info: ValidationInfo) -> Asset:
    asset = ASSETS[code]
    if isinstance(info.context, Reading):
        info.context.asset = asset
    return asset


MainAsset = Annotated[Asset, made_with(_asset)]
"""The asset of the amounts that are read after it."""

OtherAsset = Annotated[Asset, made_by(ASSETS.__getitem__)]
Amount = Annotated[Money, made_with(amount_in)]
Whole = Annotated[int, made_by(int)]
Number = Annotated[Decimal, made_by(Decimal)]
Text = Annotated[str, made_by(str)]
Flag = Annotated[bool, made_by(bool)]
WallTime = Annotated[time, made_by(time.fromisoformat)]
AsItStands = Annotated[int | None, PlainValidator(lambda value: value)]
"""A whole number that has been taken unread, and still is."""

many: Final = arranged_by(tuple)
"""Before the entries of a list are read."""

table: Final = BeforeValidator(_require_table)
"""Of a part that may be left out, and is not left out by being nothing."""
