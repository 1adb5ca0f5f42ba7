"""What is read by its words alone: other people's money, a wish to be lent nothing, a sum that came short."""

from __future__ import annotations

import pytest

from handlers.phrases.frames import MONEY_INTENTS
from handlers.phrases.understand import understand


@pytest.mark.parametrize(
    "text",
    [
        *("tell me how much Chidi has", "how much does chidi have", "what's Bo's balance", "balance of @bo"),
        *("show me @bo's history", "how much does he have", "I want to know how much Chidi has", "my mum's balance"),
        *(
            "Chidi有多少钱",
            "@bo的余额",
            "查一下小明的余额",
            "小王欠多少",
            "他的账单",
            "我妈的余额",
            "我想知道小明有多少钱",
        ),
    ],
)
def test_what_somebody_else_has_or_owes_is_not_told(text: str) -> None:
    understood = understand(text)
    assert (understood.intent, understood.hint) == ("out_of_scope", "others")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("how much do I have", "balance"), ("my account's balance", "balance"), ("Check My Balance", "balance")),
        *(("how much does my wallet have", "balance"), ("零钱通有多少", "balance"), ("目前的余额", "balance")),
        *(("我们的余额", "balance"), ("history with @bo", "history"), ("show me the statement of May", "statement")),
        *(("小明欠我50", "out_of_scope"), ("send @bo his balance of 50", "send")),
    ],
)
def test_ones_own_money_is_told_as_before(text: str, intent: str) -> None:
    understood = understand(text)
    assert (understood.intent, understood.hint == "others") == (intent, False)


@pytest.mark.parametrize(
    "text",
    [
        *("don't let me borrow any more", "please don't let me borrow again", "do not lend me any more money"),
        *(
            "stop me from borrowing",
            "never lend to me again",
            "别让我再借了",
            "不要再借钱给我",
            "别再借给我钱",
            "禁止我借款",
        ),
    ],
)
def test_who_asks_to_be_lent_nothing_is_led_to_the_block(text: str) -> None:
    understood = understand(text)
    assert (understood.intent, understood.topic, understood.sure) == ("ask", "loan.opt_out", True)


@pytest.mark.parametrize("text", ["I don't want to borrow any more", "不借了", "别借了"])
def test_who_only_gives_a_request_up_has_cancelled(text: str) -> None:
    assert understand(text).intent == "cancel"


@pytest.mark.parametrize(
    "text",
    [
        *("转账短了一块钱", "转账少了一块钱", "转过来少了5块", "到账少了5元", "多扣了我20块", "少转了5块"),
        *("the transfer was 1 yuan short", "my transfer was short by 5", "I got 5 yuan less than you sent"),
        *("充100股茅台50", "充30枚比特币", "充100股腾讯"),
    ],
)
def test_what_came_short_or_is_no_money_opens_no_card(text: str) -> None:
    assert understand(text).intent not in MONEY_INTENTS


def test_the_words_of_a_note_tell_of_no_wrong_sum() -> None:
    assert understand("给小明转50少了的钱").intent == "send"


@pytest.mark.parametrize(
    ("text", "payee"),
    [
        *(("send 20 to @chidi, not @bo", "@chidi"), ("send 20 not to @bo but to @chidi", "@chidi")),
        *(("转20给@chidi，不是@bo", "@chidi"), ("转20，不是给@bo，给@chidi", "@chidi"), ("send 20, not to @bo", None)),
    ],
)
def test_who_is_said_not_to_be_meant_is_neither_payee_nor_note(text: str, payee: str | None) -> None:
    slots = understand(text).slots
    assert (slots.get("payee"), slots.get("payees"), slots.get("note")) == (payee, None, None)


def test_a_word_that_only_says_instead_is_no_note() -> None:
    assert "note" not in understand("I want to pay @chidi 25 instead").slots
    assert understand("pay @chidi 25 for tea instead").slots["note"] == "tea"
