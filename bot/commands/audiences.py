"""Audiences from the command line: listed, shown with their counts, asked for without saving; people tagged by a file.

Whoever runs commands has the database at hand: counts are exact, but fewer than 50 are told as that here, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from sqlalchemy import text

from bot.database import opened
from bot.settings import Settings
from finance_core.customers.consents import OFFERS, Topic
from finance_core.kernel.errors import FinanceError
from finance_core.lines import FACTS, OFFER_CHECKS
from finance_core.offers.audiences import service, tags
from finance_core.offers.audiences.counting import FEWEST, About, Counted, count, told
from finance_core.offers.audiences.question import Question
from finance_core.offers.audiences.tag_files import customers_of, lines_of
from finance_core.storage.unit import Unit
from handlers.desk.offers.names import names
from handlers.desk.offers.questions import read_question
from handlers.desk.offers.saying import question_said
from handlers.locales import translator

LANGUAGE: Final = "en"
_PATIENTLY: Final = text("SET LOCAL statement_timeout = 0")


@dataclass(frozen=True, slots=True)
class Told:
    """An audience, or a question, as it is told: `people` and `reach` by topic are None below 50."""

    name: str
    version: int | None
    question: str
    people: int | None
    reach: Mapping[str, int | None]
    out: Mapping[str, Mapping[str, int]]
    """For each topic, how many fall out for which reason; empty below 50."""

    @property
    def lines(self) -> list[str]:
        """What is printed."""
        title = [f"{self.name}, version {self.version}"] if self.version is not None else []
        if self.people is None:
            return [*title, self.question, f"fewer than {FEWEST} people: nothing can be sent to them"]
        topics = [
            f"  {topic:8} {_shown(self.reach[topic])}"
            + "".join(f"; {reason} {number:,}" for reason, number in self.out[topic].items())
            for topic in self.reach
        ]
        return [*title, self.question, f"{self.people:,} people; of these an offer could go to", *topics]


async def listed(settings: Settings) -> list[tuple[str, int, str]]:
    """Return the name, newest version and question of each audience, by name."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        found = await service.audiences(unit)
        return [(each.audience.name, each.version.number, _said(each.question)) for each in found]


async def shown(settings: Settings, name: str, version: int | None) -> Told:
    """Return a saved audience with its counts as things stand. Raises NotFound: `audience`."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        saved = await service.called(unit, name, version)
        return await _told(unit, saved.audience.name, saved.version.number, saved.question)


async def counted(settings: Settings, written: str) -> Told:
    """Return how many people a question fits. Raises InvalidInput: as `questions.read_question`."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        question = read_question(written, FACTS, await names(unit), LANGUAGE)
        return await _told(unit, "", None, question)


async def tagged(settings: Settings, name: str, written: str) -> tuple[int, int | None]:
    """Give the customers of a file a tag; return how many lines were read, and how many people have it now (None: few).

    Raises:
        InvalidInput: `tag_name`, and as `tag_files.lines_of`. RuleViolation: `tag_by_rule`. Conflict: `tags_many`.
    """
    lines = lines_of(written)
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        tag = await tags.give_all(unit, service.NOBODY, name, await customers_of(unit, database.cipher, lines))
        people = next(each.people for each in await tags.tags(unit) if each.tag.id == tag.id)
        return len(lines), told(people, exactly=True)


async def _told(unit: Unit, name: str, version: int | None, question: Question) -> Told:
    await unit.session.execute(_PATIENTLY)
    counts = {topic: await _of_topic(unit, question, topic) for topic in OFFERS}
    matched = told(counts[Topic.LOANS].matched, exactly=True)
    return Told(
        name,
        version,
        _said(question),
        matched,
        {topic.value: told(each.reach, exactly=True) for topic, each in counts.items()},
        {topic.value: each.out if matched is not None else {} for topic, each in counts.items()},
    )


async def _of_topic(unit: Unit, question: Question, topic: Topic) -> Counted:
    return await count(unit, question, FACTS, OFFER_CHECKS, About(topic, is_credit=topic is Topic.LOANS))


def _said(question: Question) -> str:
    return question_said(question, FACTS, LANGUAGE)


def _shown(number: int | None) -> str:
    return f"fewer than {FEWEST}" if number is None else f"{number:,}"


def sentence(refused: FinanceError) -> str:
    """Return what the desk says of a refusal, without its markup."""
    return unescape(str(translator(LANGUAGE)(f"error.{refused.code}", **refused.details)))


def as_json(told_of: Told) -> dict[str, Any]:
    """Return it as it is printed with `--json`."""
    return {
        "name": told_of.name or None,
        "version": told_of.version,
        "question": told_of.question,
        "people": told_of.people,
        "reach": dict(told_of.reach),
        "out": {topic: dict(out) for topic, out in told_of.out.items()},
    }
