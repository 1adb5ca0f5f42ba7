"""Which days that have passed a text names, seen from Tuesday 1 December 2026 and from other days."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.phrases.readers.spans import days_in, is_a_span_alone

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("october", "2026-10-01", "2026-10-31"),
        ("statement for October", "2026-10-01", "2026-10-31"),
        ("december", "2026-12-01", "2026-12-01"),
        ("/statement nov", "2026-11-01", "2026-11-30"),
        ("last october please", "2026-10-01", "2026-10-31"),
        ("october 2025", "2025-10-01", "2025-10-31"),
        ("in may", "2026-05-01", "2026-05-31"),
        ("october to november", "2026-10-01", "2026-11-30"),
        ("from december to january", "2025-12-01", "2026-01-31"),
        ("this month", "2026-12-01", "2026-12-01"),
        ("last month", "2026-11-01", "2026-11-30"),
        ("the month before last", "2026-10-01", "2026-10-31"),
        ("last week", "2026-11-23", "2026-11-29"),
        ("this week", "2026-11-30", "2026-12-01"),
        ("last 7 days", "2026-11-25", "2026-12-01"),
        ("the past two weeks", "2026-11-18", "2026-12-01"),
        ("last 3 months", "2026-09-02", "2026-12-01"),
        ("statement for 3 months", "2026-09-02", "2026-12-01"),
        ("3 months statement please", "2026-09-02", "2026-12-01"),
        ("six months of transactions", "2026-06-02", "2026-12-01"),
        ("三个月的账单", "2026-09-02", "2026-12-01"),
        ("2026年的账单", "2026-01-01", "2026-12-01"),
        ("2025年流水", "2025-01-01", "2025-12-31"),
        ("7天流水", "2026-11-25", "2026-12-01"),
        ("from 3 to 10 november", "2026-11-03", "2026-11-10"),
        ("3rd - 10th of november", "2026-11-03", "2026-11-10"),
        ("nov 3-10", "2026-11-03", "2026-11-10"),
        ("between 28 october and 3 november", "2026-10-28", "2026-11-03"),
        ("28 december to 3 january", "2025-12-28", "2026-01-03"),
        ("3 november", "2026-11-03", "2026-11-03"),
        ("3 december", "2025-12-03", "2025-12-03"),
        ("since october", "2026-10-01", "2026-12-01"),
        ("from 15 november", "2026-11-15", "2026-12-01"),
        ("2026-10-03 to 2026-10-09", "2026-10-03", "2026-10-09"),
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("yesterday", "2026-11-30", "2026-11-30"),
        ("what did i spend on monday", "2026-11-30", "2026-11-30"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("this year", "2026-01-01", "2026-12-01"),
        ("the 5th", "2026-11-05", "2026-11-05"),
        ("十月的账单", "2026-10-01", "2026-10-31"),
        ("10月流水", "2026-10-01", "2026-10-31"),
        ("12月明细", "2026-12-01", "2026-12-01"),
        ("去年十二月的账单", "2025-12-01", "2025-12-31"),
        ("11月1日到5日的账单", "2026-11-01", "2026-11-05"),
        ("十一月三号至十号", "2026-11-03", "2026-11-10"),
        ("10月28号到11月3号", "2026-10-28", "2026-11-03"),
        ("10月到11月的收支", "2026-10-01", "2026-11-30"),
        ("上个月花了多少", "2026-11-01", "2026-11-30"),
        ("上上个月", "2026-10-01", "2026-10-31"),
        ("本月账单", "2026-12-01", "2026-12-01"),
        ("上周", "2026-11-23", "2026-11-29"),
        ("最近7天", "2026-11-25", "2026-12-01"),
        ("近三个月流水", "2026-09-02", "2026-12-01"),
        ("从11月15日起", "2026-11-15", "2026-12-01"),
        ("昨天的明细", "2026-11-30", "2026-11-30"),
        ("2026年10月对账单", "2026-10-01", "2026-10-31"),
        ("2026年10月3日", "2026-10-03", "2026-10-03"),
        ("1号到5号", "2026-12-01", "2026-12-01"),
        ("上周五", "2026-11-27", "2026-11-27"),
    ],
)
def test_days_are_read_backwards(said: str, first: str, last: str) -> None:
    assert days_in(said, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "said", ["statement", "may i have my statement", "show my transactions", "账单", "31 june", "send 50"]
)
def test_what_names_no_days_is_none(said: str) -> None:
    assert days_in(said, TODAY) is None


@pytest.mark.parametrize("said", ["October", "last month", "oct to nov", "十月", "上个月呢", "10月份", "October 2025?"])
def test_a_month_alone_is_one(said: str) -> None:
    assert is_a_span_alone(said)


@pytest.mark.parametrize("said", ["send 50 in october", "today", "friday", "may i", "3 november", "my november", "十"])
def test_what_is_more_or_shorter_is_not(said: str) -> None:
    assert not is_a_span_alone(said)


def test_what_has_not_come_is_said_as_it_is() -> None:
    assert days_in("january 2027", TODAY) == (date(2027, 1, 1), date(2027, 1, 31))


def test_a_month_that_has_begun_is_this_ones() -> None:
    assert days_in("october", date(2026, 10, 1)) == (date(2026, 10, 1), date(2026, 10, 1))
    assert days_in("october", date(2026, 9, 30)) == (date(2025, 10, 1), date(2025, 10, 31))
    assert days_in("29 february", date(2026, 9, 30)) == (date(2024, 2, 29), date(2024, 2, 29))
