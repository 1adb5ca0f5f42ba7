"""The evening before a due day: who is eligible is published and bids are opened, then the round's key, and the draw.

What is drawn depends on what was published before: picks, the list, the chain of keys. A key that does not hash to the
one before draws nothing; operators are told, and after twelve hours its chain is void.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from finance_core.circles import boards
from finance_core.circles.admission import too_early
from finance_core.circles.bids import auction_of
from finance_core.circles.book.closing import set_won
from finance_core.circles.book.ending import settle
from finance_core.circles.book.evenings import AWAY, DRAWN_AT, LISTED_AT, VOID_AFTER, at, bids_end_at
from finance_core.circles.book.models import CircleEligible, CircleRound, RoundState
from finance_core.circles.book.notices import CircleDrawn, CircleKeyFails
from finance_core.circles.book.payouts import begin_due
from finance_core.circles.chains import begin_chain, chain_key_of, chain_of, new_last_key, publish_picks
from finance_core.circles.draw_models import CircleBid, CircleKey
from finance_core.circles.finding import locked_by_id, members_of, money_of, places_of
from finance_core.circles.leaving import late_people
from finance_core.circles.models import Circle, CirclePlace, CircleState, PlaceState
from finance_core.circles.notices import CircleNewChain
from finance_core.circles.notifications import of, tell
from finance_core.circles.rules.bidding import Chance, decided, eligible
from finance_core.circles.rules.draws import Purpose, key_before, tickets
from finance_core.circles.rules.settings import Order
from finance_core.circles.sealing import bid_associated_data
from finance_core.customers.roles import Permission, holders
from finance_core.notices import Notice, Urgency, enqueue, enqueue_many
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def list_round(unit: Unit, cipher: Cipher | None, circle_id: int, number: int) -> None:
    """Publish who is eligible in a round, once; bids end with it, the highest ones that are alike are marked.

    Found late because the service was away: what was sent in time is waited for, half an hour.
    """
    circle = await locked_by_id(unit, circle_id)
    due = await _round(unit, circle_id, number)
    if circle.state != CircleState.RUNNING or due.state != RoundState.COMING:
        return
    if due.listed_at is None and unit.now - at(due, LISTED_AT, unit.zone) > AWAY:
        due.listed_at = unit.now
    if unit.now < bids_end_at(due, unit.zone):
        return
    due.state, due.listed_at = RoundState.LISTED, unit.now
    if due.refunds_place is None:
        unpaid = await _unpaid(unit, circle, number)
        listed = eligible([place.nr for place in unpaid], await _late(unit, circle))
        bids = await _bids(unit, cipher, circle, number, listed) if circle.receiving_order == Order.AUCTION else {}
        alike = {place for place, bid in bids.items() if bid == max(bids.values())} if len(bids) > 1 else set()
        for place in listed:
            tied = place in alike and len(alike) > 1
            unit.session.add(CircleEligible(circle_id=circle_id, round=number, place=place, is_tied=tied))
    await unit.session.flush()
    await boards.changed(unit, circle)


async def draw_round(unit: Unit, cipher: Cipher | None, circle_id: int, number: int) -> None:
    """Publish a listed round's key and decide who receives, once. A key that fails decides nothing, and is told."""
    circle = await locked_by_id(unit, circle_id)
    due = await _round(unit, circle_id, number)
    if circle.state != CircleState.RUNNING or due.drawn_at is not None or due.listed_at is None:
        return
    chain = await chain_of(unit, circle)
    if cipher is not None and chain is not None and chain.picks_hash is None:
        await publish_picks(unit, cipher, circle, chain, await places_of(unit, circle))
    key = await _key(unit, cipher, chain, due)
    if chain is None or key is None or chain.picks_hash is None:
        await _key_fails(unit, cipher, circle, chain, due)
        return
    due.key, due.chain, due.drawn_at = key, chain.nr, unit.now
    if due.refunds_place is None:
        await _decide(unit, cipher, circle, due, Chance(key, chain.picks_hash, circle.code, number))
    await unit.session.flush()
    if due.due_on <= unit.open_on:
        await begin_due(unit, [circle_id])
        await settle(unit, [circle_id], f"drawn:{circle_id}:{number}", {"circle": circle_id})
    await boards.changed(unit, circle)


