"""Sealed bids for an auction's round, and *not this time* (CIRCLES §5).

The last bid of a place counts, until 18:00 the day before. It is encrypted from every role; its seal is published when
it is made, and the bidder has the nonce at once, so that each can check their own afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from finance_core.circles import boards
from finance_core.circles.admission import require_free, require_not_early, require_not_excluded
from finance_core.circles.book.evenings import bids_end_at
from finance_core.circles.book.models import CircleRound, RoundState
from finance_core.circles.draw_models import CircleBid
from finance_core.circles.finding import locked, money_of, places_of, require_member, require_place, require_running
from finance_core.circles.leaving import is_late
from finance_core.circles.models import Circle, CirclePlace, PlaceState
from finance_core.circles.product import terms_of
from finance_core.circles.rules.auctions import Cost, Period, Round, cost
from finance_core.circles.rules.bidding import seal
from finance_core.circles.rules.settings import Order
from finance_core.circles.sealing import bid_associated_data
from finance_core.customers.queries import locked as locked_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class MyBid:
    """A bid as its bidder sees it: with the nonce, by which its seal can be checked."""

    round: int
    place: int
    amount: Money
    nonce: str
    seal: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as everybody in the circle sees it: whose it is, nobody is told. `stands`: it was not replaced."""

    seal: str
    made_at: datetime
    stands: bool


@dataclass(frozen=True, slots=True)
class BidQuote:
    """What may be bid, and what a bid would cost.

    Attributes:
        least: The commission; most: 40 % of the pot.
        prize: What the bidder would receive; net: the contribution that the bidder would pay in the round.
        discount: The bid itself, as money that is given up.
        cost: Annual rates in percent, None where there is none.
        ends_at: Until when bids are taken.
    """

    least: Money
    most: Money
    prize: Money
    net: Money
    discount: Money
    cost: Cost
    ends_at: datetime


async def quote(
    unit: Unit,
    token: str,
    customer_id: int,
    place: int,
    number: int,
    amount: Money,
    *,
    excluded_until: date | None,
) -> BidQuote:
    """Return what a bid would cost, before it is made. Raises: as `bid`."""
    circle, due, _ = await _ready(unit, token, customer_id, place, number, excluded_until)
    auction = await auction_of(unit, circle)
    _require_bounds(circle, auction, amount)
    outcome = auction.won(place, amount.amount)
    net = outcome.net[auction.places.index(place)]
    rate = cost(outcome, net, number, circle.rounds or 0, Period(circle.period))
    least, most = money_of(circle, auction.commission), money_of(circle, auction.most_bid)
    prize = money_of(circle, outcome.prize)
    return BidQuote(least, most, prize, money_of(circle, net), amount, rate, bids_end_at(due, unit.zone))


async def bid(  # noqa: PLR0913 - as `quote`, with what seals it
    unit: Unit,
    cipher: Cipher,
    token: str,
    customer_id: int,
    place: int,
    number: int,
    amount: Money,
    key: str,
    *,
    excluded_until: date | None,
) -> MyBid:
    """Bid for a round with one's own place, after the PIN; an earlier bid of the place is replaced.

    Args:
        number: the round that the card showed: a bid that comes late is refused, not taken for the next one.
        amount: the discount that is offered.
        key: the same key again is the same bid.
        excluded_until: until when the bidder has asked to take on no debt (`journeys.circle_limits` knows it).

    Raises:
        NotFound: `circle`, `circle_round`. NotAllowed: `circle_members_only`, `circle_place`, `circle_suspended`,
            `outflow_locked`, `account_frozen`, `changes_held`, `not_yours`.
        Conflict: `circle_not_running`, `circle_no_auction`, `circle_bids_closed`.
        RuleViolation: `self_excluded` (until), `circle_received` (it has received), `circle_late`,
            `circle_chair_early` (turn, deposit).
        InvalidInput: `circle_bid_below` (least), `circle_bid_above` (most).
    """
    circle, _, row = await _ready(unit, token, customer_id, place, number, excluded_until)
    known = await unit.session.scalar(select(CircleBid).where(CircleBid.key == key))
    if known is not None:
        if known.customer_id != customer_id:
            raise NotAllowed(ErrorCode.NOT_YOURS)
        return _opened(cipher, circle, known)
    _require_bounds(circle, await auction_of(unit, circle), amount)
    await _replace(unit, circle, place, number)
    nonce = secrets.token_hex(16)
    made = CircleBid(
        key=key,
        circle_id=circle.id,
        round=number,
        place=place,
        customer_id=customer_id,
        amount_sealed=cipher.encrypt(str(amount.amount).encode(), bid_associated_data("amount", key)),
        nonce_sealed=cipher.encrypt(nonce.encode(), bid_associated_data("nonce", key)),
        seal=seal(circle.code, number, place, amount.amount, nonce),
        made_at=unit.now,
    )
    unit.session.add(made)
    if row.passes_round == number:
        row.passes_round = None
    await unit.session.flush()
    await boards.changed(unit, circle)
    return _opened(cipher, circle, made)


