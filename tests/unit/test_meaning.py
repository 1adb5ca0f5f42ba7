"""What a turn means: sums in commands, answers to questions, taps."""

from __future__ import annotations

import pytest

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from handlers.chat.meaning import Meaning, as_said, meaning_of, meaning_of_tap
from handlers.chat.questions import Question

HOW_MUCH_BACK = Question("repay", "amount", {"loan": "7"})
HOW_MUCH = Question("borrow", "amount", {"count": "6"})


@pytest.mark.parametrize("sum_", ["NaN", "1e3", "-5", "0", "1_000", "9" * 40, "12 34", "inf", "－５"])
@pytest.mark.parametrize("command", ["/borrow {}", "/topup {}", "/send @ana {}", "/borrow {} 6", "borrow {}"])
def test_what_is_no_sum_is_refused_and_never_read_in_part(command: str, sum_: str) -> None:
    try:
        meaning = meaning_of(as_said(command.format(sum_), "en"), None)
    except InvalidInput:
        return
    assert "amount" not in meaning.slots


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("1,000.50", "1000.5"),
        ("1000", "1000"),
        ("1k", "1000"),
        ("1.5万", "15000"),
        ("三千", "3000"),
        ("１０００", "1000"),
    ],
)
def test_sums_are_understood_as_people_write_them(said: str, amount: str) -> None:
    assert meaning_of(as_said(f"/topup {said}", "en"), None) == Meaning("topup", {"amount": amount})


def test_an_answer_fills_the_slot_that_was_asked_for() -> None:
    assert meaning_of(as_said("3k", "en"), HOW_MUCH) == Meaning("borrow", {"count": "6", "amount": "3000"})


def test_a_bad_answer_is_refused_with_the_question_still_standing() -> None:
    with pytest.raises(InvalidInput, match="amount"):
        meaning_of(as_said("1e3", "en"), HOW_MUCH)


def test_another_matter_is_followed_instead_of_the_question() -> None:
    assert meaning_of(as_said("how much do I owe", "en"), HOW_MUCH).intent == "owe"


def test_a_command_leaves_the_question() -> None:
    assert meaning_of(as_said("/menu", "en"), HOW_MUCH).intent == "menu"


def test_a_tap_carries_its_intent_and_slots() -> None:
    assert meaning_of_tap("do:borrow:amount=3000:count=6", None) == Meaning("borrow", {"amount": "3000", "count": "6"})
    assert meaning_of_tap("ans:500", HOW_MUCH) == Meaning("borrow", {"count": "6", "amount": "500"})
    assert meaning_of_tap("ok:token:1", None) is None


def test_a_button_answers_the_question_that_it_was_drawn_for_and_no_other() -> None:
    answered = Meaning("borrow", {"count": "6", "amount": "500"})
    assert meaning_of_tap(f"ans:500:{HOW_MUCH.mark}", HOW_MUCH) == answered
    assert meaning_of_tap(f"ans:500:{HOW_MUCH_BACK.mark}", HOW_MUCH) is None


@pytest.mark.parametrize(
    ("label", "intent"), [("My money", "money"), ("我的钱", "money"), ("零钱通", "invest"), ("MENU", "menu")]
)
def test_what_stands_on_a_button_may_be_written_too(label: str, intent: str) -> None:
    assert meaning_of(as_said(label, "en"), None) == Meaning(intent)


def test_what_stands_on_a_button_leaves_the_question_unless_it_is_an_own_word() -> None:
    assert meaning_of(as_said("my money", "en"), HOW_MUCH) == Meaning("money")
    assert meaning_of(as_said("我的钱", "zh"), HOW_MUCH) == Meaning("money")
    why = Question("hardship", "reason", {})
    assert meaning_of(as_said("Repay", "en"), why) == Meaning("hardship", {"reason": "Repay"})


@pytest.mark.parametrize("text", ["500", "pay 500", "还500", "I want to repay 500"])
def test_a_sum_that_is_asked_for_may_be_said_in_a_sentence(text: str) -> None:
    assert meaning_of(as_said(text, "en"), HOW_MUCH_BACK) == Meaning("repay", {"loan": "7", "amount": "500"})


@pytest.mark.parametrize("text", ["还-500", "pay lots", "pay -500"])
def test_what_has_no_sum_in_it_is_asked_for_again(text: str) -> None:
    with pytest.raises(InvalidInput):
        meaning_of(as_said(text, "en"), HOW_MUCH_BACK)


def test_all_of_it_may_be_said_and_answered() -> None:
    assert meaning_of(as_said("pay it all off", "en"), None) == Meaning("repay", {"all": "yes"})
    assert meaning_of(as_said("把贷款全部还清", "zh"), None) == Meaning("repay", {"all": "yes"})
    how_much = Question("repay", "amount", {"loan": "5"})
    assert meaning_of(as_said("all of it", "en"), how_much) == Meaning("repay", {"loan": "5", "all": "yes"})


@pytest.mark.parametrize("text", ["/send #4 5", "send 5 to #4", "转5给#4", "/request #4 5"])
def test_who_is_named_by_a_number_is_asked_for_by_name(text: str) -> None:
    meaning = meaning_of(as_said(text, "en"), None)
    assert meaning.complaint is not None
    assert meaning.complaint.code == ErrorCode.PAYEE_BY_NUMBER
    assert "payee" not in meaning.slots
