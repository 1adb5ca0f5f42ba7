"""What follows `/packet` and `/split`: only what is plainly a sum or a number is one."""

from __future__ import annotations

import pytest

from handlers.chat.meaning import as_said, meaning_of
from handlers.phrases.readers.friends import asked_for


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("/packet 20 5 good luck", {"amount": "20", "count": "5", "note": "good luck"}),
        ("/packet 20元 5个 恭喜", {"amount": "20", "count": "5", "note": "恭喜"}),
        ("/packet 10 2 for you", {"amount": "10", "count": "2", "note": "for you"}),
        ("/packet 20 for 5 people good luck", {"amount": "20", "count": "5", "note": "good luck"}),
        ("/packet -5 2", {"count": "2"}),
        ("/packet 1e5 2", {"count": "2"}),
        ("/packet 20-30 5", {"count": "5"}),
        ("/split −300 @bo", {"people": "@bo"}),
        ("/split 300 @bo dinner", {"amount": "300", "people": "@bo", "note": "dinner"}),
        ("/split 300 @bo 100 @cy 50.5", {"amount": "300", "people": "@bo @cy", "each": "100 50.5"}),
        ("/split 300 @bo 100 @cy 20 @bo 50", {"amount": "300", "people": "@bo @cy", "each": "150 20"}),
        ("/split @bo x2 @cy 300", {"people": "@bo @cy", "each": "x2 x1", "amount": "300"}),
        ("/split @bo @cy 300", {"people": "@bo @cy", "amount": "300"}),
        ("/split @bo 300 dinner", {"people": "@bo", "amount": "300", "note": "dinner"}),
        ("/split 300 @bo 100 @cy", {"people": "@bo @cy", "each": "100 x1", "amount": "300"}),
        ("/split 300 @bo 2 @cy 1 dinner", {"people": "@bo @cy", "each": "x2 x1", "amount": "300", "note": "dinner"}),
        (
            "/split 300元 @bo 100元 @cy ¥50 晚饭",
            {"people": "@bo @cy", "each": "100 50", "amount": "300", "note": "晚饭"},
        ),
        ("/split 300 @bo x2000 @cy", {"people": "@bo @cy", "each": "? ?", "amount": "300"}),
        ("/split 300 @bo x1.5 @cy", {"people": "@bo @cy", "each": "? ?", "amount": "300"}),
        ("/split 300 @bo -50", {"people": "@bo", "each": "?", "amount": "300"}),
        ("/split 300 @bo 2nd dinner", {"people": "@bo", "amount": "300", "note": "2nd dinner"}),
        ("/split 300 @bo 7-eleven", {"people": "@bo", "amount": "300", "note": "7-eleven"}),
        ("/split 30 @bo 20 @cy 10", {"people": "@bo @cy", "each": "20 10", "amount": "30"}),
        ("/split 90 @bo @cy paid @bo 60", {"amount": "90", "people": "@bo @cy", "paid": "@bo 60"}),
        ("/split 90 @bo @cy 晚饭 付了 @bo 60", {"amount": "90", "people": "@bo @cy", "paid": "@bo 60", "note": "晚饭"}),
        ("/collect 500 for the roof by 20 Dec", {"goal_sum": "500", "by": "20 Dec", "title": "the roof"}),
        ("/collect 修屋顶 500元 到12月20日", {"goal_sum": "500", "by": "12月20日", "title": "修屋顶"}),
        ("/collect 800 给老师的礼物，周五前", {"goal_sum": "800", "by": "周五", "title": "老师的礼物"}),
        ("/collect 老师的礼物 800 下个月底之前", {"goal_sum": "800", "by": "下个月底", "title": "老师的礼物"}),
        ("/collect for a choir in 2 weeks", {"by": "in 2 weeks", "title": "a choir"}),
    ],
)
def test_a_sum_with_a_sign_a_span_or_letters_is_none_and_is_asked_for(text: str, slots: dict[str, str]) -> None:
    assert meaning_of(as_said(text, "en"), None).slots == slots


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("/request 20 @bo lunch", {"amount": "20", "people": "@bo", "note": "lunch"}),
        ("/request@susu_demo_bot 20元 午饭", {"amount": "20", "note": "午饭"}),
        ("/request @bo 20 for lunch tomorrow", {"amount": "20", "people": "@bo", "note": "lunch tomorrow"}),
        ("/request 1e5 @bo", {"people": "@bo"}),
        ("/request", {}),
    ],
)
def test_what_is_asked_for_in_a_group_is_read_whole(text: str, slots: dict[str, str]) -> None:
    assert asked_for(as_said(text, "en")).slots == slots


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        (
            "split 300 @bo 100 @cy 50 for dinner",
            {"people": "@bo @cy", "amount": "300", "each": "100 50", "note": "dinner"},
        ),
        ("AA 300 @bo x2 @cy", {"people": "@bo @cy", "amount": "300", "each": "x2 x1", "note": ""}),
        ("split 90 with @bo and @cy, paid @bo 60", {"people": "@bo @cy", "paid": "@bo 60"}),
    ],
)
def test_what_each_bears_is_read_in_a_sentence_as_well(text: str, slots: dict[str, str]) -> None:
    meaning = meaning_of(as_said(text, "en"), None)
    assert (meaning.intent, meaning.complaint) == ("split", None)
    assert {name: meaning.slots.get(name) for name in slots} == slots


@pytest.mark.parametrize(
    ("text", "note"),
    [("/request 20 lunch", "lunch"), ("request 20 school bus", "school bus"), ("/request 20 午饭", "午饭")],
)
def test_a_request_of_nobody_yet_keeps_its_words(text: str, note: str) -> None:
    slots = meaning_of(as_said(text, "en"), None).slots
    assert (slots["amount"], slots["note"]) == ("20", note)
    assert "payee" not in slots


def test_a_collection_that_is_begun_in_a_sentence_is_read_as_after_its_command() -> None:
    said = meaning_of(as_said("collect 500 for a gift by Friday", "en"), None)
    command = meaning_of(as_said("/collect 500 for a gift by Friday", "en"), None)
    assert said.intent == command.intent == "collect"
    assert command.slots.items() <= said.slots.items()
