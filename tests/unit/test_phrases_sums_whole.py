"""A sum is read whole or asked back: nothing touches a number that was not understood, and no rest becomes a note."""

from __future__ import annotations

import pytest

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from handlers.phrases.readers.amounts import parse_amount
from handlers.phrases.readers.numerals import CHINESE_NUMERALS
from handlers.phrases.understand import understand

ENGLISH = ("send @bo {}", "borrow {}", "withdraw {}", "send {} to @bo", "send @bo {} for lunch")
CHINESE = ("给小明转{}", "借{}", "取出{}", "转{}给小明", "还{}")

READ_ENGLISH = {
    "5 and a half": "5.5",
    "three and a half yuan": "3.5",
    "3 point five": "3.5",
    "3 point 2 5": "3.25",
    "5 1/2": "5.5",
    "5½": "5.5",
    "12 3/4": "12.75",
    "five and a quarter": "5.25",
    "5 and three quarters": "5.75",
    "2 and a half k": "2500",
    "twenty two and a half thousand": "22500",
    "half million": "500000",
    "half a million": "500000",
    "half thousand": "500",
    "half a hundred": "50",
    "a quarter million": "250000",
    "three quarters of a million": "750000",
    "5 hundred thousand": "500000",
    "5 dollars and 50 cents": "5.5",
    "fifty cents": "0.5",
    ".50": "0.5",
    "$1,200": "1200",
    "50€": "50",
}
READ_CHINESE = {
    "100元5分": "100.05",
    "1块零5分": "1.05",
    "5块零5": "5.05",
    "5块05": "5.05",
    "5块5": "5.5",
    "5塊5": "5.5",
    "25分": "0.25",
    "五分": "0.05",
    "8分钱": "0.08",
    "三毛五": "0.35",
    "两毛五": "0.25",
    "5角5分": "0.55",
    "12元05分": "12.05",
    "12元25分": "12.25",
    "十二元五分": "12.05",
    "1元2角5分": "1.25",
    "贰拾伍元伍角": "25.5",
    "1,000元5分": "1000.05",
    "1万元5分": "10000.05",
    "两块半": "2.5",
    "3元半": "3.5",
    "一百块半": "100.5",
    "3块钱5毛": "3.5",
    "3块5毛钱": "3.5",
    "三块钱五毛": "3.5",
    "3元钱5分": "3.05",
    "3块人民币5毛": "3.5",
    "3元整5角": "3.5",
    "3块 5毛": "3.5",
    "3 块 5 毛": "3.5",
}
VAGUE_ENGLISH = (
    *("a few hundred", "a couple hundred", "a couple of grand", "several thousand", "tens of thousands", "a few k"),
    *("300ish", "300-ish", "300 ish yuan", "300 something", "300 odd", "300-odd yuan", "300 or so", "300 plus", "300+"),
    *("a thousand or so", "fifteen hundred something", "1,200ish", "300 and change", "300 give or take"),
    *("5o", "l00", "5O0", "300x", "1k5", "5k300", "5²", "5 oh", "3m", "3 billion", "5 lakh", "2 dozen"),
    *("0,500", "0,123", "00,500", "1,00,000", "1.2.3", "50p", "50 pence", "half of 300", "twice 300", "10% of 300"),
    *("1/2 million", "a third of a million", "5 and a third", "5 thousand 300", "5 hundred and fifty", "3 fifty"),
    *("3-5k", "3 to 5k", "two or three hundred", "$50 yuan", "A$50", "more than 300", "5 percent"),
    *("at least 300", "just under 100", "up to 50", "no more than 200", "at most 50", "a maximum of 300", "over 300"),
    *("300 max", "300 at most", "300 and up", "300 tops", "less than 300", "above 300", "over300", "not exceeding 300"),
    *("five hundredn", "wfive hundred", "1,200M", "1,200 km", "300÷2", "5️⃣0️⃣", "1 00", "5；5"),
    *(
        "a bunch of hundred",
        "a load of hundreds",
        "500 somethin",
        "500 and then some",
        "300 +",
        "300 ++",
        "5 M",
        "5 kk",
    ),
    *("3 thousandish", "3 hundredths", "not 300", "everything but 300", "all except 50", "300 twice", "2 times 300"),
    *("300 times 2", "300 less 5"),
)
VAGUE_CHINESE = (
    *(
        "三十几万元",
        "一千多元",
        "二百余元",
        "一百来块",
        "2万多",
        "二十几块",
        "几百块",
        "好几千",
        "几百万",
        "上百万",
        "数百万",
    ),
    *("三百多", "1500多块", "100块多", "5块几毛", "万把块", "几百万", "上百万", "数百万"),
    *("十来块", "三千出头", "一千以内", "不到一千", "将近一千"),
    *("百八十块", "千八百", "两百半", "半百", "3个亿", "3个w", "3成", "3点5万", "5块50", "3.5元5角", "十块零五毛"),
    *("100美分", "一百w", "3到5千", "三十幾萬", "一百來塊", "3 万 5 千", "0,500元", "5○○", "1.5万多"),
    *("至少300", "最多300", "顶多三百", "起码300", "不低于300", "300封顶", "300打底", "三百之内", "三块钱五"),
    *("500的一半", "500的三分之一", "100好几", "小一百", "五块来钱", "5·5", "50次", "50个", "500倍"),
    *("50.5一", "两块半拾", "三百0/0", "仟1.5万仟", "$8毛", "0两块半"),
)


