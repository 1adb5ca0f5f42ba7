"""Use cases of handing over to a person: a case is opened, taken by an operator, answered, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from finance_core.approvals import audit
from finance_core.cases import counts
from finance_core.cases.models import CaseMessage, CaseState, ServiceCase
from finance_core.cases.notices import CaseAnswered, CaseWaits
from finance_core.cases.rules import DEADLINES, CaseKind, kind_of, percent_of
from finance_core.customers.queries import locked
from finance_core.customers.roles import Permission, holders, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.notices import Notice, Sealed, Urgency, enqueue, enqueue_many, sealed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

LONGEST_QUESTION: Final = 1_000
"""Of a longer one the beginning is kept."""
LONGEST_ANSWER: Final = 1_500
QUEUE_SHOWN: Final = 50


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
class Seen:
    """A case as its operator sees it: what was written, oldest first, and what the bot had answered."""

    case: ServiceCase
    written: tuple[Written, ...]
    answered: tuple[str, ...]
    references: tuple[str, ...]


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
    case = known or await _open_about(unit, customer_id, question.topic)
    if case is None:
        case = await _opened(unit, cipher, customer_id, customer.language, question, key)
    if question.text:
        await _write(unit, cipher, case, question.text[:LONGEST_QUESTION], author_id=customer_id, key=key)
    return case


async def add(unit: Unit, cipher: Cipher, customer_id: int, case_id: int, said: str, *, key: str) -> ServiceCase:
    """Add to one's own open case what it is about. Raises NotFound: `case`."""
    statement = select(ServiceCase).where(
        ServiceCase.id == case_id, ServiceCase.customer_id == customer_id, ServiceCase.state == CaseState.OPEN
    )
    case = await unit.session.scalar(statement.with_for_update())
    if case is None:
        raise NotFound(ErrorCode.CASE)
    await _write(unit, cipher, case, said[:LONGEST_QUESTION], author_id=customer_id, key=key)
    return case


async def ahead_of(unit: Unit, case: ServiceCase) -> int:
    """Return how many open cases are to be answered before a case."""
    due_at, number = col(ServiceCase.due_at), col(ServiceCase.id)
    is_before = or_(due_at < case.due_at, and_(due_at == case.due_at, number < case.id))
    earlier = select(func.count()).where(ServiceCase.state == CaseState.OPEN, is_before)
    return int(await unit.session.scalar(earlier) or 0)


async def open_of(unit: Unit, customer_id: int) -> Sequence[ServiceCase]:
    """Return a person's cases that wait for an answer, oldest first."""
    waiting = select(ServiceCase).where(ServiceCase.customer_id == customer_id, ServiceCase.state == CaseState.OPEN)
    return (await unit.session.scalars(waiting.order_by(col(ServiceCase.id)))).all()


# -- the desk ---------------------------------------------------------------------------------------------------------


async def queue(unit: Unit, operator_id: int) -> Sequence[ServiceCase]:
    """Return the cases that wait, who is not well first, then by deadline; one's own as a customer are left out.

    Raises:
        NotAllowed: `no_permission`.
    """
    await require(unit, operator_id, Permission.ANSWER_CASES)
    waiting = select(ServiceCase).where(ServiceCase.state == CaseState.OPEN, ServiceCase.customer_id != operator_id)
    first = (col(ServiceCase.kind) != CaseKind.DISTRESS, col(ServiceCase.due_at), col(ServiceCase.id))
    return (await unit.session.scalars(waiting.order_by(*first).limit(QUEUE_SHOWN))).all()


async def look_at(unit: Unit, cipher: Cipher, case_id: int, operator_id: int) -> Seen:
    """Return a case for an operator, whose case it is from then on. That they looked is on record.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`. Conflict: `case_of_another`: only its own operator
            reads it.
    """
    case = await _taken(unit, case_id, operator_id)
    audit.record(unit, operator_id, "look", f"customer:{case.customer_id}", {"at": "case", "case": case.id})
    before = cipher.opened(case.answered_sealed, answered_associated_data(case.id)) if case.answered_sealed else None
    told = orjson.loads(before) if before else {"topics": [], "references": []}
    written = [Written(_text(cipher, each), each.is_answer) for each in await _messages(unit, case.id)]
    return Seen(case, tuple(written), tuple(told["topics"]), tuple(told["references"]))


