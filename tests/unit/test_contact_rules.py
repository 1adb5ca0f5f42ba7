"""When somebody may be contacted about a debt, which promises are taken, what is proposed in hardship."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from finance_core.kernel.errors import RuleViolation
from finance_core.loans.contact.rules import (
    HardshipReason,
    PromiseState,
    Proposal,
    cost_a_day,
    longest_plan,
    propose,
    require_promise,
)
from finance_core.notices.contact_rules import Contacts, WhyNot, call_refusal, push_from

SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")
NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
"""12:00 in Shanghai, 04:00 in London."""

TODAY = date(2026, 3, 12)
KEPT, BROKEN, RUNNING, WITHDRAWN = (
    PromiseState.KEPT,
    PromiseState.BROKEN,
    PromiseState.RUNNING,
    PromiseState.WITHDRAWN,
)


def test_a_push_goes_at_once_by_day_and_in_the_morning_by_night_of_the_persons_own_zone() -> None:
    assert push_from(NOON, SHANGHAI, Contacts()) == (NOON, None)
    assert push_from(NOON, LONDON, Contacts()) == (datetime(2026, 3, 12, 8, 0, tzinfo=UTC), WhyNot.QUIET_HOURS)


@pytest.mark.parametrize("today", [Contacts(pushes=1), Contacts(calls=3), Contacts(pushes=1, calls=2)])
def test_a_second_push_and_a_fourth_contact_wait_for_the_next_morning(today: Contacts) -> None:
    assert push_from(NOON, SHANGHAI, today) == (datetime(2026, 3, 13, 0, 0, tzinfo=UTC), WhyNot.FREQUENCY)


def test_two_calls_leave_room_for_the_days_push() -> None:
    assert push_from(NOON, SHANGHAI, Contacts(calls=2)) == (NOON, None)


@pytest.mark.parametrize(
    ("zone", "today", "because"),
    [
        (SHANGHAI, Contacts(), None),
        (SHANGHAI, Contacts(pushes=1, calls=1), None),
        (SHANGHAI, Contacts(pushes=1, calls=2), WhyNot.FREQUENCY),
        (LONDON, Contacts(), WhyNot.QUIET_HOURS),
    ],
)
def test_a_call_is_refused_at_night_and_after_three_contacts(
    zone: ZoneInfo, today: Contacts, because: WhyNot | None
) -> None:
    assert call_refusal(NOON, zone, today) is because


@pytest.mark.parametrize("hour", range(24))
def test_nobody_is_contacted_between_ten_at_night_and_eight(hour: int) -> None:
    instant = datetime(2026, 3, 12, hour, 0, tzinfo=SHANGHAI)
    awake = 8 <= hour < 22
    assert (push_from(instant, SHANGHAI, Contacts())[1] is None) is awake
    assert (call_refusal(instant, SHANGHAI, Contacts()) is None) is awake


@pytest.mark.parametrize(
    ("due_on", "earlier", "code"),
    [
        (date(2026, 3, 12), [], "promise_not_ahead"),
        (date(2026, 3, 11), [], "promise_not_ahead"),
        (date(2026, 3, 27), [], "promise_too_far"),
        (date(2026, 3, 20), [RUNNING], "promise_running"),
        (date(2026, 3, 20), [BROKEN, BROKEN], "promises_broken"),
        (date(2026, 3, 20), [WITHDRAWN, BROKEN, BROKEN, KEPT], "promises_broken"),
    ],
)
def test_a_promise_is_refused(due_on: date, earlier: list[PromiseState], code: str) -> None:
    with pytest.raises(RuleViolation, match=code):
        require_promise(TODAY, due_on, earlier)


@pytest.mark.parametrize("earlier", [[], [KEPT], [BROKEN], [BROKEN, KEPT, BROKEN], [KEPT, BROKEN, BROKEN]])
def test_a_promise_up_to_a_fortnight_ahead_is_taken(earlier: list[PromiseState]) -> None:
    require_promise(TODAY, date(2026, 3, 13), earlier)
    require_promise(TODAY, date(2026, 3, 26), earlier)


def test_a_day_late_costs_interest_and_penalty_on_what_is_overdue() -> None:
    assert cost_a_day(50_000, Decimal("18.25"), Decimal("5.75")) == 33
    assert cost_a_day(0, Decimal("18.25"), Decimal("5.75")) == 0


def level(count: int, holiday_months: int) -> int:
    """3,000.00 without interest, a little dearer for each month of waiting."""
    return 300_000 // count + 100 * holiday_months


def test_the_fewest_instalments_that_can_be_borne_are_proposed() -> None:
    assert propose(HardshipReason.BUSINESS, 40_000, 6, level) == Proposal(0, 8, 37_500, fits=True)


def test_who_can_pay_the_instalment_as_it_is_keeps_the_number_of_them() -> None:
    assert propose(HardshipReason.OTHER, 60_000, 6, level) == Proposal(0, 6, 50_000, fits=True)


@pytest.mark.parametrize(
    ("reason", "months"),
    [(HardshipReason.LATE_PAY, 1), (HardshipReason.ILLNESS, 2), (HardshipReason.JOB, 3)],
)
def test_who_can_pay_nothing_is_proposed_a_holiday(reason: HardshipReason, months: int) -> None:
    assert propose(reason, 0, 6, level) == Proposal(months, 6, level(6, months), fits=False)


def test_where_even_the_longest_plan_is_too_dear_a_holiday_comes_before_it() -> None:
    assert propose(HardshipReason.JOB, 10_000, 6, level) == Proposal(3, 18, level(18, 3), fits=False)


def test_a_plan_of_many_instalments_may_be_doubled() -> None:
    assert (longest_plan(6), longest_plan(60)) == (18, 120)
    assert propose(HardshipReason.OTHER, 2_600, 60, level) == Proposal(0, 116, 2_586, fits=True)


def test_a_proposal_survives_being_stored() -> None:
    stored = Proposal(2, 9, 34_000, fits=False)
    assert Proposal.of_json(stored.as_json()) == stored
