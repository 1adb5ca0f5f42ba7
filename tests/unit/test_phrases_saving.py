"""What saving means beyond Change Plus, in both languages; and that nothing else is taken for it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from handlers.chat.meaning import as_said, meaning_of, meaning_of_tap
from handlers.phrases.frames import MONEY_INTENTS
from handlers.phrases.readers.saving import days_in, goal_day, saving
from handlers.phrases.topics.sources import COMMANDS

SETS = Path(__file__).parents[1] / "phrases"
THURSDAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("put 1000 away for 90 days", "deposit", {"amount": "1000", "days": "90"}),
        ("deposit 1000 for 3 months", "deposit", {"amount": "1000", "days": "90"}),
        ("lock 1000 away for a year", "deposit", {"amount": "1000", "days": "365"}),
        ("open a term deposit", "deposit", {}),
        ("存1000三个月定期", "deposit", {"amount": "1000", "days": "90"}),
        ("存2000定期半年", "deposit", {"amount": "2000", "days": "180"}),
        ("我要存定期", "deposit", {}),
        ("/deposit 1000 90", "deposit", {"amount": "1000", "days": "90"}),
        ("/deposit 1000 6 months", "deposit", {"amount": "1000", "days": "180"}),
        ("/deposit", "deposit", {}),
        ("my deposits", "deposits", {}),
        ("我的定期", "deposits", {}),
        ("/deposits", "deposits", {}),
        ("break my deposit", "break_deposit", {}),
        ("withdraw my deposit early", "break_deposit", {}),
        ("提前支取定期", "break_deposit", {}),
        ("save 100 every week", "plan", {"amount": "100", "every": "week"}),
        ("set aside 50 weekly", "plan", {"amount": "50", "every": "week"}),
        ("put 100 into change plus every monday", "plan", {"amount": "100", "every": "week", "day": "0"}),
        ("save 200 on the 31st of every month", "plan", {"amount": "200", "every": "month", "day": "31"}),
        ("save 200 every month", "plan", {"amount": "200", "every": "month"}),
        ("save 200 every monday", "plan", {"amount": "200", "every": "week", "day": "0"}),
        ("save 20 each Saturday", "plan", {"amount": "20", "every": "week", "day": "5"}),
        ("save 20 on thursdays", "plan", {"amount": "20", "every": "week", "day": "3"}),
        ("每月1号存200", "plan", {"amount": "200", "every": "month", "day": "1"}),
        ("每星期一存100", "plan", {"amount": "100", "every": "week", "day": "0"}),
        ("每周存100", "plan", {"amount": "100", "every": "week"}),
        ("每天存100", "plan", {"amount": "100", "every": "day"}),
        ("my plans", "plans", {}),
        ("stop my plan", "plans", {}),
        ("how much did I earn in change plus", "money", {}),
        ("my risk class", "risk", {}),
        ("风险测评", "risk", {}),
        ("stop rounding up", "round_ups", {}),
        ("存钱计划", "plans", {}),
        ("暂停计划", "plans", {}),
        ("auto-sweep", "sweep", {}),
        ("sweep what is above 500", "sweep", {"amount": "500"}),
        ("auto-sweep and keep at least 500", "sweep", {"amount": "500"}),
        ("自动转入超过500元的部分", "sweep", {"amount": "500"}),
        ("自动转入", "sweep", {}),
        ("/plans", "plans", {}),
        ("save 3000 for a phone by May", "goal", {"amount": "3000", "name": "phone", "by": "may"}),
        ("save 3000 by 1 May 2027", "goal", {"amount": "3000", "by": "1 may 2027"}),
        ("save 5000 by the end of the year", "goal", {"amount": "5000", "by": "end of the year"}),
        ("/goal 3000 for a phone by May", "goal", {"amount": "3000", "name": "phone", "by": "may"}),
        ("攒3000买手机五月前", "goal", {"amount": "3000", "name": "买手机", "by": "五月"}),
        ("我想在5月前攒3000买手机", "goal", {"amount": "3000", "name": "买手机", "by": "5月"}),
        ("年底前存够5000", "goal", {"amount": "5000", "by": "年底"}),
        ("round up my sends", "round_ups", {}),
        ("零钱凑整", "round_ups", {}),
    ],
)
def test_terms_rhythms_and_days_say_what_kind_of_saving_is_meant(text: str, intent: str, slots: dict[str, str]) -> None:
    meaning = meaning_of(as_said(text, "en"), None)
    assert (meaning.intent, dict(meaning.slots)) == (intent, slots)


@pytest.mark.parametrize(
    "text",
    [
        "invest 500",
        "put 500 into change plus",
        "save 50",
        "put 500 in change plus for 3 months",
        "存500",
        "零钱通转入500",
    ],
)
def test_what_names_none_of_them_stays_change_plus(text: str) -> None:
    assert meaning_of(as_said(text, "en"), None).intent == "invest"


def test_everyday_talk_and_other_intents_are_never_taken_for_saving() -> None:
    talk = (SETS / "never_money.txt").read_text("utf-8").splitlines()
    assert [text for text in talk if saving(as_said(text)) is not None] == []
    rows = [
        json.loads(line)
        for path in (COMMANDS, SETS / "held_out.jsonl")
        for line in path.read_text("utf-8").splitlines()
    ]
    taken = [row["text"] for row in rows if row["intent"] != "invest" and saving(as_said(row["text"]))]
    assert taken == []
    assert "invest" in MONEY_INTENTS


def test_a_button_may_name_each_of_them() -> None:
    meaning = meaning_of_tap("do:deposit:amount=500:days=90", None)
    assert meaning is not None
    assert (meaning.intent, dict(meaning.slots)) == ("deposit", {"amount": "500", "days": "90"})


@pytest.mark.parametrize(
    ("text", "days"),
    [("90", 90), ("90 days", 90), ("3 months", 90), ("三个月", 90), ("半年", 180), ("a year", 365), ("一年", 365),
     ("2 weeks", 14), ("soon", None)],
)  # fmt: skip
def test_a_term_is_read_as_days(text: str, days: int | None) -> None:
    assert days_in(text) == days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("May", date(2026, 5, 1)),
        ("end of May", date(2026, 5, 31)),
        ("February", date(2027, 2, 1)),
        ("1 May 2027", date(2027, 5, 1)),
        ("1 August", date(2026, 8, 1)),
        ("2026-12-24", date(2026, 12, 24)),
        ("in 6 months", date(2026, 9, 12)),
        ("6 months", date(2026, 9, 12)),
        ("end of the year", date(2026, 12, 31)),
        ("5月", date(2026, 5, 1)),
        ("5月底", date(2026, 5, 31)),
        ("明年3月", date(2027, 3, 1)),
        ("8月1号", date(2026, 8, 1)),
        ("6个月", date(2026, 9, 12)),
        ("年底", date(2026, 12, 31)),
        ("2020-01-01", None),
        ("some day", None),
    ],
)
def test_the_day_of_a_goal_is_read(text: str, day: date | None) -> None:
    assert goal_day(text, THURSDAY) == day
