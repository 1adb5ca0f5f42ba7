"""PINs that everybody tries first are refused, everywhere; the demo's own is taken in the demo."""

from __future__ import annotations

import pytest

from finance_core.customers.rules import checked_pin
from finance_core.kernel.errors import InvalidInput


@pytest.mark.parametrize("pin", ["123456", "000000", "654321", "890123", "121212", "123123", "246810", "112233"])
def test_a_weak_pin_is_refused(pin: str) -> None:
    with pytest.raises(InvalidInput, match="pin_weak"):
        checked_pin(pin)


def test_the_demos_own_is_taken_there_and_no_other_weak_one() -> None:
    assert checked_pin("246810", allowed="246810") == "246810"
    with pytest.raises(InvalidInput, match="pin_weak"):
        checked_pin("123456", allowed="246810")


@pytest.mark.parametrize("pin", ["731904", "582047"])
def test_any_other_is_taken(pin: str) -> None:
    assert checked_pin(pin) == pin
