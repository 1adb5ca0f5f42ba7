"""The question of age takes yes for Yes and no for No, in words too; whatever else is said is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


@pytest.mark.parametrize("words", ["/invest 100", "/deposit 100 30", "save 100 every week", "/risk"])
async def test_no_is_no(susu: Susu, words: str) -> None:
    ana = await susu.resident("Ana", money=300, has_applied=False)
    await comes_to_the_question(ana, words)
    await ana.says("no")
    await ana.sees("18 and over")
    assert (await susu.customer(ana)).adult_confirmed_at is None
