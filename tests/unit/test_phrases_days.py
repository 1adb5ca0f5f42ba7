"""Which day a moment names."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.phrases.readers.days import day_of, single_day
from handlers.phrases.readers.saving import goal_day
from handlers.phrases.understand import understand

THURSDAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-03-12"),
        ("tonight", "2026-03-12"),
        ("tomorrow", "2026-03-13"),
        ("Tomorrow morning", "2026-03-13"),
        ("the day after tomorrow", "2026-03-14"),
        ("Friday", "2026-03-13"),
        ("on friday", "2026-03-13"),
        ("fri", "2026-03-13"),
        ("Wednesday", "2026-03-18"),
        ("Thursday", "2026-03-19"),
        ("this Friday", "2026-03-13"),
        ("next Friday", "2026-03-20"),
        ("next Monday", "2026-03-16"),
        ("next week", "2026-03-20"),
        ("this weekend", "2026-03-15"),
        ("next weekend", "2026-03-22"),
        ("end of the week", "2026-03-15"),
        ("in 3 days", "2026-03-15"),
        ("3 days", "2026-03-15"),
        ("in two weeks", "2026-03-26"),
        ("a week", "2026-03-19"),
        ("15th", "2026-03-15"),
        ("the 10th", "2026-04-10"),
        ("the 31st", "2026-03-31"),
        ("20 March", "2026-03-20"),
        ("March 20th", "2026-03-20"),
        ("2 Jan", "2027-01-02"),
        ("2026-03-24", "2026-03-24"),
        ("month end", "2026-03-31"),
        ("end of the month", "2026-03-31"),
        ("今天", "2026-03-12"),
        ("明天", "2026-03-13"),
        ("后天", "2026-03-14"),
        ("大后天", "2026-03-15"),
        ("周五", "2026-03-13"),
        ("星期五", "2026-03-13"),
        ("礼拜天", "2026-03-15"),
        ("周四", "2026-03-19"),
        ("下周五", "2026-03-20"),
        ("下星期一", "2026-03-16"),
        ("下个礼拜三", "2026-03-18"),
        ("周末", "2026-03-15"),
        ("下周", "2026-03-20"),
        ("月底", "2026-03-31"),
        ("3天", "2026-03-15"),
        ("两天后", "2026-03-14"),
        ("两个星期", "2026-03-26"),
        ("15号", "2026-03-15"),
        ("10号", "2026-04-10"),
        ("3月20号", "2026-03-20"),
        ("四月五日", "2026-04-05"),
        ("2026年3月24日", "2026-03-24"),
        ("３月２０号", "2026-03-20"),
    ],
)
def test_a_moment_names_a_day_ahead(text: str, day: str) -> None:
    assert day_of(text, THURSDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["payday", "发工资", "soon", "next month", "下个月", "", "31 February", "99th", "过几天"]
)
def test_what_names_no_single_day_is_no_day(text: str) -> None:
    assert day_of(text, THURSDAY) is None


def test_the_31st_is_looked_for_in_a_month_that_has_one() -> None:
    assert day_of("the 31st", date(2026, 3, 31)) == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("the 5th of next month", "2027-02-02", "2027-03-05"),
        ("next month on the 5th", "2026-12-31", "2027-01-05"),
        ("下个月5号", "2027-02-02", "2027-03-05"),
        ("下月十五", "2026-11-01", "2026-12-15"),
        ("the end of next month", "2027-01-30", "2027-02-28"),
        ("下个月底", "2026-11-02", "2026-12-31"),
        ("12月底", "2026-11-02", "2026-12-31"),
        ("十二月底", "2026-11-02", "2026-12-31"),
        ("end of May", "2026-05-31", "2026-05-31"),
        ("end of February", "2027-03-02", "2028-02-29"),
        ("the end of February", "2028-03-10", "2029-02-28"),
        ("二月底", "2028-03-10", "2029-02-28"),
        ("month end", "2026-11-02", "2026-11-30"),
    ],
)
def test_a_month_that_is_named_is_the_one_whose_day_it_is(text: str, today: str, day: str) -> None:
    assert day_of(text, date.fromisoformat(today)) == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["2月29号", "2月30号", "31 June", "下下个月5号", "the month after next", "next month"])
def test_what_names_no_day_that_there_is_is_asked_back(text: str) -> None:
    assert day_of(text, date(2026, 11, 10)) is None


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("the end of February", "2028-03-10", "2029-02-28"),
        ("二月底", "2028-03-10", "2029-02-28"),
        ("end of February", "2027-03-02", "2028-02-29"),
    ],
)
def test_a_goal_at_the_end_of_february_ends_when_february_does(text: str, today: str, day: str) -> None:
    assert goal_day(text, date.fromisoformat(today)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "day",
    [
        *(
            "the blue Friday",
            "Good Friday",
            "next next Friday",
            "the 5th of smarch",
            "Friday after next",
            "Friday week",
        ),
        *("Friday or Saturday", "the 15th or 16th", "around the 5th", "the second Friday", "Friday the 32nd"),
        *("Friday of the week after",),
    ],
)
def test_a_day_with_a_word_in_it_that_was_not_understood_is_asked_back(day: str) -> None:
    text = f"I will pay 200 on {day}"
    understood = understand(text)
    assert (understood.intent, understood.slots.get("amount")) == ("promise", "200")
    assert day_of(str(understood.slots["when"]), THURSDAY) is None
    assert (day_of(f"on {day}", THURSDAY), single_day(text, THURSDAY)) == (None, None)


@pytest.mark.parametrize(
    "day", ["下下周五", "下下个月5号", "大大后天", "大概周五", "黑色星期五", "周五或周六", "5号左右"]
)
def test_in_chinese_too(day: str) -> None:
    text = f"我{day}还200"
    understood = understand(text)
    assert (understood.intent, understood.slots.get("amount")) == ("promise", "200")
    assert day_of(str(understood.slots["when"]), THURSDAY) is None
    assert (day_of(day, THURSDAY), single_day(text, THURSDAY)) == (None, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I will pay 200 on Friday", "2026-03-13"),
        ("I'll pay the rest on Friday", "2026-03-13"),
        ("I will pay the loan tomorrow", "2026-03-13"),
        ("I will pay 200 on the 15th", "2026-03-15"),
        ("I can pay 200 on Friday the 13th", "2026-03-13"),
        ("I will pay 200 by Friday morning", "2026-03-13"),
        ("I will pay 200 on Friday after work", "2026-03-13"),
        ("I will pay the 200 on the 5th of May", "2026-05-05"),
        ("我周五还200", "2026-03-13"),
        ("我下周五还是还200", "2026-03-20"),
        ("我下个月5号还200", "2026-04-05"),
        ("我5号还200", "2026-04-05"),
    ],
)
def test_what_merely_stands_beside_a_day_changes_nothing(text: str, day: str) -> None:
    understood = understand(text)
    assert (understood.intent, understood.slots.get("amount")) == ("promise", "200" if "200" in text else None)
    expected = date.fromisoformat(day)
    assert (day_of(str(understood.slots["when"]), THURSDAY), single_day(text, THURSDAY)) == (expected, expected)


@pytest.mark.parametrize(
    "text", ["last Friday", "3 days ago", "上周五", "昨天", "三天前", "in about 3 days", "大概三天后"]
)
def test_what_has_passed_or_is_nearly_meant_is_no_day_ahead(text: str) -> None:
    assert day_of(text, THURSDAY) is None


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("29 Feb 2028", "2026-11-10", "2028-02-29"),
        ("February 29, 2028", "2026-11-10", "2028-02-29"),
        ("2月29日", "2027-11-10", "2028-02-29"),
        ("the 5th of March 2028", "2027-02-02", "2028-03-05"),
        ("5 March next year", "2027-02-02", "2028-03-05"),
        ("明年1月5号", "2026-11-02", "2027-01-05"),
        ("明年12月底", "2026-11-02", "2027-12-31"),
        ("end of Feb 2029", "2026-02-02", "2029-02-28"),
        ("the last day of February", "2028-01-10", "2028-02-29"),
        ("march the 5th", "2027-02-02", "2027-03-05"),
        ("friday next week", "2027-02-02", "2027-02-12"),
        ("the fifth of next month", "2027-02-02", "2027-03-05"),
        ("the first of next month", "2027-02-02", "2027-03-01"),
        ("the twenty-first of March", "2027-02-02", "2027-03-21"),
        ("the thirtieth of March", "2027-02-02", "2027-03-30"),
        ("二十五号", "2027-02-02", "2027-02-25"),
        ("五号", "2027-02-02", "2027-02-05"),
        ("三十一号", "2027-02-02", "2027-03-31"),
    ],
)
def test_a_day_is_read_with_its_year_its_week_and_in_words(text: str, today: str, day: str) -> None:
    expected, seen_from = date.fromisoformat(day), date.fromisoformat(today)
    said = f"I will pay 200 on {text}" if text.isascii() else f"我{text}还200"
    understood = understand(said)
    assert understood.slots["amount"] == "200"
    assert (day_of(text, seen_from), single_day(said, seen_from)) == (expected, expected)
    assert day_of(str(understood.slots["when"]), seen_from) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("the 1st of this month", "5 March 2026", "March last year", "some Friday", "any Friday", "one friday"),
        *("after the 15th", "15号以后", "15号之后", "农历三月十五", "这个月1号", "去年3月5号", "Easter Friday"),
    ],
)
def test_what_has_passed_or_is_not_that_day_itself_is_no_day(text: str) -> None:
    assert day_of(text, date(2027, 2, 2)) is None
