"""Pure rules: the questions, what answers score, which class that is, which product fits whom."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.periods import add_months

RISKS: Final = ("R1", "R2", "R3", "R4", "R5")
CLASSES: Final = ("C1", "C2", "C3", "C4", "C5")
_FILE: Final = Path(__file__).with_name("questionnaire.toml")


Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Question(BaseModel):
    """A question: what each option scores, and the highest class that some of them leave open."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: Word
    options: Annotated[Mapping[Word, Annotated[int, Field(ge=0, le=100)]], Field(min_length=2, max_length=10)]
    at_most: Mapping[Word, Annotated[int, Field(ge=1, le=5)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _of_its_options(self) -> Self:
        if not self.at_most.keys() <= self.options.keys():
            raise ValueError("at_most names an option that there is not")
        return self


class Questionnaire(BaseModel):
    """The questions of one version, in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[str, Field(min_length=1, max_length=40)]
    questions: Annotated[tuple[Question, ...], Field(alias="question", min_length=1, max_length=50)]
    least_scores: Annotated[tuple[Annotated[int, Field(ge=0, le=100)], ...], Field(min_length=5, max_length=5)]
    """The score from which on each class holds, C1 first."""
    valid_months: Annotated[int, Field(ge=1, le=60)]
    most_a_day: Annotated[int, Field(ge=1, le=100)]

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if list(self.least_scores) != sorted(set(self.least_scores)) or self.least_scores[0] != 0:
            raise ValueError("least_scores begin at 0 and rise")
        if len(set(self.names())) < len(self.questions):
            raise ValueError("two questions have one key")
        return self

    def names(self) -> tuple[str, ...]:
        """The keys of the questions, in order."""
        return tuple(question.key for question in self.questions)


@dataclass(frozen=True, slots=True)
class Result:
    """What answers come to: a score out of 100, and a class from 1 to 5."""

    score: int
    risk_class: int


def read_questionnaire(text: str) -> Questionnaire:
    """Return the questions of a file. Raises ValueError (pydantic's, TOML's): it is none, or one cannot be asked."""
    return Questionnaire.model_validate(tomllib.loads(text))


@cache
def questionnaire() -> Questionnaire:
    """Return the questions that are asked now."""
    return read_questionnaire(_FILE.read_text(encoding="utf-8"))


def assessed(answers: Mapping[str, str], asked: Questionnaire) -> Result:
    """Return the score and class of a whole set of answers.

    Raises:
        InvalidInput: `suitability_answers`: a question is not answered, or by no option of its own.
    """
    if any(answers.get(question.key) not in question.options for question in asked.questions):
        raise InvalidInput(ErrorCode.SUITABILITY_ANSWERS)
    score = sum(question.options[answers[question.key]] for question in asked.questions)
    by_score = sum(score >= least for least in asked.least_scores)
    caps = [question.at_most.get(answers[question.key], len(CLASSES)) for question in asked.questions]
    return Result(score, min(by_score, *caps))


def fits(risk: str, risk_class: int) -> bool:
    """Say whether a product of a risk (R1 to R5) may be sold to a class (1 to 5)."""
    return RISKS.index(risk) < risk_class


def valid_until(taken_on: date, months: int) -> date:
    """Return the last day on which a questionnaire answered on `taken_on` holds."""
    return add_months(taken_on, months) - timedelta(days=1)