async def withdraw(unit: Unit, token: str, customer_id: int, place: int, number: int) -> bool:
    """Take a bid back, until the deadline; False where there is none.

    Raises NotFound: `circle`, `circle_round`. NotAllowed: `circle_place`. Conflict: `circle_bids_closed` and as `bid`.
    """
    circle = await _auction_locked(unit, token)
    await require_place(unit, circle, customer_id, place)
    await _require_open(unit, circle, number)
    return await _replace(unit, circle, place, number)


async def not_this_time(
    unit: Unit, token: str, customer_id: int, place: int, number: int, *, passes: bool = True
) -> None:
    """Say that a place does not want a round that nobody bids for, or that it does after all, until the deadline.

    Raises: as `withdraw`; RuleViolation: `circle_received`.
    """
    circle = await _auction_locked(unit, token)
    row = await require_place(unit, circle, customer_id, place)
    await _require_open(unit, circle, number)
    if row.received_round is not None:
        raise RuleViolation(ErrorCode.CIRCLE_RECEIVED)
    row.passes_round = number if passes else None
    await unit.session.flush()


async def own_bid(unit: Unit, cipher: Cipher, circle: Circle, customer_id: int, number: int) -> list[MyBid]:
    """Return somebody's own bids for a round that stand, or stood at its deadline, by place."""
    query = select(CircleBid).where(
        CircleBid.circle_id == circle.id,
        CircleBid.round == number,
        CircleBid.customer_id == customer_id,
        col(CircleBid.over_at).is_(None),
    )
    return [_opened(cipher, circle, row) for row in await unit.session.scalars(query.order_by(col(CircleBid.place)))]


async def seals_of(unit: Unit, circle: Circle, number: int) -> list[Seal]:
    """Return the seals of all bids for a round, in the order in which they were made."""
    query = select(CircleBid).where(CircleBid.circle_id == circle.id, CircleBid.round == number)
    rows = await unit.session.scalars(query.order_by(col(CircleBid.id)))
    return [Seal(row.seal, row.made_at, row.over_at is None) for row in rows]


async def published_bid(unit: Unit, circle: Circle, number: int) -> CircleBid | None:
    """Return the bid that won a round, with its amount and nonce; None before the deadline, or where nobody had bid."""
    query = select(CircleBid).where(
        CircleBid.circle_id == circle.id, CircleBid.round == number, col(CircleBid.nonce).is_not(None)
    )
    return await unit.session.scalar(query)


async def auction_of(unit: Unit, circle: Circle) -> Round:
    """Return what a round of an auction is made of now: the open places, the contribution, the commission."""
    held = await places_of(unit, circle, PlaceState.HELD)
    return Round(circle.contribution, tuple(place.nr for place in held), circle.commission_percent)


