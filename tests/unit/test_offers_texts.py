"""What an operator's text may say: refused and warned words, prices that are not the example's, broken markup."""

from __future__ import annotations

from decimal import Decimal

import pytest

from finance_core.offers.rules.markup import Broken, broken, length, read
from finance_core.offers.rules.wording import FaultKind, faults_in, refusals, wording_of
from handlers.locales.languages import codes

PERCENTS = frozenset(map(Decimal, ("14.60", "15.62", "7.55", "19.86")))
SUMS = frozenset(map(Decimal, ("3000", "521.45", "3128.70", "128.70")))


def said_of(text: str, language: str = "en", *, has_price: bool = True) -> list[tuple[str, str]]:
    found = faults_in(text, language, PERCENTS, SUMS, has_price=has_price)
    return [(fault.kind.value, fault.said) for fault in found]


@pytest.mark.parametrize("language", codes())
def test_every_language_says_what_it_refuses(language: str) -> None:
    words = wording_of(language)
    assert words.refused
    assert words.warned
    assert words.claims


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Guaranteed for you", "en", [("refused", "Guaranteed")]),
        ("You are pre-approved!", "en", [("refused", "pre-approved")]),
        ("No  credit check at all", "en", [("refused", "No  credit check")]),
        ("100 % of farmers", "en", [("refused", "100 %")]),
        ("办理100%通过", "zh", [("refused", "100%")]),
        ("It improves your finances", "en", [("refused", "improves your finances")]),
        ("Borrow instead of saving", "en", [("refused", "instead of saving")]),
        ("包过，快来", "zh", [("refused", "包过")]),
        ("秒批必下", "zh", [("refused", "秒批必下")]),
        ("零门槛，无视征信", "zh", [("refused", "零门槛"), ("refused", "无视征信")]),
        ("Fast and easy", "en", [("warned", "Fast"), ("warned", "easy")]),
        ("A steadfast friend", "en", []),
        ("低至七折", "zh", [("warned", "低至")]),
        ("仅需一步", "zh", [("warned", "仅需")]),
    ],
)
def test_forbidden_words_are_refused_and_doubtful_ones_warned_of(
    text: str, language: str, found: list[tuple[str, str]]
) -> None:
    assert said_of(text, language) == found


@pytest.mark.parametrize(
    ("text", "language", "is_refused"),
    [
        ("Borrow for 15.62 % a year", "en", False),
        ("Borrow for 15.6 % a year", "en", True),
        ("Borrow for 7.54% a year", "en", True),
        ("Only seven per cent", "en", True),
        ("14.60 per cent, fixed", "en", False),
        ("Low interest for you", "en", True),
        ("Interest is 14.60% a year.", "en", False),
        ("You pay 521.45 a month.", "en", False),
        ("You pay 99.00 a month.", "en", True),
        ("Yours for 99.00. You pay 521.45 a month.", "en", False),
        ("Six easy instalments", "en", True),
        ("Our first-rate seeds", "en", False),
        ("免息三期", "zh", True),
        ("利息低", "zh", True),
        ("年利率14.60%，每期还521.45元。", "zh", False),
        ("年利率\uff11\uff12\uff05", "zh", True),
        ("百分之七", "zh", True),
        ("每月只要99元", "zh", True),
        ("给春耕添把劲", "zh", False),
        ("7\u200b.\u200b5% a year", "en", True),
    ],
)
def test_a_price_that_is_not_the_examples_is_refused(text: str, language: str, *, is_refused: bool) -> None:
    assert bool(refusals(faults_in(text, language, PERCENTS, SUMS, has_price=True))) is is_refused


def test_a_fault_is_told_with_its_place_and_what_is_around_it() -> None:
    [fault] = faults_in("For spring, from 3.9% a year and more", "en", PERCENTS, SUMS, has_price=True)
    assert (fault.kind, fault.said, fault.at, fault.around) == (
        FaultKind.PERCENT,
        "3.9%",
        18,
        "pring, from 3.9% a year and ",
    )


def test_where_nothing_is_lent_a_percent_is_no_fault() -> None:
    assert said_of("1.35 % a year for 180 days", has_price=False) == []


@pytest.mark.parametrize(
    ("html", "place"),
    [
        ("plain", None),
        ("<b>Seeds</b> &amp; more", None),
        ("<b><i>Seeds</i></b>", None),
        ("<b>Seeds", Broken("<b>", 1)),
        ("Seeds</b>", Broken("</b>", 6)),
        ("<b><i>Seeds</b></i>", Broken("</b>", 12)),
        ("a < b", Broken("<", 3)),
        ("<blink>x</blink>", Broken("<blink>", 1)),
        ('<a href="https://x.example">x</a>', Broken('<a href="https://x.example">', 1)),
        ("R&D", Broken("&D", 2)),
        ("&nbsp;", Broken("&nbsp;", 1)),
        ("<B>x</B>", Broken("<B>", 1)),
    ],
)
def test_broken_markup_is_found_with_its_place(html: str, place: Broken | None) -> None:
    assert broken(html) == place


def test_a_text_is_as_long_as_telegram_finds_it() -> None:
    assert (read("<b>A &amp; B</b>"), length("<b>A &amp; B</b>")) == ("A & B", 5)
    assert length("\U0001f33e") == 2
