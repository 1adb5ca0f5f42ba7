"""What is said beside an open card changes it: the sum, the time, the payee. The card says what changed, and is one."""

from __future__ import annotations

import pytest

from tests.builders import yuan
from tests.conversations.whole_service import PIN, Susu


@pytest.mark.parametrize("said", ["no wait, 200", "actually 200", "make that 200", "no, 200", "不对，200", "改成200"])
async def test_another_sum_changes_the_card_in_its_place(susu: Susu, said: str) -> None:
    ana, bo = await susu.resident("Ana", money=500), await susu.resident("Bo")
    await ana.says(f"send 20 to @{bo.json['username']} for tea")
    card = await ana.sees("Send ¥20.00 to Bo.*“tea”")
    await ana.says(said)
    changed = await ana.sees("Amount: 20 → 200.*Send ¥200.00 to Bo.*“tea”")
    assert changed.id == card.id
    await ana.taps("Confirm", changed)
    await ana.says(PIN)
    await ana.sees("is on its way")
    assert await susu.balance(ana) == yuan(300)


async def test_another_payee_and_another_note_change_the_card_too(susu: Susu) -> None:
    ana, bo, chidi = await susu.resident("Ana", money=500), await susu.resident("Bo"), await susu.resident("Chidi")
    await ana.says(f"send 20 to @{bo.json['username']} for tea")
    card = await ana.sees("Send ¥20.00 to Bo")
    await ana.says(f"sorry, to @{chidi.json['username']}")
    changed = await ana.sees("To: @.* → @.*Send ¥20.00 to Chidi.*“tea”")
    assert changed.id == card.id


async def test_one_card_alone_can_be_confirmed(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=500), await susu.resident("Bo")
    await ana.says(f"send 20 to @{bo.json['username']}")
    await ana.sees("Send ¥20.00 to Bo")
    await ana.says("no wait, 30")
    await ana.sees("Send ¥30.00 to Bo")
    await ana.says("no, 5000")
    await ana.sees("Send ¥5,000.00 to Bo|more than|only")
    cards = [message for message in await ana.messages() if any("Confirm" in label for label in message.labels)]
    assert len(cards) == 1


async def test_a_number_that_is_no_time_of_the_loan_is_not_taken_for_a_button(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    await ana.says("borrow 3000")
    card = await ana.sees("in 6 instalments")
    assert card.labels[3] == "Other terms"
    await ana.says("4")
    await ana.sees("repaid in 3, 6, 12 instalments. Please choose one of these")


async def test_a_loans_card_takes_other_months(susu: Susu) -> None:
    mei = await susu.resident("Mei", language="zh")
    await mei.says("借500分6期")
    card = await mei.sees("500.00")
    await mei.says("改成12期")
    changed = await mei.sees("期数：6 → 12.*分12期")
    assert changed.id == card.id
    await mei.says("借500")
    card = await mei.sees("分6期")
    await mei.says("改成3期")
    changed = await mei.sees("期数：3\n.*分3期")
    assert changed.id == card.id


@pytest.mark.parametrize("said", ["no wait, how much is it?", "wait, what is my balance", "200"])
async def test_what_is_no_correction_is_what_it_is(susu: Susu, said: str) -> None:
    ana, bo = await susu.resident("Ana", money=500), await susu.resident("Bo")
    await ana.says(f"send 20 to @{bo.json['username']}")
    card = await ana.sees("Send ¥20.00 to Bo")
    await ana.says(said)
    await ana.sees("")
    assert [message.text for message in await ana.messages() if message.id == card.id] == [card.text]
