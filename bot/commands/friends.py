"""`susu quote packet|split` and `susu verify packet`: shares and parts without a database, JSON in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

from pydantic import AfterValidator, TypeAdapter

from bot.commands.quote import answers, as_text, parsed, texts, with_id
from bot.commands.quote_fields import (
    Amount,
    AmountOrZero,
    Hex,
    Input,
    KnownAsset,
    Refused,
    at_most,
    one_of,
    read,
    whole,
    wrong,
)
from finance_core.friends.rules.draws import (
    MOST_SHARES,
    PacketKind,
    checked_packet,
    commitment,
    drawn,
    misfits,
    total_range,
)
from finance_core.friends.rules.splits import split
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money

MOST_PARTS: Final = 1_000
MOST_WEIGHT: Final = 1_000_000


def _not_empty(weights: list[int]) -> list[int]:
    if not weights:
        raise wrong("too_few")
    return weights


class PacketInput(Input):
    """A packet, and the seed that its shares are drawn from."""

    id: object = None
    asset: KnownAsset
    total: Amount
    shares: Annotated[int, whole(1, MOST_SHARES)]
    kind: Annotated[PacketKind, one_of(PacketKind)]
    seed: Hex


class SplitInput(Input):
    """A bill by weights; the organiser's own, 0 where the organiser takes no part."""

    id: object = None
    asset: KnownAsset
    total: Amount
    organiser: Annotated[int, whole(0, MOST_WEIGHT)]
    weights: Annotated[list[Annotated[int, whole(1, MOST_WEIGHT)]], at_most(MOST_PARTS), AfterValidator(_not_empty)]


class GivenInput(Input):
    """A packet as it is published when it is over."""

    asset: KnownAsset
    total: Amount
    shares: Annotated[int, whole(1, MOST_SHARES)]
    kind: Annotated[PacketKind, one_of(PacketKind)]
    seed: Hex
    commitment: Hex
    given: Annotated[list[AmountOrZero], at_most(MOST_PARTS)]


_PACKET: Final = TypeAdapter(PacketInput)
_SPLIT: Final = TypeAdapter(SplitInput)
_GIVEN: Final = TypeAdapter(GivenInput)


def quote_packet(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of a packet with its commitment and its shares."""
    return answers(packet_quote, lines)


def quote_split(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of a bill with what each bears."""
    return answers(split_quote, lines)


def packet_quote(given: object) -> dict[str, Any]:
    """Return a packet's commitment and its shares, in the order in which they are opened. Raises Refused."""
    asked = read(_PACKET, given)
    least, most = total_range(asked.shares, asked.asset)
    if not least.amount <= asked.total <= most.amount:
        raise Refused("out_of_range", "total", least=least, most=most)
    shares = drawn(asked.kind, asked.total, asked.shares, asked.seed)
    return with_id(given, {"commitment": commitment(asked.seed), "shares": texts(shares, asked.asset.scale)})


def split_quote(given: object) -> dict[str, Any]:
    """Return what each other bears of a bill, and the organiser. Raises Refused."""
    asked = read(_SPLIT, given)
    parts = split(asked.total, asked.weights, asked.organiser)
    own = as_text(parts.organiser, asked.asset.scale)
    return with_id(given, {"owes": texts(parts.others, asked.asset.scale), "organiser": own})


def verified_packet(text: str) -> dict[str, Any]:
    """Return whether a published packet fits its seed: `ok`, the `shares` as drawn, and in words what is `wrong`.

    Raises Refused: the text is no such packet.
    """
    asked = read(_GIVEN, parsed(text))
    total = Money(asked.total, asked.asset)
    try:
        checked_packet(total, asked.shares)
    except InvalidInput:
        least, most = total_range(asked.shares, asked.asset)
        return {"ok": False, "shares": None, "wrong": [f"{asked.shares} shares take {least} to {most}, not {total}"]}
    shares = drawn(asked.kind, asked.total, asked.shares, asked.seed)
    wrongs = misfits(asked.kind, total, asked.shares, asked.seed, asked.commitment, asked.given)
    return {"ok": not wrongs, "shares": texts(shares, asked.asset.scale), "wrong": wrongs}
