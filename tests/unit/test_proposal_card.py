"""What a proposal's card offers whom: who may decide approves or refuses, what can't be done any more is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from finance_core.approvals import ApprovalState
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from handlers.desk.screens import approvals as screens
from handlers.desk.screens.figures import figures
from handlers.locales import translator

CARD = ("token", 1)
OBSTACLE = Conflict(ErrorCode.RESET_STATE)


def taps(*, obstacle: Conflict | None, card: tuple[str, int] | None, is_maker: bool = False) -> list[str | None]:
    found = SimpleNamespace(
        id=3,
        action="account.pin_reset",
        subject="pin_reset:2",
        state=ApprovalState.OPEN,
        before={},
        after={},
        why="he has shown the code",
        answer=None,
        due_at=datetime(2026, 3, 15, tzinfo=UTC),
    )
    people = screens.People("Olu", "Ana", is_maker=is_maker, is_party=False)
    looked = cast("Any", SimpleNamespace(approval=found, obstacle=obstacle))
    card_shown = screens.proposal(translator("en"), looked, people, ZoneInfo("UTC"), card=card)
    return [button.data for row in card_shown.buttons for button in row]


@pytest.mark.parametrize(
    ("obstacle", "card", "maker", "offered"),
    [
        (None, CARD, "other", ["ok:token:1", "objection:3", "do:operator"]),
        (OBSTACLE, CARD, "other", ["objection:3", "do:operator"]),
        (OBSTACLE, None, "other", ["do:operator"]),
        (OBSTACLE, None, "me", ["unpropose:3", "do:operator"]),
    ],
)
def test_who_may_decide_can_refuse_what_can_no_longer_be_done(
    obstacle: Conflict | None, card: tuple[str, int] | None, maker: str, offered: list[str]
) -> None:
    assert taps(obstacle=obstacle, card=card, is_maker=maker == "me") == offered


def test_accounts_are_called_by_their_names() -> None:
    [line] = figures(translator("en"), {"accounts": []}, {"accounts": [5, 6]}, {5: "<Bo> @bo"})
    assert line == "Other accounts of theirs: none → <b>&lt;Bo&gt; @bo, customer 6</b>"