async def _round(unit: Unit, circle_id: int, number: int) -> CircleRound:
    return await unit.session.get_one(
        CircleRound, (circle_id, number), with_for_update={"key_share": True}, populate_existing=True
    )


async def _unpaid(unit: Unit, circle: Circle, number: int) -> list[CirclePlace]:
    """Return the open places that have not received and will not in an earlier round; who comes too early last."""
    held = await places_of(unit, circle, PlaceState.HELD)
    unpaid = [place for place in held if place.received_round is None and (place.turn is None or place.turn >= number)]
    early = await too_early(unit, circle, number)
    return [place for place in unpaid if place.nr not in early] or unpaid


async def _late(unit: Unit, circle: Circle) -> set[int]:
    """Return the places of everybody who is late with anything in this circle."""
    late = await late_people(unit, circle)
    return {place.nr for place in await places_of(unit, circle, PlaceState.HELD) if place.customer_id in late}


async def _key(unit: Unit, cipher: Cipher | None, chain: CircleKey | None, due: CircleRound) -> str | None:
    """Return a round's key if it hashes to the one that was published before it; None where it is missing or wrong."""
    if cipher is None or chain is None or chain.voided_at is not None:
        return None
    number = due.nr - chain.first_round + 1
    before = chain.key_zero
    if number > 1:
        published = await unit.session.get(CircleRound, (due.circle_id, due.nr - 1))
        if published is None or published.key is None or published.chain != chain.nr:
            return None
        before = published.key
    try:
        key = chain_key_of(cipher, chain, number)
    except Exception:  # whatever a damaged value raises, there is no key  # noqa: BLE001
        return None
    return key if key_before(key) == before else None


@dataclass(frozen=True, slots=True)
class _Decided:
    """Who receives, by which discount (None: no auction), and what was drawn."""

    place: int
    bid: int | None
    purpose: Purpose | None


async def _decide(unit: Unit, cipher: Cipher | None, circle: Circle, due: CircleRound, chance: Chance) -> None:
    rows = await unit.session.scalars(
        select(CircleEligible.place)
        .where(CircleEligible.circle_id == circle.id, CircleEligible.round == due.nr)
        .order_by(col(CircleEligible.place))
    )
    listed = list(rows)
    able = await _able(unit, circle, due.nr, listed)
    if not able:
        return
    is_auction = circle.receiving_order == Order.AUCTION
    won = await _auctioned(unit, cipher, circle, due, able, chance) if is_auction else _drawn(able, listed, chance)
    due.receiver_place, due.purpose, due.bid = won.place, won.purpose, won.bid
    place = await unit.session.get_one(CirclePlace, (circle.id, won.place))
    place.turn = due.nr
    await unit.session.flush()
    await _tell(unit, circle, due, place)


async def _able(unit: Unit, circle: Circle, number: int, listed: Sequence[int]) -> list[int]:
    """Return which of the listed places can take the round: held, not received, their member not suspended.

    Who cannot makes room for the next; where none of the list can, whoever of the others has not received.
    """
    members = {each.customer_id: each for each in await members_of(unit, circle)}
    unpaid = [place for place in await _unpaid(unit, circle, number) if place.turn is None]
    able = [
        place.nr for place in unpaid if place.customer_id in members and members[place.customer_id].suspended_at is None
    ]
    return [nr for nr in able if nr in listed] or able or [place.nr for place in unpaid]


def _drawn(able: Sequence[int], listed: Sequence[int], chance: Chance) -> _Decided:
    """Draw a lottery's round: the smallest ticket of who can take it."""
    among = [nr for nr in listed if nr in able] or able
    drawn = tickets(Purpose.DRAW, chance.key, chance.picks, chance.code, chance.number, among)
    return _Decided(next(iter(drawn)), None, Purpose.DRAW)


