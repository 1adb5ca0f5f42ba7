"""Whatever is written in a usual form is read back to the cent, and no text at all is more than refused."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.kernel.errors import InvalidInput
from handlers.phrases.normalise import fold
from handlers.phrases.readers.amounts import parse_amount
from handlers.phrases.understand import understand

CENTS = st.integers(min_value=1, max_value=10**13)
WHOLE = st.integers(min_value=1, max_value=10**11)
DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Write a whole number the full way: 12,005 is 一万二千零五."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            return chinese(high) + name + (_rest(low, unit // 10) if low else "")
    return _section(number)


def _rest(low: int, place: int) -> str:
    return ("零" if low < place else "") + chinese(low)


def _section(number: int) -> str:
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += DIGITS[digit] + name
        elif text and number and not text.endswith("零"):
            text += "零"
    return text


@settings(deadline=None)
@given(CENTS)
def test_grouped_digits_are_read_back(cents: int) -> None:
    value = Decimal(cents) / 100
    assert parse_amount(f"{value:,.2f}") == value


@settings(deadline=None)
@given(CENTS)
def test_full_width_digits_are_read_back(cents: int) -> None:
    value = Decimal(cents) / 100
    wide = f"{value:.2f}".translate({ord(character): ord(character) + 0xFEE0 for character in "0123456789."})
    assert parse_amount(wide) == value


@settings(deadline=None)
@given(WHOLE)
def test_chinese_numerals_are_read_back(number: int) -> None:
    assert parse_amount(chinese(number)) == number


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(InvalidInput):
        value = parse_amount(text)
        assert value > 0
        assert value == round(value, 2)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_understanding(text: str) -> None:
    understood = understand(text)
    assert 0 <= understood.confidence <= 1


@settings(deadline=None)
@given(st.text(max_size=200))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)