async def answer(unit: Unit, cipher: Cipher, case_id: int, operator_id: int, said: str, *, key: str) -> ServiceCase:
    """Answer a case: the person gets it as a message that names their question. An answer to an answered one is added.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`. Conflict: `case_of_another`.
        InvalidInput: `answer_length` with `most`: it is empty or too long.
    """
    if not 0 < len(said.strip()) <= LONGEST_ANSWER:
        raise InvalidInput(ErrorCode.ANSWER_LENGTH, most=LONGEST_ANSWER)
    case = await _taken(unit, case_id, operator_id)
    first = next((each for each in await _messages(unit, case.id) if not each.is_answer), None)
    written = await _write(unit, cipher, case, said.strip(), author_id=operator_id, key=key, is_answer=True)
    case.state, case.answered_at = CaseState.ANSWERED, unit.now
    audit.record(unit, operator_id, "answer_case", f"customer:{case.customer_id}", {"case": case.id})
    content = CaseAnswered(
        case=case.id, topic=case.topic, question=_sealed(first) if first is not None else None, answer=_sealed(written)
    )
    await enqueue(
        unit, content, urgency=Urgency.SYSTEM, key=f"{content.kind}:{written.key}", customer_id=case.customer_id
    )
    return case


async def close(unit: Unit, case_id: int, operator_id: int) -> ServiceCase:
    """Close a case: what it was about is done, or it needs no answer.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`. Conflict: `case_of_another`.
    """
    case = await _taken(unit, case_id, operator_id)
    case.state, case.closed_at = CaseState.CLOSED, unit.now
    audit.record(unit, operator_id, "close_case", f"customer:{case.customer_id}", {"case": case.id})
    return case


# -- what they share ----------------------------------------------------------------------------------------------


async def _open_about(unit: Unit, customer_id: int, topic: str) -> ServiceCase | None:
    statement = select(ServiceCase).where(
        ServiceCase.customer_id == customer_id, ServiceCase.topic == topic, ServiceCase.state == CaseState.OPEN
    )
    return await unit.session.scalar(statement.with_for_update())


async def _opened(
    unit: Unit, cipher: Cipher, customer_id: int, language: str, question: Question, key: str
) -> ServiceCase:
    kind = kind_of(question.topic)
    case = ServiceCase(
        key=key,
        customer_id=customer_id,
        topic=question.topic,
        confidence=percent_of(question.confidence),
        kind=kind,
        language=language,
        state=CaseState.OPEN,
        opened_at=unit.now,
        due_at=unit.now + DEADLINES[kind],
    )
    unit.session.add(case)
    await unit.session.flush()
    told = {"topics": list(question.answered), "references": list(question.references)}
    case.answered_sealed = cipher.encrypt(orjson.dumps(told), answered_associated_data(case.id))
    await counts.count(unit, question.topic, counts.Came.HANDED_OVER)
    await _tell_operators(unit, case)
    return case


async def _write(
    unit: Unit, cipher: Cipher, case: ServiceCase, said: str, *, author_id: int, key: str, is_answer: bool = False
) -> CaseMessage:
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


async def _messages(unit: Unit, case_id: int) -> Sequence[CaseMessage]:
    statement = select(CaseMessage).where(CaseMessage.case_id == case_id).order_by(col(CaseMessage.id))
    return (await unit.session.scalars(statement)).all()


async def _taken(unit: Unit, case_id: int, operator_id: int) -> ServiceCase:
    """Return a case that is not closed, an operator's own from now on; the row is locked."""
    await require(unit, operator_id, Permission.ANSWER_CASES)
    statement = select(ServiceCase).where(ServiceCase.id == case_id, ServiceCase.state != CaseState.CLOSED)
    case = await unit.session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if case is None:
        raise NotFound(ErrorCode.CASE)
    if case.customer_id == operator_id:
        raise NotAllowed(ErrorCode.OWN_DEALING)
    if case.officer_id not in (None, operator_id):
        raise Conflict(ErrorCode.CASE_OF_ANOTHER)
    case.officer_id = operator_id
    return case


def _text(cipher: Cipher, message: CaseMessage) -> str:
    opened = cipher.opened(message.sealed, message_associated_data(message.case_id, message.key))
    return opened.decode() if opened is not None else ""


def _sealed(message: CaseMessage) -> Sealed:
    return sealed(message.sealed, message_associated_data(message.case_id, message.key))


async def _tell_operators(unit: Unit, case: ServiceCase) -> None:
    """Tell who answers; at once, at any hour, of somebody who is not well."""
    waits = CaseWaits(case=case.id, topic=case.topic, case_kind=case.kind)
    urgency = Urgency.SECURITY if case.kind == CaseKind.DISTRESS else Urgency.SYSTEM
    operators = [each for each in await holders(unit, Permission.ANSWER_CASES) if each != case.customer_id]
    notices = [
        Notice(content=waits, urgency=urgency, key=f"{waits.kind}:{case.id}:{each}", customer_id=each)
        for each in operators
    ]
    await enqueue_many(unit, notices)
