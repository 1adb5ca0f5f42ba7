"""Sums as people type them: read exactly, asked back, or refused with what is wanted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from handlers.phrases.normalise import fold
from handlers.phrases.readers.amounts import find_sums, parse_amount
from handlers.phrases.readers.numerals import read_chinese, read_english


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000.50", "1000.50"),
        ("1000", "1000"),
        ("00500", "500"),
        ("0.5", "0.5"),
        ("1k", "1000"),
        ("2.5K", "2500"),
        ("1.5万", "15000"),
        ("2.5w", "25000"),
        ("三千", "3000"),
        ("三千五", "3500"),
        ("三千零五", "3005"),
        ("一万二", "12000"),
        ("万二", "12000"),
        ("两百五十块", "250"),
        ("二十", "20"),
        ("廿", "20"),
        ("五", "5"),
        ("一百零五", "105"),
        ("三点五万", "35000"),
        ("十二萬", "120000"),
        ("一亿二千万", "120000000"),
        ("壹仟贰佰元整", "1200"),
        ("3千5", "3500"),
        ("1千2百", "1200"),
        ("五块五", "5.5"),
        ("3块5毛", "3.5"),
        ("8毛", "0.8"),
        ("１０００", "1000"),
        ("１，０００．５０", "1000.5"),
        ("￥500", "500"),
        ("¥500", "500"),
        ("500元", "500"),
        ("500 CNY", "500"),
        ("RMB 500", "500"),
        ("HK$100", "100"),
        ("five hundred", "500"),
        ("a thousand", "1000"),
        ("twenty five", "25"),
        ("three hundred and fifty", "350"),
        ("fifteen hundred", "1500"),
        ("two and a half thousand", "2500"),
        ("half a million", "500000"),
        ("two point five k", "2500"),
        ("3 grand", "3000"),
        ("fifty cents", "0.5"),
        ("500 please", "500"),
        ("about 500.", "500"),
        ("我要500", "500"),
        ("就500吧", "500"),
        ("1'000", "1000"),
        ("1\u00a0000", "1000"),
    ],
)
def test_a_sum_is_read_exactly(text: str, value: str) -> None:
    assert parse_amount(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("1.000", ["1000", "1"]),
        ("12.345", ["12345"]),
        ("1,50", ["1.5", "150"]),
        ("1.000,50", ["1000.5"]),
        ("1,5万", ["15000", "150000"]),
        ("两三百", ["200", "300"]),
        ("three fifty", ["350", "3.5"]),
    ],
)
def test_a_sum_that_reads_two_ways_is_asked_back(text: str, candidates: list[str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_amount(text)
    assert refusal.value.code == ErrorCode.AMOUNT_AMBIGUOUS
    assert refusal.value.details == {"candidates": candidates}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount_missing"),
        ("   ", "amount_missing"),
        ("NaN", "amount_unclear"),
        ("inf", "amount_unclear"),
        ("1e3", "amount_unclear"),
        ("0x10", "amount_unclear"),
        ("1_000", "amount_unclear"),
        ("1,0000", "amount_unclear"),
        ("1.2.3", "amount_unclear"),
        ("5%", "amount_unclear"),
        ("١٢", "amount_unclear"),
        ("½", "amount_unclear"),
        ("hello", "amount_unclear"),
        ("12 apples", "amount_unclear"),
        ("9" * 500, "amount_unclear"),
        ("12 34", "amount_several"),
        ("1 000", "amount_several"),
        ("1，000", "amount_several"),
        ("-5", "amount_not_positive"),
        ("¥-5", "amount_not_positive"),
        ("负五", "amount_not_positive"),
        ("minus five", "amount_not_positive"),
        ("0", "amount_not_positive"),
        ("0.00", "amount_not_positive"),
        ("0.001", "amount_too_precise"),
        ("9" * 40, "amount_too_large"),
        ("92233720368547758.08", "amount_too_large"),
    ],
)
def test_what_is_no_sum_is_refused_by_kind(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_amount(text)
    assert refusal.value.code == code


def test_the_largest_sum_of_the_ledger_is_taken() -> None:
    assert parse_amount("92233720368547758.07") == Decimal("92233720368547758.07")


def test_decimals_follow_the_asset() -> None:
    assert parse_amount("0.00000001", scale=8) == Decimal("0.00000001")
    with pytest.raises(InvalidInput) as refusal:
        parse_amount("1.5", scale=0)
    assert refusal.value.details == {"scale": 0}


def test_a_zero_width_space_does_not_join_two_numbers() -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_amount("12\u200b34")
    assert refusal.value.code == ErrorCode.AMOUNT_SEVERAL


def test_sums_of_a_sentence_are_found_with_their_place_and_currency() -> None:
    folded = fold("转50块给小明，再转 $20")
    found = list(find_sums(folded))
    assert [(folded[each.start : each.end], each.asset) for each in found] == [("50块", "CNY"), ("$20", "USD")]


def test_a_sum_below_zero_in_a_sentence_is_doubtful() -> None:
    assert [each.clear for each in find_sums("send -50 to ana, also 3000-50")] == [False, True, True]


@pytest.mark.parametrize("text", ["", "个", "百千", "千百", "三五", "零", "一点", "万亿万"])
def test_what_is_no_chinese_numeral_has_no_reading(text: str) -> None:
    assert read_chinese(text) == ()


@pytest.mark.parametrize("words", [[], ["and"], ["a"], ["five", "three"], ["hundred", "point"], ["twenty", "ten"]])
def test_what_is_no_english_number_has_no_reading(words: list[str]) -> None:
    assert read_english(words) == ()
