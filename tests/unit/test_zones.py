"""Zones by a phone's country, by city and by country, in both languages."""

from __future__ import annotations

import pytest

from finance_core.customers import rules
from handlers.joining.zones import MOST, city_of, find_zones, zones_of_phone


@pytest.mark.parametrize(
    ("phone", "zones"),
    [("+447911123456", ("Europe/London",)), ("+233241234567", ("Africa/Accra",))],
)
def test_a_country_of_one_time_has_one_zone(phone: str, zones: tuple[str, ...]) -> None:
    assert zones_of_phone(phone) == zones


@pytest.mark.parametrize(
    ("phone", "zones"),
    [
        ("+447911123456", ("Europe/London",)),
        ("+8613800138000", ("Asia/Shanghai",)),
        ("+254712345678", ("Africa/Nairobi",)),
        ("+34612345678", ("Europe/Madrid", "Atlantic/Canary")),
        ("+14155552671", ("America/Los_Angeles",)),
    ],
)
def test_a_phone_is_in_as_many_zones_as_there_are_times_for_it(phone: str, zones: tuple[str, ...]) -> None:
    assert set(rules.zones_of_phone(phone)) == set(zones)


def test_a_country_of_many_times_has_one_zone_for_each_as_far_as_buttons_go() -> None:
    assert set(zones_of_phone("+8613800138000")) == {"Asia/Shanghai", "Asia/Urumqi"}
    assert len(zones_of_phone("+12125550123")) == MOST


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("London", "Europe/London"),
        ("london", "Europe/London"),
        ("new york", "America/New_York"),
        ("伦敦", "Europe/London"),
        ("英国", "Europe/London"),
        ("上海", "Asia/Shanghai"),
        ("Ghana", "Africa/Accra"),
        ("加纳", "Africa/Accra"),
        ("lag", "Africa/Lagos"),
    ],
)
def test_a_city_or_a_country_is_found_as_it_is_written(text: str, zone: str) -> None:
    assert find_zones(text)[0] == zone


@pytest.mark.parametrize("text", ["", "  ", "nowhere land", "🏝", "<b>"])
def test_what_is_no_place_finds_nothing(text: str) -> None:
    assert find_zones(text) == ()


def test_a_zone_is_called_by_its_city_in_each_language() -> None:
    assert [city_of("Europe/London", language) for language in ("en", "zh")] == ["London", "伦敦"]
