"""Cancel says what is so: what was open is given up, what was done stays, and what waits can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import yuan
from tests.conversations.sending import comes_to_the_pin, sends
from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


@pytest.mark.parametrize("words", ["cancel that", "undo that", "/cancel"])
async def test_a_send_that_waits_is_offered_back_and_nothing_is_said_to_be_cancelled(susu: Susu, words: str) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await sends(ana, bo)
    await ana.says(words)
    said = await ana.sees(r"Nothing to cancel.*Bo.* hasn't accepted your ¥50.00 yet")
    assert "Nothing has moved" not in said
    assert await susu.balance(ana) == yuan(150)
    await ana.taps("Take back ¥50.00")
    await ana.sees("¥50.00 is back in your wallet")
    assert await susu.balance(ana) == yuan(200)


async def test_the_same_in_chinese(susu: Susu) -> None:
    ana, bo = await susu.resident("安娜", money=200, language="zh"), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50")
    await ana.sees("50.00")
    await ana.taps("确认")
    await ana.sees("○○○○○○")
    await ana.says(PIN)
    await ana.sees("已转出|已发出|在途|等待")
    await ana.says("撤回刚才那笔")
    said = await ana.sees("对方还没有收取，点一下即可撤回.*¥50.00")
    assert "未发生扣款" not in said
    await ana.taps("撤回 ¥50.00")
    assert await susu.balance(ana) == yuan(200)


async def test_where_nothing_waits_and_nothing_is_open_that_is_said(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=200)
    await ana.says("cancel")
    said = await ana.sees("Nothing to cancel.*What is done stays done")
    assert said.labels == ["Menu"]


async def test_an_open_card_is_given_up_by_words_and_can_no_longer_be_confirmed(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50")
    card = await ana.sees("Send ¥50.00")
    await ana.says("never mind")
    await ana.sees("Cancelled. Nothing has moved")
    answer = await ana.taps("Confirm", card)
    assert answer is not None
    assert "This was cancelled. Nothing has moved" in answer["text"]
    over = await ana.sees("Send ¥50.00.*This was cancelled. Nothing has moved")
    assert (over.id, over.labels) == (card.id, [])
    assert await susu.balance(ana) == yuan(200)


async def test_a_card_that_is_too_old_says_so_and_loses_its_buttons(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50")
    card = await ana.sees("Send ¥50.00")
    await susu.travel(minutes=16)
    await ana.taps("Confirm", card)
    over = await ana.sees("Send ¥50.00.*expired.*nothing has moved")
    assert (over.id, over.labels) == (card.id, [])


async def test_a_key_that_is_tapped_after_the_money_moved_shows_the_receipt(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    keypad = await sends(ana, bo)
    for late in ("Cancel", "7"):
        await ana.taps(keypad.data[late], keypad)
        seen = next(one for one in await ana.messages() if one.id == keypad.id)
        assert "is on its way" in seen
        assert "Nothing has moved" not in seen
    assert await susu.balance(ana) == yuan(150)


async def test_cancel_of_another_card_leaves_the_one_whose_pin_is_awaited(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 10")
    first = await ana.sees("Send ¥10.00")
    await comes_to_the_pin(ana, bo)
    await ana.taps("Cancel", first)
    await ana.sees("Cancelled. Nothing has moved")
    await ana.says(PIN)
    await ana.sees("is on its way")
    assert await susu.balance(ana) == yuan(150)


async def test_an_edited_message_changes_its_card_while_that_is_open(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo", money=200, language="zh")
    written = await ana.says(f"/send @{bo.json['username']} 50")
    first = await ana.sees("Send ¥50.00")
    await ana.edits(written, f"/send @{bo.json['username']} 20 for tea")
    card = await ana.sees("Send ¥20.00.*“tea”")
    assert card.id == first.id
    await ana.edits(written, f"/send @{bo.json['username']}")
    asked = await ana.sees("How much for Bo")
    assert asked.id == first.id
    answered = await ana.says("30")
    await ana.sees("Send ¥30.00")
    await ana.edits(answered, "40")
    card = await ana.sees("Send ¥40.00 to Bo")
    await ana.taps("Confirm", card)
    await ana.sees("○○○○○○")
    await ana.edits(answered, "10")
    await ana.sees("editing it changes nothing here")
    await ana.says(PIN)
    await ana.sees("is on its way")
    await ana.edits(written, f"/send @{bo.json['username']} 5")
    await ana.sees("editing it changes nothing here")
    assert await susu.balance(ana) == yuan(160)
    await bo.edits(await bo.says("余额"), "借3000")
    await bo.sees("编辑消息不会改变操作")
    await susu.verified()


async def test_the_buttons_of_a_card_that_is_over_go_by_themselves(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50")
    card = await ana.sees("Send ¥50.00")
    await ana.says("/cancel")
    await ana.sees("Cancelled")
    assert [each.labels for each in await ana.messages() if each.id == card.id] == [[]]
    await ana.says(f"/send @{bo.json['username']} 50")
    card = await ana.sees("Send ¥50.00")
    await susu.travel(minutes=16)
    await ana.says("/balance")
    await ana.sees("Available")
    assert [each.labels for each in await ana.messages() if each.id == card.id] == [[]]
