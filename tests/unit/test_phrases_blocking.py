"""Whom one wants to hear nothing from is blocked in words, too; to block one's own account is to lock it."""

from __future__ import annotations

import pytest

from handlers.chat.meaning import as_said
from handlers.phrases.readers.people import blocking
from handlers.phrases.said import Claim


@pytest.mark.parametrize(
    ("text", "payee"),
    [
        ("block @ana", "@ana"),
        ("Please block @Ana_Ortiz!", "@ana_ortiz"),
        ("can you block Mei", "mei"),
        ("拉黑@ana", "@ana"),
        ("请帮我屏蔽 @ana。", "@ana"),
        ("把@ana拉黑", "@ana"),
        ("我想把小美屏蔽掉", "小美"),
    ],
)
def test_a_person_is_blocked(text: str, payee: str) -> None:
    assert blocking(as_said(text)) == Claim("block", {"payee": payee})


@pytest.mark.parametrize("text", ["unblock @ana", "blocked people", "Who did I block?", "解除屏蔽@ana", "黑名单"])
def test_whom_one_has_blocked_is_listed(text: str) -> None:
    assert blocking(as_said(text)) == Claim("blocked")


@pytest.mark.parametrize(
    "text", ["block", "block my account", "unblock me", "block it now", "帮我锁定账户", "send @bo 5 for a block"]
)
def test_what_names_nobody_blocks_nobody(text: str) -> None:
    assert blocking(as_said(text)) is None


def test_ones_own_account_is_locked() -> None:
    assert as_said("block my account").understood.intent == "lock"
