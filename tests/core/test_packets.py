"""Red packets: made and paid for, opened once by each, held for who is new, gone back when their day is over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.customers.blocking import block
from finance_core.customers.models import Customer
from finance_core.customers.queries import outflow
from finance_core.friends import ending, entries, opening, packets, queries
from finance_core.friends.models import Audience, Packet, PacketState, ShareState
from finance_core.friends.opening import Claim
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.draws import PacketKind
from finance_core.groups import service as groups
from finance_core.groups.models import GroupChat
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import (
    Conflict,
    FinanceError,
    InsufficientFunds,
    InvalidInput,
    NotAllowed,
    RuleViolation,
)
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Entry, Transfer
from finance_core.lines import DECLARED
from finance_core.privacy import closing
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, balance, live, verified, yuan
from tests.friends import SEED, a_crowd, a_stranger, pushed

SHARE_POTS = [
    "SET LOCAL ROLE NONE",
    *(
        (Path("migrations/sql") / each).read_text(encoding="utf-8")
        for each in ("0002_ledger/18_ledger_post.sql", "0042_share_pots/01_waiting_shares.sql")
    ),
    "SET LOCAL ROLE susu_app",
]
"""The revision that gave each share an account, as it ran: by the owner, with the function that there was then."""
FIVE = NewPacket(yuan("10.00"), 5)


async def made(units: Units, sender: Customer, new: NewPacket = FIVE, token: str = "tkn-packet-1") -> Packet:
    async with units.begin() as unit:
        packet, _ = await packets.make(unit, CIPHER, sender.id, new, token, seed=SEED)
    return packet


async def opened(units: Units, packet: Packet, who: Customer, place_id: int | None = None) -> Claim:
    async with units.begin() as unit:
        return await opening.claim(unit, packet.token, who.id, place_id=place_id)


async def refused(units: Units, packet: Packet, who: Customer, place_id: int | None = None) -> str:
    with pytest.raises(FinanceError) as refusal:
        await opened(units, packet, who, place_id)
    return refusal.value.code


async def as_it_is(units: Units, packet: Packet) -> Packet:
    async with units.begin() as unit:
        return await packets.find(unit, packet.token)


async def out_in_the_year(units: Units, who: Customer) -> int:
    async with units.begin() as unit:
        return await outflow(unit, who.id, 2026)


async def test_a_packet_is_paid_for_when_it_is_made_and_counts_as_out(units: Units) -> None:
    ana = await a_customer(units, "Ana", money=100)
    packet = await made(units, ana)
    assert await balance(units, ana) == yuan("90.00")
    assert await out_in_the_year(units, ana) == 10_00
    assert packet.commitment[:8] + packet.commitment[-8:] == "6c86c6aa14b4b92b"
    assert await pushed(units, ana, "receipt.packet")
    await verified(units)


async def test_the_same_token_again_is_the_same_packet_and_receipt(units: Units) -> None:
    ana = await a_customer(units, "Ana", money=100)
    first, again = await made(units, ana), await made(units, ana)
    assert first.id == again.id
    assert await balance(units, ana) == yuan("90.00")
    assert await out_in_the_year(units, ana) == 10_00


async def test_another_persons_token_makes_nothing(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo", money=100)
    await made(units, ana)
    with pytest.raises(NotAllowed):
        await made(units, bo)


async def test_each_who_comes_gets_the_next_share_and_the_last_one_ends_it(units: Units) -> None:
    ana = await a_customer(units, "Ana", money=100)
    packet = await made(units, ana)
    people = [ana, *[await a_customer(units, f"P{number}") for number in range(4)]]
    claims = [await opened(units, packet, who) for who in people]
    assert [str(claim.amount) for claim in claims] == ["4.05", "1.49", "0.32", "2.46", "1.68"]
    assert [claim.is_last for claim in claims] == [False] * 4 + [True]
    after = await as_it_is(units, packet)
    assert (after.state, after.opened, after.settled_at is not None) == (PacketState.OPENED, 5, True)
    [told] = await pushed(units, ana, "packet.opened")
    assert told["luckiest"] == yuan("4.05").as_json()
    assert await balance(units, people[1]) == yuan("1.49")
    await verified(units)


async def test_who_opens_it_again_gets_the_same_answer_and_nothing_more(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo")
    packet = await made(units, ana)
    first, again = await opened(units, packet, bo), await opened(units, packet, bo)
    assert (first.nr, first.amount, first.is_first) == (again.nr, again.amount, True)
    assert not again.is_first
    assert await balance(units, bo) == yuan("4.05")
    assert len(await pushed(units, bo, "receipt.packet_share")) == 1


async def test_who_comes_when_all_are_opened_is_told_so(units: Units) -> None:
    ana, bo, cy = [await a_customer(units, name, money=10) for name in ("Ana", "Bo", "Cy")]
    packet = await made(units, ana, NewPacket(yuan("1.00"), 1, PacketKind.EQUAL))
    await opened(units, packet, bo)
    assert await refused(units, packet, cy) == ErrorCode.PACKET_EMPTY


@pytest.mark.parametrize(
    ("total", "shares", "code"),
    [
        ("0.04", 5, ErrorCode.PACKET_TOO_SMALL),
        ("1000.01", 5, ErrorCode.PACKET_TOO_LARGE),
        ("1.00", 0, ErrorCode.PACKET_SHARES),
        ("200.00", 101, ErrorCode.PACKET_SHARES),
    ],
)
async def test_a_packet_that_cannot_be_divided_is_refused(units: Units, total: str, shares: int, code: str) -> None:
    ana = await a_customer(units, "Ana", money=2000)
    with pytest.raises(InvalidInput) as refusal:
        await made(units, ana, NewPacket(yuan(total), shares))
    assert refusal.value.code == code
    assert await balance(units, ana) == yuan(2000)


async def test_more_than_the_wallet_has_is_refused(units: Units) -> None:
    ana = await a_customer(units, "Ana", money=5)
    with pytest.raises(InsufficientFunds):
        await made(units, ana)


async def test_more_than_the_tier_lets_out_is_refused(units: Units) -> None:
    ana = await a_customer(units, "Ana", tier=0, money=2000)
    await made(units, ana, NewPacket(yuan("900.00"), 10))
    with pytest.raises(RuleViolation) as refusal:
        await made(units, ana, NewPacket(yuan("100.01"), 10), "tkn-packet-2")
    assert refusal.value.code == ErrorCode.OUTFLOW_LIMIT_EVER


async def test_while_the_sender_is_locked_nothing_is_opened(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo")
    packet = await made(units, ana)
    async with units.begin() as unit:
        await customers.lock_outflow(unit, ana.id)
    assert await refused(units, packet, bo) == ErrorCode.PACKET_LOCKED
    async with units.begin() as unit:
        await customers.unlock_outflow(unit, ana.id)
    assert (await opened(units, packet, bo)).nr == 1


async def test_a_packet_for_named_people_is_opened_by_them_alone_and_they_are_told(units: Units) -> None:
    ana, bo, cy = [await a_customer(units, name, money=10) for name in ("Ana", "Bo", "Cy")]
    packet = await made(units, ana, NewPacket(yuan("2.00"), 1, audience=Audience.NAMED, people=(bo.id,), words="福"))
    [told] = await pushed(units, bo, "packet.waiting")
    assert told["token"] == packet.token
    assert await refused(units, packet, cy) == ErrorCode.PACKET_NOT_FOR_YOU
    assert (await opened(units, packet, bo)).amount == yuan("2.00")


async def test_a_packet_for_fewer_named_people_than_shares_is_refused(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo")
    with pytest.raises(InvalidInput) as refusal:
        await made(units, ana, NewPacket(yuan("2.00"), 2, audience=Audience.NAMED, people=(bo.id, bo.id)))
    assert refusal.value.code == ErrorCode.PACKET_PEOPLE


async def test_a_packet_does_not_reach_who_has_blocked_its_sender(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo")
    async with units.begin() as unit:
        await block(unit, bo.id, ana.id)
    with pytest.raises(NotAllowed):
        await made(units, ana, NewPacket(yuan("2.00"), 1, audience=Audience.NAMED, people=(bo.id,)))


async def a_group(units: Units, chat_id: int, *members: Customer) -> int:
    async with units.begin() as unit:
        group = await groups.met(unit, CIPHER, chat_id, title="Lunch", language="en")
        for member in members:
            await groups.seen(unit, group, member.id)
        return group.id


async def test_a_packet_for_the_members_of_a_group_is_opened_there_and_by_them_alone(units: Units) -> None:
    ana, bo, cy, dee = [await a_customer(units, name, money=10) for name in ("Ana", "Bo", "Cy", "Dee")]
    lunch, choir = await a_group(units, -71, ana, bo, cy), await a_group(units, -72, ana, bo, dee)
    new = NewPacket(yuan("2.00"), 2, PacketKind.EQUAL, Audience.PLACE, place_id=lunch)
    packet = await made(units, ana, new)
    async with units.begin() as unit:
        await packets.put_in(unit, packet.token, ana.id, lunch)
        with pytest.raises(NotAllowed) as elsewhere:
            await packets.put_in(unit, packet.token, ana.id, choir)
        assert elsewhere.value.code == ErrorCode.PACKET_OF_A_GROUP
    for who, place in ((bo, None), (bo, choir), (dee, lunch), (dee, choir)):
        assert await refused(units, packet, who, place) == ErrorCode.PACKET_FOR_MEMBERS
    async with units.begin() as unit:
        await groups.seen(unit, await unit.session.get_one(GroupChat, lunch), cy.id, is_in=False)
    assert await refused(units, packet, cy, lunch) == ErrorCode.PACKET_FOR_MEMBERS
    assert (await opened(units, packet, bo, lunch)).nr == 1
    assert (await opened(units, packet, bo)).nr == 1, "who has a share gets the same answer anywhere"
    assert (await opened(units, packet, ana, lunch)).is_last
    await verified(units)


async def test_a_packet_for_a_group_that_was_written_down_twice_is_opened_in_the_one_that_is_left(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana", money=10), await a_customer(units, "Bo")
    lunch, later = await a_group(units, -71, ana), await a_group(units, -100_71, ana, bo)
    new = NewPacket(yuan("2.00"), 2, PacketKind.EQUAL, Audience.PLACE, place_id=later)
    packet = await made(units, ana, new)
    async with units.begin() as unit:
        assert await groups.move(unit, -71, -100_71)
        await packets.put_in(unit, packet.token, ana.id, lunch)
    assert (await opened(units, packet, bo, lunch)).nr == 1


async def test_one_packet_for_anybody_in_three_places_is_one(units: Units) -> None:
    ana, bo = [await a_customer(units, name, money=10) for name in ("Ana", "Bo")]
    packet = await made(units, ana, NewPacket(yuan("2.00"), 2, PacketKind.EQUAL))
    for place in (71, 72, 73, 71):
        async with units.begin() as unit:
            await packets.put_in(unit, packet.token, ana.id, place)
    assert [(await opened(units, packet, bo, place)).nr for place in (71, 72, None)] == [1, 1, 1]


async def test_what_nobody_opened_within_a_day_goes_back_and_no_longer_counts_as_out(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo")
    packet = await made(units, ana)
    await opened(units, packet, bo)
    await live(units, clock, until="2026-03-13 10:01")
    assert await balance(units, ana) == yuan("95.95")
    assert await out_in_the_year(units, ana) == 4_05
    after = await as_it_is(units, packet)
    assert (after.state, after.opened) == (PacketState.EXPIRED, 1)
    [told] = await pushed(units, ana, "receipt.packet_returned")
    assert (told["opened"], told["shares"]) == (1, 5)
    assert await refused(units, packet, ana) == ErrorCode.PACKET_OVER
    await verified(units)


async def test_in_the_second_in_which_its_day_ends_a_packet_is_over_before_it_has_gone_back(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo")
    packet = await made(units, ana)
    clock.advance(hours=24, microseconds=-1)
    assert (await opened(units, packet, ana)).nr == 1
    clock.advance(microseconds=1)
    assert await refused(units, packet, bo) == ErrorCode.PACKET_OVER
    async with units.begin() as unit:
        with pytest.raises(Conflict):
            await packets.put_in(unit, packet.token, ana.id, 71)


async def test_a_strangers_share_is_held_until_they_join_and_then_paid(units: Units) -> None:
    ana = await a_customer(units, "Ana", money=100)
    neo = await a_stranger(units)
    packet = await made(units, ana)
    claim = await opened(units, packet, neo)
    assert claim.is_held
    assert await balance(units, neo) == yuan("0.00")
    await verified(units)
    async with units.begin() as unit:
        await customers.accept_terms(unit, neo.id)
        [paid] = await opening.pay_held(unit, neo.id)
    assert paid.amount == claim.amount
    assert await balance(units, neo) == yuan("4.05")
    async with units.begin() as unit:
        assert await opening.pay_held(unit, neo.id) == []
    await verified(units)


async def test_a_share_of_who_has_not_joined_by_the_end_goes_back(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, "Ana", money=100)
    neo, eve = await a_stranger(units), await a_stranger(units, "Eve")
    packet = await made(units, ana, NewPacket(yuan("2.00"), 2, PacketKind.EQUAL))
    assert not (await opened(units, packet, neo)).is_last
    assert (await opened(units, packet, eve)).is_last
    assert (await as_it_is(units, packet)).settled_at is None
    async with units.begin() as unit:
        await customers.accept_terms(unit, eve.id)  # joined, and nothing asked for what was held
    await live(units, clock, until="2026-03-13 10:01")
    assert await balance(units, ana) == yuan("99.00")
    assert await balance(units, eve) == yuan("1.00")
    async with units.begin() as unit:
        states = {share.claimant_id: share.state for share in await opening.shares_of(unit, packet.id)}
    assert states == {neo.id: ShareState.RETURNED, eve.id: ShareState.PAID}
    assert (await as_it_is(units, packet)).state == PacketState.OPENED
    assert await refused(units, packet, neo) == ErrorCode.PACKET_OVER  # it is not said to be in the wallet
    await verified(units)


async def test_a_packet_ends_once_and_not_before_its_day_is_over(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, "Ana", money=100)
    packet = await made(units, ana)
    async with units.begin() as unit:
        assert await ending.end(unit, packet.id) is None
    clock.advance(hours=24)
    for is_first in (True, False):
        async with units.begin() as unit:
            assert (await ending.end(unit, packet.id) is not None) is is_first
    assert await balance(units, ana) == yuan("100.00")


async def test_the_seed_is_shown_when_a_packet_is_over_and_not_before(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo")
    packet = await made(units, ana, NewPacket(yuan("10.00"), 2))
    await opened(units, packet, ana)
    async with units.begin() as unit:
        with pytest.raises(Conflict):
            await queries.published(unit, CIPHER, packet.token)
    await opened(units, packet, bo)
    async with units.begin() as unit:
        found = await queries.published(unit, CIPHER, packet.token)
        year = await queries.year_of(unit, bo.id, 2026)
    assert (found.seed, sum(amount.amount for amount in found.given)) == (SEED, 10_00)
    assert (year.sent, year.received) == (yuan("0.00"), found.given[1])


async def test_what_waits_in_a_packet_of_an_older_release_is_opened_and_goes_back(
    units: Units, clock: ManualClock
) -> None:
    """Before each share had an account, a packet's money waited in one, owned by the packet."""
    ana, bo, chidi = [await a_customer(units, name, money=100) for name in ("Ana", "Bo", "Chidi")]
    packet = await made(units, ana)
    await opened(units, packet, bo)
    async with units.begin() as unit:
        free = (await opening.shares_of(unit, packet.id))[1:]
        whole = ledger.Account("2020", packet.id)
        back = tuple(
            Transfer(entries.share_pot(packet.id, share.nr, CNY), whole, Money(share.amount, CNY)) for share in free
        )
        await ledger.post(unit, Entry("friends.packet_shares", "as it was", back))
    async with units.begin() as unit:
        for statement in SHARE_POTS:
            await (await unit.session.connection()).exec_driver_sql(statement)
        assert not await ledger.balance(unit, whole)
    assert (await opened(units, packet, chidi)).nr == 2
    await verified(units)
    await live(units, clock, until="2026-03-13 10:01")
    assert await balance(units, ana) == yuan("94.46")
    assert await balance(units, chidi) == yuan("101.49")
    await verified(units)


