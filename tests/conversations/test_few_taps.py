"""How few taps the everyday acts take, from the menu on, the PIN left out; and what stands where people look first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.builders import yuan
from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from tests.conversations.harness import Person, Seen
    from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


@dataclass
class Thumb:
    """Taps for a person, and counts them."""

    person: Person
    taps: int = 0

    async def on(self, button: str, words: str) -> Seen:
        """Tap a button, and wait for what comes of it."""
        self.taps += 1
        await self.person.taps(button)
        return await self.person.sees(words)


async def at_the_menu(person: Person) -> Thumb:
    await person.says("/start")
    await person.sees("What would you like to do|您想办理什么|想")
    return Thumb(person)


async def test_borrow_takes_three(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    thumb = await at_the_menu(ana)
    asked = await thumb.on("Borrow", "How much")
    await thumb.on(asked.labels[0], "All-in annual rate")
    await thumb.on("Confirm", "type your PIN")
    await ana.says(PIN)
    await ana.sees("The contract is signed")
    assert thumb.taps <= 3


async def test_the_same_payment_again_takes_three_to_whom_one_paid_and_to_who_paid_first(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo", money=100)
    await ana.says(f"/send @{bo.json['username']} 40")
    await ana.sees("Send ¥40.00")
    await ana.taps("Confirm")
    await ana.says(PIN)
    await bo.taps("Accept", await bo.sees("sent you ¥40.00"))
    await bo.sees("in your wallet")
    for person in (ana, bo):
        thumb = await at_the_menu(person)
        asked = await thumb.on("Send", "Who is it for|To whom")
        assert len(asked.labels) <= 6
        await thumb.on("¥40.00 again", "Send ¥40.00 to")
        await thumb.on("Confirm", "type your PIN")
        await person.says(PIN)
        await person.sees("is on its way")
        assert thumb.taps <= 3


async def test_repay_takes_two_and_what_one_owes_is_seen_by_one(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=1000)
    await ana.says("/borrow 3000 6")
    await ana.taps("Confirm", await ana.sees("All-in annual rate"))
    await ana.says(PIN)
    await ana.sees("The contract is signed")
    thumb = await at_the_menu(ana)
    card = await thumb.on("Repay", "Repay ¥527.13")
    assert thumb.taps == 1, "what is owed and when"
    assert card.labels[-1] == "Another sum"
    assert len(card.labels) <= 6
    await thumb.on("Confirm", "¥527.13 repaid")
    assert thumb.taps <= 2
    thumb = await at_the_menu(ana)
    await thumb.on("My money", "Owed on loans ¥2,472.87")
    assert thumb.taps == 1


async def test_another_sum_than_the_usual_may_be_written_or_tapped(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=1000)
    await ana.says("/borrow 3000 6")
    await ana.taps("Confirm", await ana.sees("All-in annual rate"))
    await ana.says(PIN)
    await ana.sees("The contract is signed")
    thumb = await at_the_menu(ana)
    await thumb.on("Repay", "Repay ¥527.13")
    await ana.says("200")
    await ana.sees("Repay ¥200.00")
    thumb = await at_the_menu(ana)
    await thumb.on("Repay", "Repay ¥527.13")
    await thumb.on("Another sum", "Tap one, or")


async def test_put_in_takes_three(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    thumb = await at_the_menu(ana)
    asked = await thumb.on("Top up", "How much")
    await thumb.on(asked.labels[0], "into your wallet")
    await thumb.on("Confirm", "is in your wallet")
    assert thumb.taps <= 3


async def test_the_menus_first_row_is_what_this_person_does_most(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    usual = (await the_menu(ana)).labels
    for _ in range(2):
        await ana.says("/topup 20")
        await ana.taps("Confirm", await ana.sees("Put ¥20.00"))
        await ana.sees("is in your wallet")
    now = (await the_menu(ana)).labels
    assert now[0] == "Top up" != usual[0]
    assert sorted(now) == sorted(usual)


async def the_menu(person: Person) -> Seen:
    await person.says("/start")
    return await person.sees("What would you like to do")


@pytest.mark.parametrize(("language", "title"), [("en", "Waiting for you"), ("zh", "待您处理")])
async def test_what_waits_to_be_accepted_and_to_be_paid_stands_on_top_of_start(
    susu: Susu, language: str, title: str
) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo", money=100, language=language)
    await ana.says(f"/send @{bo.json['username']} 50")
    await ana.sees("Send ¥50.00")
    await ana.taps("Confirm")
    await ana.says(PIN)
    await ana.sees("is on its way")
    await ana.says(f"/request @{bo.json['username']} 7")
    await ana.taps("Confirm", await ana.sees("¥7.00"))
    await ana.sees("sked for ¥7.00")
    await bo.says("/start")
    queue = await bo.sees(title)
    assert queue.labels[0].endswith("¥7.00 · Ana")
    assert "¥50.00 · Ana" in queue.labels[1]
    await bo.taps(queue.labels[0], queue)
    await bo.sees("¥7.00")
    assert await susu.balance(bo) == yuan(100)


async def test_put_into_change_plus_takes_three_where_the_sum_is_written(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    thumb = await at_the_menu(ana)
    await thumb.on("My money", "My money ¥500.00")
    await thumb.on("Put in", "Change Plus")
    await ana.says("200")
    await ana.sees("Put ¥200.00 into Change Plus")
    await thumb.on("Confirm", "type your PIN")
    await ana.says(PIN)
    await ana.sees("is on its way into Change Plus")
    assert thumb.taps <= 3
