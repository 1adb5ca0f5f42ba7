"""Reads a question about customers as an operator writes it.

    wallet > 100 and no active loan and language = Chinese
    （等级 >= 1 或 标签 = vip）且 没有存款

*Not* binds before *and*, *and* before *or*; brackets do as they do. Where something else is wanted than what stands
there, the refusal says what, in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import BASE_CURRENCY, MAX_AMOUNT, Money
from finance_core.offers.audiences.question import (
    DEEPEST,
    EVERYBODY,
    MOST_COMPARISONS,
    WANTS,
    All,
    AnyOf,
    Facts,
    How,
    Is,
    Not,
    Question,
    Value,
    checked,
)
from finance_core.storage.facts import ORDERED, Fact, FactKind
from handlers.desk.offers.vocabulary import Vocabulary, said_of, vocabulary

LONGEST: Final = 2_000
_OPENING: Final = "(（"
_CLOSING: Final = ")）"
_QUOTES: Final = {'"': '"', "“": "”", "”": "”", "「": "」", "'": "'", "『": "』"}
_NUMBER: Final = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(cny|rmb|yuan|元|块|人民币)?")
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD: Final = re.compile(r"[^\s()（）,，、;；]+")
_TOLD_WORDS: Final = 12
_DEEPEST_READ: Final = 3 * DEEPEST
"""Brackets and *not* inside each other: some of them come to nothing."""
_ASCII: Final = re.compile(r"[a-z0-9]", re.ASCII)

Names = Mapping[str, Mapping[str, str]]
"""For a fact whose words the database knows: what may be written for each, folded, and the word that is stored."""


def read_question(written: str, facts: Facts, names: Names, language: str = "en") -> Question:
    """Return what somebody asks.

    Args:
        language: of the refusal's words.

    Raises:
        InvalidInput: `question_…`, with what of the text it is about.
    """
    if len(written) > LONGEST:
        raise _too_long()
    reader = _Reader(written.strip(), facts, names, vocabulary(), language)
    question = reader.any_of()
    if not reader.is_over:
        if reader.here(_CLOSING):
            raise InvalidInput(ErrorCode.QUESTION_BRACKET)
        raise InvalidInput(ErrorCode.QUESTION_JOIN, word=reader.next_word())
    return checked(question, facts)


@dataclass(slots=True)
class _Reader:
    """A text and how far it is read. What is compared is folded; places are those of the text."""

    text: str
    facts: Facts
    names: Names
    known: Vocabulary
    language: str
    at: int = 0
    depth: int = 0
    folded: str = field(init=False)

    def __post_init__(self) -> None:
        """Fold the text character by character, so that places stay the same."""
        self.folded = "".join(each.casefold() if len(each.casefold()) == 1 else each for each in self.text)

    # -- the grammar --------------------------------------------------------------------------------------------------

    def any_of(self) -> Question:
        parts = [self.all_of()]
        while self.took("or"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else AnyOf(any=tuple(parts))

    def all_of(self) -> Question:
        parts = [self.negation()]
        while self.took("and"):
            while self.took("and"):
                pass
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else All(all=tuple(parts))

    def negation(self) -> Question:
        if self.took("not"):
            return self.negated()
        return self.bracket() if self.here(_OPENING) else self.condition()

    def negated(self) -> Question:
        with self.inside():
            return Not(no=self.negation())

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Go one level down. Raises InvalidInput: `question_long`: deeper than is read."""
        self.depth += 1
        if self.depth > _DEEPEST_READ:
            raise _too_long()
        yield
        self.depth -= 1

    def bracket(self) -> Question:
        self.at += 1
        with self.inside():
            inside = self.any_of()
        if not self.here(_CLOSING):
            if self.is_over:
                raise InvalidInput(ErrorCode.QUESTION_BRACKET)
            raise InvalidInput(ErrorCode.QUESTION_JOIN, word=self.next_word())
        self.at += 1
        return inside

    def condition(self) -> Question:
        while self.took("filler"):
            if self.took("not"):
                return self.negated()
        if self.is_over:
            raise InvalidInput(ErrorCode.QUESTION_END)
        if self.took("everybody"):
            return EVERYBODY
        name = self.took_pair((*self.known.facts, *((name, name) for name in self.facts)))
        if name is None or name not in self.facts:
            raise InvalidInput(ErrorCode.QUESTION_FACT, fact=self.next_word())
        fact = self.facts[name]
        return self.yes_or_no(fact) if fact.kind is FactKind.YES_NO else self.comparison(fact)

    def yes_or_no(self, fact: Fact) -> Question:
        how = self.how()
        if how is None:
            return Is(fact=fact.name, value=True)
        if how not in (How.IS, How.IS_NOT):
            raise InvalidInput(ErrorCode.QUESTION_HOW, fact=self.said(fact))
        if (no := self.took("no")) or self.took("yes"):
            return Is(fact=fact.name, how=how, value=not no)
        raise self.wants(fact)

    def comparison(self, fact: Fact) -> Question:
        how = self.how() or How.IS
        if how not in (How.IS, How.IS_NOT) and fact.kind not in ORDERED:
            raise InvalidInput(ErrorCode.QUESTION_HOW, fact=self.said(fact))
        return Is(fact=fact.name, how=how, value=self.value(fact))

    def how(self) -> How | None:
        found = self.took_pair(self.known.how)
        return None if found is None else How(found)

    # -- values -------------------------------------------------------------------------------------------------------

    def value(self, fact: Fact) -> Value:
        self.skip()
        if self.is_over:
            raise self.wants(fact)
        match fact.kind:
            case FactKind.DAY:
                return self.day(fact)
            case FactKind.WORD:
                return self.word(fact)
            case _:
                return self.number(fact)

    def number(self, fact: Fact) -> int:
        found = _NUMBER.match(self.folded, self.at)
        if found is None or (fact.kind is FactKind.NUMBER and ("." in found[1] or found[2])):
            raise self.wants(fact)
        number = Decimal(found[1].replace(",", ""))
        if number > MAX_AMOUNT // 100 or -int(number.as_tuple().exponent) > BASE_CURRENCY.scale:
            raise self.wants(fact)
        self.at = found.end()
        return Money.of(str(number), BASE_CURRENCY).amount if fact.kind is FactKind.MONEY else int(number)

    def day(self, fact: Fact) -> Value:
        for pattern, sign in self.known.days:
            found = pattern.match(self.folded, self.at)
            if found is not None:
                self.at = found.end()
                return sign * int(found[1]) if sign else 0
        found = _ISO_DAY.match(self.folded, self.at)
        try:
            day = date.fromisoformat(found[0]) if found is not None else None
        except ValueError:
            day = None
        if found is None or day is None:
            raise self.wants(fact)
        self.at = found.end()
        return day.isoformat()

    def word(self, fact: Fact) -> str:
        may = dict(self.names.get(fact.name, {}))
        may |= {word.casefold(): word for word in fact.words}
        may |= self.known.words.get(fact.name, {})
        if self.text[self.at] not in _QUOTES:
            known = self.took_pair(tuple(sorted(may.items(), key=lambda pair: -len(pair[0]))))
            if known is not None:
                return known
        said = self.free_word(fact)
        if fact.name not in self.names and not fact.words and fact.name not in self.known.words:
            return said
        if said.casefold() not in may:
            raise self.wants(fact)
        return may[said.casefold()]

    def free_word(self, fact: Fact) -> str:
        closing = _QUOTES.get(self.text[self.at])
        if closing is not None:
            end = self.text.find(closing, self.at + 1)
            if end < 0:
                raise self.wants(fact)
            said, self.at = self.text[self.at + 1 : end].strip(), end + 1
        else:
            found = _WORD.match(self.text, self.at)
            said = self._before_joining(found[0]) if found is not None else ""
            self.at += len(said)
        if not said:
            raise self.wants(fact)
        return said

    def _before_joining(self, run: str) -> str:
        """Cut a run of characters before a word of a language without blanks that joins conditions: "vip且…"."""
        joins = [word for name in ("and", "or") for word in self.known.lists[name] if not _ASCII.search(word)]
        places = [place for word in joins if (place := run.find(word)) > 0]
        return run[: min(places)] if places else run

    # -- the text -----------------------------------------------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        self.skip()
        return self.at >= len(self.text)

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def here(self, characters: str) -> bool:
        self.skip()
        return self.at < len(self.text) and self.text[self.at] in characters

    def took(self, kind: str) -> bool:
        return self.took_pair((word, kind) for word in self.known.lists[kind]) is not None

    def took_pair(self, pairs: Iterable[tuple[str, str]]) -> str | None:
        """Take the first of some phrases that stands here; return what it means. Latin words are taken whole."""
        self.skip()
        for phrase, meaning in pairs:
            end = self.at + len(phrase)
            if self.folded.startswith(phrase, self.at) and not _is_inside_word(self.folded, end):
                self.at = end
                return meaning
        return None

    def next_word(self) -> str:
        self.skip()
        found = _WORD.match(self.text, self.at)
        return found[0][:20] if found is not None else self.text[self.at : self.at + 1]

    # -- refusals -----------------------------------------------------------------------------------------------------

    def said(self, fact: Fact) -> str:
        return said_of(self.language, "facts", fact.name)

    def wants(self, fact: Fact) -> InvalidInput:
        """Return the refusal of what stands where a value of the fact's is wanted."""
        if fact.kind is not FactKind.WORD:
            return InvalidInput(WANTS[fact.kind], fact=self.said(fact))
        if fact.name not in self.names and not fact.words:
            return InvalidInput(ErrorCode.QUESTION_ANY_WORD, fact=self.said(fact))
        words = list(dict.fromkeys(self.names.get(fact.name, {}).values())) or fact.words
        if not words:
            return InvalidInput(ErrorCode.QUESTION_NO_WORD, fact=self.said(fact))
        told = [said_of(self.language, f"words.{fact.name}", word) for word in words[:_TOLD_WORDS]]
        more = ["…"] if len(words) > _TOLD_WORDS else []
        return InvalidInput(ErrorCode.QUESTION_WORD, fact=self.said(fact), words=", ".join([*told, *more]))


def _is_inside_word(text: str, end: int) -> bool:
    """Say whether a Latin word goes on at `end`."""
    return 0 < end < len(text) and bool(_ASCII.match(text[end - 1])) and bool(re.match(r"[a-z0-9_]", text[end]))


def _too_long() -> InvalidInput:
    return InvalidInput(ErrorCode.QUESTION_LONG, most=MOST_COMPARISONS, deepest=DEEPEST)