async def test_a_hundred_shares_under_a_stampede_are_opened_once_each(cloned_url: str, cloned_units: Units) -> None:
    """A hundred and fifty people at once, some of them twice: a hundred shares, the sum exact, nobody two."""
    ana = await a_customer(cloned_units, "Ana", money=1000)
    packet = await made(cloned_units, ana, NewPacket(yuan("500.00"), 100))
    people = await a_crowd(cloned_units, 150)
    engine = create_engine(cloned_url, pool_size=12)
    many = Units(engine, cloned_units.clock)

    async def tap(who: int) -> Claim | str:
        try:
            async with many.begin() as unit:
                return await opening.claim(unit, packet.token, who)
        except Conflict as refusal:
            return refusal.code

    answers = await asyncio.gather(*(tap(who) for who in [*people, *people[:30]]))
    await engine.dispose()
    claims = [answer for answer in answers if isinstance(answer, Claim)]
    first = [claim for claim in claims if claim.is_first]
    assert len(first) == len({claim.nr for claim in first}) == 100
    assert sum(claim.amount.amount for claim in first) == 500_00
    assert sum(claim.is_last for claim in claims) == 1
    assert {answer for answer in answers if isinstance(answer, str)} == {ErrorCode.PACKET_EMPTY}
    async with cloned_units.begin() as unit:
        pots = [entries.share_pot(packet.id, nr, CNY) for nr in range(1, 101)]
        assert {await ledger.balance(unit, pot) for pot in pots} == {yuan("0.00")}
    await verified(cloned_units)


async def test_closing_an_account_waits_for_what_nobody_has_opened_not_for_the_whole_packet(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo")
    packet = await made(units, ana)
    await opened(units, packet, bo)
    rest = yuan("10.00") - await balance(units, bo)
    async with units.begin() as unit:
        waits = (await closing.needed(unit, DECLARED.needs, [ana.id]))[ana.id]
    assert [each.amount for each in waits if each.name == "packet"] == [rest]
    assert yuan(0) < rest < yuan("10.00")
