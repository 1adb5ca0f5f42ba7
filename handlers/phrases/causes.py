"""A collection for a cause, in words: "collect 500 for a gift by Friday", 为修屋顶筹款500, and what follows `/collect`.

What is collected from one who is named is a `request`, and "collect my laundry" is none of ours: neither is claimed.
"""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.words import Words

_COLLECTS, _NO_COLLECTION = Words("friends", "collect"), Words("friends", "no_collection")
_VERBS: Final = Words("friends", "collect_words")
NUMBER: Final = re.compile(r"[-+−–]?[0-9][0-9.,]*(?:[-+−–a-z%][-+−–a-z%0-9.,]*)?", re.IGNORECASE)
"""What is written like a number, with its sign and what hangs on it: of "-5", "20-30" and "1e5" no part is a sum."""
PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")
CURRENCY: Final = re.compile(r"\s*(?:元|块钱?|cny\b|yuan\b)", re.IGNORECASE)
_UNTIL: Final = re.compile(
    r"\b(?:by|until|till|before)\s+(?P<day>.+)$|\b(?P<after>in\s+\S+\s+(?:day|week|month)s?)\s*$"
    r"|(?:截止到?|到|至)\s*(?P<until>[^\s，,]+)"
    r"|(?P<before>[^\s，,]*[日号]|(?:[这本]|下个?)?(?:(?:周|星期|礼拜)[一二三四五六日天末]|月底)|年底)"
    r"(?:[之以]?前|为止|截止)",
    re.IGNORECASE,
)
"""The last day of a collection: what follows "by", "in 2 weeks" at the end, or what stands around 到…、…前."""
_AROUND: Final = re.compile(
    r"^(?:[\s/,.:;，。：；×x*¥￥]|for\b|by\b|towards?\b|to\b|元|块|个|份|为了?|替|给(?![^的]*[买办治看修交付建做]))+"
    r"|[\s/,.:;，。：；]+$",
    re.IGNORECASE,
)


def collection_in(text: str, folded: str) -> dict[str, str] | None:
    """Return what a text says of a collection that it begins: `amount`, `when`, `note`; None for any other text."""
    if not _COLLECTS.search(folded) or _NO_COLLECTION.search(folded):
        return None
    return collection_said(without_its_words(text, folded))


def without_its_words(text: str, folded: str) -> str:
    """Return a text without the words that it is to be collected: "500 for a gift by Friday"."""
    for found in _VERBS.finditer(folded):
        text = f"{text[: found.start()]}{' ' * len(found[0])}{text[found.end() :]}"
    return text


def collection_said(rest: str) -> dict[str, str]:
    """Return `amount`, `when` (the last day, as written) and `note` (the cause), each where it is said plainly."""
    slots: dict[str, str] = {}
    until = _UNTIL.search(rest)
    if until:
        slots["when"] = next(day for day in until.groups() if day).strip()
        rest = f"{rest[: until.start()]} {rest[until.end() :]}"
    number = NUMBER.search(rest)
    if number and PLAIN.fullmatch(number[0]):
        slots["amount"] = number[0]
        rest = f"{rest[: number.start()]} {CURRENCY.sub('', rest[number.end() :], count=1)}"
    cause = " ".join(_AROUND.sub("", rest).split())
    return {**slots, "note": cause} if cause else slots
