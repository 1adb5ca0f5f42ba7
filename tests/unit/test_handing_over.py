"""What is handed over to a person: the receipts and the loans that a question and its answer named."""

from __future__ import annotations

from handlers.chat.screens.base import Button
from handlers.chat.topics import Answer
from handlers.topics.handing_over import references_of


def test_receipts_are_found_in_the_question_and_the_answer_and_loans_in_its_taps_each_once() -> None:
    answer = Answer("It went out: SKJ8-DG28", (Button("Schedule", "schedule:5"), Button("Contract", "contract:5")))
    assert references_of(answer, "where is s8f3-k2qw?") == ("S8F3-K2QW", "SKJ8-DG28", "loan:5")


def test_what_names_nothing_hands_over_nothing() -> None:
    answer = Answer("Nothing is due.", (Button("Borrow", "do:borrow"), Button("Later", "loan:x"), Button("Site", None)))
    assert references_of(answer, "hello") == ()
