"""A day ahead that an act is said for, told from a day that says what for, by when, or when it comes back."""

from __future__ import annotations

import pytest

from handlers.chat.meaning import Meaning, as_said, meaning_of, meaning_of_tap
from handlers.chat.questions import Question

SEND_NOW = Question("send", "now", {"payee": "@bo", "amount": "50", "later": "tomorrow"})


@pytest.mark.parametrize(
    ("text", "act", "day"),
    [
        ("send @bo 50 tomorrow", "send", "tomorrow"),
        ("/send @bo 50 tomorrow", "send", "tomorrow"),
        ("send 50 to @bo for rent on Friday", "send", "Friday"),
        ("request 30 from @bo on Friday", "request", "Friday"),
        ("borrow 3000 tomorrow", "borrow", "tomorrow"),
        ("repay 200 tomorrow", "repay", "tomorrow"),
        ("withdraw 50 next week", "withdraw", "next week"),
        ("top up 100 on Monday", "topup", "Monday"),
        ("add 100 tomorrow", "topup", "tomorrow"),
        ("invest 500 next week", "invest", "next week"),
        ("deposit 300 for 90 days tomorrow", "deposit", "tomorrow"),
        ("withdraw 50 from steady bonds tomorrow", "fund_sell", "tomorrow"),
        ("明天转50给@bo", "send", "明天"),
        ("后天向@bo收30", "request", "后天"),
        ("下个月借3000", "borrow", "下个月"),
        ("明天提现50", "withdraw", "明天"),
        ("下周一充值100", "topup", "下周一"),
        ("下周存500到零钱通", "invest", "下周"),
    ],
)
def test_an_act_for_a_day_ahead_is_not_taken_for_one_now(text: str, act: str, day: str) -> None:
    meaning = meaning_of(as_said(text), None)
    assert (meaning.intent, meaning.slots["act"], meaning.slots["later"]) == ("not_later", act, day)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("send @bo 50 today", "send"),
        ("send @bo 50 by Friday", "send"),
        ("send 50 to @bo for tomorrow's lunch", "send"),
        ("send 50 to @bo for march rent", "send"),
        ("borrow 300 and pay back on Friday", "borrow"),
        ("borrow 500 until payday", "borrow"),
        ("borrow 2000 for my wedding in May", "borrow"),
        ("I will pay 200 tomorrow", "promise"),
        ("save 100 every Monday", "plan"),
        ("save 3000 for a phone by May", "goal"),
        ("deposit 300 for 90 days", "deposit"),
        ("转50给@bo 3月房租", "send"),
        ("月底前转50给@bo", "send"),
        ("借3000下个月还", "borrow"),
        ("周五还200", "promise"),
        ("每月1号存200", "plan"),
    ],
)
def test_a_day_that_says_something_else_leaves_the_act_as_it_is(text: str, intent: str) -> None:
    assert meaning_of(as_said(text), None).intent == intent


@pytest.mark.parametrize("text", ["20 tomorrow", "tomorrow"])
def test_a_day_in_an_answer_is_heard_too(text: str) -> None:
    assert meaning_of(as_said(text), Question("send", "amount", {"payee": "@bo"})).intent == "not_later"


@pytest.mark.parametrize("answer", ["yes", "now", "Do it now", "现在"])
def test_it_is_done_now_when_that_is_said(answer: str) -> None:
    assert meaning_of(as_said(answer), SEND_NOW) == Meaning("send", {"payee": "@bo", "amount": "50"})
    assert meaning_of_tap("ans:yes", SEND_NOW) == Meaning("send", {"payee": "@bo", "amount": "50"})


def test_it_is_left_when_that_is_said_and_nothing_else_is_taken_for_a_yes() -> None:
    assert meaning_of(as_said("no"), SEND_NOW).intent == meaning_of_tap("ans:no", SEND_NOW).intent == "cancel"  # type: ignore[union-attr]
    assert meaning_of(as_said("maybe"), SEND_NOW).intent == "out_of_scope"
    assert meaning_of_tap("ans:50", SEND_NOW) is None
