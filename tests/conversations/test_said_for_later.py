"""Money that is said to move on a day ahead: it can't wait, which is said; nothing moves, and it may move now."""

from __future__ import annotations

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import Susu


async def test_a_send_for_tomorrow_is_offered_now_and_sends_nothing_by_itself(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    await ana.says(f"send @{bo.json['username']} 50 tomorrow for lunch")
    asked = await ana.sees("can't wait until “tomorrow”. Nothing has been sent. Send it now?")
    assert asked.labels == ["Do it now", "Cancel"]
    await ana.taps("Do it now")
    await ana.sees("Send ¥50.00 to Bo.*“lunch”")
    await ana.says(f"send @{bo.json['username']} 50 on Friday")
    await ana.sees("can't wait until “Friday”")
    await ana.taps("Cancel")
    await ana.sees("Cancelled")
    await ana.says(f"/send @{bo.json['username']} 50 on Friday")
    await ana.sees("can't wait until “Friday”")
    await ana.says("now")
    await ana.sees("Send ¥50.00 to Bo")
    assert await susu.balance(ana) == yuan(100)


async def test_every_act_without_a_day_of_its_own_says_so(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=500), await susu.resident("Bo")
    said_and_shown = {
        f"request 30 from @{bo.json['username']} tomorrow": "Ask Bo",
        "borrow 3000 tomorrow": "Borrow ¥3,000.00",
        "withdraw 50 to my bank account tomorrow": "¥50.00",
        "top up 100 tomorrow": "Put ¥100.00 into your wallet",
        "put 200 into change plus tomorrow": "Put ¥200.00 into Change Plus",
        "deposit 300 for 90 days tomorrow": "90 days",
    }
    for said, shown in said_and_shown.items():
        await ana.says(said)
        assert "Confirm" not in (await ana.sees("can't wait until “tomorrow”. Nothing has been done")).labels
        await ana.says("yes")
        await ana.sees(shown)
    assert await susu.entries(ana) == 1


async def test_a_new_sentence_takes_the_place_of_the_offer(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    chidi = await susu.resident("Chidi")
    await ana.says(f"send @{bo.json['username']} 50 tomorrow")
    await ana.sees("can't wait")
    await ana.says(f"send @{chidi.json['username']} 20")
    await ana.sees("Send ¥20.00 to Chidi")


async def test_the_same_in_chinese(susu: Susu) -> None:
    bo: Person = await susu.resident("博", language="zh", money=100)
    ana = await susu.resident("Ana")
    await bo.says(f"明天转50给@{ana.json['username']}")
    await bo.sees("不能等到“明天”")
    await bo.says("现在")
    await bo.sees("¥50.00")
    await bo.says("明天充值100")
    await bo.sees("不能等到“明天”")
    await bo.taps("现在办")
    await bo.sees("向钱包充值 ¥100.00")
