"""What a circle's group is told when a round has ended: once for each round and board, in the unit that pays it out."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from sqlalchemy import text

from finance_core.circles import daily
from finance_core.circles.boards import CIRCLE
from finance_core.circles.book.payouts import pay_out
from finance_core.kernel.clock import ManualClock
from finance_core.notices import boards
from finance_core.storage.unit import Units
from tests.builders import live, the_catalogue, verified
from tests.circle_rounds import FIRST_DUE, Run, a_circle

GROUP, OTHER = -1_001, -1_002


@pytest.fixture(autouse=True)
async def _catalogue(units: Units) -> None:
    await the_catalogue(units)


async def shown(circle: Run, *chats: int) -> Run:
    async with circle.units.begin() as unit:
        for chat in chats:
            await boards.show(unit, CIRCLE, circle.id, chat_id=chat, language="zh" if chat == OTHER else "en")
    return circle


async def told(units: Units) -> list[Any]:
    async with units.begin() as unit:
        query = "SELECT chat_id, language, params FROM outbox WHERE kind = 'circle.round_ended' ORDER BY id"
        return list(await unit.session.execute(text(query)))


async def test_each_group_reads_it_once_a_round_with_who_had_paid(units: Units, clock: ManualClock) -> None:
    await a_circle(units, 3)  # without a board nobody is told
    await shown(await a_circle(units, 3, period="day"), GROUP, OTHER)
    await live(units, clock, until="2026-03-20 09:30")
    assert [(row.chat_id, row.language) for row in await told(units)] == [(GROUP, "en"), (OTHER, "zh")]
    said = (await told(units))[0].params
    assert (said["round"], said["rounds"], said["receiver"]) == (1, 3, 1)
    assert said["pot"] == {"amount": 600_00, "asset": "CNY"}
    assert [(each["paid"], each["has_received"]) for each in said["people"]] == [
        (True, True), (True, False), (True, False)]  # fmt: skip
    assert "P1" not in str(said)  # names are encrypted until it is sent
    await daily.PAY.run(units, FIRST_DUE)
    assert len(await told(units)) == 2
    await live(units, clock, until="2026-03-22 09:30")
    assert [row.params["round"] for row in await told(units)] == [1, 1, 2, 2, 3, 3]
    await verified(units)


async def test_what_comes_later_is_no_second_end_and_a_group_without_the_bot_reads_nothing(
    units: Units, clock: ManualClock
) -> None:
    circle = await shown(await a_circle(units, 3, automatic=False, shortfall="pay"), GROUP, OTHER)
    async with units.begin() as unit:
        await boards.park(unit, OTHER)
    await circle.pay(3, 200)
    await live(units, clock, until="2026-03-22 09:30")
    [row] = await told(units)
    assert (row.chat_id, [each["paid"] for each in row.params["people"]]) == (GROUP, [True, False, True])
    await circle.pay(2, 200)
    assert await circle.wallet(1) == "2,400.00"
    assert len(await told(units)) == 1
    await verified(units)


async def test_what_dies_before_its_commit_has_told_nobody_and_goes_on_where_it_was(
    units: Units, clock: ManualClock
) -> None:
    circle = await shown(await a_circle(units, 3), GROUP)
    await live(units, clock, until="2026-03-20 08:59")
    for place in (2, 3):
        await circle.pay(place, 200)
    with contextlib.suppress(ConnectionResetError):
        async with units.begin() as unit:
            await pay_out(unit, [circle.id], "dies", {"circle": circle.id})
            raise ConnectionResetError
    assert (await told(units), await circle.wallet(1)) == ([], "2,000.00")
    await live(units, clock, until="2026-03-20 09:30")
    assert (len(await told(units)), await circle.wallet(1)) == (1, "2,400.00")
    await verified(units)
