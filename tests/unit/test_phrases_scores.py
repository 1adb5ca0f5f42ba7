"""How much is understood: scores over phrase sets (tests/phrases), one that was worked on and one that never was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handlers.chat.meaning import as_said
from handlers.phrases.frames import MONEY_INTENTS
from handlers.phrases.topics.sources import COMMAND, COMMANDS, OUT_OF_SCOPE
from handlers.phrases.understand import understand
from handlers.phrases.understanding import Understanding

GRAVE = MONEY_INTENTS | {"promise", "hardship"}
"""What nobody wants to have said by chance: money moves, or a loan is thought to be in trouble."""

CIRCLE = "circle"
"""How the intents of circles begin, which the sets call by one name."""

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
    if said.intent.startswith(CIRCLE):
        return bool(row["intent"] == CIRCLE)
    if said.intent != "ask":
        return bool(said.intent == row["intent"])
    return row.get("topic") in said.topics or said.topic in ANSWERED_BY.get(row["intent"], ())


@pytest.mark.parametrize(
    ("name", "intents", "slots"), [("commands.jsonl", 98, 98), ("held_out.jsonl", 96, 96), ("loans.jsonl", 94, 94)]
)
def test_a_share_of_phrases_is_understood(name: str, intents: int, slots: int) -> None:
    rows = phrases(name)
    heard = [(row, as_said(row["text"]).understood) for row in rows]
    right = [(row, said) for row, said in heard if is_right(row, said)]
    whole = [row for row, said in right if said.intent == "ask" or said.slots == row["slots"]]
    wrong = [row["text"] for row, said in heard if not is_right(row, said)]
    assert 100 * len(right) >= intents * len(rows), wrong
    assert 100 * len(whole) >= slots * len(rows)


def marks(labels: list[str], said: Understanding) -> set[str]:
    """Return what is so of one text: right at once, helped (or asked back), wrong although sure, a card, asked back."""
    is_right = bool({said.topic, said.intent, f"{COMMAND}{said.intent}"} & set(labels))
    says_something = said.intent != OUT_OF_SCOPE
    true = {
        "first": is_right,
        "helped": is_right or (not said.sure and bool(set(labels) & set(said.topics))),
        "wrong": says_something and said.sure and not is_right,
        "card": said.sure and said.intent in MONEY_INTENTS,
        "asked back": says_something and not said.sure,
    }
    return {name for name, holds in true.items() if holds}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_questions_of_strangers_are_helped(language: str) -> None:
    """Written by who wrote the patterns, after most of them: real people score lower (docs/understanding)."""
    rows = [row for row in phrases("strangers.jsonl") if row["lang"] == language]
    asked = [marks(row["labels"], understand(row["text"])) for row in rows if OUT_OF_SCOPE not in row["labels"]]
    talked = [marks([], understand(row["text"])) for row in rows if OUT_OF_SCOPE in row["labels"]]

    def percent(of: list[set[str]], name: str) -> float:
        return 100 * sum(name in each for each in of) / len(of)

    assert percent(asked, "helped") >= 92
    assert percent(asked, "first") >= 87
    assert percent(asked, "wrong") <= 5
    assert percent([*asked, *talked], "card") == 0
    assert percent(talked, "wrong") <= 4
    assert percent(talked, "asked back") <= 25


@pytest.mark.parametrize("name", ["commands.jsonl", "held_out.jsonl", "loans.jsonl"])
def test_nothing_out_of_scope_leads_to_money(name: str) -> None:
    outside = [row["text"] for row in phrases(name) if row["intent"] == "out_of_scope"]
    assert outside
    assert [text for text in outside if understand(text).intent in GRAVE] == []


def test_everyday_talk_leads_to_no_money() -> None:
    talk = (SETS / "never_money.txt").read_text("utf-8").splitlines()
    assert [text for text in talk if understand(text).intent in GRAVE] == []
