"""What stands under an answer does what it says: a send comes back, a lost phone is locked, nothing else happens."""

from __future__ import annotations

from finance_core.wallet import service as wallet
from tests.builders import CIPHER, yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import Susu


async def sends(susu: Susu, who: Person, to: Person, amount: str) -> None:
    sender, payee = await susu.customer(who), await susu.customer(to)
    async with susu.units.begin() as unit:
        await wallet.send(unit, CIPHER, sender.id, payee.id, yuan(amount), "", wallet.new_token())


async def test_a_send_is_taken_back_under_the_answer(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    await sends(susu, ana, bo, "20")
    await ana.says("/start ask-send-cancel")
    answer = await ana.sees("Yes, with one tap")
    assert "¥20.00 to Bo" in answer
    assert answer.labels[0] == "Take back ¥20.00"
    assert await susu.balance(ana) == yuan(80), "asking moves nothing"
    await ana.taps("Take back ¥20.00", answer)
    await ana.sees("¥20.00 is back in your wallet")
    assert await susu.balance(ana) == yuan(100)
    await ana.says("/start ask-send-cancel")
    over = await ana.sees("There's nothing to take back now")
    assert "Your ¥20.00 to Bo came back to your wallet" in over


async def test_what_waits_is_accepted_by_way_of_the_answer(susu: Susu) -> None:
    ana, bo = await susu.resident("小安", money=100, language="zh"), await susu.resident("阿博", language="zh")
    await sends(susu, ana, bo, "9")
    await bo.says("/start ask-send-not_arrived")
    answer = await bo.sees("待您收取")
    await bo.taps("查看并收取 ¥9.00", answer)
    await bo.taps("收取", await bo.sees("转给您"))
    await bo.sees("已到钱包")
    assert await susu.balance(bo) == yuan(9)


async def test_a_lost_phone_is_locked_under_the_answer(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("/start ask-phone-lost")
    answer = await ana.sees("Lock first")
    assert (await susu.customer(ana)).outflow_locked_at is None
    await ana.taps("🔒 Lock now", answer)
    await ana.sees("🔒 Locked")
    await ana.says("/start ask-send-failed")
    stopped = await ana.sees("Your account is locked: you can't send or withdraw")
    assert stopped.labels[0] == "Unlock"
