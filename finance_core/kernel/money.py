"""Money: a whole number of an asset's minor units. A float never gets in, and two assets never meet in one sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering
from typing import TYPE_CHECKING, Final, cast

from finance_core.kernel.json import JsonObject

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

MAX_AMOUNT: Final = 2**63 - 1
"""The largest amount that a ledger column (a signed 64-bit integer of minor units) holds."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Anything that a ledger account counts: a currency, the units of a fund, points.

    `scale` is the number of decimals between the unit that people say and the minor unit that is stored:
    CNY 2, JPY 0, BTC 8, units of a fund 2.
    """

    code: str
    scale: int
    symbol: str = ""

    def __str__(self) -> str:
        return self.code


CNY: Final = Asset("CNY", 2, "¥")
EUR: Final = Asset("EUR", 2, "€")
USD: Final = Asset("USD", 2, "$")
GHS: Final = Asset("GHS", 2, "GH₵")
JPY: Final = Asset("JPY", 0, "¥")
BTC: Final = Asset("BTC", 8, "₿")
BASE_CURRENCY: Final = CNY
"""What this institution counts in, and what people mean who name no currency."""

CHANGE_PLUS_UNIT: Final = Asset("CHANGE+", 2)

UNITS_PREFIX: Final = "U-"
"""How the code of a fund's units begins: `U-BONDS`. Any such code is an asset of two decimals, so that a fund that an
operator adds to the catalogue needs no line here."""


class _Assets(dict[str, Asset]):
    """The assets by code; the units of any fund among them."""

    def __missing__(self, code: str) -> Asset:
        if not code.startswith(UNITS_PREFIX) or code == UNITS_PREFIX:
            raise KeyError(code)
        return Asset(code, 2)


ASSETS: Final[dict[str, Asset]] = _Assets(
    {asset.code: asset for asset in (CNY, EUR, USD, GHS, JPY, BTC, CHANGE_PLUS_UNIT)}
)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`amount` minor units of `asset`: `Money(100050, CNY)` is 1,000.50. May be negative where a difference is meant.

    Raises:
        TypeError: `amount` is not an int (a float, a bool or a Decimal is refused), or two assets meet.
        OverflowError: the amount does not fit the ledger's 64-bit column.
    """

    amount: int
    asset: Asset

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"an amount is an int of minor units, not {type(self.amount).__name__}")
        if abs(self.amount) > MAX_AMOUNT:
            raise OverflowError("the amount does not fit the ledger")

    @classmethod
    def of(cls, value: Decimal | str | int, asset: Asset) -> Money:
        """Return `value`, said in major units, exactly: `Money.of("1000.50", CNY)`.

        Raises:
            ValueError: `value` has more decimals than the asset, or is not a finite number.
        """
        if isinstance(value, float):
            raise TypeError("an amount is never a float")
        number = Decimal(value)
        if not number.is_finite():
            raise ValueError("not a finite amount")
        minor = number.scaleb(asset.scale)
        if minor != minor.to_integral_value():
            raise ValueError(f"{asset.code} has {asset.scale} decimals")
        return cls(int(minor), asset)

    @classmethod
    def zero(cls, asset: Asset) -> Money:
        """Return nothing, of an asset."""
        return cls(0, asset)

    @classmethod
    def of_json(cls, value: JsonObject) -> Money:
        """Return what `as_json` wrote down: the money of an intent, a notice, a loan's timeline."""
        return cls(cast("int", value["amount"]), ASSETS[cast("str", value["asset"])])

    def as_json(self) -> dict[str, int | str]:
        """Return the money as JSON holds it: `{"amount": 100050, "asset": "CNY"}`."""
        return {"amount": self.amount, "asset": self.asset.code}

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> CoreSchema:
        """Say how money is read from a payload's JSON, and written: as `of_json` and `as_json` do."""
        from pydantic_core import core_schema as schemas

        amount = schemas.typed_dict_field(schemas.int_schema(strict=True))
        asset = schemas.typed_dict_field(schemas.str_schema(strict=True))
        written = schemas.typed_dict_schema({"amount": amount, "asset": asset}, extra_behavior="forbid")
        return schemas.json_or_python_schema(
            json_schema=schemas.no_info_after_validator_function(cls._of_written, written),
            python_schema=schemas.is_instance_schema(cls),
            serialization=schemas.plain_serializer_function_ser_schema(cls.as_json),
        )

    @classmethod
    def _of_written(cls, value: JsonObject) -> Money:
        """Return what was written. Raises ValueError for an asset that there is not, or an amount beyond the ledger."""
        try:
            return cls.of_json(value)
        except (KeyError, OverflowError) as fault:
            raise ValueError("no money") from fault

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exactly: `Decimal("1000.50")`."""
        return Decimal(self.amount).scaleb(-self.asset.scale)

    def __str__(self) -> str:
        return f"{self.decimal:,.{self.asset.scale}f}"

    def __bool__(self) -> bool:
        return self.amount != 0

    def __neg__(self) -> Money:
        return Money(-self.amount, self.asset)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.asset)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.asset)

    def __mul__(self, count: int) -> Money:
        if type(count) is not int:
            raise TypeError("money is multiplied by whole numbers only; rounding.py does the rest")
        return Money(self.amount * count, self.asset)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money) or other.asset != self.asset:
            raise TypeError(f"{self.asset.code} meets {other!r}")
        return other.amount

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Return the amount in parts proportional to `weights`, losing nothing (largest remainder, first wins ties).

        `Money(100, CNY).split([1, 1, 1])` is 34, 33, 33.

        Raises:
            ValueError: no weights, a negative weight, or all of them zero.
        """
        total = sum(weights)
        if not weights or min(weights) < 0 or total == 0:
            raise ValueError("weights must be non-negative and not all zero")
        shares = [divmod(self.amount * weight, total) for weight in weights]
        missing = self.amount - sum(whole for whole, _ in shares)
        order = sorted(range(len(shares)), key=lambda index: (-shares[index][1], index))
        lucky = set(order[:missing])
        return [Money(whole + (index in lucky), self.asset) for index, (whole, _) in enumerate(shares)]
