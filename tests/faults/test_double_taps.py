"""Twenty taps, fifty deliveries, two bots: money moves once, a receipt is shown, and the book verifies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu, a_bot, whole_service
from tests.embedded import Cluster

pytestmark = pytest.mark.asyncio(loop_scope="module")

TAPS = 20
DELIVERIES = 50


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def susu(cluster: Cluster) -> AsyncIterator[Susu]:
    async with whole_service(cluster) as running:
        yield running
        await running.left_in_order()


async def _taps_often(person: Person, button: str, times: int = TAPS) -> None:
    card = await person.last()
    await asyncio.gather(*(person.taps(button, card) for _ in range(times)))


async def test_confirm_tapped_twenty_times_at_once_moves_money_once(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/topup 100")
    await ana.sees("Put ¥100.00 into your wallet")
    await _taps_often(ana, "Confirm")
    await ana.sees("¥100.00 is in your wallet")
    assert await susu.balance(ana) == yuan(100)
    assert await susu.entries(ana, "wallet.topup") == 1
    receipts = [message for message in await ana.messages() if "Reference S" in message]
    assert len(receipts) == 1


async def test_a_loan_confirmed_twenty_times_is_signed_once(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/borrow 3000 6")
    await ana.sees("All-in annual rate")
    await _taps_often(ana, "Confirm")
    assert "type your PIN" in await ana.last()
    await ana.says(PIN)
    await ana.sees("The contract is signed")
    assert await susu.balance(ana) == yuan(3000)
    assert await susu.entries(ana, "loan.disbursement") == 1


async def test_accept_tapped_twenty_times_takes_the_money_once(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50")
    await ana.sees("Send ¥50.00")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await bo.sees("sent you ¥50.00")
    await _taps_often(bo, "Accept")
    await bo.sees("¥50.00 is in your wallet")
    assert await susu.balance(bo) == yuan(50)
    assert await susu.entries(bo, "wallet.send_accepted") == 1


async def test_an_update_delivered_fifty_times_is_one_update(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/topup 70")
    await ana.sees("Put ¥70.00 into your wallet")
    card = await ana.last()
    tap = _tap(ana, card.id, card.data["Confirm"])
    outcomes = await asyncio.gather(*(susu.inbox.store([tap]) for _ in range(DELIVERIES)))
    assert sum(outcome["stored"] for outcome in outcomes) == 1
    await ana.sees("¥70.00 is in your wallet")
    assert await susu.balance(ana) == yuan(70)


async def test_two_bots_on_one_database_do_nothing_twice(susu: Susu) -> None:
    people = [await susu.resident("Ana") for _ in range(5)]
    async with a_bot(susu.sandbox, susu.units):
        for person in people:
            await person.says("/topup 30")
        for person in people:
            await person.sees("Put ¥30.00 into your wallet")
        await asyncio.gather(*(_taps_often(person, "Confirm", 4) for person in people))
        for person in people:
            await person.sees("¥30.00 is in your wallet.*Reference S")
    assert [await susu.balance(person) for person in people] == [yuan(30)] * len(people)
    await susu.verified()


def _tap(person: Person, message_id: int, data: str) -> dict[str, Any]:
    """Return a tap as Telegram delivers it, with an update id that the sandbox never gives."""
    user = {"id": person.id, "is_bot": False, "first_name": person.name}
    chat = {"id": person.chat_id, "type": "private", "first_name": person.name}
    message = {"message_id": message_id, "date": 1, "chat": chat, "text": "card"}
    query = {"id": "77", "from": user, "chat_instance": "1", "message": message, "data": data}
    return {"update_id": 990_000_001, "callback_query": query}
