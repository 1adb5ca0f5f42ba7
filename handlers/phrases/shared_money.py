"""Money among friends, in words: a red packet (发红包, "packet of 20 for 5") and a bill that is split (AA, 群收款).

A packet for one who is named is a payment (`send`), and what is collected from one is a `request`: neither is claimed.
"""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.normalise import plain
from handlers.phrases.readers.numerals import CHINESE_DIGITS, read_chinese, read_english
from handlers.phrases.readers.quantities import Quantity, find_quantities
from handlers.phrases.words import Words

_PACKET, _NO_PACKET = Words("friends", "packet"), Words("friends", "no_packet")
_SPLIT, _NO_SPLIT = Words("friends", "split"), Words("friends", "no_split")
_HALVES: Final = Words("friends", "halves")
"""Words of a bill that is halved even where one person is named; of the others one is asked for all of it."""

_NAMED, _EQUAL = Words("friends", "named"), Words("friends", "equal")
_SHARES, _WORDS = Words("friends", "shares"), Words("friends", "words")
LONGEST_NOTE: Final = 60
_NAME: Final = re.compile(r"@\w+", re.ASCII)
_BARE: Final = re.compile(r"\d+(?:\.\d+)?")
_MOST_DIGITS: Final = 3
"""Digits of a number of shares at most."""

_MARKS: Final = re.compile(r"[\s,;.:!?|]+")

Slots = dict[str, str | int]


def packet_in(text: str, folded: str) -> Slots | None:
    """Return the slots of a packet that a text makes: `amount`, `count`, `people`, `kind`; None for any other."""
    if not _PACKET.search(folded) or _NO_PACKET.search(folded):
        return None
    names = _names(text)
    shares = _shares_in(folded, names)
    if shares is None and (len(names) == 1 or (not names and _NAMED.search(folded))):
        return None
    kind: Slots = {"kind": "equal"} if _EQUAL.search(folded) else {}
    return _slots(folded, names, shares) | kind


def split_in(text: str, folded: str) -> Slots | None:
    """Return the slots of a bill that a text splits: `amount`, `people`, `shares` (how many), `note`; else None."""
    if not _SPLIT.search(folded) or _NO_SPLIT.search(folded):
        return None
    names = _names(text)
    slots = _slots(_without_split(folded), names, _shares_in(folded, names))
    if "count" in slots:
        slots["shares"] = slots.pop("count")
    is_of_one = len(names) == 1 and not _HALVES.search(folded)
    return None if is_of_one else slots


def _without_split(folded: str) -> str:
    """Return a text with spaces where it says that it is split: 分60 in 平分60 is no term of 60 months."""
    for found in _SPLIT.finditer(folded):
        folded = f"{folded[: found.start()]}{' ' * len(found[0])}{folded[found.end() :]}"
    return folded


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(_NAME.findall(text)))


def _shares_in(folded: str, names: list[str]) -> tuple[int, int, int] | None:
    """Return how many shares are said, and where: a number with a word for people or parts, or a second bare number."""
    without = _NAME.sub(lambda found: " " * len(found[0]), folded)
    for found in _SHARES.finditer(without):
        place = next(place for place in range(1, found.re.groups + 1) if found[place])
        count = _number(found[place])
        if count and (found.start() or len(_bare_numbers(without)) > 1 or not found[place].isdigit()):
            return count, found.start(place), found.end()
    return None if names else _second_number(without)


def _second_number(folded: str) -> tuple[int, int, int] | None:
    """Return the 5 of 发红包 20 5: of two bare numbers the second is how many share, as after `/packet`."""
    bare = list(_BARE.finditer(folded))
    if len(bare) != 2 or len(bare[1][0]) > _MOST_DIGITS or not bare[1][0].isdigit():  # noqa: PLR2004 -- a sum and a number
        return None
    count = int(bare[1][0])
    return (count, bare[1].start(), bare[1].end()) if count else None


def _number(said: str) -> int:
    """Return a number in digits or words; 0 for none."""
    if said.isdigit():
        return int(said)
    read = read_english([said]) if said.isascii() else read_chinese(said)
    return int(read[0]) if read else int(CHINESE_DIGITS.get(said, 0))


def _bare_numbers(folded: str) -> list[str]:
    return [found[0] for found in _BARE.finditer(folded)]


def _slots(folded: str, names: list[str], shares: tuple[int, int, int] | None) -> Slots:
    rest = _NAME.sub(lambda found: " " * len(found[0]), folded)
    slots: Slots = {}
    if shares is not None:
        count, start, end = shares
        slots["count"] = count
        rest = f"{rest[:start]}{'|' * (end - start)}{rest[end:]}"
    sums = [found for found in find_quantities(rest) if found.sum is not None]
    if len(sums) == 1 and sums[0].sum is not None and sums[0].sum.clear:
        slots["amount"] = plain(sums[0].sum.values[0])
    if names:
        slots["people"] = " ".join(names)
    note = _note(rest, sums)
    return slots | ({"note": note} if note else {})


def _note(rest: str, sums: list[Quantity]) -> str:
    """Return the words that are left when sums, people and what makes it a packet or a bill are taken off."""
    kept = list(rest)
    for found in sums:
        kept[found.start : found.end] = "|" * (found.end - found.start)
    left = _WORDS.without("".join(kept))
    return " ".join(piece for piece in _MARKS.split(left) if piece)[:LONGEST_NOTE]
