"""Which kind of circle is spoken of, and what is said of a savings circle: "shares of 20, weekly, for 6 months, 1.5 %",
每份20，每周，6个月，月息1.5%.
"""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.normalise import fold
from handlers.phrases.readers.circles import FROM, NUMBER, PERIODS, TITLE, as_written, of_circle, taken
from handlers.phrases.said import Claim, Said

KIND: Final = "kind"
SAVING: Final = "saving"
ROTATING: Final = "rotating"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_SAVES: Final = _any(
    r"\bvsla\b|\bshares?\b|\bshare[- ]?out\b|\baccumulat|\bvillage savings\b",
    r"储蓄会|储蓄互助|存钱会|攒钱会|份额|每份|一份|分红",
)
_MAY_SAVE: Final = _any(r"\bsav(?:e|ing|ings)\b", r"储蓄|存钱|攒钱")
"""Either kind is called a savings circle: this counts where nothing of a rotating one is said."""
_ROTATES: Final = _any(r"\brotat|\brosca\b|\bmerry-go-round\b|\bgets? (?:it all|the pot)\b", r"轮流|轮转|标会|轮会")
_SUM: Final = r"[¥￥]?\s*([-+−–]?\d[\d.,]*)"
_NONE: Final = r"(none|no|nothing|zero|0|无|没有|不设|不要)"
_YUAN: Final = r"\s*(?:yuan|cny|元|块)?\s*"
_SLOTS: Final = (
    ("rate", _any(
        rf"{_SUM}\s*[%％](?:\s*(?:a|per|each|/)\s*month)?", rf"月息\s*{_SUM}", rf"\binterest(?: of)?\s+{_SUM}")),
    ("ends", _any(
        r"(?:for\s+)?\b(\d+\s*(?:months?|meetings?))\b", r"\b(?:until|till|ends?(?: on)?)\s+([^,，]+)",
        r"(\d+\s*个月)", r"共?(\d+\s*次)(?:例会|会)?", r"到([^，,]+?)(?:为止|结束|止)")),
    ("social", _any(
        rf"\bsocial(?:\s+fund)?(?:\s+of)?\s*:?\s*{_SUM}", rf"{_SUM}\s*(?:for|into|to)\s+(?:the\s+)?social(?:\s+fund)?",
        rf"互助金\s*{_SUM}", r"\bno social fund\b|不设互助金")),
    ("fine", _any(rf"\bfines?(?:\s+of)?\s*:?\s*{_SUM}", rf"罚[款金]?\s*{_SUM}", r"\bno fines?\b|不罚")),
    ("shares", _any(
        r"\b(?:up to|at most|max(?:imum)?)\s+(\d+)\s+shares?\b", r"\b(\d+)\s+shares? at most\b", r"最多\s*(\d+)\s*份")),
    ("amount", _any(
        rf"\bshares?\s+(?:of|at|for|cost(?:s|ing)?)\s+{_SUM}", rf"{_SUM}{_YUAN}(?:a|per|for (?:a|each))\s+share",
        rf"\bprice(?: of)?\s+{_SUM}", rf"[每一]份\s*{_SUM}", rf"{_SUM}{_YUAN}(?:[一每]份|/份)")),
)  # fmt: skip
"""What each is said like; where nothing stands in the place of its sum, there is none of it."""


def circle(said: Said) -> Claim:
    """Read what follows `/circle`: its kind and what else is said of it, each where it is said."""
    _, _, rest = said.text.strip().partition(" ")
    return Claim("circle_open" if rest.strip() else "circle", of_any(rest))


def in_a_sentence(said: Said) -> dict[str, str]:
    """Return what a sentence says of the circle it wants to start: "start a circle, 10 people, 500 a month"."""
    return of_any(said.text)


def kind_of(text: str) -> str | None:
    """Return which kind of circle a text speaks of, None where it does not say."""
    folded = fold(text)
    if folded.strip() in (SAVING, ROTATING):
        return folded.strip()
    rotating = of_circle(text)
    if _SAVES.search(folded):
        return SAVING
    if _ROTATES.search(folded) or "places" in rotating or "order" in rotating:
        return ROTATING
    return SAVING if _MAY_SAVE.search(folded) else None


def of_any(text: str) -> dict[str, str]:
    """Return what a text says of a circle of either kind, and its `kind` where that is said."""
    kind = kind_of(text)
    said = of_saving(text) if kind == SAVING else of_circle(text)
    return {**said, **({KIND: kind} if kind is not None else {})}


def of_saving(text: str) -> dict[str, str]:
    """Return what a text says of a savings circle, each where it is said: `title`, `first_day`, `period`, `rate`,
    `ends`, `social`, `fine`, `shares`, and `amount`, the price of a share, which is also the sum that is named alone.
    """
    slots: dict[str, str] = {}
    rest = fold(taken(TITLE, text, "title", slots))
    for name, pattern in _SLOTS:
        rest = _taken(pattern, rest, name, slots)
    rest = taken(FROM, rest, "first_day", slots)
    for value, pattern in PERIODS:
        if pattern.search(rest):
            slots.setdefault("period", value)
            rest = pattern.sub(" ", rest)
    number = NUMBER.search(rest)
    if number and "amount" not in slots:
        slots["amount"] = as_written(number[0])
    return slots


def _taken(pattern: re.Pattern[str], text: str, name: str, slots: dict[str, str]) -> str:
    """Keep what a pattern finds, 0 where it says that there is none, and return the text without it."""
    found = pattern.search(text)
    if found is None:
        return text
    said = next((group for group in found.groups() if group), "0")
    slots[name] = said.strip() if name == "ends" else as_written(said.strip())
    return f"{text[: found.start()]} {text[found.end() :]}"


def is_none(said: str) -> bool:
    """Say whether an answer is that there is none of it."""
    return re.fullmatch(_NONE, fold(said).strip(" .。!！")) is not None
