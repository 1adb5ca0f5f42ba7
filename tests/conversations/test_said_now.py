"""What is said now wins over what an open question still held: whom money goes to, how much, for how long.

Nothing of an unfinished turn reaches the card of the next one; what cannot be reconciled is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu


@dataclass(frozen=True)
class People:
    """Ana, who has 500.00, and the two whom she may mean, with their @usernames."""

    ana: Person
    bo: str
    chidi: str


@pytest.fixture
async def people(susu: Susu) -> People:
    ana = await susu.resident("Ana", money=500)
    bo, chidi = await susu.resident("Bo"), await susu.resident("Chidi")
    return People(ana, f"@{bo.json['username']}", f"@{chidi.json['username']}")


async def test_a_whole_send_takes_the_place_of_the_one_that_was_begun(people: People) -> None:
    ana, bo, chidi = people.ana, people.bo, people.chidi
    begun_and_asked = {
        f"send {bo} for rent": "How much for Bo",
        "send 20": "To whom",
        f"send {bo} 1_000": "an amount like",
    }
    for begun, asked in begun_and_asked.items():
        await ana.says(begun)
        await ana.sees(asked)
        await ana.says(f"send 30 to {chidi} for tea")
        card = await ana.sees("Send ¥30.00 to Chidi.*“tea”")
        assert "rent" not in card.text
        assert "Bo" not in card.text


async def test_a_sum_with_another_payee_goes_to_that_one(people: People) -> None:
    ana, bo, chidi = people.ana, people.bo, people.chidi
    await ana.says(f"send {bo} for rent")
    await ana.sees("How much for Bo")
    await ana.says(f"20 to {chidi}")
    card = await ana.sees("Send ¥20.00 to Chidi")
    assert "rent" not in card.text


async def test_a_correction_changes_the_payee_and_the_sum_that_follows_goes_there(susu: Susu, people: People) -> None:
    ana, bo, chidi = people.ana, people.bo, people.chidi
    for correction in (f"sorry, I meant {chidi}", f"no, {chidi}", chidi, f"不对，是{chidi}", f"我是说{chidi}"):
        await ana.says(f"send {bo}")
        await ana.sees("How much for Bo")
        await ana.says(correction)
        await ana.sees("How much for Chidi")
        await ana.says("20")
        await ana.sees("Send ¥20.00 to Chidi")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("is on its way")
    assert await susu.balance(ana) == yuan(480)
    await susu.verified()


async def test_a_sum_on_an_older_card_answers_no_other_question(people: People) -> None:
    ana, bo, chidi = people.ana, people.bo, people.chidi
    await ana.says(f"send {bo}")
    older = await ana.sees("How much for Bo")
    await ana.says(f"request money from {chidi}")
    newer = await ana.sees("Chidi")
    await ana.taps("50", older)
    assert "Chidi" not in (await ana.sees("old|no longer|any more")).text
    await ana.taps("50", newer)
    await ana.sees("Ask Chidi .* for ¥50.00")


async def test_what_was_no_sum_is_no_note_either(people: People) -> None:
    await people.ana.says(f"send {people.bo} 1_000")
    await people.ana.sees("Please type an amount like")
    await people.ana.says("30")
    assert "000" not in (await people.ana.sees("Send ¥30.00 to Bo")).text.replace("¥30.00", "")


async def test_two_payees_in_one_message_are_asked_about(susu: Susu, people: People) -> None:
    ana, bo, chidi = people.ana, people.bo, people.chidi
    before = await susu.balance(ana)
    for written in (f"send {bo} and {chidi}", f"send {bo} {chidi}", f"send 20 to {bo} and 30 to {chidi}"):
        await ana.says(written)
        asked = await ana.sees("You can send to one person at a time. Who first?")
        assert asked.labels == [bo, chidi, "Cancel"]
        await ana.taps(chidi)
        await ana.sees("How much for Chidi")
        await ana.says("20")
        await ana.sees("Send ¥20.00 to Chidi")
    await ana.says(f"send {bo} and {chidi}")
    await ana.sees("Who first?")
    await ana.says("20")
    assert (await ana.sees("Who first?")).labels == [bo, chidi, "Cancel"]
    await ana.taps(chidi)
    await ana.sees("Send ¥20.00 to Chidi")
    await ana.says(f"send 20 to {bo} and {chidi}")
    await ana.sees("Who first?")
    await ana.taps(bo)
    await ana.sees("Send ¥20.00 to Bo")
    await ana.says(f"request 20 from {bo} and {chidi}")
    await ana.sees("You can ask one person at a time")
    assert await susu.balance(ana) == before


async def test_a_refused_sentence_does_not_bring_the_old_question_back(susu: Susu, people: People) -> None:
    ana, bo, chidi = people.ana, people.bo, people.chidi
    await ana.says(f"send {bo}")
    await ana.sees("How much for Bo")
    await ana.says(f"send 99999 to {chidi}")
    await ana.sees("¥")
    await ana.says("20")
    answer = await ana.sees("")
    assert "Bo" not in answer.text
    await ana.says(f"send {bo}")
    await ana.sees("How much for Bo")
    await ana.says("send 20 to @nobody_at_all")
    await ana.sees("I can't find “@nobody_at_all”")
    await ana.says(chidi)
    await ana.sees("Send ¥20.00 to Chidi")


async def test_a_whole_request_takes_the_place_of_the_one_that_was_begun(people: People) -> None:
    ana, bo, chidi = people.ana, people.bo, people.chidi
    await ana.says(f"request money from {bo}")
    await ana.sees("Bo")
    await ana.says(f"request 30 from {chidi} for taxi")
    await ana.sees("Ask Chidi .* for ¥30.00.*“taxi”")


async def test_a_whole_loan_takes_the_place_of_the_one_that_was_begun(people: People) -> None:
    ana = people.ana
    await ana.says("borrow for 12 months")
    await ana.sees("How much")
    await ana.says("borrow 3000 for 6 months")
    await ana.sees("Borrow ¥3,000.00 in 6 instalments")
    await ana.says("borrow for 6 months")
    await ana.sees("How much")
    await ana.says("no, 12 months")
    await ana.sees("How much")
    await ana.says("borrow 3000")
    await ana.sees("Borrow ¥3,000.00 in 12 instalments")


async def test_saving_says_how_and_for_how_long_in_the_sentence_that_is_said_last(people: People) -> None:
    ana = people.ana
    await ana.says("invest")
    await ana.sees("How much")
    await ana.says("deposit 300 for 90 days")
    await ana.sees("90 days")
    await ana.says("/topup")
    await ana.sees("How much would you like to put in")
    await ana.says("withdraw 50 to my bank account")
    await ana.sees("Take ¥50.00|¥50.00")


async def test_the_same_in_chinese(susu: Susu, people: People) -> None:
    bo = await susu.resident("博", language="zh", money=200)
    ana = people.ana.json["username"]
    await bo.says(f"转给@{ana}")
    await bo.sees("转给 ?Ana.*多少|多少")
    await bo.says(f"给{people.chidi}转20买菜")
    await bo.sees("¥20.00.*Chidi|Chidi.*¥20.00")
    await bo.says("借钱分12期")
    await bo.sees("多少")
    await bo.says("借3000分6期")
    await bo.sees("6 ?期")
    await bo.says(f"给@{ana}和{people.chidi}各转20")
    await bo.sees("一次只能转给一个人")
