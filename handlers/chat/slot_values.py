"""Slots, which are text, become the core's values."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import BASE_CURRENCY, Asset, Money
from handlers.chat.arguments import whole_number
from handlers.chat.questions import Slots
from handlers.phrases.normalise import fold
from handlers.phrases.words import Words, listed

_COUNT: Final = Words("answers", "count")


def money_slot(slots: Slots, name: str = "amount", asset: Asset = BASE_CURRENCY) -> Money | None:
    """Return the sum in a slot, None when it was not said.

    Raises:
        InvalidInput: `amount_too_fine` (more decimals than the asset has), `amount_unclear`, `amount_other_asset`,
            `amount_not_positive` (below zero).
    """
    said = slots.get(name)
    if said is None:
        return None
    if slots.get("asset", asset.code) != asset.code:
        raise InvalidInput(ErrorCode.AMOUNT_OTHER_ASSET, asset=asset.code, said=slots["asset"])
    try:
        amount = Money.of(Decimal(said), asset)
    except InvalidOperation:
        raise InvalidInput(ErrorCode.AMOUNT_UNCLEAR) from None
    except ValueError:
        raise InvalidInput(ErrorCode.AMOUNT_TOO_FINE, decimals=asset.scale) from None
    except OverflowError:
        raise InvalidInput(ErrorCode.AMOUNT_UNCLEAR) from None
    if amount.amount < 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    return amount


def count_slot(slots: Slots, name: str = "count") -> int | None:
    """Return the whole number in a slot, None when it was not said. Raises InvalidInput: `count_unclear`."""
    said = slots.get(name)
    if said is None:
        return None
    count = whole_number(said)
    if count is None:
        raise InvalidInput(ErrorCode.COUNT_UNCLEAR)
    return count


def count_said(said: str) -> int | None:
    """Return the count that a short answer is: "12", "12 months please", 改成12期; None for any other text."""
    found = _COUNT.search(fold(said).strip())
    return next((int(digits) for digits in found.groups() if digits), None) if found else None


def start_slot(slots: Slots) -> int:
    """Return from which row on a list is wanted: what its *More* button says, else 0."""
    return whole_number(slots.get("from", "")) or 0


ZEROS: Final = ("0", "０")


def is_nothing(said: str) -> bool:
    """Say whether an answer to "how much?" is that there is nothing."""
    return said.strip().casefold() in {*ZEROS, *listed("answers", "nothing")}


def yes_or_no(said: str) -> bool | None:
    """Return what a short answer says, None when it says neither."""
    word = said.strip().strip(".!。！").casefold()
    if word in listed("answers", "yes"):
        return True
    return False if word in listed("answers", "no") else None
