"""Who is held out of a broadcast and which text everybody else gets: drawn by hash, before anything is sent.

The same broadcast and customer always give the same number, so the draw is nobody's to choose and anybody's to repeat.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from typing import Final

BUCKETS: Final = 10_000
BUCKETS_A_PERCENT: Final = 100
MOST_VARIANTS: Final = 4
VARIANTS: Final = ("A", "B", "C", "D")

_HASH_BYTES: Final = 8


def bucket(salt: str, customer_id: int) -> int:
    """Return a customer's number of 10,000: ⌊h · 10,000 / 2⁶⁴⌋, h the first 8 bytes of SHA-256 of `salt:id`."""
    drawn = int.from_bytes(sha256(f"{salt}:{customer_id}".encode()).digest()[:_HASH_BYTES], "big")
    return drawn * BUCKETS >> 8 * _HASH_BYTES


def salt_of(broadcast_id: int) -> str:
    """Return what a broadcast's draw is salted with: `broadcast-12`."""
    return f"broadcast-{broadcast_id}"


def variant_of(drawn: int, held_out_percent: int, variants: int) -> int | None:
    """Return which of `variants` texts a number gets, from 0; None: held out. What is not held out is split evenly."""
    held_out = held_out_percent * BUCKETS_A_PERCENT
    return None if drawn < held_out else (drawn - held_out) * variants // (BUCKETS - held_out)


def shares(held_out_percent: int, variants: int) -> tuple[int, ...]:
    """Return of how many buckets each arm has: those held out first, then each text; their sum is 10,000."""
    held_out = held_out_percent * BUCKETS_A_PERCENT
    rest = BUCKETS - held_out
    bounds = [held_out + -(-rest * each // variants) for each in range(variants + 1)]
    return (held_out, *(high - low for low, high in pairwise(bounds)))
