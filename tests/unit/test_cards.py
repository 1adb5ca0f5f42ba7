"""Lists with more rows than a card has buttons: every row is reached, and no card has more than six."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import page_of
from handlers.funds.screens.fund_orders import orders
from handlers.locales import translator
from handlers.savings.screens.plans import plans

SIX = 6


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (4, 1), (5, 2), (6, 2), (7, 3), (20, 7)])
def test_every_row_is_on_one_page_and_after_the_last_page_comes_the_first(rows: int, pages: int) -> None:
    found, start = [], 0
    for _ in range(pages):
        page, following = page_of(range(rows), start, 4)
        found += page
        start = following or 0
    assert [number for number, _ in found] == list(range(1, rows + 1))
    assert start == 0


def test_a_page_from_nowhere_is_the_first() -> None:
    assert page_of("abcdefg", 99, 4) == page_of("abcdefg", -1, 4) == page_of("abcdefg", 0, 4)


def test_ten_plans_are_all_reached_with_six_buttons_a_card() -> None:
    running = [
        SimpleNamespace(id=number, kind="regular", state="active", amount=100, asset="CNY", every="week",
                        starts_on=date(2026, 3, 12), due_day=None, target="change_plus", name="", shown={})
        for number in range(1, 11)
    ]  # fmt: skip
    assert _reached(lambda start: plans(translator("en"), [(cast("Any", each), None) for each in running], start)) == {
        f"plan:{number}" for number in range(1, 11)
    }


def test_orders_in_flight_can_all_be_taken_back() -> None:
    fund = SimpleNamespace(name={"en": "Bonds"}, money=str, units=str)
    rows = [
        (SimpleNamespace(id=number, state="pending", kind="subscription", amount=1, pays_on=None,
                         priced_on=date(2026, 3, 12), confirm_on=date(2026, 3, 13)), fund, None)
        for number in range(1, 8)
    ]  # fmt: skip
    may_cancel = [1, 2, 3, 5, 6, 7]
    assert _reached(lambda start: orders(translator("en"), cast("Any", rows), may_cancel, start)) == {
        f"do:fund_cancel:order={number}" for number in may_cancel
    }


def _reached(card: Any) -> set[str]:
    """Return the taps for single rows, of all the pages that *More* leads to."""
    taps: set[str] = set()
    start, seen = 0, set[int]()
    while start not in seen:
        seen.add(start)
        screen: Screen = card(start)
        data = [button.data or "" for row in screen.buttons for button in row]
        assert len(data) <= SIX
        more = [each for each in data if ":from=" in each]
        taps |= {each for each in data if each not in more and each not in ("do:plan", "do:menu")}
        start = int(more[0].rpartition("=")[2]) if more else 0
    return taps
