"""What each share of a red packet is (CIRCLES §6): drawn from a seed that is promised by its hash and shown at the end.

Amounts are minor units. Anybody can compute the shares again from what is published: the total, the number of shares,
the kind, the seed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import StrEnum
from itertools import count
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Asset, Money

MOST_SHARES: Final = 100
LEAST_SHARE: Final = 1
"""Minor units: 0.01."""
MOST_SHARE: Final = 20_000
"""Minor units: 200.00."""
OPEN_FOR: Final = timedelta(hours=24)
"""From its making on: what nobody has opened by then goes back."""
SEED_BYTES: Final = 32
_SEED: Final = re.compile(r"[0-9a-f]{64}")
_PURPOSE: Final = "susu-packet-1"
_BLOCK_VALUES: Final = 1 << 256
"""How many values a block, a SHA-256 read as a whole number, can have."""


class PacketKind(StrEnum):
    """How a packet's total is divided."""

    EQUAL = "equal"  # the same for each; the first get the cents that are over
    LUCKY = "lucky"  # drawn from the seed


def is_seed(seed: str) -> bool:
    """Say whether a text is a seed: 32 bytes in lower-case hex."""
    return _SEED.fullmatch(seed) is not None


def commitment(seed: str) -> str:
    """Return what is promised beforehand: the SHA-256 of the seed's text, in lower-case hex."""
    return hashlib.sha256(seed.encode()).hexdigest()


def checked_packet(total: Money, shares: int) -> Money:
    """Return `total` if so many shares of 0.01 to 200.00 can be made of it.

    Raises:
        InvalidInput: `packet_shares` (most); `packet_too_small` (least, shares), `packet_too_large` (maximum, shares),
            each with the total that so many shares take.
    """
    if not 1 <= shares <= MOST_SHARES:
        raise InvalidInput(ErrorCode.PACKET_SHARES, most=MOST_SHARES)
    least, most = total_range(shares, total.asset)
    if total < least:
        raise InvalidInput(ErrorCode.PACKET_TOO_SMALL, least=least, shares=shares)
    if total > most:
        raise InvalidInput(ErrorCode.PACKET_TOO_LARGE, maximum=most, shares=shares)
    return total


def require_possible(total: Money) -> None:
    """Refuse a total that not even the most shares hold. Raises InvalidInput: `packet_too_large` (maximum, shares)."""
    _, most = total_range(MOST_SHARES, total.asset)
    if total > most:
        raise InvalidInput(ErrorCode.PACKET_TOO_LARGE, maximum=most, shares=MOST_SHARES)


def total_range(shares: int, asset: Asset) -> tuple[Money, Money]:
    """Return the least and the largest total of so many shares: 5 shares take 0.05 to 1,000.00."""
    return Money(shares * LEAST_SHARE, asset), Money(shares * MOST_SHARE, asset)


def drawn(kind: PacketKind, total: int, shares: int, seed: str) -> list[int]:
    """Return the shares in the order in which they are opened: together `total`. The packet has been checked."""
    return equal_shares(total, shares) if kind is PacketKind.EQUAL else lucky_shares(total, shares, seed)


def equal_shares(total: int, shares: int) -> list[int]:
    """Return equal shares; the first get a cent more: 10.00 in 3 is 3.34, 3.33, 3.33."""
    each, over = divmod(total, shares)
    return [each + (place < over) for place in range(shares)]


def lucky_shares(total: int, shares: int, seed: str) -> list[int]:
    """Return shares drawn from the seed, each anywhere up to twice the mean of what is left, then shuffled.

    Seed `000102…1e1f`, 10.00 in 5: 4.05, 1.49, 0.32, 2.46, 1.68. Without the shuffle the deviation would grow with the
    place.
    """
    blocks = _blocks(seed)
    left, amounts = total, []
    for to_draw in range(shares, 1, -1):
        amounts.append(_uniform(blocks, *_bounds(left, to_draw)))
        left -= amounts[-1]
    amounts.append(left)
    for place in range(shares - 1, 0, -1):
        other = _uniform(blocks, 0, place)
        amounts[place], amounts[other] = amounts[other], amounts[place]
    return amounts


def _bounds(left: int, to_draw: int) -> tuple[int, int]:
    """Return the least and the largest that the next share may be, so that each later one can still be in bounds."""
    low = max(LEAST_SHARE, left - (to_draw - 1) * MOST_SHARE)
    return low, min(MOST_SHARE, left - (to_draw - 1), max(low, 2 * left // to_draw - 1))


def _blocks(seed: str) -> Iterator[int]:
    """Return the numbers of a seed: SHA-256 of `susu-packet-1|seed|i` as whole numbers, i from 0."""
    for number in count():
        yield int.from_bytes(hashlib.sha256(f"{_PURPOSE}|{seed}|{number}".encode()).digest())


def _uniform(blocks: Iterator[int], low: int, high: int) -> int:
    """Return a number from `low` to `high`, each as likely: blocks beyond the largest multiple of the range are passed.

    A range of one takes a block too, so that how many are taken does not hang on what was drawn.
    """
    size = high - low + 1
    fair = _BLOCK_VALUES - _BLOCK_VALUES % size
    return low + next(block for block in blocks if block < fair) % size


def luckiest(amounts: Sequence[int]) -> int:
    """Return the place, from 0, of the largest share; of several the first."""
    return max(range(len(amounts)), key=lambda place: (amounts[place], -place))


def misfits(kind: PacketKind, total: Money, shares: int, seed: str, promised: str, given: Sequence[int]) -> list[str]:
    """Return in words what does not fit a packet's seed: its commitment, or shares that were given. Empty: all fits.

    `given` are the shares in the order in which they were opened; where not all were, the first of them. The packet has
    been checked.
    """
    wrong = [] if commitment(seed) == promised else ["the commitment is not the SHA-256 of the seed"]
    if len(given) > shares:
        wrong.append(f"{len(given)} shares were given, the packet has {shares}")
    pairs = enumerate(zip(given, drawn(kind, total.amount, shares, seed), strict=False), 1)
    others = [(nr, found, right) for nr, (found, right) in pairs if found != right]
    return wrong + [
        f"share {nr} is {Money(found, total.asset)}, the seed gives {Money(right, total.asset)}"
        for nr, found, right in others
    ]
