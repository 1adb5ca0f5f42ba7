"""A trip's tab in the private chat: each notes what they pay, one bill makes all even; a bill once more next month."""

from __future__ import annotations

from tests.builders import yuan
from tests.conversations.test_friends import confirms_with_pin
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


async def test_a_tab_collects_what_each_paid_and_one_bill_makes_them_even(susu: Susu) -> None:
    ana, bo, cy = [await susu.resident(name, money=200) for name in ("Ana", "Bo", "Cy")]
    await ana.says(f"/tab @{bo.json['username']} @{cy.json['username']} trip to Xi'an")
    await ana.sees("A tab for trip to Xi'an")
    await ana.taps("Confirm")
    await ana.taps("Add what I paid", await ana.sees("is open. We've told them"))
    await ana.sees("How much did you pay for all")
    await ana.says("90 hotel")
    await ana.sees("Ana .*: ¥90.00 · hotel")
    told = await bo.sees("keeps a tab with you")
    await bo.taps("Add what I paid", told)
    await bo.sees("How much did you pay for all")
    await bo.says("some noodles")
    await bo.sees("Type one sum")
    await bo.says("noodles 30.01")
    shown = await bo.sees("noodles")
    assert "Cy" in shown.text
    await cy.says("/tab")
    await cy.taps("trip to Xi'an", await cy.sees("Your open tabs"))
    assert "Settle" not in (await cy.sees("hotel")).labels
    await ana.says("/tab")
    await ana.taps("trip to Xi'an", await ana.sees("Your open tabs"))
    await ana.taps("Settle", await ana.sees("Settled now"))
    card = await ana.sees("make everybody even")
    assert "¥40.00" in card.text
    assert "¥10.00" in card.text
    await ana.taps("Confirm")
    await ana.sees("Who owes has been asked")
    asked = await cy.sees("your share is ¥40.00|¥40.00")
    await cy.taps("Pay ¥40.00", asked)
    await cy.sees("Balance after it|theirs at once")
    await confirms_with_pin(cy)
    await cy.sees("¥40.00 paid")
    await bo.says("/bills")
    await bo.sees("¥10.00")
    assert await susu.balance(ana) == yuan(240)


async def test_what_was_noted_wrongly_is_taken_out_and_a_tab_dropped_asks_for_nothing(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=10), await susu.resident("博", language="zh", money=10)
    await ana.says(f"/tab @{bo.json['username']} picnic")
    await ana.taps("Confirm", await ana.sees("A tab for picnic"))
    await ana.sees("is open")
    await bo.taps("我付了一笔", await bo.sees("和您一起记账"))
    await bo.sees("您替大家付了多少")
    await bo.says("打车 12元")
    await bo.taps("删掉我的 ¥12.00", await bo.sees("¥12.00 · 打车"))
    await bo.sees("还没有记账")
    await ana.says("/tab")
    await ana.taps("picnic", await ana.sees("Your open tabs"))
    await ana.taps("Settle", await ana.sees("Nothing has been added"))
    await ana.sees("Nothing was added")


async def test_a_bill_is_offered_once_more_next_month(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo", money=100)
    await ana.says(f"/split 50 @{bo.json['username']} power")
    await ana.taps("Confirm", await ana.sees("You: ¥25.00"))
    await ana.taps("My bills", await ana.sees("asked"))
    await ana.taps("See the bill of ¥50.00", await ana.sees("¥25.00 to pay"))
    await ana.taps("Again next month", await ana.sees("Your bill"))
    await ana.sees("you'll be asked whether to split it again")
    await susu.travel(days=32)
    await ana.taps("Split it again", await ana.sees("The same again"))
    card = await ana.sees("Split a bill of ¥50.00")
    assert "For: power" in card.text
    await ana.taps("Confirm")
    await ana.sees("asked")
    await susu.verified()
