"""How often and when somebody may be sent an offer, and when a broadcast pauses by itself: the worked figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from finance_core.customers.offer_checks import Skip
from finance_core.offers.running.frequency import Earlier, Rival, Wait, hours, offer_hours, skip_of, wait
from finance_core.offers.running.states import Paused
from finance_core.offers.running.watching import Seen, remembered, why_to_pause

SHANGHAI, LAGOS, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Africa/Lagos"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 3, 4, 0, tzinfo=UTC)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=zone)


ANAS_WEEK = [Earlier(at("11-30 10:00"), is_credit=False), Earlier(at("12-03 18:00"), is_credit=False)]


def test_ana_is_reached_on_monday_when_her_first_offer_is_168_hours_old() -> None:
    waits = wait(at("12-05 09:00"), "offer", SHANGHAI, ANAS_WEEK)
    assert waits == Wait(at("12-07 10:00").astimezone(UTC), Skip.FREQUENCY)
    assert skip_of(waits, at("12-07 20:00")) is None


def test_valid_until_sunday_evening_it_skips_ana() -> None:
    assert skip_of(wait(at("12-05 09:00"), "offer", SHANGHAI, ANAS_WEEK), at("12-06 20:00")) is Skip.FREQUENCY


def test_one_that_is_exactly_168_hours_old_no_longer_counts() -> None:
    assert wait(at("12-07 10:00"), "offer", SHANGHAI, ANAS_WEEK) == Wait()
    assert wait(at("12-07 09:59"), "offer", SHANGHAI, ANAS_WEEK).reason is Skip.FREQUENCY


def test_somebody_in_lagos_is_reached_at_nine_there_and_skipped_where_it_ends_before() -> None:
    waits = wait(at("12-03 10:00"), "offer", LAGOS)
    assert waits == Wait(at("12-03 16:00").astimezone(UTC), Skip.HOURS)
    assert skip_of(waits, at("12-03 15:00")) is Skip.HOURS
    assert skip_of(waits, at("12-03 16:00")) is Skip.HOURS, "at its end nothing goes out"
    assert skip_of(waits, at("12-03 16:01")) is None


def test_who_wants_fewer_has_one_in_seven_days_and_one_of_credit_is_the_most_for_all() -> None:
    one = [Earlier(at("12-02 12:00"), is_credit=True)]
    assert wait(at("12-03 12:00"), "offer", SHANGHAI, one, wants_fewer=True).until == at("12-09 12:00")
    assert wait(at("12-03 12:00"), "offer", SHANGHAI, one, is_credit=True).until == at("12-09 12:00")
    assert wait(at("12-03 12:00"), "offer", SHANGHAI, one) == Wait()


def test_where_one_place_is_left_the_broadcast_that_goes_first_has_it() -> None:
    one, rival = [Earlier(at("12-02 12:00"), is_credit=False)], Rival(is_credit=False)
    assert wait(at("12-03 12:00"), "offer", SHANGHAI, one, [rival]).until == at("12-03 12:10")
    assert wait(at("12-03 12:00"), "offer", SHANGHAI, (), [rival]) == Wait()
    assert wait(at("12-03 12:00"), "offer", SHANGHAI, (), [Rival(is_credit=True)], is_credit=True).until is not None
    assert wait(at("12-03 12:00"), "offer", SHANGHAI, (), [rival], is_credit=True) == Wait()


def test_a_service_notice_keeps_the_quiet_hours_alone_and_one_about_safety_none() -> None:
    night, evening = at("12-03 23:00"), at("12-03 21:00")
    assert wait(evening, "service", SHANGHAI, ANAS_WEEK) == Wait()
    assert wait(night, "service", SHANGHAI).until == at("12-04 08:00")
    assert wait(night, "safety", SHANGHAI) == Wait()


@pytest.mark.parametrize(
    ("local", "allowed"),
    [("03-29 08:59", "03-29 09:00"), ("03-28 20:00", "03-29 09:00"), ("10-24 20:30", "10-25 09:00")],
)
def test_nine_is_nine_on_the_wall_also_where_the_clock_is_changed(local: str, allowed: str) -> None:
    assert offer_hours(at(local, BERLIN), BERLIN) == at(allowed, BERLIN).astimezone(UTC)


def test_until_twenty_and_not_at_twenty() -> None:
    last = at("12-03 19:59")
    assert hours("offer", last, SHANGHAI) == last
    assert hours("offer", at("12-03 20:00"), SHANGHAI) == at("12-04 09:00")


def seen(**fields: Any) -> Seen:
    known: dict[str, Any] = {
        "recent": "",
        "sent": 0,
        "leaving": 0,
        "unknown_lately": 0,
        "now": NOW,
        "looked_until": NOW,
        "moved_at": NOW,
        "paid": 0,
        "stars_at_most": None,
    }
    return Seen(**(known | fields))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"recent": "sscscs" + "s" * 5}, None),
        ({"recent": "sscscsc"}, Paused.CONTENT),
        ({"recent": "s" * 18 + "ccc"}, None),
        ({"recent": "s" * 475 + "c" * 25}, Paused.CONTENT),
        ({"recent": "s" * 476 + "c" * 24}, None),
        ({"recent": "b" * 150 + "s" * 350}, None),
        ({"sent": 500, "leaving": 9}, None),
        ({"sent": 500, "leaving": 10}, Paused.LEAVING),
        ({"sent": 499, "leaving": 100}, None),
        ({"sent": 501, "leaving": 10}, None),
        ({"unknown_lately": 19}, None),
        ({"unknown_lately": 20}, Paused.UNKNOWN),
        ({"looked_until": NOW - timedelta(hours=6)}, Paused.SILENCE),
        ({"looked_until": NOW - timedelta(hours=6) + timedelta(seconds=1)}, None),
        ({"moved_at": NOW - timedelta(hours=6)}, Paused.SILENCE),
        ({"paid": 970_000, "stars_at_most": 97_000}, Paused.STARS),
        ({"paid": 969_999, "stars_at_most": 97_000}, None),
    ],
)
def test_it_pauses_by_itself(fields: dict[str, Any], why: Paused | None) -> None:
    assert why_to_pause(seen(**fields)) is why


def test_only_the_last_500_are_remembered() -> None:
    assert remembered("c" * 400, "s" * 300) == "c" * 200 + "s" * 300
