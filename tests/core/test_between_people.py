"""What people may do to each other: how often one may ask, whom one may block, how many links one may guess."""

from __future__ import annotations

from datetime import timedelta

import pytest

from finance_core.customers import blocking
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, RuleViolation, TemporarilyUnavailable
from finance_core.storage.unit import Units
from finance_core.wallet import guesses, service
from finance_core.wallet.rails import SANDBOX
from finance_core.wallet.rules import MOST_REQUESTS, MOST_REQUESTS_TO_ONE, MOST_STRANGERS_ASKED
from tests.builders import CIPHER, a_customer, balance, verified, yuan


async def asks(units: Units, asker: int, payer: int) -> None:
    async with units.begin() as unit:
        await service.request(unit, CIPHER, asker, payer, yuan(1), "", service.new_token())


async def refused(units: Units, asker: int, payer: int) -> ErrorCode:
    with pytest.raises(RuleViolation) as refusal:
        await asks(units, asker, payer)
    return refusal.value.code


async def pays(units: Units, payer: int, payee: int) -> None:
    async with units.begin() as unit:
        sent, _ = await service.send(unit, CIPHER, payer, payee, yuan(1), "", service.new_token())
        await service.accept(unit, sent.token, payee)


async def test_without_a_phone_the_limit_is_for_life_and_with_one_for_the_year(units: Units) -> None:
    for tier, limit, code in ((0, 1_000, ErrorCode.OUTFLOW_LIMIT_EVER), (1, 100_000, ErrorCode.OUTFLOW_LIMIT)):
        ana = await a_customer(units, "Ana", tier=tier, money=limit + 1)
        with pytest.raises(RuleViolation) as refusal:
            async with units.begin() as unit:
                await service.withdraw(unit, ana.id, yuan(limit + 1), f"all:{tier}", SANDBOX)
        assert (refusal.value.code, refusal.value.details["next_tier"]) == (code, tier + 1)


async def test_one_person_is_asked_a_few_times_a_day(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, "Ana"), await a_customer(units, "Bo")
    for _ in range(MOST_REQUESTS_TO_ONE):
        await asks(units, ana.id, bo.id)
    assert await refused(units, ana.id, bo.id) is ErrorCode.REQUESTS_TO_ONE
    clock.set(clock.now() + timedelta(hours=24))
    await asks(units, ana.id, bo.id)


async def test_few_strangers_are_asked_and_people_one_knows_more_often(units: Units) -> None:
    ana = await a_customer(units, "Ana", money=100)
    strangers = [await a_customer(units, f"S{number}") for number in range(MOST_STRANGERS_ASKED + 1)]
    friends = [await a_customer(units, f"F{number}") for number in range(6)]
    for friend in friends:
        await pays(units, ana.id, friend.id)
    for stranger in strangers[:-1]:
        await asks(units, ana.id, stranger.id)
    assert await refused(units, ana.id, strangers[-1].id) is ErrorCode.REQUESTS_TO_STRANGERS
    for number in range(MOST_REQUESTS - MOST_STRANGERS_ASKED):
        await asks(units, ana.id, friends[number % 6].id)
    assert await refused(units, ana.id, friends[5].id) is ErrorCode.REQUESTS_MANY
    await verified(units)


async def test_who_is_blocked_neither_sends_nor_asks_until_unblocked(units: Units) -> None:
    ana, eve = await a_customer(units, "Ana"), await a_customer(units, "Eve", money=100)
    async with units.begin() as unit:
        await blocking.block(unit, ana.id, eve.id)
        await blocking.block(unit, ana.id, eve.id)
    for reaches in (asks(units, eve.id, ana.id), pays(units, eve.id, ana.id)):
        with pytest.raises(NotAllowed) as refusal:
            await reaches
        assert refusal.value.code is ErrorCode.PERSON_TAKES_NOTHING
    async with units.begin() as unit:
        assert await blocking.blocked_by(unit, ana.id) == [eve.id]
        await blocking.unblock(unit, ana.id, eve.id)
    await pays(units, eve.id, ana.id)
    await asks(units, eve.id, ana.id)
    await verified(units)


async def test_nobody_blocks_themselves(units: Units) -> None:
    ana = await a_customer(units, "Ana")
    with pytest.raises(NotAllowed, match="block_self"):
        async with units.begin() as unit:
            await blocking.block(unit, ana.id, ana.id)


async def test_a_send_that_was_kept_back_returns_when_its_sender_is_blocked_meanwhile(units: Units) -> None:
    ana, eve = await a_customer(units, "Ana"), await a_customer(units, "Eve", money=100)
    async with units.begin() as unit:
        sent, _ = await service.send(unit, CIPHER, eve.id, ana.id, yuan(40), "", service.new_token(), delay_hours=2)
        await blocking.block(unit, ana.id, eve.id)
    async with units.begin() as unit:
        await service.deliver_delayed(unit, sent.id)
    assert await balance(units, eve) == yuan(100)
    async with units.begin() as unit:
        assert (await service.find_send(unit, sent.token)).told_at is None
    await verified(units)


async def test_who_guesses_at_links_opens_none_for_an_hour(units: Units, clock: ManualClock) -> None:
    eve = await a_customer(units, "Eve")
    for _ in range(guesses.MOST_MISSES):
        async with units.begin() as unit:
            await guesses.require_few(unit, eve.id)
            await guesses.count_miss(unit, eve.id)
    with pytest.raises(TemporarilyUnavailable, match="links_guessed"):
        async with units.begin() as unit:
            await guesses.require_few(unit, eve.id)
    clock.set(clock.now() + guesses.WITHIN)
    async with units.begin() as unit:
        await guesses.require_few(unit, eve.id)
        await guesses.count_miss(unit, eve.id)
        await guesses.require_few(unit, eve.id)
