"""Other people's taps, old and forged buttons, names full of HTML, guessed PINs: refused or shown harmless."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import pytest

from finance_core.customers.pin import PinOutcome, try_pin
from tests.builders import CIPHER, yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

GUESSES = 100
TRIES_BEFORE_LOCK = 5
_update_ids = count(980_000_001)
"""Update ids that the sandbox never gives."""


async def _card(person: Person, amount: int) -> dict[str, str]:
    await person.says(f"/topup {amount}")
    await person.sees("into your wallet")
    return (await person.last()).data


async def test_another_persons_tap_is_refused_and_moves_nothing(susu: Susu) -> None:
    ana, eve = await susu.resident("Ana"), await susu.resident("Eve")
    card = await _card(ana, 100)
    await _forge(susu, eve, card["Confirm"])
    assert await susu.balance(ana) == await susu.balance(eve) == yuan(0)


@pytest.mark.parametrize(
    "data", ["ok:AAAAAAAAAAAA:1", "ok::", "ok", "do:", "pay:x", "giveback:999", "💥", "key:9", "ans:"]
)
async def test_a_forged_button_gets_a_calm_answer(susu: Susu, data: str) -> None:
    eve = await susu.resident("Eve", money=10)
    await _forge(susu, eve, data)
    assert await susu.balance(eve) == yuan(10)
    assert await susu.value("SELECT count(*) FROM inbox WHERE reference IS NOT NULL") == 0


async def test_a_button_of_an_older_drawing_no_longer_acts(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/borrow 3000 6")
    await ana.sees("All-in annual rate")
    old = (await ana.last()).data["Confirm"]
    await ana.taps("Debit: from my wallet ⟳")
    await ana.sees("then from Change Plus")
    await _forge(susu, ana, old)
    assert await susu.entries(ana, "loan.disbursement") == 0


async def test_a_name_and_a_note_full_of_html_are_shown_harmless(susu: Susu) -> None:
    eve = await susu.resident("<b>Eve</b> & <a href='tg://user'>co</a>", money=100, username="eve_html")
    bo = await susu.resident("Bo")
    await eve.says(f"/send @{bo.json['username']} 20 <i>free</i> & <script>alert()</script>")
    await eve.sees("Send ¥20.00")
    await eve.taps("Confirm")
    await eve.sees("type your PIN")
    await eve.says(PIN)
    offer = await bo.sees("sent you ¥20.00")
    assert "<b>Eve</b> & <a href='tg://user'>co</a>" in offer.text
    assert "<script>alert()</script>" in offer.text
    assert "&lt;script&gt;" in offer.json["html"]


async def test_a_hundred_guesses_at_once_reach_the_hash_five_times(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    customer = await susu.customer(ana)
    checks = await asyncio.gather(*(try_pin(susu.units, CIPHER, customer.id, "000000") for _ in range(GUESSES)))
    assert sum(check.outcome == PinOutcome.WRONG for check in checks) == TRIES_BEFORE_LOCK
    assert sum(check.outcome == PinOutcome.LOCKED for check in checks) == GUESSES - TRIES_BEFORE_LOCK


async def test_the_fifth_wrong_pin_locks_and_the_right_one_is_not_looked_at(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("/withdraw 10")
    await ana.sees("Confirm|10.00")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    for _ in range(TRIES_BEFORE_LOCK - 1):
        await ana.says("135791")
        await ana.sees("Wrong PIN")
    await ana.says("135791")
    await ana.sees("Too many wrong PINs")
    assert await susu.balance(ana) == yuan(100)


async def _forge(susu: Susu, person: Person, data: str) -> None:
    """Let somebody press a button that nobody drew for them, and wait until it has been handled."""
    user = {"id": person.id, "is_bot": False, "first_name": person.name}
    chat = {"id": person.chat_id, "type": "private", "first_name": person.name}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": "card"}
    query: dict[str, Any] = {"id": "77", "from": user, "chat_instance": "1", "message": message, "data": data}
    update = {"update_id": next(_update_ids), "callback_query": query}
    await susu.inbox.store([update])
    async with asyncio.timeout(20):
        while await susu.value("SELECT count(*) FROM inbox WHERE state = 'pending'"):  # noqa: ASYNC110 - the worker tells nobody else
            await asyncio.sleep(0.02)