async def _auctioned(
    unit: Unit, cipher: Cipher | None, circle: Circle, due: CircleRound, able: Sequence[int], chance: Chance
) -> _Decided:
    """Decide an auction's round, publish the bid that won, and set what each open place pays."""
    auction = await auction_of(unit, circle)
    bids = await _bids(unit, cipher, circle, due.nr, able)
    not_now = {place.nr for place in await places_of(unit, circle) if place.passes_round == due.nr}
    won = decided(bids, late=(), not_now=not_now, unpaid=able, least=auction.commission, chance=chance)
    await set_won(unit, circle.id, due.nr, auction.won(won.place, won.bid), auction.places)
    if won.place in bids and won.bid == bids[won.place] and len(able) > 1:
        await _publish_bid(unit, cipher, circle, due.nr, won.place)
    return _Decided(won.place, won.bid, won.drawn)


async def _bids(
    unit: Unit, cipher: Cipher | None, circle: Circle, number: int, places: Sequence[int]
) -> dict[int, int]:
    """Return what places have bid for a round, within what may be bid for it now."""
    auction, found = await auction_of(unit, circle), dict[int, int]()
    if cipher is None:  # then there is no key either, and nothing is decided
        return found
    for row in await _standing_bids(unit, circle, number):
        if row.place in places:
            bid = int(cipher.decrypt(row.amount_sealed, bid_associated_data("amount", row.key)))
            found[row.place] = min(max(bid, auction.commission), auction.most_bid)
    return found


async def _standing_bids(unit: Unit, circle: Circle, number: int) -> list[CircleBid]:
    query = select(CircleBid).where(
        CircleBid.circle_id == circle.id, CircleBid.round == number, col(CircleBid.over_at).is_(None)
    )
    return list(await unit.session.scalars(query.order_by(col(CircleBid.place))))


async def _publish_bid(unit: Unit, cipher: Cipher | None, circle: Circle, number: int, place: int) -> None:
    assert cipher is not None
    for row in await _standing_bids(unit, circle, number):
        if row.place == place:
            row.amount = int(cipher.decrypt(row.amount_sealed, bid_associated_data("amount", row.key)))
            row.nonce = cipher.decrypt(row.nonce_sealed, bid_associated_data("nonce", row.key)).decode()


async def _tell(unit: Unit, circle: Circle, due: CircleRound, place: CirclePlace) -> None:
    assert place.customer_id is not None
    told = CircleDrawn(**of(circle), round=due.nr, due_on=due.due_on,
                       sum=money_of(circle, due.prize or 0), by_bid=due.purpose is None)  # fmt: skip
    key = f"{told.kind}:{circle.id}:{due.nr}:{place.nr}"
    about = f"circle:{circle.id}"
    await enqueue(unit, told, customer_id=place.customer_id, urgency=Urgency.SYSTEM, key=key, about=about)


async def _key_fails(
    unit: Unit, cipher: Cipher | None, circle: Circle, chain: CircleKey | None, due: CircleRound
) -> None:
    """Tell operators that there was no draw; twelve hours after its hour the chain is void, and a new one begins."""
    due.failed_at = unit.now
    told = CircleKeyFails(**of(circle), round=due.nr)
    key = f"{told.kind}:{circle.id}:{due.nr}:{chain.nr if chain is not None else 0}"
    await enqueue_many(
        unit,
        [
            Notice(content=told, urgency=Urgency.SYSTEM, key=f"{key}:{operator}", customer_id=operator)
            for operator in await holders(unit, Permission.RUN_SERVICE)
        ],
    )
    if cipher is not None and chain is not None and unit.now - at(due, DRAWN_AT, unit.zone) >= VOID_AFTER:
        await void_chain(unit, cipher, circle, chain, due.nr)


async def void_chain(unit: Unit, cipher: Cipher, circle: Circle, chain: CircleKey, number: int) -> CircleKey:
    """Void a chain whose key fails, and begin one for this round and those after it: a new key 0, new picks."""
    chain.voided_at, chain.voided_why = unit.now, "key"
    await unit.session.flush()
    await boards.changed(unit, circle)
    await tell(
        unit,
        [member.customer_id for member in await members_of(unit, circle)],
        CircleNewChain(**of(circle), token=circle.token),
        f"chain:{circle.id}:{chain.nr + 1}",
    )
    return await begin_chain(
        unit, cipher, circle, first_round=number, last_round=circle.rounds or number, last_key=new_last_key()
    )
