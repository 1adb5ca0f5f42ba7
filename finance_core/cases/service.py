"""Use cases of a person who asks for a person: a case is opened, added to, read, taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from finance_core.cases import counts, events
from finance_core.cases.models import WAITING, CaseEventKind, CaseMessage, CaseState, ServiceCase
from finance_core.cases.notifications import tell_of_more, tell_of_reopened, tell_operators
from finance_core.cases.rules import ASKED_FOR, REOPENED_FOR, CaseKind, due_at, kind_of, next_reminder, percent_of
from finance_core.customers.queries import locked
from finance_core.kernel.calendars import banking
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound, RuleViolation
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

LONGEST_QUESTION: Final = 1_000
"""Of a longer one the beginning is kept."""
MOST_OWN: Final = 3
"""A person's cases of one look: those that wait first, then the latest."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is handed over. `text` is as it was written; `answered` and `references` are what the bot said to it.

    `confidence` is how sure the topic was understood ("0.91"), empty where the person chose it.
    """

    topic: str
    text: str = ""
    confidence: str = ""
    answered: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a case, opened for its reader."""

    text: str
    is_answer: bool


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case as its person sees it: what was written, oldest first; whether they may still take it up again."""

    case: ServiceCase
    written: tuple[Written, ...]
    may_reopen: bool


def message_associated_data(case_id: int, key: str) -> str:
    """Return the associated data that a message's encryption is bound to."""
    return f"case_message.sealed:{case_id}:{key}"


def answered_associated_data(case_id: int) -> str:
    """Return the associated data of what the bot had answered."""
    return f"service_case.answered:{case_id}"


async def hand_over(unit: Unit, cipher: Cipher, customer_id: int, question: Question, *, key: str) -> ServiceCase:
    """Return the case that a person's question is: a new one, or the one that is open about its topic.

    Asked twice under one key it is one case, with its text once. Operators are told of a new one.
    """
    customer = await locked(unit, customer_id)
    known = await unit.session.scalar(select(ServiceCase).where(ServiceCase.key == key))
    case = known or await _waiting_about(unit, customer_id, question.topic)
    if case is None:
        case = await _opened(unit, cipher, customer_id, customer.language, question, key)
    if question.text:
        await write(unit, cipher, case, question.text[:LONGEST_QUESTION], author_id=customer_id, key=key)
    return case


async def add(unit: Unit, cipher: Cipher, customer_id: int, case_id: int, said: str, *, key: str) -> ServiceCase:
    """Add to one's own case that waits what it is about, or what was asked back. Raises NotFound: `case`.

    Whose case it is is told: of an answer each time, of more that was written at most once an hour.
    """
    case = await _own(unit, customer_id, case_id, *WAITING)
    known = await unit.session.scalar(select(CaseMessage.id).where(CaseMessage.key == key))
    if known is not None:
        return case
    await write(unit, cipher, case, said[:LONGEST_QUESTION], author_id=customer_id, key=key)
    was_asked = case.state == CaseState.ASKED
    case.state, case.asked_at = CaseState.OPEN, None
    events.record(unit, case, CaseEventKind.ADDED, customer_id)
    await tell_of_more(unit, case, key, was_asked=was_asked)
    return case


async def asked_back(unit: Unit, customer_id: int) -> int | None:
    """Return the case of which a person was asked something lately: what they write next goes to it."""
    lately = unit.now - ASKED_FOR
    statement = select(ServiceCase.id).where(
        ServiceCase.customer_id == customer_id,
        ServiceCase.state == CaseState.ASKED,
        col(ServiceCase.asked_at) > lately,
    )
    return await unit.session.scalar(statement.order_by(col(ServiceCase.asked_at).desc()).limit(1))


async def reopen(unit: Unit, customer_id: int, case_id: int) -> ServiceCase:
    """Take one's own case up again: its answer did not settle it. It has a new deadline, and its operator is told.

    One that waits is answered as it is; so is another that is open about the same topic.

    Raises:
        NotFound: `case`. RuleViolation: `case_over` with `days`: its answer is longer ago.
    """
    await locked(unit, customer_id)
    case = await _own(unit, customer_id, case_id, *CaseState)
    if case.state in WAITING:
        return case
    if not may_reopen(unit, case):
        raise RuleViolation(ErrorCode.CASE_OVER, days=REOPENED_FOR.days)
    other = await _waiting_about(unit, customer_id, case.topic)
    if other is not None:
        return other
    case.state, case.closed_at, case.reopened_at = CaseState.OPEN, None, unit.now
    set_deadline(unit, case)
    events.record(unit, case, CaseEventKind.REOPENED, customer_id)
    await unit.session.flush()
    await tell_of_reopened(unit, case)
    return case


def may_reopen(unit: Unit, case: ServiceCase) -> bool:
    """Say whether a case that has ended may be taken up again."""
    return case.ended_at is not None and unit.now <= case.ended_at + REOPENED_FOR


async def ahead_of(unit: Unit, case: ServiceCase) -> int:
    """Return how many open cases are to be answered before a case."""
    due, number = col(ServiceCase.due_at), col(ServiceCase.id)
    is_before = or_(due < case.due_at, and_(due == case.due_at, number < case.id))
    earlier = select(func.count()).where(col(ServiceCase.state).in_(WAITING), is_before)
    return int(await unit.session.scalar(earlier) or 0)


