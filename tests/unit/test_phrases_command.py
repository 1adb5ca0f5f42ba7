"""`susu understand`: one JSON object for each text, and one bad line harms no other."""

from __future__ import annotations

import json

from bot.commands.understand import run


def test_a_text_is_answered_with_intent_slots_and_confidence() -> None:
    (answer,) = map(json.loads, run(["借3000分6期\n"], json_lines=False))
    assert answer == {"intent": "borrow", "slots": {"amount": "3000", "count": 6}, "confidence": answer["confidence"]}
    assert 0.75 <= answer["confidence"] <= 1


def test_lines_are_answered_one_by_one_and_a_bad_one_says_why() -> None:
    lines = [
        '{"text": "repay 200", "lang": "en"}',
        "not json",
        "",
        "[1]",
        '{"text": 5}',
        '{"text": "hi", "lang": "xx"}',
        '{"text": "' + "x" * 30_000 + '"}',
        "[" * 10_000,
        '{"text": "还款", "lang": null}',
    ]
    answers = [json.loads(answer) for answer in run(lines, json_lines=True)]
    assert [sorted(answer) for answer in answers[1:-1]] == [["error"]] * 6
    assert answers[0]["slots"] == {"amount": "200"}
    assert answers[-1]["intent"] == "repay"


def test_an_ambiguous_sum_shows_its_candidates() -> None:
    (answer,) = map(json.loads, run(["borrow 1.000"], json_lines=False))
    assert answer["candidates"] == ["1000", "1"]
    assert answer["slots"] == {}


def test_an_unsure_answer_shows_the_alternatives() -> None:
    (answer,) = map(json.loads, run(["500"], json_lines=False))
    assert answer["alternatives"] == ["send", "borrow", "invest"]


def test_a_hint_is_shown() -> None:
    (answer,) = map(json.loads, run(["lend Tom 50"], json_lines=False))
    assert answer["hint"] == "lend"


def test_a_line_that_says_what_day_it_is_is_answered_with_the_day_that_its_text_names() -> None:
    lines = [
        '{"text": "I will pay 200 on Friday", "today": "2026-03-12"}',
        '{"text": "下个月5号还200", "today": "2026-12-31"}',
        '{"text": "save 100 on the 5th of each month", "today": "2026-03-12"}',
        '{"text": "borrow 3000 for 6 months", "today": "2026-03-12"}',
        '{"text": "I will pay on Friday"}',
        '{"text": "on Friday", "today": "12 March"}',
    ]
    answers = [json.loads(answer) for answer in run(lines, json_lines=True)]
    assert [answer.get("slots", {}).get("day") for answer in answers] == [
        "2026-03-13",
        "2027-01-05",
        None,
        None,
        None,
        None,
    ]
    assert answers[-1] == {"error": '"today" is a date such as "2026-03-12"'}


def test_a_question_is_answered_with_its_topic_its_neighbours_and_its_slots() -> None:
    (answer,) = map(json.loads, run(["what interest would I pay on 3,000 over 6 months?"], json_lines=False))
    assert list(answer) == ["intent", "topic", "topics", "slots", "confidence"]
    assert (answer["intent"], answer["topic"]) == ("ask", "loan.interest")
    assert answer["topics"][0] == "loan.interest"
    assert len(answer["topics"]) <= 3
    assert answer["slots"] == {"amount": "3000", "count": 6, "unit": "month"}


def test_why_names_the_n_grams_that_decided_and_the_nearest_pattern() -> None:
    (answer,) = map(json.loads, run(["why was my loan refused"], json_lines=False, why=True))
    assert answer["why"]["label"] == answer["topic"] == "loan.why_declined"
    assert answer["why"]["n_grams"]
    assert "{" in answer["why"]["pattern"]


def test_what_a_command_opens_or_reads_is_said_of_it() -> None:
    texts = ["/privacy", "/stop", "/packet 20 5 for you", "/collect 500 for the roof"]
    answers = [json.loads(answer) for answer in run(texts, json_lines=False)]
    assert [answer["intent"] for answer in answers] == ["privacy", "offers_stop", "packet", "collect"]
    assert answers[2]["slots"] == {"amount": "20", "count": "5", "note": "for you"}
