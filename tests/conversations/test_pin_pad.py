"""Where the PIN is typed: what it signs stands there until the last digit, can be asked for, and can be left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import yuan
from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from tests.conversations.whole_service import Susu


async def test_what_is_signed_stands_above_the_keypad_until_the_last_digit(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50 for taxi")
    card = await ana.sees("Send ¥50.00")
    await ana.taps("Confirm", card)
    pad = await ana.sees("type your PIN")
    for number, digit in enumerate(PIN[:-1], 1):
        assert pad.text.startswith(card.text), "sum, payee and cost as on the card"
        await ana.taps(digit, pad)
        pad = await ana.sees("●" * number + "○" * (len(PIN) - number))
    await ana.taps(PIN[-1], pad)
    assert "Reference S" in await ana.sees("is on its way")
    assert await susu.balance(ana) == yuan(150)


@pytest.mark.parametrize("asked", ["what am I paying?", "Who is it for", "wait", "我付的是什么？", "手续费多少"])
async def test_who_asks_at_the_keypad_is_told_by_the_same_card_and_the_pin_signs_it(susu: Susu, asked: str) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50")
    card = await ana.sees("Send ¥50.00")
    await ana.taps("Confirm", card)
    await ana.sees("type your PIN")
    await ana.says(asked)
    told = await ana.sees("This is what your PIN would sign. Nothing has moved yet")
    assert card.text in told
    shown = [message for message in await ana.messages() if message.json["from_bot"] and not message.json["deleted"]]
    assert [message.id for message in shown if "type your PIN" in message] == [told.id], "one keypad at a time"
    await ana.says(PIN)
    done = await ana.sees("is on its way")
    assert done.id == told.id
    assert await susu.balance(ana) == yuan(150)


async def test_who_asks_about_something_else_at_the_keypad_is_told_that(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50")
    await ana.taps("Confirm", await ana.sees("Send ¥50.00"))
    await ana.sees("type your PIN")
    await ana.says("what's my balance?")
    assert "PIN would sign" not in await ana.sees("¥200.00")


async def test_who_asks_about_a_card_that_the_day_has_forgotten_is_at_no_keypad_any_more(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50")
    await ana.taps("Confirm", await ana.sees("Send ¥50.00"))
    await ana.sees("type your PIN")
    me = (await susu.customer(ana)).id
    assert await susu.value("DELETE FROM intent WHERE customer_id = :me AND state <> 'done' RETURNING id", me=me)
    await ana.says("wait")
    await ana.sees("expired")
    await ana.says("hmm")
    assert "expired" not in await ana.sees("")
    assert await susu.balance(ana) == yuan(200)


async def test_cancel_at_the_keypad_says_that_nothing_has_moved(susu: Susu) -> None:
    bo = await susu.resident("博", language="zh", money=200)
    ana = await susu.resident("Ana")
    await bo.says(f"/send @{ana.json['username']} 50")
    card = await bo.sees("50.00")
    await bo.taps("确认", card)
    await bo.sees("密码")
    await bo.says("我付的是什么")
    told = await bo.sees("输入密码即确认以下内容")
    assert card.text in told
    await bo.taps("取消", told)
    await bo.sees("已取消，未发生扣款")
    assert await susu.balance(bo) == yuan(200)


async def test_a_card_that_was_changed_is_signed_as_it_was_changed(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50")
    await ana.sees("Send ¥50.00")
    await ana.says("no wait, 20")
    card = await ana.sees("Send ¥20.00")
    await ana.taps("Confirm", card)
    pad = await ana.sees("type your PIN")
    assert "¥20.00" in pad
    await ana.says(PIN)
    await ana.sees("¥20.00.*is on its way")
    assert await susu.balance(ana) == yuan(180)
