"""What goes with an intent: the sum, the term, the person, the note, the day. Names and notes are as written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final
from unicodedata import category

from handlers.phrases.normalise import plain
from handlers.phrases.payees import denied_spans, payee_spans
from handlers.phrases.readers.amounts import Sum
from handlers.phrases.tokens import Token
from handlers.phrases.words import Words

Slot = str | int

TAKES: Final[dict[str, frozenset[str]]] = {
    "borrow": frozenset({"amount", "asset", "count", "unit"}),
    "repay": frozenset({"amount", "asset", "when"}),
    "promise": frozenset({"amount", "asset", "when"}),
    "invest": frozenset({"amount", "asset", "count", "unit", "fund"}),
    "withdraw": frozenset({"amount", "asset", "fund"}),
    "send": frozenset({"amount", "asset", "payee", "note", "when"}),
    "request": frozenset({"amount", "asset", "payee", "note", "when"}),
    "topup": frozenset({"amount", "asset"}),
    "history": frozenset({"count", "when"}),
    "statement": frozenset({"when"}),
    "balance": frozenset({"when"}),
    **dict.fromkeys(("circle", "circle_pay", "circle_bid"), frozenset({"amount", "asset"})),
    "circle_open": frozenset({"amount", "asset", "count", "unit"}),
    "circle_swap": frozenset({"payee"}),
    "ask": frozenset({"amount", "asset", "count", "unit", "fund", "payee", "when", "reference"}),
}
"""Which slots an intent has; what it has not is not looked for."""

LARGEST_SUM: Final = 10**13
"""In major units; a larger number in a sentence is no sum but a slip or a serial number."""

MOST_DECIMALS: Final = 2
"""Decimals of a sum in a sentence; more are asked back."""

REFERENCE: Final = re.compile(r"(?<![A-Za-z0-9])S[A-Z2-9]{3}-[A-Z2-9]{4}(?![A-Za-z0-9])", re.IGNORECASE)
"""A receipt's reference: "S8F3-K2QW"."""

LONGEST_COUNT: Final = 60
"""A second bare number up to this is a number of instalments ("borrow 3000 6")."""

SEVERAL: Final = ", "
"""What stands between the people of the slot `payees`."""

_EARLIER: Final = Words("notes", "earlier")
_POLITE: Final = Words("notes", "polite_end", re.IGNORECASE)
_LEADING_WORDS: Final = Words("notes", "leading", re.IGNORECASE)
_MARKS: Final = r"[\s,;.!?，。！？、~)）\"”」]"
_TRAILING_MARKS: Final = re.compile(rf"(?<!{_MARKS}){_MARKS}++$")
_LEADING_MARKS: Final = re.compile(r"[\s,;:：.，。、\-(（\"“「]+")


@dataclass(frozen=True, slots=True)
class Filled:
    """The slots of a text, the spans of it that they explain, and the readings of a sum that must be asked back."""

    slots: dict[str, Slot]
    explained: tuple[tuple[int, int], ...] = ()
    candidates: tuple[str, ...] = ()


def fill(intent: str, tokens: Sequence[Token], text: str) -> Filled:
    """Return the slots of `intent` in `text`, whose folded form was cut into `tokens`."""
    wanted = TAKES.get(intent, frozenset())
    slots: dict[str, Slot] = {}
    explained: list[tuple[int, int]] = []
    candidates: tuple[str, ...] = ()
    sums = _sums_before_note(tokens)
    if "count" in wanted:
        slots |= _term(tokens)
    if intent == "history":
        slots |= _entries(tokens) or (_as_count(sums[0]) if sums else {})
    elif "amount" in wanted:
        sums, second = _split_off_count(intent, sums, slots)
        slots |= second
        amount, candidates = _amount(sums, tokens)
        slots |= amount
    if "fund" in wanted and (named := next((token for token in tokens if token.has("FUND")), None)):
        slots["fund"] = text[named.start : named.end]
    if "reference" in wanted and (receipt := REFERENCE.search(text)):
        slots["reference"] = receipt[0].upper()
    if "payee" in wanted:
        people = payee_spans(tokens, text)
        if intent == "ask":
            people = [span for span in people[:1] if _is_surely_a_name(span, tokens, text)]
        slots |= _people([text[slice(*span)] for span in people])
        explained += [*people, *denied_spans(tokens)]
    alone = intent == "request"
    if "note" in wanted and (note := note_span(tokens, text, explained, alone=alone)):
        slots["note"] = text[slice(*note)]
        explained.append(note)
    if "when" in wanted and (moment := _when(intent, [token for token in tokens if not _inside(token, explained)])):
        slots["when"] = text[moment.start : moment.end]
    return Filled(slots, tuple(explained), candidates)


def _is_surely_a_name(span: tuple[int, int], tokens: Sequence[Token], text: str) -> bool:
    """Tell whether a question names somebody there, and not just anything that stands where a payee would."""
    name = text[slice(*span)]
    if any(token.start == span[0] and token.has("WHO", "KIN") for token in tokens):
        return True
    return name.istitle() if name.isascii() else len(name) > 1


