"""What is said now wins over what was asked before: sentences, other people and corrections at an open question."""

from __future__ import annotations

import pytest

from handlers.chat.answers import continues
from handlers.chat.meaning import Meaning, as_said, meaning_of
from handlers.chat.questions import Question

TO_BO = Question("send", "amount", {"payee": "@bo", "note": "rent"})
TO_WHOM = Question("send", "payee", {"amount": "20"})
FROM_BO = Question("request", "amount", {"payee": "@bo"})
LOAN = Question("borrow", "amount", {"count": "12", "unit": "month", "product": "cash"})
TAKE_OUT = Question("withdraw", "amount", {"source": "plus"})


@pytest.mark.parametrize(
    ("question", "text", "slots"),
    [
        (TO_BO, "send 20 to @chidi for tea", {"amount": "20", "payee": "@chidi", "note": "tea"}),
        (TO_BO, "20 to @chidi", {"amount": "20", "payee": "@chidi"}),
        (TO_BO, "send @chidi", {"payee": "@chidi"}),
        (TO_BO, "给@chidi转20买菜", {"amount": "20", "payee": "@chidi", "note": "买菜"}),
        (TO_BO, "20块给@chidi", {"amount": "20", "asset": "CNY", "payee": "@chidi"}),
        (TO_WHOM, "send 30 to @chidi", {"amount": "30", "payee": "@chidi"}),
        (TO_WHOM, "转30给@chidi", {"amount": "30", "payee": "@chidi"}),
        (FROM_BO, "request 30 from @chidi for taxi", {"amount": "30", "payee": "@chidi", "note": "taxi"}),
        (FROM_BO, "30 from @chidi", {"amount": "30", "payee": "@chidi"}),
        (FROM_BO, "向@chidi收30打车", {"amount": "30", "payee": "@chidi", "note": "打车"}),
        (LOAN, "borrow 3000 for 6 months", {"amount": "3000", "count": "6", "unit": "month"}),
        (LOAN, "3000 for 6 months", {"amount": "3000", "count": "6", "unit": "month"}),
        (LOAN, "借3000分6期", {"amount": "3000", "count": "6"}),
        (TAKE_OUT, "withdraw 50 to my bank account", {"amount": "50", "source": "wallet"}),
        (TAKE_OUT, "提现50到银行卡", {"amount": "50", "source": "wallet"}),
    ],
)
def test_a_whole_sentence_that_says_otherwise_keeps_nothing_of_the_question(
    question: Question, text: str, slots: dict[str, str]
) -> None:
    assert meaning_of(as_said(text), question) == Meaning(question.intent, slots)


@pytest.mark.parametrize(
    ("question", "text", "slots"),
    [
        (TO_BO, "send 20", {"payee": "@bo", "note": "rent", "amount": "20"}),
        (TO_WHOM, "send to @chidi for tea", {"amount": "20", "payee": "@chidi", "note": "tea"}),
        (TO_WHOM, "to @chidi", {"amount": "20", "payee": "@chidi"}),
        (TO_WHOM, "给小明", {"amount": "20", "payee": "小明"}),
        (LOAN, "borrow 3000", {"amount": "3000", "count": "12", "unit": "month", "product": "cash"}),
        (TAKE_OUT, "withdraw 50", {"amount": "50", "source": "plus"}),
        (Question("repay", "amount", {"loan": "7"}), "还500", {"loan": "7", "amount": "500"}),
        (Question("deposit", "amount", {}), "deposit 500", {"amount": "500"}),
        (Question("deposit", "amount", {"days": "90"}), "存5000", {"days": "90", "amount": "5000"}),
        (Question("topup", "amount", {}), "put in 100", {"amount": "100"}),
    ],
)
def test_a_sentence_that_says_only_what_was_asked_is_an_answer(
    question: Question, text: str, slots: dict[str, str]
) -> None:
    assert meaning_of(as_said(text), question) == Meaning(question.intent, slots)


@pytest.mark.parametrize("text", ["sorry, I meant @chidi", "no, @chidi", "@chidi", "不对，是@chidi", "我是说@chidi"])
def test_another_person_takes_the_place_of_the_one_who_was_named(text: str) -> None:
    assert meaning_of(as_said(text), TO_BO) == Meaning("send", {"payee": "@chidi", "note": "rent"})


