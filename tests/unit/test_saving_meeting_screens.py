"""What a meeting of thirty looks like: with the longest names, all asking and all fined, each screen is one message."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import pytest

from finance_core.circles.board_view import NAME_CHARACTERS
from finance_core.circles.models import Circle, Role
from finance_core.circles.saving.finding import Saving
from finance_core.circles.saving.models import (
    CircleFine,
    CircleMeeting,
    CircleRequest,
    CircleSaver,
    CircleSaving,
    CircleSavingPayment,
    FineWhy,
)
from finance_core.circles.saving.voting import Count
from finance_core.journeys.saving_circles.views import Fund, Mine, Minutes
from finance_core.kernel.money import CNY
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import MOST_BUTTONS
from handlers.circles.screens import saving_fines, saving_meeting, saving_minutes, saving_share_out, saving_votes
from handlers.documents.paper import printed
from handlers.locales import translator
from handlers.locales.languages import codes
from tests.builders import yuan

MEMBERS: Final = 30
MOST_CHARACTERS: Final = 4096
NOW: Final = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)
NAMES: Final = {who: f"{who} {'名' * NAME_CHARACTERS}"[:NAME_CHARACTERS] for who in range(1, MEMBERS + 1)}
RULES: Final = CircleSaving(
    circle_id=1, share_price=99_999_99, most_shares=5, social_amount=5_00, fine_amount=10_00, loan_rate=Decimal("1.5"),
    meetings=12,
)  # fmt: skip
CIRCLE: Final = cast("Circle", SimpleNamespace(id=1, asset="CNY", state="running", code="C4TN-8KQ2"))


def everything(state: str) -> Minutes:
    """Return a meeting at which everybody was, paid, asked for a loan and for a grant, and was fined thrice."""
    closed: dict[str, Any] = {"closed_at": NOW, "closed_by": 3, "has_quorum": True, "cash": 1, "social": 1}
    meeting = CircleMeeting(
        circle_id=1, nr=11, held_on=date(2026, 3, 20), state=state, **(closed if state == "closed" else {})
    )
    requests = [
        CircleRequest(
            id=who * 2 + (months is None), token=f"{who}{months}", circle_id=1, meeting=11, customer_id=who,
            kind="grant" if months is None else "loan", amount=99_999_99, months=months, automatic_debit=False,
            state="open" if who % 2 else "failed", asked_at=NOW, settled_at=None,
        )
        for who in NAMES for months in (None, 3)
    ]  # fmt: skip
    payments = [
        CircleSavingPayment(
            id=who, key=str(who), circle_id=1, meeting=11, customer_id=who, shares=5, amount=499_999_95, social=5_00,
            fines=30_00, entry_id=who, on_date=date(2026, 3, 20),
        )
        for who in NAMES
    ]  # fmt: skip
    return Minutes(
        meeting, tuple(NAMES), MEMBERS, tuple(payments),
        tuple((each, Count(20, 10, MEMBERS, MEMBERS)) for each in requests), tuple(fines()),
    )  # fmt: skip


def fines() -> list[CircleFine]:
    return [
        CircleFine(
            id=who * 4 + nr, circle_id=1, meeting=11, customer_id=who, why=why, amount=10_00, imposed_by=1,
            imposed_at=NOW,
        )
        for who in NAMES for nr, why in enumerate(FineWhy)
    ]  # fmt: skip


def seen(*, is_open: bool) -> saving_meeting.Seen:
    saving, meeting = Saving(CIRCLE, RULES), everything("open")
    fund = Fund(saving, MEMBERS, 1_000, yuan(9), yuan(9), yuan(9), yuan(9), meeting.meeting if is_open else None, 12)
    mine = Mine(CircleSaver(circle_id=1, place=1, customer_id=1, shares=9, paid=9), yuan(9), yuan(30), None, 5)
    roles = frozenset(Role)
    return saving_meeting.Seen("C4TN-8KQ2", "名" * 60, 1, fund, meeting if is_open else None, mine, NAMES, roles, None)


def require_one_message(screen: Screen) -> None:
    assert len(screen.text) <= MOST_CHARACTERS
    assert sum(map(len, screen.buttons)) <= MOST_BUTTONS


@pytest.mark.parametrize("language", codes())
def test_each_screen_of_thirty_is_one_message(language: str) -> None:
    t, now = translator(language), seen(is_open=True)
    waits = saving_meeting.Waits(
        dict.fromkeys(Role, NAMES[1]), tuple(NAMES.values()), tuple((name, NOW.date()) for name in NAMES.values()), 90,
        previewed_by_me=False,
    )  # fmt: skip
    part = saving_share_out.Part(NAMES[1], 60, yuan(999_999), yuan(999_999), yuan(0), yuan(999_999), is_let_go=True)
    plan = saving_share_out.Seen("C4TN-8KQ2", yuan(999_999), (part,) * MEMBERS)
    held = saving_minutes.Seen("C4TN-8KQ2", "名" * 60, 12, everything("closed"), NAMES, CNY, ZoneInfo("Asia/Shanghai"))
    assert now.now is not None
    listed = [(each, NAMES[each.customer_id], yuan(10)) for each in fines()]
    for screen in (
        saving_meeting.meeting(t, now, None),
        saving_meeting.meeting(t, seen(is_open=False), None),
        saving_meeting.officers(t, now, waits, None),
        saving_meeting.officers(t, seen(is_open=False), waits, None),
        saving_votes.votes(t, now, now.now, 0),
        saving_votes.votes(t, now, now.now, 28),
        saving_fines.whom(t, "C4TN-8KQ2", NAMES, 0),
        saving_fines.to_pay(t, "C4TN-8KQ2", listed, 0, None),
        saving_minutes.text(t, held, [10, 11, 12]),
        saving_share_out.waits(t, plan),
        Screen(saving_share_out.second_card(t, plan)),
    ):
        require_one_message(screen)


@pytest.mark.parametrize("language", codes())
def test_the_paper_has_all_that_the_card_leaves_out(language: str) -> None:
    held = saving_minutes.Seen("C4TN-8KQ2", "Savers", 12, everything("closed"), NAMES, CNY, ZoneInfo("Asia/Shanghai"))
    paper = saving_minutes.paper(translator(language), held, "Harbour")
    tables = [block[2] for block in paper.blocks if block[0] == "table"]
    assert [len(rows) for rows in tables] == [MEMBERS, 2 * MEMBERS, 3 * MEMBERS]
    assert printed(paper).startswith(b"%PDF")