def _people(named: Sequence[str]) -> dict[str, Slot]:
    """The one who is paid; several who are named are asked about, as money goes to one at a time."""
    if len(named) > 1:
        return {"payees": SEVERAL.join(named)}
    return {"payee": named[0]} if named else {}


def _sums_before_note(tokens: Sequence[Token]) -> list[Token]:
    """The sums, without those that a note mentions after the sum has been said ("1000 for invoice 22")."""
    sums: list[Token] = []
    in_note = False
    for place, token in enumerate(tokens):
        in_note = in_note or (bool(sums) and token.has("FOR", "NOTE") and _begins_note(tokens[place + 1 : place + 3]))
        if token.has("SUM") and not in_note:
            sums.append(token)
    return sums


# ── sums and terms ─────────────────────────────────────────────────────────────────────────────────────────────────


def _term(tokens: Sequence[Token]) -> dict[str, Slot]:
    for token in tokens:
        if token.quantity is not None and token.quantity.kind == "TERM" and token.quantity.count is not None:
            unit = token.quantity.unit
            return {"count": token.quantity.count} | ({"unit": unit} if unit else {})
    return {}


def _entries(tokens: Sequence[Token]) -> dict[str, Slot]:
    """The 5 of "last 5 transactions"."""
    counts = [token.quantity.count for token in tokens if token.quantity and token.quantity.kind == "ENTRIES"]
    return {"count": counts[0]} if counts and counts[0] else {}


def _as_count(token: Token) -> dict[str, Slot]:
    said = _sum_of(token)
    whole = len(said.values) == 1 and said.values[0] == said.values[0].to_integral_value()
    return {"count": int(said.values[0])} if whole and said.asset is None else {}


def _split_off_count(intent: str, sums: list[Token], slots: dict[str, Slot]) -> tuple[list[Token], dict[str, Slot]]:
    """Take "6" of "borrow 3000 6", "what would 3000 over 6 cost" for the number of instalments."""
    if intent not in ("borrow", "ask") or "count" in slots or len(sums) < 2:  # noqa: PLR2004 -- "3000 6"
        return sums, {}
    first, second, *more = sums
    count = _as_count(second).get("count")
    if not more and isinstance(count, int) and 0 < count <= LONGEST_COUNT < max(_sum_of(first).values, default=0):
        return [first], {"count": count}
    return sums, {}


def _amount(sums: Sequence[Token], tokens: Sequence[Token]) -> tuple[dict[str, Slot], tuple[str, ...]]:
    """The one sum that is meant; two sums, or one that reads two ways, are candidates to ask about.

    Where one of them was not understood, none is offered: its readings would be parts of what was said.
    """
    if len(sums) > 1 and any(token.has("CORRECTION") for token in tokens):
        sums = sums[-1:]
    said = [_sum_of(token) for token in sums]
    if not all(each.values for each in said):
        return {}, ()
    slots: dict[str, Slot] = {}
    if len({(each.values, each.asset) for each in said}) == 1 and said[0].clear and _is_payable(said[0].values[0]):
        slots["amount"] = plain(said[0].values[0])
        if said[0].asset:
            slots["asset"] = said[0].asset
        return slots, ()
    return {}, tuple(dict.fromkeys(plain(value) for each in said for value in each.values if _is_payable(value)))


def _is_payable(value: Decimal) -> bool:
    return 0 < value < LARGEST_SUM and value == round(value, MOST_DECIMALS)


def _sum_of(token: Token) -> Sum:
    if token.quantity is None or token.quantity.sum is None:
        raise ValueError("not a sum")
    return token.quantity.sum


# ── the day and the note ───────────────────────────────────────────────────────────────────────────────────────────


def _when(intent: str, tokens: Sequence[Token]) -> Token | None:
    """The moment that is said. "This month's instalment" names the instalment, not a day to act on."""
    for place, token in enumerate(tokens):
        if not token.has("WHEN"):
            continue
        future = intent in ("repay", "promise", "send", "request")
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if future and (_EARLIER.search(token.text) or _belongs_to_noun(intent, following)):
            continue
        return token
    return next((token for token in tokens if token.has("SPAN")), None) if intent == "promise" else None


def _belongs_to_noun(intent: str, following: Token | None) -> bool:
    if following is None:
        return False
    return intent == "repay" and following.has(
        "INSTALMENT", "DEBT", "LOAN", "LOANWORD", "FILL", "X", "MONEY", "PAY", "IS"
    )


def note_span(
    tokens: Sequence[Token], text: str, explained: Sequence[tuple[int, int]], *, alone: bool = False
) -> tuple[int, int] | None:
    """Return where `text` says what the money is for.

    `alone`: words behind the sum say it too where nobody is named ("20 lunch").
    """
    start = _note_start(tokens, text, explained, alone=alone)
    if start is None:
        return None
    end = _note_end(tokens, start, explained, len(text))
    return _clean(text, start, end)


