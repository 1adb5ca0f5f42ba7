"""Says a question about customers back, in the words in which it could be written."""

from __future__ import annotations

import re

from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.offers.audiences.question import All, AnyOf, Facts, How, Is, Not, Question
from finance_core.storage.facts import Fact, FactKind
from handlers.desk.offers.vocabulary import day_said, joining, said_of
from handlers.locales.languages import language_of


def question_said(question: Question, facts: Facts, language: str) -> str:
    """Return a question as it could be written, in a language's first words: reading that comes to the same."""
    return _said(question, facts, language, inside=False)


def _said(question: Question, facts: Facts, language: str, *, inside: bool) -> str:
    match question:
        case Is():
            return _comparison_said(question, facts.get(question.fact), language)
        case Not(no=Is(value=bool(), how=How.IS) as part):
            return _comparison_said(part.model_copy(update={"value": not part.value}), facts.get(part.fact), language)
        case Not(no=Is() as part):
            return f"{joining(language, 'not')}{_blank(language)}{_said(part, facts, language, inside=True)}"
        case Not(no=part):
            inner = _said(part, facts, language, inside=False)
            return f"{joining(language, 'not')}{_blank(language)}({inner})"
        case All(all=()):
            return joining(language, "everybody")
        case All(all=parts):
            word = "and"
        case AnyOf(any=parts):
            word = "or"
    said = f" {joining(language, word)} ".join(_said(part, facts, language, inside=True) for part in parts)
    return f"({said})" if inside and len(parts) > 1 else said


def _blank(language: str) -> str:
    return "" if language_of(language).script == "Han" else " "


def _comparison_said(asked: Is, fact: Fact | None, language: str) -> str:
    name = said_of(language, "facts", asked.fact)
    if isinstance(asked.value, bool):
        wanted = asked.value == (asked.how is How.IS)
        return name if wanted else f"{joining(language, 'lacks')}{_blank(language)}{name}"
    return f"{name} {asked.how.value} {_value_said(asked, fact, language)}"


def _value_said(asked: Is, fact: Fact | None, language: str) -> str:
    kind = fact.kind if fact is not None else FactKind.WORD
    if kind is FactKind.MONEY and isinstance(asked.value, int):
        return str(Money(asked.value, BASE_CURRENCY).decimal)
    if kind is FactKind.DAY and isinstance(asked.value, int):
        return day_said(language, asked.value)
    if kind is FactKind.WORD:
        said = said_of(language, f"words.{asked.fact}", str(asked.value))
        return said if said != asked.value or re.fullmatch(r"[\w/+.-]+", said, re.ASCII) else f'"{said}"'
    return str(asked.value)
