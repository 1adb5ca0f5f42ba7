"""What follows `/packet`, `/split` and `/collect`: a sum, a number of shares, @names, a day, and words."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.normalise import fold
from handlers.phrases.said import Claim, Said

_NAME: Final = re.compile(r"@\w+")
_NUMBER: Final = re.compile(r"[-+−–]?[0-9][0-9.,]*(?:[-+−–a-z%][-+−–a-z%0-9.,]*)?", re.IGNORECASE)
"""What is written like a number, with its sign and what hangs on it: of "-5", "20-30" and "1e5" no part is a sum."""
_PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")
_SHARES: Final = re.compile(r"[0-9]{1,3}")
_AROUND: Final = re.compile(r"^(?:[\s/,.:;×x*]|for\b|by\b|元|块|个|份|给)+|[\s/,.:;]+$", re.IGNORECASE)
_UNTIL: Final = re.compile(
    r"\b(?:by|until|till|before)\s+(?P<day>.+)$|\b(?P<after>in\s+\S+\s+(?:day|week|month)s?)\s*$|(?:截止到?|到|至)\s*(?P<until>[^\s，,]+)|(?P<before>[^\s，,]*[日号])(?:前|为止|截止)",
    re.IGNORECASE,
)
"""The last day of a collection: what follows "by", "in 2 weeks" at the end, or what stands around 到…、…前."""


def packet(said: Said) -> Claim:
    """Read "/packet 20 5 @ana good luck": `amount`, `count`, `people`, `note`, each where it was said plainly."""
    slots, rest = _people(said)
    numbers = list(_NUMBER.finditer(rest))[:2]
    if numbers and _PLAIN.fullmatch(numbers[0][0]):
        slots["amount"] = numbers[0][0]
    if len(numbers) > 1 and _SHARES.fullmatch(numbers[1][0]):
        slots["count"] = numbers[1][0]
    return Claim("packet", _with_note(slots, rest[numbers[-1].end() :] if numbers else rest))


def split(said: Said) -> Claim:
    """Read "/split 300 @bo @chidi dinner": `amount`, `people`, `note`, each where it was said plainly."""
    slots, rest = _people(said)
    number = _NUMBER.search(rest)
    if number and _PLAIN.fullmatch(number[0]):
        slots["amount"] = number[0]
    return Claim("split", _with_note(slots, rest[number.end() :] if number else rest))


def collect(said: Said) -> Claim:
    """Read "/collect 500 for the roof by 20 Dec": `goal_sum`, `by` and `title`, each where it was said plainly."""
    _, _, rest = said.text.strip().partition(" ")
    slots: dict[str, str] = {}
    until = _UNTIL.search(rest)
    if until:
        slots["by"] = next(day for day in until.groups() if day)
        rest = f"{rest[: until.start()]} {rest[until.end() :]}"
    number = _NUMBER.search(rest)
    if number and _PLAIN.fullmatch(number[0]):
        slots["goal_sum"] = number[0]
        rest = f"{rest[: number.start()]} {rest[number.end() :]}"
    title = " ".join(_AROUND.sub("", rest).split())
    return Claim("collect", {**slots, "title": title} if title else slots)


def _people(said: Said) -> tuple[dict[str, str], str]:
    """Return the @names as a slot, and what else follows the command."""
    _, _, rest = said.text.strip().partition(" ")
    names = list(dict.fromkeys(_NAME.findall(rest)))
    slots = {"people": " ".join(names)} if names else {}
    return slots, fold(_NAME.sub(" ", rest))


def _with_note(slots: dict[str, str], words: str) -> dict[str, str]:
    note = " ".join(_AROUND.sub("", words).split())
    return {**slots, "note": note} if note else slots
