"""Sealed bids: what is published when one is made, and which one wins (CIRCLES §5). Amounts are minor units."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from finance_core.circles.rules.draws import Purpose, tickets

_PROTOCOL: Final = "susu-bid-1"


def seal(code: str, number: int, place: int, bid: int, nonce: str) -> str:
    """Return what is published when a bid is made: the SHA-256 of `susu-bid-1|code|round|place|minor units|nonce`."""
    return hashlib.sha256(f"{_PROTOCOL}|{code}|{number}|{place}|{bid}|{nonce}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Chance:
    """What a round's draws are made with: its key, the picks' hash, the circle's code, the round."""

    key: str
    picks: str
    code: str
    number: int

    def first(self, purpose: Purpose, places: Collection[int]) -> int:
        """Return the place whose ticket is the smallest."""
        return next(iter(tickets(purpose, self.key, self.picks, self.code, self.number, places)))


@dataclass(frozen=True, slots=True)
class Won:
    """Who takes an auction's pot for which discount, and whether chance decided: a tie, or a draw without any bid."""

    place: int
    bid: int
    drawn: Purpose | None


def decided(
    bids: Mapping[int, int], *, late: Collection[int], not_now: Collection[int], unpaid: Collection[int], least: int,
    chance: Chance,
) -> Won:  # fmt: skip
    """Return who wins an auction's round.

    The highest bid of who is not late; equal ones are drawn. Without a bid a draw among those who have not received,
    are not late and have not said *not this time*, else as in `eligible`, at the least bid. The last place pays the
    least bid.

    Args:
        bids: The last bid of each place, by place.
        late: Places that are late at the deadline.
        not_now: Places that have said *not this time*.
        unpaid: Open places that have not received, not empty.
        least: The least bid: the commission.
        chance: What is drawn with.
    """
    if len(unpaid) == 1:
        return Won(next(iter(unpaid)), least, None)
    valid = {place: bid for place, bid in bids.items() if place in unpaid and place not in late}
    if valid:
        most = max(valid.values())
        tied = {place for place, bid in valid.items() if bid == most}
        if len(tied) == 1:
            return Won(tied.pop(), most, None)
        return Won(chance.first(Purpose.TIE, tied), most, Purpose.TIE)
    willing = eligible(unpaid, late, not_now)
    return Won(chance.first(Purpose.DRAW, willing), least, Purpose.DRAW)


def eligible(unpaid: Collection[int], late: Collection[int], not_now: Collection[int] = ()) -> list[int]:
    """Return the places among which a round is drawn: who has not received, is not late and wants it now; where nobody
    wants it, all who are not late; where all are late, all who have not received.
    """
    on_time = set(unpaid) - set(late)
    return sorted(on_time - set(not_now)) or sorted(on_time) or sorted(unpaid)
