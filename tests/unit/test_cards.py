"""Lists with more rows than a card has buttons: every row is reached, and no card has more than six."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest

from finance_core.customers.consents import Topic
from finance_core.customers.roles import Permission
from finance_core.reports.table import Family
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import page_of, with_cancel
from handlers.desk.intents import DeclineApplication
from handlers.desk.screens import applications, approvals, hardship, identities, reports, roles, support
from handlers.desk.screens.naming import why_frozen
from handlers.funds.screens.fund_orders import orders
from handlers.joining.screens import consents
from handlers.joining.screens.consents import Agreed
from handlers.locales import translator
from handlers.privacy.screens import privacy
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


EN: Final = translator("en")
ALL: Final = frozenset(Permission)
DAY: Final = date(2026, 3, 12)
CASE: Final = cast(
    "Any",
    SimpleNamespace(id=7, number="C7", kind="question", state="open", answered_at=None, customer_id=5),
)
HELD: Final = [
    (f"Ana @ana{number}", cast("Any", SimpleNamespace(customer_id=number, role="support"))) for number in range(9)
]
PROPOSALS: Final = [
    cast("Any", SimpleNamespace(id=number, maker_id=1, action="operator.grant", subject="customer:5", state="open",
                                due_at=datetime(2026, 3, 12, tzinfo=UTC)))
    for number in range(9)
]  # fmt: skip
LOANS: Final = tuple(
    cast("Any", SimpleNamespace(id=number, principal=100, automatic_debit=True, overdue_since=DAY))
    for number in range(9)
)
HARDSHIP: Final = [
    cast("Any", SimpleNamespace(id=number, loan_id=3, opened_on=DAY, state="open")) for number in range(9)
]
AGREED: Final = Agreed({topic: datetime(2026, 3, 12, tzinfo=UTC) for topic in Topic}, LOANS)


@pytest.mark.parametrize(
    "screen",
    [
        approvals.desk(EN, [], ALL, PROPOSALS, 1),
        approvals.more(EN, ALL),
        *(approvals.more(EN, ALL, group) for group in approvals.MORE_WAYS),
        approvals.proposals(EN, PROPOSALS, datetime(2026, 3, 12, tzinfo=UTC), 1),
        approvals.my_proposals(EN, PROPOSALS),
        *(roles.roles(EN, HELD, start) for start in (0, 4)),
        roles.choose_role(EN, "Ana", 5),
        *(identities.which_reason(EN, 4, start) for start in (0, 4)),
        support.more(EN, CASE, pays=True, sees=True),
        *(hardship.queue(EN, HARDSHIP, LOANS, DAY, start) for start in (0, 4, 8, 12, 16)),
        *(reports.family(EN, family, [cast("Any", SimpleNamespace(name="par"))] * 9, 3) for family in Family),
        reports.families(EN, Family),
        applications.decline_card(EN, DeclineApplication(application=3, reasons=applications.OFFICERS_REASONS), "t", 1),
        consents.standing(EN, AGREED),
        consents.rest(EN, AGREED),
        consents.rest(EN, Agreed(AGREED.given, LOANS[:1])),
        *(consents.debits(EN, AGREED, start) for start in (0, 3, 6)),
        *(consents.asked(EN, AGREED, place) for place in "jw"),
        *(privacy.privacy(EN, day) for day in (None, DAY)),
    ],
)
def test_no_card_of_the_desk_or_the_account_has_more_than_six_buttons(screen: Screen) -> None:
    assert sum(len(row) for row in screen.buttons) <= SIX


def test_every_way_behind_more_is_reached() -> None:
    shown = {
        button.data for group in approvals.MORE_WAYS for row in approvals.more(EN, ALL, group).buttons for button in row
    }
    assert {data for group in approvals.MORE_WAYS.values() for _, _, data in group} <= shown
    few = approvals.more(EN, {Permission.SEE_DESK, Permission.ANSWER_CASES})
    reached = [button.data for row in few.buttons for button in row]
    assert reached == ["do:questions", "do:circle_desk", "ownaccounts", "do:operator"]


def test_an_officer_finds_each_reason_on_the_page_that_is_drawn_after_it_was_turned() -> None:
    for reason in applications.OFFICERS_REASONS:
        params = DeclineApplication(application=3, reasons=(reason,))
        card = applications.decline_card(EN, params, "t", 1, applications.page_with(reason))
        assert any((button.data or "").endswith(f":{reason}") for row in card.buttons for button in row)


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


@pytest.mark.parametrize(("language", "said"), [("en", "the reset of the PIN was stopped"), ("zh", "重设密码被停止")])
def test_why_the_service_froze_an_account_is_said_in_words_and_an_operators_reason_as_written(
    language: str, said: str
) -> None:
    t = translator(language)
    assert why_frozen(t, "reset_stopped") == said
    assert why_frozen(t, "he <called> us") == "he &lt;called&gt; us"


@pytest.mark.parametrize(
    ("rows", "then"),
    [
        ((), (("do:cancel",),)),
        ((("ans:1", "ans:2"), ("do:menu",)), (("ans:1", "ans:2"), ("do:cancel", "do:menu"))),
        ((("ans:1", "ans:2"),), (("ans:1", "ans:2"), ("do:cancel",))),
        ((("a", "b", "c"), ("d", "e", "do:menu")), (("a", "b", "c"), ("d", "e", "do:cancel"))),
        ((("a", "b", "c"), ("d", "e", "f")), (("a", "b", "c"), ("d", "e", "f"))),
        ((("do:cancel",),), (("do:cancel",),)),
    ],
)
def test_what_asks_has_cancel_and_never_more_than_six_buttons(
    rows: tuple[tuple[str, ...], ...], then: tuple[tuple[str, ...], ...]
) -> None:
    t = translator("en")
    screen = Screen("?", tuple(tuple(Button(data, data) for data in row) for row in rows))
    assert tuple(tuple(button.data for button in row) for row in with_cancel(t, screen).buttons) == then
