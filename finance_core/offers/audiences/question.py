"""A question that an audience is: a tree of comparisons with and, or, not. Pure; what is stored is its JSON.

A value is what the fact's kind says: true or false, a whole number, minor units of the institution's asset, a word, a
date as "2026-12-24" or so many days from the open date (a negative number: ago).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, TypeAdapter

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import MAX_AMOUNT
from finance_core.storage.facts import ORDERED, Fact, FactKind

MOST_COMPARISONS: Final = 40
DEEPEST: Final = 8
LONGEST_WORD: Final = 64
FARTHEST_DAYS: Final = 36_500

Value: TypeAlias = bool | int | str
Facts: TypeAlias = Mapping[str, Fact]
"""All facts by name, as `finance_core.lines.FACTS` has them: handed in, as lines stand above."""


class How(StrEnum):
    """How a fact is held against a value."""

    IS = "="
    IS_NOT = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


OPPOSITE: Final[Mapping[How, How]] = {
    How.IS: How.IS_NOT,
    How.IS_NOT: How.IS,
    How.LESS: How.AT_LEAST,
    How.AT_LEAST: How.LESS,
    How.MORE: How.AT_MOST,
    How.AT_MOST: How.MORE,
}

WANTS: Final[Mapping[FactKind, ErrorCode]] = {
    FactKind.YES_NO: ErrorCode.QUESTION_YES_NO,
    FactKind.NUMBER: ErrorCode.QUESTION_NUMBER,
    FactKind.MONEY: ErrorCode.QUESTION_MONEY,
    FactKind.DAY: ErrorCode.QUESTION_DAY,
    FactKind.WORD: ErrorCode.QUESTION_WORD,
}
"""What is said when a fact is held against something that its kind does not take."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Is(_Part):
    """A fact held against a value: `{"fact": "wallet", "how": ">", "value": 10000}`."""

    fact: StrictStr = Field(max_length=LONGEST_WORD)
    how: How = How.IS
    value: StrictBool | StrictInt | StrictStr


class All(_Part):
    """All parts hold; with none it is everybody who has joined."""

    all: tuple[Question, ...]


class AnyOf(_Part):
    """At least one part holds."""

    any: tuple[Question, ...] = Field(min_length=1)


class Not(_Part):
    """The part does not hold."""

    no: Question


Question: TypeAlias = Is | All | AnyOf | Not
EVERYBODY: Final = All(all=())

for _each in (All, AnyOf, Not):
    _each.model_rebuild(_types_namespace={"Question": Question})
_STORED: Final[TypeAdapter[Question]] = TypeAdapter(Question)


def stored(question: Question) -> dict[str, Any]:
    """Return a question as the JSON that is kept."""
    return _STORED.dump_python(question, mode="json")  # type: ignore[no-any-return]  # a tree of objects


def restored(kept: object) -> Question:
    """Return the question of its JSON. Raises pydantic.ValidationError."""
    return _STORED.validate_python(kept)


def comparisons(question: Question) -> Iterator[Is]:
    """Yield each comparison of a question, from the left."""
    match question:
        case Is():
            yield question
        case Not(no=part):
            yield from comparisons(part)
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from comparisons(part)


def facts_of(question: Question) -> tuple[str, ...]:
    """Return the names of the facts that a question asks by, each once, from the left."""
    return tuple(dict.fromkeys(each.fact for each in comparisons(question)))


def chooses(question: Question, facts: Facts) -> bool:
    """Say whether it picks people by more than language, zone, tier, products held and consent.

    A fact that is no longer known is taken for more.
    """
    return any(name not in facts or not facts[name].plain for name in facts_of(question))


def checked(question: Question, facts: Facts) -> Question:
    """Return a question that can be asked, or refuse it.

    Raises:
        InvalidInput: `question_fact` (no such fact), `question_how` (it is no more or less), `question_word` (none of
            its words), `question_long`; where a value is not what its kind takes, `question_day`, `question_money`,
            `question_number`, `question_word` or `question_yes_no`.
    """
    if sum(1 for _ in comparisons(question)) > MOST_COMPARISONS or _depth(question) > DEEPEST:
        raise InvalidInput(ErrorCode.QUESTION_LONG, most=MOST_COMPARISONS, deepest=DEEPEST)
    for each in comparisons(question):
        _check(each, facts)
    return question


def _depth(question: Question) -> int:
    match question:
        case Is():
            return 0
        case Not(no=part):
            return _depth(part)
        case All(all=parts) | AnyOf(any=parts):
            return 1 + max((_depth(part) for part in parts), default=0)


def _check(each: Is, facts: Facts) -> None:
    fact = facts.get(each.fact)
    if fact is None:
        raise InvalidInput(ErrorCode.QUESTION_FACT, fact=each.fact)
    if each.how not in (How.IS, How.IS_NOT) and fact.kind not in ORDERED:
        raise InvalidInput(ErrorCode.QUESTION_HOW, fact=fact.name)
    if not _fits(fact.kind, each.value):
        raise InvalidInput(WANTS[fact.kind], fact=fact.name, words=", ".join(fact.words))
    if fact.words and each.value not in fact.words:
        raise InvalidInput(ErrorCode.QUESTION_WORD, fact=fact.name, words=", ".join(fact.words))


def _fits(kind: FactKind, value: Value) -> bool:
    match kind:
        case FactKind.YES_NO:
            return isinstance(value, bool)
        case FactKind.WORD:
            return isinstance(value, str) and 0 < len(value) <= LONGEST_WORD
        case FactKind.DAY:
            return _is_day(value)
        case _:
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_AMOUNT


def _is_day(value: Value) -> bool:
    if isinstance(value, str):
        try:
            return bool(date.fromisoformat(value))
        except ValueError:
            return False
    return not isinstance(value, bool) and abs(value) <= FARTHEST_DAYS


def day_of(value: Value, on: date) -> date:
    """Return the date that a comparison names, as of the open date."""
    return date.fromisoformat(value) if isinstance(value, str) else on + timedelta(days=value)
