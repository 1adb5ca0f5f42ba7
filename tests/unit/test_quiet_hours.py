"""When a person may be disturbed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from finance_core.notices.quiet_hours import next_allowed, next_morning
from finance_core.notices.urgency import Urgency

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize("wall", ["2026-03-12 08:00", "2026-03-12 12:30", "2026-03-12 21:59:59.999999"])
def test_daytime_is_allowed_at_once(wall: str) -> None:
    instant = local(wall, SHANGHAI)

    assert next_allowed(instant, SHANGHAI) == instant


@pytest.mark.parametrize(
    ("wall", "allowed"),
    [
        ("2026-03-12 22:00", "2026-03-13 08:00"),
        ("2026-03-12 23:59:59", "2026-03-13 08:00"),
        ("2026-03-13 00:00", "2026-03-13 08:00"),
        ("2026-03-13 07:59:59.999999", "2026-03-13 08:00"),
        ("2026-12-31 22:30", "2027-01-01 08:00"),
    ],
)
def test_night_waits_for_the_morning(wall: str, allowed: str) -> None:
    assert next_allowed(local(wall, SHANGHAI), SHANGHAI) == local(allowed, SHANGHAI)


def test_morning_after_the_spring_change_is_an_hour_nearer() -> None:
    evening = local("2026-03-07 22:00", NEW_YORK)

    assert next_allowed(evening, NEW_YORK) == datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


def test_morning_after_the_autumn_change_is_an_hour_further() -> None:
    evening = local("2026-10-31 22:00", NEW_YORK)

    assert next_allowed(evening, NEW_YORK) == datetime(2026, 11, 1, 13, 0, tzinfo=UTC)


def test_both_passes_of_the_repeated_hour_wait_for_the_same_morning() -> None:
    first, second = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)

    assert next_allowed(first, NEW_YORK) == next_allowed(second, NEW_YORK)


def test_what_is_allowed_stays_allowed() -> None:
    night = local("2026-03-12 23:00", SHANGHAI)
    allowed = next_allowed(night, SHANGHAI)

    assert next_allowed(allowed, SHANGHAI) == allowed


def test_next_morning_of_a_morning_is_tomorrow() -> None:
    assert next_morning(local("2026-03-12 08:00", SHANGHAI), SHANGHAI) == local("2026-03-13 08:00", SHANGHAI)


def test_security_and_own_receipts_are_sent_at_any_hour_the_rest_waits() -> None:
    assert [urgency for urgency in Urgency if not urgency.keeps_quiet_hours] == [Urgency.SECURITY, Urgency.RECEIPT]


def test_only_reminders_and_broadcasts_are_never_sent_twice() -> None:
    assert [urgency for urgency in Urgency if not urgency.is_resent] == [Urgency.REMINDER, Urgency.BROADCAST]
