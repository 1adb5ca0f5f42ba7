"""`susu quote auction|share-out` and `susu verify draw`: a circle's figures without a database, JSON in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, PlainValidator, TypeAdapter

from bot.commands.quote import RATE_DECIMALS, answers, as_text, parsed, texts, with_id
from bot.commands.quote_fields import (
    Amount,
    AmountOrZero,
    Hex,
    Input,
    KnownAsset,
    Number,
    Refused,
    at_most,
    one_of,
    read,
    whole,
    wrong,
)
from finance_core.circles.rules.auctions import (
    FEWEST_PLACES,
    MOST_COMMISSION,
    MOST_PLACES,
    Period,
    Round,
    cost,
)
from finance_core.circles.rules.draws import LONGEST_PICK, Purpose, key_before, normal_pick, picks_hash, tickets
from finance_core.circles.rules.sharing import share_out
from finance_core.kernel.rounding import Rounding, rounded

MOST_MEMBERS: Final = 1_000
MOST_SHARES: Final = 1_000_000
LONGEST_CODE: Final = 32
_CODE: Final = re.compile(r"[0-9A-Z-]+")
_PLACE: Final = re.compile(r"[1-9][0-9]?")
VALUE_DECIMALS: Final = 2
"""More than the asset has, of what a share is worth."""


def _percent(value: object) -> Decimal:
    number = TypeAdapter(Number).validate_python(value)
    if number > MOST_COMMISSION:
        raise wrong("out_of_range", least=0, most=MOST_COMMISSION)
    return number


def _code(value: object) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value) or len(value) > LONGEST_CODE:
        raise wrong("not_a_code")
    return value


def _picks(value: object) -> dict[int, str]:
    if not isinstance(value, dict):
        raise wrong("not_an_object")
    picks: dict[int, str] = {}
    for place, text in value.items():
        pick = normal_pick(text) if isinstance(text, str) else None
        if not _PLACE.fullmatch(str(place)) or int(place) > MOST_PLACES or pick is None:
            raise wrong("not_a_pick", most=LONGEST_PICK, places=MOST_PLACES, entry=str(place))
        picks[int(place)] = pick
    return picks


def _each_once(places: list[int]) -> list[int]:
    if not places:
        raise wrong("too_few")
    if len(set(places)) < len(places):
        raise wrong("twice")
    return places


Place = Annotated[int, whole(1, MOST_PLACES)]


class AuctionInput(Input):
    """One round of an auction in which all places are open, and the bid that wins it."""

    id: object = None
    asset: KnownAsset
    contribution: Amount
    places: Annotated[int, whole(FEWEST_PLACES, MOST_PLACES)]
    commission_percent: Annotated[Decimal, PlainValidator(_percent)]
    winner: Place
    bid: AmountOrZero
    round: Place
    unit: Annotated[Period, one_of(Period)] = Period.MONTH


class ShareOutInput(Input):
    """What a circle has in cash, its members' shares and what they owe it, by place."""

    id: object = None
    asset: KnownAsset
    cash: AmountOrZero
    shares: Annotated[list[Annotated[int, whole(0, MOST_SHARES)]], at_most(MOST_MEMBERS)]
    owed: Annotated[list[AmountOrZero], at_most(MOST_MEMBERS)]


class DrawInput(Input):
    """A draw as it is published: who was eligible, all picks, and the key of the round with the one before it."""

    code: Annotated[str, PlainValidator(_code)]
    round: Annotated[int, whole(0, MOST_PLACES)]
    purpose: Annotated[Purpose, one_of(Purpose)]
    previous_key: Hex
    key: Hex
    picks: Annotated[dict[int, str], PlainValidator(_picks)]
    eligible: Annotated[list[Place], at_most(MOST_PLACES), AfterValidator(_each_once)]


_AUCTION: Final = TypeAdapter(AuctionInput)
_SHARE_OUT: Final = TypeAdapter(ShareOutInput)
_DRAW: Final = TypeAdapter(DrawInput)


def quote_auction(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of an auction's round with what it pays and what its bid costs."""
    return answers(auction_quote, lines)


def quote_share_out(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of what a circle has with what each member is paid."""
    return answers(share_out_quote, lines)


def auction_quote(given: object) -> dict[str, Any]:
    """Return a round's pot, prize, commission, dividends and net contributions by place, and the bid's cost.

    Rates are effective percent a year; null where there is none. Raises Refused.
    """
    asked = read(_AUCTION, given)
    for field in ("winner", "round"):
        if getattr(asked, field) > asked.places:
            raise Refused("out_of_range", field, least=1, most=asked.places)
    auction = Round(asked.contribution, tuple(range(1, asked.places + 1)), asked.commission_percent)
    scale = asked.asset.scale
    if not auction.commission <= asked.bid <= auction.most_bid:
        bounds = {"least": as_text(auction.commission, scale), "most": as_text(auction.most_bid, scale)}
        raise Refused("out_of_range", "bid", **bounds)
    won = auction.won(asked.winner, asked.bid)
    price = cost(won, won.net[asked.winner - 1], asked.round, asked.places, asked.unit)
    return with_id(
        given,
        {
            "pot": as_text(won.pot, scale),
            "prize": as_text(won.prize, scale),
            "commission": as_text(won.commission, scale),
            "dividends": texts(won.dividends, asked.asset.scale),
            "net": texts(won.net, asked.asset.scale),
            "cost": {
                "against_waiting": _rate(price.against_waiting),
                "later_in_full": _rate(price.later_in_full),
                "each_discounted": _rate(price.each_discounted),
            },
        },
    )


def _rate(rate: Decimal | None) -> str | None:
    return None if rate is None else format(round(rate, RATE_DECIMALS), "f")


def share_out_quote(given: object) -> dict[str, Any]:
    """Return what a share is worth, and what each member is entitled to and paid, by place. Raises Refused."""
    asked = read(_SHARE_OUT, given)
    if len(asked.owed) != len(asked.shares):
        raise Refused("not_as_many", "owed", others="shares")
    if not sum(asked.shares):
        raise Refused("too_few", "shares")
    out = share_out(asked.cash, asked.shares, asked.owed, asked.asset)
    decimals = asked.asset.scale + VALUE_DECIMALS
    value = rounded(out.value_per_share / 10**asked.asset.scale, Rounding.HALF_UP, places=decimals)
    return with_id(
        given,
        {
            "value_per_share": format(value, "f"),
            "entitled": texts(out.entitled, asked.asset.scale),
            "paid": texts(out.paid, asked.asset.scale),
        },
    )


def verified_draw(text: str) -> dict[str, Any]:
    """Return whether a published draw fits: `ok`, its `winner`, its `tickets`, smallest first, and what is `wrong`.

    Of a whole order (round 0) the tickets are the order. Raises Refused: the text is no such draw.
    """
    asked = read(_DRAW, parsed(text))
    wrongs = [] if key_before(asked.key) == asked.previous_key else ["the previous key is not the SHA-256 of the key"]
    if asked.purpose is Purpose.TIE and not asked.round:
        wrongs.append("a tie belongs to a round from 1 on")
    drawn = tickets(asked.purpose, asked.key, picks_hash(asked.picks), asked.code, asked.round, asked.eligible)
    return {"ok": not wrongs, "winner": next(iter(drawn)), "tickets": drawn, "wrong": wrongs}
