"""What people agree to and take back: a line each time, and the last line of a topic counts.

Nothing is agreed to until it is given, nothing is deleted while somebody is a customer, and what has not changed writes
no line. What the switches mean for borrowing is `loans.origination.self_limits`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from finance_core.customers.models import Consent
from finance_core.customers.queries import locked
from finance_core.storage.unit import Unit


class Topic(StrEnum):
    """What is agreed to. A switch is given when it is on."""

    LOANS = "loans"  # offers of loans
    SAVING = "saving"  # offers of saving and funds
    NEWS = "news"  # circles and news
    FEWER = "fewer"  # a switch: one offer in seven days at most
    NO_LOANS = "no_loans"  # a switch: no offer of credit, and no borrowing until a day after it was lifted
    NOTHING_CHOSEN = "nothing_chosen"  # a switch: no offer that is picked by more than language, zone, level, product
    BUREAU = "bureau"  # that the credit bureau is asked
    DEBIT = "debit"  # that one loan's instalments are debited on their day


OFFERS: Final = (Topic.LOANS, Topic.SAVING, Topic.NEWS)
"""What offers may be about."""
SWITCHES: Final = (Topic.FEWER, Topic.NO_LOANS, Topic.NOTHING_CHOSEN)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words that somebody agreed to or took back, with their version and language, and where they stood."""

    text: str
    version: str
    language: str
    place: str


async def last_lines(unit: Unit, customer_id: int) -> Mapping[tuple[str, str], Consent]:
    """Return the last line of each topic, by topic and what it is about ("" or `loan:5`)."""
    statement = (
        select(Consent)
        .ext(distinct_on(col(Consent.topic), col(Consent.about)))
        .where(Consent.customer_id == customer_id)
        .order_by(col(Consent.topic), col(Consent.about), col(Consent.id).desc())
    )
    return {(line.topic, line.about): line for line in await unit.session.scalars(statement)}


async def last_line(unit: Unit, customer_id: int, topic: Topic, about: str = "") -> Consent | None:
    """Return the line that counts, None where nothing was ever said."""
    statement = select(Consent).where(
        Consent.customer_id == customer_id, Consent.topic == topic, Consent.about == about
    )
    return await unit.session.scalar(statement.order_by(col(Consent.id).desc()).limit(1))


async def is_given(unit: Unit, customer_id: int, topic: Topic, about: str = "") -> bool:
    """Say whether somebody agrees to a topic now."""
    line = await last_line(unit, customer_id, topic, about)
    return line is not None and line.given


async def given_since(unit: Unit, customer_id: int, topic: Topic, about: str = "") -> datetime | None:
    """Return since when somebody agrees to a topic; None who does not."""
    line = await last_line(unit, customer_id, topic, about)
    return line.at if line is not None and line.given else None


async def given_offers(unit: Unit, customer_id: int) -> tuple[Topic, ...]:
    """Return the topics that somebody gets offers about."""
    lines = await last_lines(unit, customer_id)
    return tuple(topic for topic in OFFERS if (line := lines.get((topic, ""))) is not None and line.given)


async def was_asked(unit: Unit, customer_id: int) -> bool:
    """Say whether somebody has ever answered, yes or no, what offers they want: it is asked once."""
    statement = select(Consent.id).where(Consent.customer_id == customer_id, col(Consent.topic).in_(OFFERS))
    return await unit.session.scalar(statement.limit(1)) is not None


async def choose(unit: Unit, customer_id: int, topic: Topic, wording: Wording, *, given: bool, about: str = "") -> bool:
    """Give or withdraw one consent; return whether that changed anything. Never asked before, a no is a line, too."""
    await locked(unit, customer_id)
    before = await last_line(unit, customer_id, topic, about)
    if before is not None and before.given == given:
        return False
    unit.session.add(_line(unit, customer_id, topic, wording, given=given, about=about))
    await unit.session.flush()
    return True


async def choose_all(
    unit: Unit, customer_id: int, topics: Iterable[Topic], wording: Wording, *, given: bool
) -> tuple[Topic, ...]:
    """Give or withdraw several consents at once; return those that changed."""
    return tuple([each for each in topics if await choose(unit, customer_id, each, wording, given=given)])


def _line(unit: Unit, customer_id: int, topic: Topic, wording: Wording, *, given: bool, about: str) -> Consent:
    return Consent(
        customer_id=customer_id,
        topic=topic,
        about=about,
        given=given,
        at=unit.now,
        wording=wording.text,
        wording_version=wording.version,
        language=wording.language,
        place=wording.place,
    )
