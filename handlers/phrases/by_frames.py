"""What the frames alone make of a text that is cut into tokens: a command with its slots, or nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers.phrases.frames import MONEY_INTENTS, Frame, Intent, frames
from handlers.phrases.normalise import fold
from handlers.phrases.patterns import compiled, tag_string, tags_of
from handlers.phrases.scope import is_about_money
from handlers.phrases.slots import TAKES, Filled, fill
from handlers.phrases.tokens import Token, lexicon
from handlers.phrases.understanding import Understanding
from handlers.phrases.waiting import later_day

UNSURE: Final = 0.45
"""Below this a money intent is not even named: it becomes `out_of_scope`, with the guess among the alternatives."""

MOST_ALTERNATIVES: Final = 3


def by_tokens(text: str, tokens: Sequence[Token]) -> Understanding:
    """Return what the frames alone make of a text that is cut into `tokens` already."""
    fitting = _fitting(tokens)
    if not fitting:
        return _nothing(tokens)
    frame = fitting[0]
    if not is_about_money(frame.intent, tokens):
        return Understanding("out_of_scope", confidence=0.8)
    filled = fill(frame.intent, tokens, text)
    if _mostly_unknown(frame, tokens, filled):
        return Understanding("out_of_scope", confidence=0.6, alternatives=(frame.intent,))
    understood = _answer(frame, tokens, filled, _others(frame.intent, fitting[1:]))
    return replace(understood, later=later_in(frame.intent, tokens, text, filled))


def _answer(frame: Frame, tokens: Sequence[Token], filled: Filled, others: tuple[Intent, ...]) -> Understanding:
    """What the deciding frame says, unless it is a money intent that too much speaks against."""
    confidence = _confidence(frame, tokens, filled)
    if frame.intent in MONEY_INTENTS and confidence < UNSURE:
        return Understanding("out_of_scope", {}, round(1 - confidence, 2), (frame.intent, *others)[:MOST_ALTERNATIVES])
    return Understanding(frame.intent, filled.slots, confidence, others, filled.candidates, frame.hint)


def _mostly_unknown(frame: Frame, tokens: Sequence[Token], filled: Filled) -> bool:
    """Tell whether the words nobody knows outnumber those that speak of the service ("how many onions do I have")."""
    if frame.intent in ("out_of_scope", "cancel") or {"amount", "payee", "count"} & filled.slots.keys():
        return False
    main = _before_purpose(tokens)
    unknown = sum(token.has("X") and not _explained(token, filled) for token in main)
    known = sum(token.has(*lexicon().content) for token in main)
    return unknown > max(known, 1)


def _before_purpose(tokens: Sequence[Token]) -> Sequence[Token]:
    for place, token in enumerate(tokens):
        if token.has("FOR", "PURPOSE", "NOTE", "AND") and place > 1:
            return tokens[:place]
    return tokens


def _fitting(tokens: Sequence[Token]) -> list[Frame]:
    """The frames that fit, the deciding one first."""
    tags, present = tag_string(tokens), tags_of(tokens)

    def occurs(pattern: str) -> bool:
        return compiled(pattern).occurs(tags, present)

    return [frame for frame in frames() if any(map(occurs, frame.patterns)) and not any(map(occurs, frame.but_not))]


def _nothing(tokens: Sequence[Token]) -> Understanding:
    """No frame fits: out of scope. A bare sum may still be meant for something, so the usual wishes are offered."""
    if any(token.has("SUM") for token in tokens) and not any(token.has("X", "FOREIGN") for token in tokens):
        return Understanding("out_of_scope", confidence=0.5, alternatives=("send", "borrow", "invest"))
    return Understanding("out_of_scope", confidence=0.8)


def _others(intent: Intent, frames: Sequence[Frame]) -> tuple[Intent, ...]:
    """The other intents that would fit, best first, for buttons."""
    others = dict.fromkeys(frame.intent for frame in frames if frame.intent not in (intent, "out_of_scope"))
    return tuple(others)[: MOST_ALTERNATIVES - 1]


def _confidence(frame: Frame, tokens: Sequence[Token], filled: Filled) -> float:
    """The frame's own confidence, less what speaks against it: unknown words, mended words, sums that read two ways."""
    unknown = sum(token.has("X") and not _explained(token, filled) for token in tokens)
    mended = sum(token.corrected for token in tokens)
    said_something = bool(filled.slots.keys() & TAKES.get(frame.intent, frozenset()) - {"when", "note"})
    weight = 0.03 if said_something else 0.06
    doubt = weight * min(unknown, 6) + 0.03 * mended + (0.05 if filled.candidates else 0)
    return round(max(frame.confidence - doubt, 0.05), 2)


def _explained(token: Token, filled: Filled) -> bool:
    return any(start <= token.start < end for start, end in filled.explained)


def later_in(intent: Intent, tokens: Sequence[Token], text: str, filled: Filled) -> str | None:
    """Return the day ahead for which an act is said, as written; None where none is."""
    span = later_day(intent, tokens, fold(text), filled.explained)
    return text[slice(*span)] if span is not None else None