async def open_of(unit: Unit, customer_id: int) -> Sequence[ServiceCase]:
    """Return a person's cases that wait for an answer, oldest first."""
    waiting = select(ServiceCase).where(ServiceCase.customer_id == customer_id, col(ServiceCase.state).in_(WAITING))
    return (await unit.session.scalars(waiting.order_by(col(ServiceCase.id)))).all()


async def lately_of(unit: Unit, customer_id: int) -> Sequence[ServiceCase]:
    """Return a person's cases for `/help`: those that wait, then those answered within 30 days, the latest first."""
    since = unit.now - REOPENED_FOR
    mine = select(ServiceCase).where(
        ServiceCase.customer_id == customer_id,
        col(ServiceCase.state).in_(WAITING) | (func.coalesce(ServiceCase.answered_at, ServiceCase.closed_at) >= since),
    )
    waits = col(ServiceCase.state).in_(WAITING)
    return (await unit.session.scalars(mine.order_by(waits.desc(), col(ServiceCase.id).desc()).limit(MOST_OWN))).all()


async def own_case(unit: Unit, cipher: Cipher, customer_id: int, case_id: int) -> OwnCase:
    """Return one's own case with what was written in it. Raises NotFound: `case`."""
    case = await _own(unit, customer_id, case_id, *CaseState)
    return OwnCase(case, await written_in(unit, cipher, case), may_reopen(unit, case))


# -- what the desk uses too ---------------------------------------------------------------------------------------


async def write(
    unit: Unit, cipher: Cipher, case: ServiceCase, said: str, *, author_id: int, key: str, is_answer: bool = False
) -> CaseMessage:
    """Keep a text of a case, encrypted; the same key is the same text."""
    known = await unit.session.scalar(select(CaseMessage).where(CaseMessage.key == key))
    if known is not None:
        return known
    message = CaseMessage(
        case_id=case.id,
        key=key,
        author_id=author_id,
        is_answer=is_answer,
        written_at=unit.now,
        sealed=cipher.encrypt(said.encode(), message_associated_data(case.id, key)),
    )
    unit.session.add(message)
    await unit.session.flush()
    return message


async def messages_of(unit: Unit, case_id: int) -> Sequence[CaseMessage]:
    """Return the texts of a case as they are kept, oldest first."""
    statement = select(CaseMessage).where(CaseMessage.case_id == case_id).order_by(col(CaseMessage.id))
    return (await unit.session.scalars(statement)).all()


async def written_in(unit: Unit, cipher: Cipher, case: ServiceCase) -> tuple[Written, ...]:
    """Return the texts of a case, opened, oldest first."""
    return tuple(Written(_text(cipher, each), each.is_answer) for each in await messages_of(unit, case.id))


def set_deadline(unit: Unit, case: ServiceCase) -> None:
    """Let a case be due by the rule of its kind, from when it was opened, or taken up again, last."""
    kind = CaseKind(case.kind)
    case.due_at = due_at(kind, case.reopened_at or case.opened_at, unit.zone, banking())
    case.remind_at = next_reminder(kind, case.due_at, unit.now)


# -- what they share ----------------------------------------------------------------------------------------------


async def _own(unit: Unit, customer_id: int, case_id: int, *states: CaseState) -> ServiceCase:
    statement = select(ServiceCase).where(
        ServiceCase.id == case_id, ServiceCase.customer_id == customer_id, col(ServiceCase.state).in_(states)
    )
    case = await unit.session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if case is None:
        raise NotFound(ErrorCode.CASE)
    return case


async def _waiting_about(unit: Unit, customer_id: int, topic: str) -> ServiceCase | None:
    statement = select(ServiceCase).where(
        ServiceCase.customer_id == customer_id,
        ServiceCase.topic == topic,
        col(ServiceCase.state).in_(WAITING),
    )
    return await unit.session.scalar(statement.with_for_update())


async def _opened(
    unit: Unit, cipher: Cipher, customer_id: int, language: str, question: Question, key: str
) -> ServiceCase:
    case = ServiceCase(
        key=key,
        customer_id=customer_id,
        topic=question.topic,
        confidence=percent_of(question.confidence),
        kind=kind_of(question.topic),
        language=language,
        state=CaseState.OPEN,
        opened_at=unit.now,
        due_at=unit.now,
    )
    set_deadline(unit, case)
    unit.session.add(case)
    await unit.session.flush()
    told = {"topics": list(question.answered), "references": list(question.references)}
    case.answered_sealed = cipher.encrypt(orjson.dumps(told), answered_associated_data(case.id))
    events.record(unit, case, CaseEventKind.OPENED, customer_id)
    await counts.count(unit, question.topic, counts.Came.HANDED_OVER)
    await tell_operators(unit, case)
    return case


def _text(cipher: Cipher, message: CaseMessage) -> str:
    opened = cipher.opened(message.sealed, message_associated_data(message.case_id, message.key))
    return opened.decode() if opened is not None else ""
