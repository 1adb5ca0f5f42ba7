"""Which kind of circle is spoken of, and what is said of a savings circle before it has a card."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from finance_core.circles.rules.auctions import Period
from finance_core.kernel.errors import InvalidInput
from handlers.circles.opening_form import AMOUNT, FIRST_DAY, PERIOD
from handlers.circles.saving import opening_form as form
from handlers.phrases.readers.circle_kinds import kind_of, of_any

TODAY = date(2026, 12, 1)
USUAL = form.usual("Savers", "en", 1, {}, TODAY)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("savings", "saving"),
        ("saving", "saving"),
        ("start a VSLA", "saving"),
        ("20 a share", "saving"),
        ("起一个储蓄会", "saving"),
        ("50 weekly 4 people", "rotating"),
        ("a savings circle, 10 people, 500 a month", "rotating"),
        ("每月500，10人，标会", "rotating"),
        ("轮流会", "rotating"),
        ("50 a week", None),
        ("a good one", None),
        ("", None),
    ],
)
def test_the_kind_is_taken_from_the_words(said: str, kind: str | None) -> None:
    assert kind_of(said) == kind


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("savings, 20 a share, weekly, for 6 months, social 5, fine 10, interest 1.5%", {
            "amount": "20", "period": "week", "ends": "6 months", "social": "5", "fine": "10", "rate": "1.5"}),
        ("shares of 20, up to 3 shares, monthly from 1 January 2027, 12 meetings, no fines", {
            "amount": "20", "shares": "3", "period": "month", "first_day": "1 january 2027", "ends": "12 meetings",
            "fine": "0"}),
        ("储蓄会，每份20元，最多3份，每周，6个月，互助金5，罚款10，月息1.5%", {
            "amount": "20", "shares": "3", "period": "week", "ends": "6个月", "social": "5", "fine": "10",
            "rate": "1.5"}),
        ("1.5% a month, 20 a share every two weeks until 1 June", {
            "rate": "1.5", "amount": "20", "period": "two_weeks", "ends": "1 june"}),
        ("-20 a share", {"amount": "-20"}),
        ('savings "Market women"', {"title": "Market women"}),
        ("从下周五开始 每份20", {"amount": "20", "first_day": "下周五"}),
    ],
)  # fmt: skip
def test_what_is_said_of_a_savings_circle_is_read(said: str, heard: dict[str, str]) -> None:
    assert of_any(said) == {**heard, "kind": "saving"}


def test_the_usual_cycle_is_weekly_for_half_a_year() -> None:
    assert (USUAL.first_meeting_on, USUAL.rules.meetings, USUAL.period) == (date(2026, 12, 8), 26, Period.WEEK)


@pytest.mark.parametrize(
    ("said", "meetings"),
    [("3 months", 13), ("10 meetings", 10), ("20次", 20), ("2个月", 9), ("31 December", 4), ("12 months", 53)],
)
def test_the_end_is_said_in_months_meetings_or_by_a_day(said: str, meetings: int) -> None:
    assert form.changed(USUAL, {form.ENDS: said}, TODAY).rules.meetings == meetings


def test_another_period_keeps_the_end_of_the_cycle() -> None:
    monthly = form.changed(USUAL, {PERIOD: "month"}, TODAY)
    assert (monthly.rules.meetings, monthly.first_meeting_on) == (6, USUAL.first_meeting_on)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (AMOUNT, "0"), (AMOUNT, "about fifty"), (AMOUNT, "0.001"), (AMOUNT, "-5"),
        (form.SHARES, "many"), (form.ENDS, "soon"), (form.ENDS, "13 months"), (form.SOCIAL, "-1"),
        (form.RATE, "lots"), (form.RATE, "-1"), (form.RATE, "1.555"), (form.RATE, "1e9"), (form.RATE, "nan"),
        (form.FINE, "a bit"), (FIRST_DAY, "once"),
    ],
)  # fmt: skip
def test_a_bad_answer_names_what_is_asked_again(field: str, said: str) -> None:
    with pytest.raises(form.Unread) as unread:
        form.changed(USUAL, {field: said}, TODAY)
    assert unread.value.field == field
    assert isinstance(unread.value.refused, InvalidInput)


def test_none_is_no_fund_no_fine_and_no_interest() -> None:
    said = {form.SOCIAL: "none", form.FINE: "不设", form.RATE: "no"}
    rules = form.changed(USUAL, said, TODAY).rules
    assert (rules.social_amount, rules.fine_amount, rules.loan_rate) == (0, 0, Decimal(0))
