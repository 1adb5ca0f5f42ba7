"""A text that is being read: as it was written, and what the grammar makes of it, worked out once however many ask."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from handlers.phrases.asking import asks_for_a_fact, asks_for_leave
from handlers.phrases.by_frames import by_tokens
from handlers.phrases.frames import Intent
from handlers.phrases.normalise import fold
from handlers.phrases.tokens import Token, tokenise
from handlers.phrases.understand import filled_by, judged, understand
from handlers.phrases.understanding import Understanding

NEGATIVE: Final = re.compile(r"(?<![A-Za-z0-9_@.,])[-−]\s?\d")
NO_SUM: Final = re.compile(r"\d_\d|\d[eE][+-]?\d|\d{17,}")
"""What a programmer's number may look like and a person's sum never does; 17 digits fit no account."""

NO_NUMBER: Final = re.compile(r"(?<!\w)(?:nan|inf|infinity)(?!\w)", re.IGNORECASE)
"""What a programmer writes for a number that is none; beside a sum that is paid it is somebody: "give my nan 30"."""

_TO_PEOPLE: Final = ("send", "request")
_BY_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9_#])#\s?\d")
"""Nobody is named by a number: "/send #4 5"."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a reader makes of a text: an intent with its slots."""

    intent: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the lines tell the reading of a text.

    `commands` are by their names the intents whose slots are read out of what follows; `take_a_sum` are the intents
    whose sums are looked at closely.
    """

    commands: Mapping[str, Intent] = field(default_factory=dict)
    take_a_sum: frozenset[str] = frozenset()


class Said:
    """One text of a person who writes in `language`. Made once for each update and handed from reader to reader.

    `whole` is a long text as it was written, for an answer in own words; readers read `text`, its beginning.
    """

    def __init__(self, text: str, language: str | None, grammar: Grammar, whole: str | None = None) -> None:
        self.text = text
        self.whole = text if whole is None else whole
        self.language = language
        self.grammar = grammar

    @cached_property
    def folded(self) -> str:
        """The text folded to one form, of the same length."""
        return fold(self.text)

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """The text cut into what the lexicon knows and what it does not."""
        return tokenise(self.folded, self.language)

    @cached_property
    def understood(self) -> Understanding:
        """What the frames make of it, commands with their arguments included."""
        if self._begins_as_a_command:
            return understand(self.text, self.language, self.grammar.commands)
        return judged(self.framed, self.text, self.folded, self.tokens)

    @cached_property
    def framed(self) -> Understanding:
        """What the frames alone make of it, were it no question: what a line's reader goes by."""
        return self.understood if self._begins_as_a_command else by_tokens(self.text, self.tokens)

    @property
    def _begins_as_a_command(self) -> bool:
        return self.text.lstrip().startswith("/")

    @cached_property
    def is_question(self) -> bool:
        """Whether it asks, by its form or surely by its topic: then nothing is done because of it."""
        return self.understood.intent == "ask" and (self.understood.sure or self.has_form_of_a_question)

    @cached_property
    def has_form_of_a_question(self) -> bool:
        """Whether a word of it asks for a fact or for leave."""
        return asks_for_a_fact(self.folded) or asks_for_leave(self.folded)

    @cached_property
    def complaint(self) -> InvalidInput | None:
        """What is wrong with its sum, None where no sum goes with it or nothing is wrong."""
        return self.complaint_about(self.understood)

    def complaint_about(self, understood: Understanding) -> InvalidInput | None:
        """Return what is wrong with a sum that is nearly one: read in part it would be another than the one meant."""
        if understood.intent not in self.grammar.take_a_sum:
            return None
        plain = unicodedata.normalize("NFKC", self.text)
        if understood.intent in _TO_PEOPLE and "payee" not in understood.slots and _BY_NUMBER.search(plain):
            return InvalidInput(ErrorCode.PAYEE_BY_NUMBER)
        if NEGATIVE.search(plain):
            return InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
        is_paid = understood.intent in _TO_PEOPLE and "amount" in understood.slots
        if NO_SUM.search(plain) or (NO_NUMBER.search(plain) and not is_paid):
            return InvalidInput(ErrorCode.AMOUNT_UNCLEAR)
        if understood.candidates and "payees" not in understood.slots:
            return InvalidInput(ErrorCode.AMOUNT_AMBIGUOUS, candidates=list(understood.candidates))
        return None

    def filled(self, intent: Intent) -> Understanding:
        """Return the slots that the text has for an intent that is known already."""
        return filled_by(intent, self.text, self.language)

    def instead(self, text: str) -> Said:
        """Return another text in this one's place, of the same writer: this one without some of its words."""
        return Said(text, self.language, self.grammar)