@pytest.mark.parametrize(("said", "value"), READ_ENGLISH.items())
@pytest.mark.parametrize("sentence", ENGLISH)
def test_a_sum_with_a_fraction_is_read_whole(sentence: str, said: str, value: str) -> None:
    assert understand(sentence.format(said)).slots.get("amount") == value


@pytest.mark.parametrize(("said", "value"), READ_CHINESE.items())
@pytest.mark.parametrize("sentence", CHINESE)
def test_coins_are_read_in_their_place(sentence: str, said: str, value: str) -> None:
    assert understand(sentence.format(said)).slots.get("amount") == value


@pytest.mark.parametrize("said", VAGUE_ENGLISH)
@pytest.mark.parametrize("sentence", ENGLISH)
def test_what_is_about_so_much_is_asked_back_in_english(sentence: str, said: str) -> None:
    understood = understand(sentence.format(said))
    assert "amount" not in understood.slots
    assert understood.candidates == ()
    assert "count" not in understood.slots
    assert understood.slots.get("note") in (None, "lunch")


@pytest.mark.parametrize("said", VAGUE_CHINESE)
@pytest.mark.parametrize("sentence", CHINESE)
def test_what_is_about_so_much_is_asked_back_in_chinese(sentence: str, said: str) -> None:
    understood = understand(sentence.format(said))
    assert "amount" not in understood.slots
    assert understood.candidates == ()
    assert not set(str(understood.slots.get("note", ""))) & {*CHINESE_NUMERALS, *"0123456789元块毛角"}