@pytest.mark.parametrize(("text", "name"), [("sorry, I meant Chidi", "Chidi"), ("我是说小明", "小明")])
def test_a_correction_may_be_a_name(text: str, name: str) -> None:
    assert meaning_of(as_said(text), TO_BO).slots["payee"] == name


def test_who_is_company_at_what_the_money_is_for_is_not_paid() -> None:
    said = meaning_of(as_said("send 50 to @bo for dinner with @chidi"), None)
    assert said == Meaning("send", {"amount": "50", "payee": "@bo", "note": "dinner with @chidi"})


def test_a_sum_before_one_of_several_is_chosen_is_kept_for_the_one() -> None:
    several = Question("send", "payee", {"payees": "@bo, @chidi"})
    assert meaning_of(as_said("20"), several) == Meaning("send", {"payees": "@bo, @chidi", "amount": "20"})
    assert meaning_of(as_said("#4"), several).slots["payee"] == "#4"


@pytest.mark.parametrize("text", ["sorry, I meant 30", "不对，30"])
def test_a_correction_may_be_a_sum(text: str) -> None:
    assert meaning_of(as_said(text), TO_WHOM) == Meaning("send", {"amount": "30"})


def test_a_correction_may_be_a_term() -> None:
    corrected = {"count": "6", "unit": "month", "product": "cash"}
    assert meaning_of(as_said("no, 6 months"), LOAN) == Meaning("borrow", corrected)


@pytest.mark.parametrize(
    "text",
    [
        "send 20 to @bo and @chidi",
        "send 20 to @bo, no sorry, to @chidi",
        "给@bo和@chidi各转20",
        "send 20 to @bo @chidi",
    ],
)
@pytest.mark.parametrize("question", [None, TO_BO])
def test_of_two_people_in_one_message_none_is_taken(text: str, question: Question | None) -> None:
    assert meaning_of(as_said(text), question) == Meaning("send", {"amount": "20", "payees": "@bo, @chidi"})


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("send 20 to Bo and Chidi", "Bo, Chidi"),
        ("给小明、小红转20", "小明, 小红"),
        ("request 20 from Bo and Chidi", "Bo, Chidi"),
    ],
)
def test_two_names_are_two_people(text: str, people: str) -> None:
    assert meaning_of(as_said(text), None).slots["payees"] == people


def test_two_people_with_a_sum_for_each_are_asked_about_without_a_sum() -> None:
    both = meaning_of(as_said("send 20 to @bo and 30 to @chidi"), None)
    assert (both.slots["payees"], both.slots.get("amount"), both.complaint) == ("@bo, @chidi", None, None)


@pytest.mark.parametrize(
    ("question", "text", "intent"),
    [
        (TO_BO, "request 30 from @chidi", "request"),
        (FROM_BO, "send 30 to @chidi", "send"),
        (Question("invest", "amount", {}), "put 1000 away for 90 days", "deposit"),
        (Question("invest", "amount", {}), "存5000定期90天", "deposit"),
        (Question("invest", "amount", {}), "invest 500 in steady bonds", "fund_buy"),
        (TAKE_OUT, "withdraw 50 from steady bonds", "fund_sell"),
        (Question("fund_buy", "amount", {"fund": "SB"}), "put 500 into change plus", "invest"),
    ],
)
def test_another_act_is_followed_with_its_own_words(question: Question, text: str, intent: str) -> None:
    said = meaning_of(as_said(text), question)
    assert said.intent == intent
    assert said == meaning_of(as_said(text), None)


def test_a_turn_continues_a_question_whose_slots_it_keeps() -> None:
    assert continues({"payee": "@bo", "note": "rent", "amount": "20"}, TO_BO)
    assert not continues({"payee": "@chidi", "amount": "20"}, TO_BO)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("25 for tea", {"payee": "@bo", "amount": "25", "note": "tea"}),
        ("20块买菜", {"payee": "@bo", "amount": "20", "asset": "CNY", "note": "买菜"}),
        ("not @bo, @chidi", {"payee": "@chidi", "note": "rent"}),
        ("不是@bo，是@chidi", {"payee": "@chidi", "note": "rent"}),
    ],
)
def test_a_sum_with_its_note_answers_and_who_is_not_meant_is_not_paid(text: str, slots: dict[str, str]) -> None:
    assert dict(meaning_of(as_said(text), TO_BO).slots) == slots


def test_all_of_it_answers_how_much_is_repaid() -> None:
    assert dict(meaning_of(as_said("all"), Question("repay", "amount", {})).slots) == {"all": "yes"}
