"""Blocking a person in the chat, in both languages, and guessing at links."""

from __future__ import annotations

from finance_core.wallet import guesses
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


async def test_who_asked_is_blocked_and_learns_no_more_than_that_it_does_not_go(susu: Susu) -> None:
    ana, eve = (
        await susu.resident("Ana", username="ana_blocks"),
        await susu.resident("Eve", money=100, username="eve_asks"),
    )
    await eve.says("/request @ana_blocks 50")
    await eve.taps("Confirm", await eve.sees("¥50.00"))
    await ana.taps("No, thanks", await ana.sees("Eve.* asks you for ¥50.00"))
    await ana.taps("Block this person")
    await ana.sees("Eve.* is blocked: they can't send you money or ask you for any")
    for reaching in ("/request @ana_blocks 50", "/send @ana_blocks 5"):
        await eve.says(reaching)
        told = await eve.sees("This can't reach them. Nothing has moved")
        assert "block" not in told.text.lower()
    await ana.taps("Blocked people")
    await ana.taps("Unblock Eve (@eve_asks)", await ana.sees("You have blocked 1 person"))
    await ana.sees("You haven't blocked anyone")
    await eve.says("/send @ana_blocks 5")
    await eve.sees("¥5.00")
    await susu.verified()


async def test_a_person_is_blocked_by_name_in_chinese_and_listed(susu: Susu) -> None:
    mei, bo = await susu.resident("小美", language="zh"), await susu.resident("Bo", username="bo_is_blocked")
    await mei.says("/block")
    await mei.sees("要屏蔽谁")
    await mei.says("@bo_is_blocked")
    await mei.sees("已屏蔽Bo.*对方不能向您转账或收款")
    await mei.says("/blocked")
    await mei.taps("解除屏蔽Bo (@bo_is_blocked)", await mei.sees("您已屏蔽 1 人"))
    await mei.sees("您没有屏蔽任何人")
    await mei.says("把@bo_is_blocked拉黑")
    await mei.sees("已屏蔽Bo")
    await mei.taps("解除屏蔽")
    await mei.says("/block @nobody_is_called_so")
    await mei.sees("")
    assert await susu.value("SELECT count(*) FROM block") == 0
    assert await susu.balance(bo) == await susu.balance(mei)


async def test_links_are_not_guessed_without_end(susu: Susu) -> None:
    ana, eve = await susu.resident("Ana", money=100), await susu.resident("Eve")
    for number in range(guesses.MOST_MISSES):
        await eve.says(f"/start s-{number:012}")
        await eve.sees("There is no such transfer")
    await eve.says("/start s-000000000000")
    await eve.sees("Too many wrong links. Try again in 60 min")
    await ana.says("/start s-000000000000")
    await ana.sees("There is no such transfer")
    await susu.travel(minutes=61)
    await eve.says("/start s-000000000000")
    await eve.sees("There is no such transfer")
