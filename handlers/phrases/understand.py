"""From what a person wrote to what they came for: `understand("借3000分6期")` is borrow, amount 3000, count 6.

Frames say which command a text could be; the topic model says which question. A card that moves money opens only where
nothing asks for a fact, and a sum or a payee is said or the model, too, takes the bare verb for that command.

Deterministic: the same text gives the same answer on every machine, and a reader can find the frame or the pattern
that gave it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, cast

from handlers.phrases.asking import (
    DOUBTFUL,
    EMERGENCIES,
    LIKELY,
    UNLIKELY,
    Topics,
    asks_for_a_fact,
    asks_for_leave,
    asks_to_be_stopped,
    is_talk,
    takes_back,
    tells,
    tells_of_a_wrong_sum,
    topics_of,
)
from handlers.phrases.frames import MONEY_INTENTS, Frame, Intent, frames
from handlers.phrases.normalise import fold
from handlers.phrases.others import asks_of_another
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

_THAT_COMMAND: Final = 0.3
"""From here on an act is the one that the frames took it for."""

_SAME_ACT: Final = {
    "withdraw": ("fund_sell", "fund_switch", "break_deposit"),
    "invest": ("deposit", "plan", "goal", "fund_switch"),
    "repay": ("promise",),
}
"""Commands of the lines' readers that frames take for a plainer one."""

FAINT: Final = 0.1
"""Below this a topic is not even asked back."""

OUTSIDE: Final = 0.42
"""From here on a text that is about nothing else is everyday talk."""

_ASKED_BACK: Final = 0.7
"""How sure one is at most of a question that could be a wish."""

OUT_OF_SCOPE: Final = "out_of_scope"

_SCREENS: Final = ("owe", "balance", "history", "statement", "help", "settings")
"""What the topic model alone may open: it shows how things stand, and asks for nothing."""

_TOLD: Final = ("hardship", "promise")
"""What a person tells of their loan: their screens move nothing, and only a question is none of them."""

_PLAIN: Final = 0.9
"""How sure one is of what a text says by its words alone."""

_CAREFUL: Final = {"human.distress": 0.95}
"""Topics whose answer does something (reminders rest, a case is opened), and how sure one must be of them."""


_OTHERS_MONEY: Final = ("lend", "request")
"""Hints of money between friends, which is no question to us."""

_TROUBLE: Final = ("CANT", "WHY", "RISK", "HOWLONG", "AGENT", "ADVICE")
"""Tags that no command has, unless a sum is said."""

