"""How much is understood: scores over phrase sets (tests/phrases), one that was worked on and one that never was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handlers.phrases.frames import MONEY_INTENTS
from handlers.phrases.topics.sources import COMMANDS
from handlers.phrases.understand import Understanding, understand

GRAVE = MONEY_INTENTS | {"promise", "hardship"}
"""What nobody wants to have said by chance: money moves, or a loan is thought to be in trouble."""

SETS = Path(__file__).parents[1] / "phrases"

ANSWERED_BY = {
    "owe": {"repay.when_due", "repay.records", "repay.late", "repay.early"},
    "promise": {"repay.more_time"},
    "history": {"repay.records", "send.not_arrived"},
    "statement": {"repay.records", "loan.papers"},
    "repay": {"repay.early", "repay.early_partial", "repay.how"},
}
"""Topics whose answers hold what a screen shows, or have the act's button: as good where the two are near."""


def phrases(name: str) -> list[dict[str, Any]]:
    folder = COMMANDS.parent if name == COMMANDS.name else SETS
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def is_right(row: dict[str, Any], said: Understanding) -> bool:
    if said.intent != "ask":
        return bool(said.intent == row["intent"])
    return row.get("topic") in said.topics or said.topic in ANSWERED_BY.get(row["intent"], ())


@pytest.mark.parametrize(
    ("name", "intents", "slots"), [("commands.jsonl", 97, 96), ("held_out.jsonl", 95, 90), ("loans.jsonl", 92, 91)]
)
def test_a_share_of_phrases_is_understood(name: str, intents: int, slots: int) -> None:
    rows = phrases(name)
    heard = [(row, understand(row["text"])) for row in rows]
    right = [(row, said) for row, said in heard if is_right(row, said)]
    whole = [row for row, said in right if said.intent == "ask" or said.slots == row["slots"]]
    wrong = [row["text"] for row, said in heard if not is_right(row, said)]
    assert 100 * len(right) >= intents * len(rows), wrong
    assert 100 * len(whole) >= slots * len(rows)


@pytest.mark.parametrize("name", ["commands.jsonl", "held_out.jsonl", "loans.jsonl"])
def test_nothing_out_of_scope_leads_to_money(name: str) -> None:
    outside = [row["text"] for row in phrases(name) if row["intent"] == "out_of_scope"]
    assert outside
    assert [text for text in outside if understand(text).intent in GRAVE] == []


def test_everyday_talk_leads_to_no_money() -> None:
    talk = (SETS / "never_money.txt").read_text("utf-8").splitlines()
    assert [text for text in talk if understand(text).intent in GRAVE] == []
