"""Sums as people write them: understood and echoed, or refused in one sentence that says what is wanted.

Nothing moves by a sum that is none, and the conversation goes on from where it was.
"""

from __future__ import annotations

import pytest

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import Susu

UNDERSTOOD = {
    "1,000.50": "¥1,000.50",
    "1000": "¥1,000.00",
    "1k": "¥1,000.00",
    "1.5万": "¥15,000.00",
    "三千": "¥3,000.00",
    "１０００": "¥1,000.00",
    "１，０００．５０": "¥1,000.50",
    "￥５０": "¥50.00",
    "两百五": "¥250.00",
    "twenty": "¥20.00",
    "0.01": "¥0.01",
}
REFUSED = {
    "NaN": "Please type an amount like 1,000.50.",
    "inf": "Please type an amount like 1,000.50.",
    "1e3": "Please type an amount like 1,000.50.",
    "1_000": "Please type an amount like 1,000.50.",
    "-5": "Please type an amount above 0, like 50.",
    "－５": "Please type an amount above 0, like 50.",
    "0": "Please type an amount above 0, like 50.",
    "0.00": "Please type an amount above 0, like 50.",
    "0.001": "Please type an amount with at most 2 decimals, like 1,000.50.",
    "9" * 40: "That's more than we can move at once. Please type a smaller amount.",
}
IN_TWO_WAYS = {"12 34": ["12", "34"], "1,00": ["1", "100"], "1.000": ["1000", "1"]}


@pytest.fixture
async def ana(susu: Susu) -> Person:
    """Somebody who has 100.00."""
    return await susu.resident("Ana", money=100)


async def test_sums_in_a_command_are_understood_and_echoed(ana: Person) -> None:
    for written, echoed in UNDERSTOOD.items():
        await ana.says(f"/topup {written}")
        await ana.sees(f"Put {echoed} into your wallet")


async def test_sums_as_an_answer_are_understood_and_echoed(ana: Person) -> None:
    for written, echoed in UNDERSTOOD.items():
        await ana.says("/topup")
        await ana.sees("How much would you like to put in")
        await ana.says(written)
        await ana.sees(f"Put {echoed} into your wallet")


async def test_what_is_no_sum_is_refused_in_a_sentence_and_asked_for_again(susu: Susu, ana: Person) -> None:
    await ana.says("/topup")
    await ana.sees("How much would you like to put in")
    for written, sentence in REFUSED.items():
        await ana.says(written)
        assert (await ana.sees("")).text == sentence
    await ana.says("250")
    await ana.sees("Put ¥250.00 into your wallet")
    assert await susu.balance(ana) == yuan(100)


async def test_what_is_no_sum_in_a_command_is_refused_and_can_be_written_right_after(susu: Susu, ana: Person) -> None:
    for written, sentence in REFUSED.items():
        await ana.says(f"/topup {written}")
        assert (await ana.sees("")).text == sentence
        await ana.says("30")
        await ana.sees("Put ¥30.00 into your wallet")
    assert await susu.balance(ana) == yuan(100)


@pytest.mark.parametrize("command", ["/borrow {}", "/send @{bo} {}", "/request @{bo} {}", "/invest {}"])
async def test_every_command_that_takes_a_sum_refuses_what_is_none(susu: Susu, ana: Person, command: str) -> None:
    bo = (await susu.resident("Bo")).json["username"]
    for written, sentence in REFUSED.items():
        await ana.says(command.format(written, bo=bo))
        assert (await ana.sees("")).text == sentence
    assert await susu.balance(ana) == yuan(100)
    assert await susu.entries(ana) == 1


async def test_a_sum_that_reads_in_two_ways_is_asked_back_with_both(susu: Susu, ana: Person) -> None:
    for written, readings in IN_TWO_WAYS.items():
        await ana.says(f"/topup {written}")
        asked = await ana.sees("How much exactly")
        assert asked.labels == [*readings, "Cancel"]
        await ana.taps(readings[1])
        await ana.sees(f"Put ¥{readings[1]}.00 into your wallet")
    await ana.says("/topup")
    await ana.sees("How much would you like to put in")
    await ana.says("12 34")
    await ana.sees("Which amount do you mean: 12 / 34")
    await ana.taps("34")
    await ana.sees("Put ¥34.00 into your wallet")
    assert await susu.balance(ana) == yuan(100)


async def test_a_refused_sum_leaves_the_payee_as_it_was_said(susu: Susu, ana: Person) -> None:
    bo = (await susu.resident("Bo")).json["username"]
    await ana.says(f"/send @{bo} 1e3 for lunch")
    await ana.sees("Please type an amount like")
    await ana.says("30")
    await ana.sees("Send ¥30.00 to Bo.*“lunch”")


async def test_free_text_with_a_sum_that_is_none_moves_nothing(susu: Susu, ana: Person) -> None:
    bo = (await susu.resident("Bo")).json["username"]
    for written in ("-5", "0", "1e3", "1_000", "0.001", "12 34"):
        await ana.says(f"send {written} to @{bo}")
        await ana.sees("Please type|How much for Bo|How much exactly")
        await ana.says("15")
        await ana.sees("Send ¥15.00 to Bo")
    assert await susu.entries(ana) == 1


async def test_another_command_in_between_is_followed(ana: Person) -> None:
    await ana.says("/topup")
    await ana.sees("How much would you like to put in")
    await ana.says("abc")
    await ana.sees("Please type an amount")
    await ana.says("how much do I owe")
    await ana.sees("You owe nothing")


async def test_sums_in_chinese_conversations_are_refused_in_chinese(susu: Susu) -> None:
    bo = await susu.resident("博", language="zh")
    await bo.says("/topup")
    await bo.sees("您想充值多少")
    for written in ("NaN", "-5", "0.001", "9" * 40):
        await bo.says(written)
        await bo.sees("金额")
    await bo.says("一千零五十")
    await bo.sees("向钱包充值 ¥1,050.00")
