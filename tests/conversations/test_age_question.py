"""The question of age takes yes for Yes and no for No, in words too; whatever else is said is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from finance_core.customers.roles import Role
from tests.conversations.test_operator import an_operator
from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from tests.conversations.harness import Person
    from tests.conversations.whole_service import Susu


ASKED = "Are you 18 or older"


async def comes_to_the_question(ana: Person, words: str) -> None:
    """Ask for a first contract, and confirm its card if it has one."""
    await ana.says(words)
    card = await ana.sees("")
    if "Confirm" in card.labels:
        await ana.taps("Confirm", card)
        card = await ana.sees("")
    assert ASKED in card


@pytest.mark.parametrize("words", ["/invest 100", "/deposit 100 30", "save 100 every week", "/risk"])
async def test_what_is_neither_is_asked_again_and_then_taken(susu: Susu, words: str) -> None:
    ana = await susu.resident("Ana", money=300, has_applied=False)
    await comes_to_the_question(ana, words)
    for unclear in ("maybe soon", "next year"):
        await ana.says(unclear)
        await ana.sees(ASKED)
    assert (await susu.customer(ana)).adult_confirmed_at is None
    await ana.says("yes")
    assert ASKED not in await ana.sees("")
    assert (await susu.customer(ana)).adult_confirmed_at is not None


WAYS = ("/invest 100", "/deposit 100 30", "save 100 every week", "/risk", "/borrow 1000 6")


@pytest.mark.parametrize("words", WAYS)
async def test_no_is_no_whatever_is_tried_afterwards(susu: Susu, words: str) -> None:
    ana = await susu.resident("Ana", money=300, has_applied=False)
    await comes_to_the_question(ana, words)
    await ana.says("no")
    await ana.sees("18 and over.*We keep your answer.*our staff can correct it")
    await ana.says("yes")
    await ana.sees("")
    for again in WAYS:
        await ana.says(again)
        card = await ana.sees("")
        if "Confirm" in card.labels:
            await ana.taps("Confirm", card)
            card = await ana.sees("")
        assert "18 and over" in card, again
        assert ASKED not in card
    assert (await susu.customer(ana)).adult_confirmed_at is None


async def test_support_corrects_a_no_that_was_a_mistake(susu: Susu) -> None:
    ana = await susu.resident("小安", money=300, has_applied=False, language="zh")
    await ana.says("/risk")
    await ana.sees("年满18岁吗")
    await ana.taps("否")
    await ana.sees("回答已保留.*由工作人员更正")
    olu = await an_operator(susu, "Olu", Role.SUPPORT)
    await olu.says("/operator")
    await olu.taps("More ›", await olu.sees("desk"))
    await olu.taps("👤 People", await olu.sees("More"))
    await olu.taps("🎂 Correct an age", await olu.sees(""))
    await olu.sees("Who said by mistake that they are under 18")
    await olu.says(f"@{ana.json['username']}")
    await olu.sees("answered on .* that they are under 18. Why is that a mistake")
    await olu.says("her passport says 1990")
    card = await olu.sees("Correct the answer of .*her passport says 1990")
    await olu.taps("Confirm", card)
    await olu.sees("PIN")
    await olu.says(PIN)
    await olu.sees("The answer is taken back")
    recorded = (
        "SELECT count(*) FROM audit_line WHERE act = 'customer.correct_age' AND details ->> 'why' LIKE 'her passport%'"
    )
    assert await susu.value(recorded) == 1
    await ana.sees("工作人员已更正您.*“未满18岁”的回答")
    await ana.says("/risk")
    await ana.sees("年满18岁吗")
    await ana.taps("是")
    assert (await susu.customer(ana)).adult_confirmed_at is not None