_COMMAND: Final = re.compile(r"\s*/([a-z_]+)(?:@[a-z0-9_]+)?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood.

    `slots` holds only what was said: amount (plain decimal text: "3000", "1000.5"), asset (a currency's code), count
    (int), unit (day, week, month), payee, note, when. `candidates` are the readings of a sum that must be asked back.
    `hint` says which kind of out of scope it is ("lend": to or from a friend; "request": somebody owes them; "others":
    what somebody else has), or which side of a loan is meant ("early": paying ahead, "schedule", "loan": its statement
    and not the wallet's). `later` is the day ahead for which it is said ("tomorrow"), as written. `topics` are what a
    question (`ask`) may be about, the likeliest first; its `confidence` is how likely that is the right one.
    """

    intent: Intent
    slots: dict[str, Slot] = field(default_factory=dict)
    confidence: float = 1.0
    alternatives: tuple[Intent, ...] = ()
    candidates: tuple[str, ...] = ()
    hint: str | None = None
    later: str | None = None
    topics: tuple[str, ...] = ()

    @property
    def topic(self) -> str | None:
        """What is asked about, as far as one can say: the likeliest of `topics`."""
        return self.topics[0] if self.topics else None

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
        tokens = tokenise(folded, language)
        return judged(by_tokens(text, tokens), text, folded, tokens)
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


# -- a question, or a command ---------------------------------------------------------------------------------------


def judged(framed: Understanding, text: str, folded: str, tokens: Sequence[Token]) -> Understanding:
    """Return what the frames made of a text, or that it is a question, by its form or by the topic model."""
    said_plainly = _said_plainly(framed, text, folded, tokens)
    if said_plainly is not None:
        return said_plainly
    topics = topics_of(text)
    says_sum = any(token.has("SUM") for token in tokens)
    asks = asks_for_a_fact(folded) or topics.best.probability >= LIKELY
    if framed.hint in _OTHERS_MONEY and (says_sum or not asks):
        return framed
    if framed.intent in MONEY_INTENTS:
        return _card_or_question(framed, topics, text, folded, tokens)
    is_told = framed.intent in _TOLD or (framed.intent == "cancel" and takes_back(topics, SURE))
    if is_told and not (asks_for_a_fact(folded) or asks_for_leave(folded)):
        return framed
    taken, best = topics.of_command(framed.intent), topics.best.probability
    is_likelier = taken >= best or best < FAINT or (best < DOUBTFUL and taken >= UNLIKELY)
    if framed.intent != OUT_OF_SCOPE and is_likelier and not is_talk(topics, taken):
        return framed
    return _question_or_nothing(framed, topics, text, tokens)


def _said_plainly(framed: Understanding, text: str, folded: str, tokens: Sequence[Token]) -> Understanding | None:
    """Return what a text is by its words alone: about somebody else's money, a wish to be lent nothing, a sum that
    came short, which is a question. None for any other.
    """
    if asks_of_another(tokens, text):
        return Understanding(OUT_OF_SCOPE, confidence=_PLAIN, hint="others")
    if asks_to_be_stopped(folded):
        return Understanding("ask", fill("ask", tokens, text).slots, _PLAIN, topics=("loan.opt_out",))
    if tells_of_a_wrong_sum(folded, _note_in(framed, folded)):
        topics = topics_of(text).of_a_question()
        return _question_or_nothing(Understanding(OUT_OF_SCOPE), topics, text, tokens)
    return None


def _card_or_question(
    framed: Understanding, topics: Topics, text: str, folded: str, tokens: Sequence[Token]
) -> Understanding:
    """Return a command that moves money only where nothing speaks for a question."""
    names_it = bool({"amount", "payee", "payees"} & framed.slots.keys() or framed.candidates)
    for_leave = asks_for_leave(folded)
    is_question = asks_for_a_fact(folded, _note_in(framed, folded)) or (
        not names_it and (for_leave or any(token.has(*_TROUBLE) for token in tokens))
    )
    if is_question:
        return _question_or_nothing(framed, topics.of_a_question(), text, tokens)
    act = topics.acts + topics.of_command("promise")
    that = sum(map(topics.of_command, (framed.intent, *_SAME_ACT.get(framed.intent, ()))))
    if names_it:
        is_plain = "count" in framed.slots or (framed.sure and not any(token.has("X", "FOREIGN") for token in tokens))
        is_exact = "amount" in framed.slots and not (for_leave or asks_for_a_fact(folded))
        is_whole = framed.sure and "fund" in framed.slots and tokens[0].has("BUY", "INVEST")  # act, sum and fund
        against = LIKELY if framed.sure else DOUBTFUL
        is_told = not is_whole and tells(topics, act, against, is_plain=is_plain, is_exact=is_exact)
        return _question_or_nothing(framed, topics, text, tokens) if is_told else framed
    begins_so = framed.intent == "borrow" and tokens[0].has("BORROW") and topics.best.probability < LIKELY
    means_it = that >= _THAT_COMMAND and (act >= LIKELY or begins_so)
    return framed if means_it else _question_or_nothing(framed, topics, text, tokens)


def _note_in(framed: Understanding, folded: str) -> tuple[int, int] | None:
    """Return where the note of a payment is, whose words ask nothing."""
    note = fold(str(framed.slots.get("note", "")))
    place = folded.find(note) if note else -1
    return (place, place + len(note)) if place >= 0 else None


def _question_or_nothing(framed: Understanding, topics: Topics, text: str, tokens: Sequence[Token]) -> Understanding:
    """Return the question that a text asks, the screen that answers it, or that it is nothing of ours."""
    best, screen = topics.best.probability, topics.screen
    shown = screen.probability if screen.label in _SCREENS else 0.0
    is_nothing = max(best, shown, topics.acts) < FAINT or (best < SURE and _is_a_mere_word(tokens))
    if is_nothing or topics.outside >= max(best, screen.probability, OUTSIDE):
        is_told = framed.intent == OUT_OF_SCOPE
        return framed if is_told else Understanding(OUT_OF_SCOPE, confidence=round(topics.outside, 2))
    if topics.acts >= LIKELY and any(token.has("SUM") for token in tokens):
        return framed  # a wish that only a line's reader knows
    if shown >= max(best, LIKELY):
        intent = cast("Intent", screen.label)
        filled = fill(intent, tokens, text)
        return Understanding(intent, filled.slots, round(screen.probability, 2), (), filled.candidates)
    return _question(topics, text, tokens)


def _question(topics: Topics, text: str, tokens: Sequence[Token]) -> Understanding:
    """Return a question; where something rather is to be done, it is asked back."""
    confidence = topics.of_a_question().best.probability
    is_faint = topics.acts >= LIKELY or _is_a_mere_word(tokens)
    if is_faint or confidence < _CAREFUL.get(topics.best.label, 0):
        confidence = min(confidence, _ASKED_BACK)
    elif topics.best.label in EMERGENCIES and confidence >= LIKELY:
        confidence = max(confidence, SURE)
    return Understanding("ask", fill("ask", tokens, text).slots, round(confidence, 2), topics=topics.names())


def _is_a_mere_word(tokens: Sequence[Token]) -> bool:
    """Tell whether a text is one word of no meaning to us: "second" has a topic for a model, but not for a person."""
    said = [token for token in tokens if not token.has("STOP")]
    return len(said) <= 1 and not any(token.has(*lexicon().content) for token in said)


# -- a command, by its frames ---------------------------------------------------------------------------------------


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
