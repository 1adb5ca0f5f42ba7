"""Free text, commands and mixtures of languages mean what people mean by them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from handlers.chat.meaning import as_said
from handlers.lines import vocabulary
from handlers.phrases.frames import MONEY_INTENTS, frames
from handlers.phrases.patterns import GROUPS, compiled
from handlers.phrases.tokens import lexicon
from handlers.phrases.understand import understand as read
from handlers.phrases.understanding import SURE, Understanding


def understand(text: str, language: str | None = None) -> Understanding:
    return read(text, language, vocabulary().grammar.commands)


QUANTITIES = {"WHO", "WHEN", "LATER", "SPAN", "TERM", "ENTRIES", "PEOPLE", "OTHER", "SUM", "X", "STOP", "END", "QM"}


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("borrow 3000 for 6 months", "borrow", {"amount": "3000", "count": 6, "unit": "month"}),
        ("借3000分6期", "borrow", {"amount": "3000", "count": 6}),
        ("我想 borrow 3000, 6 months", "borrow", {"amount": "3000", "count": 6, "unit": "month"}),
        ("can I get a loan of five thousand over a year", "borrow", {"amount": "5000", "count": 12, "unit": "month"}),
        ("send 50 to @ana for lunch", "send", {"amount": "50", "payee": "@ana", "note": "lunch"}),
        ("给@ana转50块 午饭", "send", {"amount": "50", "asset": "CNY", "payee": "@ana", "note": "午饭"}),
        ("轉99俾@Ana", "send", {"amount": "99", "payee": "@Ana"}),
        ("给我妈转300", "send", {"amount": "300", "payee": "我妈"}),
        ("还款", "repay", {}),
        ("I'll pay on Friday", "promise", {"when": "Friday"}),
        ("我周五还款", "promise", {"when": "周五"}),
        ("I will pay 200 tomorrow", "promise", {"amount": "200", "when": "tomorrow"}),
        ("repay 200 tomorrow", "repay", {"amount": "200", "when": "tomorrow"}),
        ("今天还200", "repay", {"amount": "200", "when": "今天"}),
        ("I can't pay", "hardship", {}),
        ("还不起了", "hardship", {}),
        ("how much do I owe", "owe", {}),
        ("我欠多少", "owe", {}),
        ("take out 200", "withdraw", {"amount": "200"}),
        ("转出200", "withdraw", {"amount": "200"}),
        ("put 500 into change plus", "invest", {"amount": "500"}),
        ("存500到零钱通", "invest", {"amount": "500"}),
        ("buy 500 of Steady Bonds", "invest", {"amount": "500", "fund": "Steady Bonds"}),
        ("买500块稳健债基", "invest", {"amount": "500", "asset": "CNY", "fund": "稳健债基"}),
        ("sell my shares fund", "withdraw", {"fund": "shares fund"}),
        ("赎回债基", "withdraw", {"fund": "债基"}),
        ("transfer from change plus to wallet", "withdraw", {}),
        ("ask @bo for 30 for dinner", "request", {"amount": "30", "payee": "@bo", "note": "dinner"}),
        ("向@bo要30", "request", {"amount": "30", "payee": "@bo"}),
        ("top up 100", "topup", {"amount": "100"}),
        ("last 5 transactions", "history", {"count": 5}),
        ("statement for March", "statement", {"when": "March"}),
        ("blance", "balance", {}),
        ("never mind", "cancel", {}),
        ("I don't want to borrow", "cancel", {}),
        ("borrow 3000 no wait 5000", "borrow", {"amount": "5000"}),
    ],
)
def test_a_phrase_means_its_intent_and_slots(text: str, intent: str, slots: dict[str, Any]) -> None:
    understood = understand(text)
    assert (understood.intent, understood.slots) == (intent, slots)
    assert understood.sure


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("/borrow 3000 6", "borrow", {"amount": "3000", "count": 6}),
        ("/invest 500", "invest", {"amount": "500"}),
        ("/send @ana 50 lunch", "send", {"amount": "50", "payee": "@ana", "note": "lunch"}),
        ("/repay 200", "repay", {"amount": "200"}),
        ("/BORROW@susu_bot 5k 12", "borrow", {"amount": "5000", "count": 12}),
        ("/repay NaN", "repay", {}),
    ],
)
def test_a_command_goes_the_same_way(text: str, intent: str, slots: dict[str, Any]) -> None:
    understood = understand(text)
    assert (understood.intent, understood.slots, understood.confidence) == (intent, slots, 1.0)


@pytest.mark.parametrize("text", ["hello", "Hi!", "good morning", "help me", "你好", "早上好", "帮帮我"])
def test_a_greeting_is_answered_and_not_asked_back(text: str) -> None:
    understood = understand(text)
    assert (understood.intent, understood.sure) == ("help", True)


def test_an_unknown_command_is_answered_with_help_and_doubt() -> None:
    understood = understand("/frobnicate 500")
    assert understood.intent == "help"
    assert not understood.sure


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("borrow 1.000", ("1000", "1")),
        ("send 1,50 to @ana", ("1.5", "150")),
        ("借3000-5000", ("3000", "5000")),
        ("send @ana 12 34", ("12", "34")),
        ("send -50 to @ana", ("50",)),
    ],
)
def test_a_sum_that_reads_two_ways_is_no_slot_but_a_question(text: str, candidates: tuple[str, ...]) -> None:
    understood = understand(text)
    assert "amount" not in understood.slots
    assert understood.candidates == candidates


@pytest.mark.parametrize(
    "text", ["borrow 0", "borrow 0.001", "borrow " + "9" * 40, "借负500", "borrow NaN", "borrow 1e3"]
)
def test_a_sum_that_is_none_is_never_a_slot(text: str) -> None:
    assert "amount" not in understand(text).slots


@pytest.mark.parametrize(
    ("text", "hint"),
    [("lend 500 to Ana", "lend"), ("借给小明500", "lend"), ("borrow 200 from Ana", "lend"), ("小明欠我50", "request")],
)
def test_lending_among_friends_is_out_of_scope_with_a_hint(text: str, hint: str) -> None:
    understood = understand(text)
    assert (understood.intent, understood.hint) == ("out_of_scope", hint)


@pytest.mark.parametrize(
    ("text", "intent", "hint"),
    [
        ("提前还2000", "repay", "early"),
        ("pay off my loan early", "repay", "early"),
        ("show my repayment schedule", "owe", "schedule"),
        ("贷款对账单", "statement", "loan"),
        ("statement for March", "statement", None),
        ("repay 200", "repay", None),
    ],
)
def test_a_hint_says_which_side_of_a_loan_is_meant(text: str, intent: str, hint: str | None) -> None:
    understood = understand(text)
    assert (understood.intent, understood.hint) == (intent, hint)


def test_what_may_be_two_things_offers_the_others() -> None:
    understood = understand("500")
    assert understood.intent == "out_of_scope"
    assert set(understood.alternatives) <= MONEY_INTENTS
    assert len(understood.alternatives) > 1
    assert understand("pay 200").confidence < SURE


def test_the_writers_language_settles_a_short_w() -> None:
    assert understand("3000 3w loan", "en").slots == {"amount": "3000", "count": 3, "unit": "week"}
    assert understand("loan 3w", "zh").slots == {"amount": "30000"}


def test_the_rest_of_a_long_letter_is_not_read() -> None:
    assert as_said("x" * 100_000 + " borrow 3000").understood.intent == "out_of_scope"


def test_every_tag_of_a_frame_is_one_that_a_text_can_have() -> None:
    known = {tag for node in _nodes() for tag in node} | QUANTITIES
    for frame in frames():
        for pattern in (*frame.patterns, *frame.but_not):
            for need in compiled(pattern).needs:
                assert need <= known, (frame.intent, pattern, need - known)
    for group in GROUPS.values():
        assert set(group.split("|")) <= known, group


def _nodes() -> list[set[str]]:
    open_nodes, tags = [lexicon().root], []
    while open_nodes:
        node = open_nodes.pop()
        tags.append(node.tags)
        open_nodes += node.children.values()
    return tags


def test_every_command_means_an_intent_that_frames_know() -> None:
    assert set(vocabulary().grammar.commands.values()) <= {frame.intent for frame in frames()}


@pytest.mark.parametrize(
    ("text", "intent", "amount"),
    [
        ("send @bo +300", "send", "300"),
        ("send @bo 300+", "send", None),
        ("转300+给@bo", "send", None),
        ("+", "out_of_scope", None),
        ("put 100 in change+", "invest", "100"),
    ],
)
def test_a_plus_is_no_product(text: str, intent: str, amount: str | None) -> None:
    understood = read(text)
    assert (understood.intent, understood.slots.get("amount")) == (intent, amount)
    assert read("buy +").intent not in MONEY_INTENTS


def test_understanding_loads_nothing_heavy() -> None:
    words = "import sys, bot.commands.understand; print(*sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=root)
    assert {"aiogram", "telegram", "sqlalchemy", "numpy"}.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("send 5 to @ana for 🍕", "🍕"),
        ("send 5 to @ana for 🍕 please", "🍕"),
        ("send 5 for 🍕 to @ana", "🍕"),
        ("send 5 to @ana, note: 🎂", "🎂"),
        ("request 5 from @ana for кофе", "кофе"),
        ("send 5 to @ana кофе", "кофе"),
        ("send 5 to @ana for कॉफ़ी", "कॉफ़ी"),
        ("给@ana转5 备注🍕", "🍕"),
        ("send 5 to @ana 👍", None),
        ("send 5 to @ana for", None),
    ],
)
def test_a_note_in_what_no_lexicon_has_is_kept(text: str, note: str | None) -> None:
    assert understand(text).slots.get("note") == note
