"""From what a person wrote to what they came for: `understand("借3000分6期")` is borrow, amount 3000, count 6.

Deterministic: the same text gives the same answer on every machine, and a reader can find the frame that gave it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from handlers.phrases.frames import MONEY_INTENTS, Frame, Intent, frames
from handlers.phrases.normalise import fold
from handlers.phrases.patterns import compiled, tag_string, tags_of
from handlers.phrases.scope import is_about_money
from handlers.phrases.slots import TAKES, Filled, Slot, fill
from handlers.phrases.tokens import Token, lexicon, tokenise
from handlers.phrases.waiting import later_day

SURE: Final = 0.75
"""From here on one may act: show the card. Below, ask with two or three buttons (`alternatives`)."""

UNSURE: Final = 0.45
"""Below this a money intent is not even named: it becomes `out_of_scope`, with the guess among the alternatives."""

MOST_ALTERNATIVES: Final = 3

_COMMAND: Final = re.compile(r"\s*/([a-z_]+)(?:@[a-z0-9_]+)?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood.

    `slots` holds only what was said: amount (plain decimal text: "3000", "1000.5"), asset (a currency's code), count
    (int), unit (day, week, month), payee, note, when. `candidates` are the readings of a sum that must be asked back.
    `hint` says which kind of out of scope it is ("lend": to or from a friend; "request": somebody owes them), or which
    side of a loan is meant ("early": paying ahead, "schedule", "loan": its statement and not the wallet's). `later` is
    the day ahead for which it is said ("tomorrow"), as written.
    """

    intent: Intent
    slots: dict[str, Slot] = field(default_factory=dict)
    confidence: float = 1.0
    alternatives: tuple[Intent, ...] = ()
    candidates: tuple[str, ...] = ()
    hint: str | None = None
    later: str | None = None

    @property
    def sure(self) -> bool:
        """Whether one may act on it without asking."""
        return self.confidence >= SURE


def understand(
    text: str, language: str | None = None, commands: Mapping[str, Intent] = MappingProxyType({})
) -> Understanding:
    """Return what `text` asks for, in any of the languages or several; commands with arguments go the same way.

    `language` is the writer's, if known. One grammar reads all; it only decides what "3w" means. `commands` are the
    intents whose slots are read out of what follows a command, by its name.
    """
    folded = fold(text)
    command = split_command(folded)
    if command is None:
        return _free_text(text, tokenise(folded, language))
    name, begin = command
    intent = commands.get(name)
    if intent is None:
        return Understanding("help", confidence=0.5)
    return _filled(intent, tokenise(" " * begin + folded[begin:], language), text)


def filled_by(intent: Intent, text: str, language: str | None = None) -> Understanding:
    """Return what `text` says for an intent that is known already: all that follows a command."""
    return _filled(intent, tokenise(fold(text), language), text)


def _filled(intent: Intent, tokens: Sequence[Token], text: str) -> Understanding:
    filled = fill(intent, tokens, text)
    later = _later(intent, tokens, text, filled)
    return Understanding(intent, filled.slots, 1.0, (), filled.candidates, later=later)


def _later(intent: Intent, tokens: Sequence[Token], text: str, filled: Filled) -> str | None:
    span = later_day(intent, tokens, fold(text), filled.explained)
    return text[slice(*span)] if span is not None else None


def split_command(folded: str) -> tuple[str, int] | None:
    """Return the name of the command that a folded text begins with, and where its arguments begin; None for none."""
    match = _COMMAND.match(folded)
    return (match[1], match.end()) if match else None


def _free_text(text: str, tokens: Sequence[Token]) -> Understanding:
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
    return replace(understood, later=_later(frame.intent, tokens, text, filled))


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