def _note_start(tokens: Sequence[Token], text: str, explained: Sequence[tuple[int, int]], *, alone: bool) -> int | None:
    for marker in ("NOTE", "FOR"):
        for place, token in enumerate(tokens):
            following = tokens[place + 1 : place + 3]
            is_note = _begins_note(following) and not _inside(following[0], explained)
            if token.has(marker) and (is_note or _untold(text, token, following)):
                return token.end
    heads = [token for token in tokens if token.has("NOTEHEAD") and not _inside(token, explained)]
    tail = _tail(tokens, explained, alone=alone)
    starts = [token.start for token in (*heads[:1], *tail[:1])]
    return min(starts) if starts else _in_another_script(tokens, text, explained)


def _untold(text: str, token: Token, following: Sequence[Token]) -> bool:
    """Tell whether right after a token stands what no lexicon has, a picture or another script: "for 🍕"."""
    between = text[token.end : following[0].start if following else len(text)]
    return any(character.isalnum() or category(character) == "So" for character in between)


def _in_another_script(tokens: Sequence[Token], text: str, explained: Sequence[tuple[int, int]]) -> int | None:
    """Return where words begin that stand after the sum and the person, in letters that no lexicon has."""
    said = [token for token in tokens if token.has("SUM") or _inside(token, explained)]
    if not explained or not any(token.has("SUM") for token in said):
        return None
    begin = said[-1].end
    between = text[begin : next((token.start for token in tokens if token.start >= begin), len(text))]
    return begin if any(character.isalpha() for character in between) else None


def _begins_note(following: Sequence[Token]) -> bool:
    """Tell whether what comes after "for" is a reason, and not a sum, a term, a day or a person."""
    if len(following) > 1 and following[0].has("WHEN"):
        return following[1].has("X", "FOREIGN", "NOTEHEAD")
    return any(not token.has("SUM", "TERM", "WHEN", "WHO", "ME", "MONEY") for token in following[:1])


def _inside(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= token.start < end for start, end in spans)


def _tail(tokens: Sequence[Token], explained: Sequence[tuple[int, int]], *, alone: bool) -> list[Token]:
    """What is left after the sum and the person have both been said, when it says something."""
    places = [place for place, token in enumerate(tokens) if token.has("SUM") or _inside(token, explained)]
    if not (explained or alone) or not any(token.has("SUM") for token in tokens):
        return []
    rest = list(tokens[places[-1] + 1 :])
    while (
        rest
        and not rest[0].has("NOTEHEAD")
        and rest[0].has(
            "STOP",
            "FILL",
            "MONEY",
            "FOR",
            "TO",
            "GEI",
            "SEND",
            "MOVE",
            "PAY",
            "FA",
            "WHEN",
            "GIVE",
            "AND",
            "QM",
            "ME",
            "IN",
        )
    ):
        rest.pop(0)
    content = [
        token
        for token in rest
        if not token.has(
            "FILL",
            "STOP",
            "WHEN",
            "QM",
            "PAY_ME",
            "REQUEST",
            "CAN",
            "WANT",
            "YOU",
            "IT",
            "SHOU",
            "IN",
            "SOMEONE",
            "DET",
            "ASK",
        )
    ]
    return rest if content else []


def _note_end(tokens: Sequence[Token], start: int, explained: Sequence[tuple[int, int]], length: int) -> int:
    first = next((token.start for token in tokens if token.has("SUM")), length)
    stops = () if first < start else ("SUM",)
    ends = [token.start for token in tokens if token.start > start and token.has(*stops)]
    ends += [token.start for token in tokens if token.start > start and token.has("WHO") and _inside(token, explained)]
    ends += [token.start for token in tokens if token.start > start and token.has("STOP") and token.text in ";,\n!?"]
    ends += [
        token.start
        for token, after in pairwise(tokens)
        if token.start > start and token.has("TO", "GEI", "FROM") and _inside(after, explained)
    ]
    ends += [
        token.start
        for token in tokens[-1:]
        if token.start > start and token.has("WHEN") and not _EARLIER.search(token.text)
    ]
    return min(ends, default=length)


def _clean(text: str, start: int, end: int) -> tuple[int, int] | None:
    while skipped := _leading(text[start:end]):
        start += skipped
    while (kept := _kept(text[start:end])) is not None:
        end = start + kept
    return (start, end) if end > start else None


def _leading(text: str) -> int:
    """Return how many characters of marks, or of a word that leads to a note, a text begins with."""
    found = _LEADING_MARKS.match(text) or _LEADING_WORDS.match(text)
    return found.end() if found is not None else 0


def _kept(text: str) -> int | None:
    """Return where the marks or the politeness begin that a text ends with, None when it ends with neither."""
    found = (_TRAILING_MARKS.search(text), _POLITE.search(text))
    return min((match.start() for match in found if match is not None), default=None)