@pytest.mark.parametrize("said", [*VAGUE_ENGLISH, *VAGUE_CHINESE])
def test_as_an_answer_it_is_unclear(said: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_amount(said)
    assert refusal.value.code in (ErrorCode.AMOUNT_UNCLEAR, ErrorCode.AMOUNT_SEVERAL)


@pytest.mark.parametrize(
    ("said", "value"),
    [*READ_ENGLISH.items(), *READ_CHINESE.items(), ("about 300", "300"), ("一百左右", "100"), ("~300", "300")],
)
def test_as_an_answer_it_is_read(said: str, value: str) -> None:
    assert f"{parse_amount(said):f}" == value


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("send @bo ,50", ("0.5",)),
        ("send @bo ,89 €", ("0.89",)),
        ("send @bo 0,50", ("0.5",)),
        ("send @bo 1 000", ("1000",)),
        ("send @bo 1 000 yuan", ("1000",)),
        ("send @bo 12 500", ("12500", "12", "500")),
        ("借1 234 567元", ("1234567",)),
        ("send @bo 1 000.50", ("1000.5",)),
        ("给小明转5。5元", ("5.5",)),
        ("send @bo 3 dollars 50", ("3.5",)),
        *((f"send @bo {said}", ("300",)) for said in ("about 300", "roughly 300", "300 approx", "maybe 300", "~300")),
        *((f"借{said}", ("300",)) for said in ("大概300", "约三百", "300左右", "差不多300", "三百元左右")),
        ("borrow two million and a half", ("2500000", "2000000.5")),
        ("借300分", ("3", "300")),
    ],
)
def test_a_sum_that_may_be_another_offers_its_readings(text: str, candidates: tuple[str, ...]) -> None:
    understood = understand(text)
    assert "amount" not in understood.slots
    assert understood.candidates == candidates


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("借3000分6期", {"amount": "3000", "count": 6}),
        ("借3000分 6期", {"amount": "3000", "count": 6}),
        ("借3000分期", {"amount": "3000"}),
        ("借3000半年", {"amount": "3000", "count": 6, "unit": "month"}),
        ("借3000来交房租", {"amount": "3000"}),
        ("借3000多久到账", {"amount": "3000"}),
        ("转50~", {"amount": "50"}),
        ("给小明转50多谢", {"amount": "50", "payee": "小明"}),
        ("borrow3000 for 6 months", {"amount": "3000", "count": 6, "unit": "month"}),
        ("borrow 3k6m", {"amount": "3000", "count": 6, "unit": "month"}),
        ("send @bo 50🍜", {"amount": "50", "payee": "@bo"}),
        ("send @bo (50)", {"amount": "50", "payee": "@bo"}),
        ("send @bo 20 for half marathon", {"amount": "20", "payee": "@bo", "note": "half marathon"}),
        ("send @bo 20 for 3d glasses", {"amount": "20", "payee": "@bo", "note": "3d glasses"}),
        ("我最多能还500", {"amount": "500"}),
        ("send @bo 1\u2009000", {"amount": "1000", "payee": "@bo"}),
        ("send @bo 1\u00a0000", {"amount": "1000", "payee": "@bo"}),
        ("borrow 3000 over 6", {"amount": "3000", "count": 6}),
        ("borrow 3000 6", {"amount": "3000", "count": 6}),
        ("转50一路平安给小明", {"amount": "50", "payee": "小明"}),
        ("转❤️50给小明", {"amount": "50", "payee": "小明"}),
        ("send someone five hundred", {"amount": "500"}),
        ("给王五50", {"amount": "50", "payee": "王五"}),
        ("转给张三300元", {"amount": "300", "asset": "CNY", "payee": "张三"}),
    ],
)
def test_what_merely_stands_beside_a_sum_changes_nothing(text: str, slots: dict[str, object]) -> None:
    assert understand(text).slots == slots


def test_nearly_meant_or_less_than_nothing_is_offered_and_not_taken() -> None:
    assert understand("borrow like 500").candidates == ("500",)
    assert understand("I'd like 500").slots.get("amount") == "500"
    for text in ("借-500", "borrow -500"):
        assert "amount" not in understand(text).slots


def test_a_separator_before_the_digits_is_asked_back_after_a_chinese_word_too() -> None:
    assert "amount" not in understand("给小明转,50").slots
    assert understand("给小明转，50").slots["amount"] == "50"


def test_what_each_of_several_gets_is_no_part_of_a_name() -> None:
    assert understand("给小明和小红各转50").slots["payees"] == "小明, 小红"


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("借1万,12期", {"amount": "10000", "count": 12}),
        ("我要贷款15,000元,12个月", {"amount": "15000", "asset": "CNY", "count": 12, "unit": "month"}),
        ("申购3000零钱通", {"amount": "3000"}),
        ("买1000零钱通", {"amount": "1000"}),
    ],
)
def test_a_sum_ends_before_another_number_and_before_a_word(text: str, slots: dict[str, str | int]) -> None:
    assert understand(text).slots == slots
