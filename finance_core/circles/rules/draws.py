"""A draw that nobody can rig alone, and that each member can check at once (CIRCLES §5). Hashes are of text, in hex.

The last key is drawn at the opening; each key is the SHA-256 of the next, and key 0 is published before anybody picks.
Picks and eligible places are published before a round's key is. The smallest ticket wins, and a place's ticket does not
depend on who else is eligible, so nobody turns the win by being late.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

WHOLE_ORDER: Final = 0
"""The round of a draw that orders all places at the start; it is drawn with key 1."""
LONGEST_PICK: Final = 64
_PROTOCOL: Final = "susu-draw-1"


class Purpose(StrEnum):
    """What tickets are drawn for."""

    DRAW = "draw"  # who receives, or the whole order
    TIE = "tie"  # which of equal bids wins


def key_before(key: str) -> str:
    """Return the key of the round before: the SHA-256 of this one's text."""
    return _hashed(key)


def key_chain(last_key: str, rounds: int) -> list[str]:
    """Return the keys 0 to `rounds`, the last of which is `last_key`."""
    keys = [last_key]
    for _ in range(rounds):
        keys.append(key_before(keys[-1]))
    return keys[::-1]


def normal_pick(text: str) -> str | None:
    """Return a pick as it counts, in NFC; None where it is empty or above 64 characters."""
    pick = unicodedata.normalize("NFC", text)
    return pick if 0 < len(pick) <= LONGEST_PICK else None


def picks_hash(picks: Mapping[int, str]) -> str:
    """Return what is published of all picks: the SHA-256 of the lines `place:hex of its UTF-8`, by place.

    A place without a pick has no line. 1 rain, 2 速速, 3 42, 4 mango, 5 7 give 5104113e…f2e4112c.
    """
    return _hashed("\n".join(f"{place}:{picks[place].encode().hex()}" for place in sorted(picks)))


def ticket(purpose: Purpose, key: str, picks: str, code: str, number: int, place: int) -> str:
    """Return a place's ticket in round `number` of the circle `code`. `picks` is their hash."""
    return _hashed(f"{_PROTOCOL}|{key}|{picks}|{code}|{number}|{purpose}|{place}")


def tickets(
    purpose: Purpose, key: str, picks: str, code: str, number: int, eligible: Collection[int]
) -> dict[int, str]:
    """Return the tickets of all eligible places, the winner's first: in the order in which they are drawn."""
    found = {place: ticket(purpose, key, picks, code, number, place) for place in eligible}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
