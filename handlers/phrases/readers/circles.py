"""What is said of a rotating circle: "/circle 200 monthly 10 people lottery", "50 a week", 每月500，10人，抽签."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.normalise import fold

_PEOPLE: Final = re.compile(
    r"(?P<count>[-+]?\d+)\s*(?:people|persons?|members?|places|of us|个?人|[位名份])", re.IGNORECASE
)
NUMBER: Final = re.compile(r"[-+−–]?\d[\d.,]*(?:[-+−–a-z%]+[\d.,]*)?", re.IGNORECASE)
"""What is written like a sum, with its sign and what hangs on it: what of it is none is told."""
TITLE: Final = re.compile(
    r"[\"“「『](?P<title>[^\"”」』]+)[\"”」』]|\b(?:called|named)\s+(?P<called>.+)$|名叫(?P<named>[^，,]+)"
)
FROM: Final = re.compile(
    r"\b(?:from|starting(?: on)?|first(?: day)?(?: on)?)\s+(?P<after>[^,，]+)"
    r"|(?:从)?(?P<before>[^，,\s]+?)(?:开始|起(?!会))",
    re.IGNORECASE,
)
_FORTNIGHT: Final = r"\bfortnight(?:ly)?\b|\b(?:two|2) weeks\b|\bbi-?weekly\b|每?(?:两|2|双)个?(?:周|星期)"
PERIODS: Final = (
    ("two_weeks", re.compile(_FORTNIGHT, re.IGNORECASE)),
    ("day", re.compile(r"\bdaily\b|\b(?:a|per|every|each) day\b|每[天日]", re.IGNORECASE)),
    ("week", re.compile(r"\bweekly\b|\b(?:a|per|every|each) week\b|每(?:周|星期|礼拜)", re.IGNORECASE)),
    ("month", re.compile(r"\bmonthly\b|\b(?:a|per|every|each) month\b|每个?月|按月", re.IGNORECASE)),
)
_ORDERS: Final = (
    ("auction", re.compile(r"\bauction\b|\bbid(?:s|ding)?\b|标会|竞标|投标|开标", re.IGNORECASE)),
    ("lottery", re.compile(r"\b(?:drawn?|lottery) (?:each|every) (?:round|time)\b|每[期次轮]抽签?", re.IGNORECASE)),
    ("pick", re.compile(r"\b(?:members )?pick(?:s)? (?:their|a) turns?\b|自选", re.IGNORECASE)),
    ("fixed", re.compile(r"\bfixed\b|\bin turn\b|固定|轮流", re.IGNORECASE)),
    ("whole", re.compile(r"\blottery\b|\bdraw(?:n)?\b|抽签|摇号", re.IGNORECASE)),
)  # fmt: skip


def of_circle(text: str) -> dict[str, str]:
    """Return what a text says of a circle, each where it is said. The sum is as it is written, its sign too."""
    slots: dict[str, str] = {}
    rest = taken(TITLE, text, "title", slots)
    rest = taken(FROM, fold(rest), "first_day", slots)
    rest = taken(_PEOPLE, rest, "places", slots)
    for name, words in (("period", PERIODS), ("order", _ORDERS)):
        for value, pattern in words:
            found = pattern.search(rest)
            if found:
                slots.setdefault(name, value)
                rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    number = NUMBER.search(rest)
    if number:
        slots["amount"] = as_written(number[0])
    return slots


def taken(pattern: re.Pattern[str], text: str, name: str, slots: dict[str, str]) -> str:
    """Keep what a pattern finds in a text, and return the text without it."""
    found = pattern.search(text)
    if found is None:
        return text
    slots[name] = next(group for group in found.groups() if group).strip()
    return f"{text[: found.start()]} {text[found.end() :]}"


def as_written(number: str) -> str:
    """Return a sum as it is written, with a plain minus and no sentence's end."""
    return number.rstrip(".,").replace("−", "-").replace("–", "-")