async def bidding_round(unit: Unit, circle: Circle) -> CircleRound | None:
    """Return the round that may be bid for now; None where bids are closed, or only one place is left."""
    query = select(CircleRound).where(
        CircleRound.circle_id == circle.id,
        CircleRound.state == RoundState.COMING,
        col(CircleRound.refunds_place).is_(None),
    )
    for due in await unit.session.scalars(query.order_by(col(CircleRound.nr)).limit(2)):
        if unit.now < bids_end_at(due, unit.zone):
            return due if len(await _unpaid(unit, circle)) > 1 else None
    return None


async def _unpaid(unit: Unit, circle: Circle) -> Sequence[CirclePlace]:
    return [place for place in await places_of(unit, circle, PlaceState.HELD) if place.turn is None]


async def _auction_locked(unit: Unit, token: str) -> Circle:
    circle = await locked(unit, token)
    require_running(circle)
    if circle.receiving_order != Order.AUCTION:
        raise Conflict(ErrorCode.CIRCLE_NO_AUCTION)
    return circle


async def _require_open(unit: Unit, circle: Circle, number: int) -> CircleRound:
    due = await unit.session.get(CircleRound, (circle.id, number), populate_existing=True)
    if due is None:
        raise NotFound(ErrorCode.CIRCLE_ROUND)
    is_next = await bidding_round(unit, circle)
    if is_next is None or is_next.nr != number:
        raise Conflict(ErrorCode.CIRCLE_BIDS_CLOSED)
    return due


async def _ready(
    unit: Unit, token: str, customer_id: int, place: int, number: int, excluded_until: date | None
) -> tuple[Circle, CircleRound, CirclePlace]:
    """Return the circle, the round and the place of a bid that may be made."""
    customer = await locked_customer(unit, customer_id)
    circle = await _auction_locked(unit, token)
    member = await require_member(unit, circle, customer_id)
    row = await require_place(unit, circle, customer_id, place)
    if member.suspended_at is not None:
        raise NotAllowed(ErrorCode.CIRCLE_SUSPENDED)
    await require_free(unit, customer, await terms_of(unit, circle.product, circle.product_version))
    require_not_excluded(excluded_until)
    if row.turn is not None:
        raise RuleViolation(ErrorCode.CIRCLE_RECEIVED)
    due = await _require_open(unit, circle, number)
    if await is_late(unit, circle, customer_id):
        raise RuleViolation(ErrorCode.CIRCLE_LATE)
    await require_not_early(unit, circle, place, number)
    return circle, due, row


def _require_bounds(circle: Circle, auction: Round, amount: Money) -> None:
    least, most = money_of(circle, auction.commission), money_of(circle, auction.most_bid)
    if amount.asset != least.asset:
        raise InvalidInput(ErrorCode.AMOUNT_OTHER_ASSET)
    if amount < least or amount.amount < 0:
        raise InvalidInput(ErrorCode.CIRCLE_BID_BELOW, least=least)
    if amount > most:
        raise InvalidInput(ErrorCode.CIRCLE_BID_ABOVE, most=most)


async def _replace(unit: Unit, circle: Circle, place: int, number: int) -> bool:
    """Let the bid that stands for a place be over; say whether there was one."""
    query = select(CircleBid).where(
        CircleBid.circle_id == circle.id,
        CircleBid.round == number,
        CircleBid.place == place,
        col(CircleBid.over_at).is_(None),
    )
    standing = await unit.session.scalar(query)
    if standing is None:
        return False
    standing.over_at = unit.now
    await unit.session.flush()
    return True


def _opened(cipher: Cipher, circle: Circle, row: CircleBid) -> MyBid:
    amount = int(cipher.decrypt(row.amount_sealed, bid_associated_data("amount", row.key)))
    nonce = cipher.decrypt(row.nonce_sealed, bid_associated_data("nonce", row.key)).decode()
    return MyBid(row.round, row.place, money_of(circle, amount), nonce, row.seal, row.made_at)
