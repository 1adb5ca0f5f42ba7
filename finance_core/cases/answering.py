"""Use cases of who answers: the queue, a case looked at, answered, asked back, passed on, taken over, closed.

A case is one operator's: only they, and who stands in for them while they are away, read it. Nobody answers their own,
nor that of another account of theirs. Each look and each act is on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlmodel import col, select

from finance_core.approvals import audit
from finance_core.cases import events
from finance_core.cases.models import WAITING, CaseEventKind, CaseMessage, CaseState, ServiceCase
from finance_core.cases.notices import CaseAnswered, CaseAsked, CasePassedOn, CaseTakenOver
from finance_core.cases.notifications import tell_colleague, tell_of_its_kind
from finance_core.cases.rules import TURNED_INTO, CaseKind
from finance_core.cases.service import (
    Written,
    answered_associated_data,
    message_associated_data,
    messages_of,
    set_deadline,
    write,
    written_in,
)
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, may, require
from finance_core.customers.same_person import accounts_of
from finance_core.desk.absence import stands_in_for
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.notices import Sealed, Urgency, enqueue, sealed
from finance_core.notices.queries import state_of_notice
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

LONGEST_ANSWER: Final = 1_500
QUEUE_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as its operator sees it: what was written, oldest first, and what the bot had answered."""

    case: ServiceCase
    written: tuple[Written, ...]
    answered: tuple[str, ...]
    references: tuple[str, ...]
    delivery: str | None
    """What became of our last message ("sent", "refused", "pending"); None: there is none, or it is long ago."""
    stands_in_for: int | None = None
    """Whose case it is, where the reader stands in for them."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was sent to a person. `is_unreachable`: they have blocked the bot, so far as is known already."""

    case: ServiceCase
    is_unreachable: bool


async def queue(unit: Unit, operator_id: int) -> Sequence[ServiceCase]:
    """Return the cases that wait, who is not well first, then by deadline; one's own as a customer are left out.

    Raises:
        NotAllowed: `no_permission`.
    """
    await require(unit, operator_id, Permission.ANSWER_CASES)
    own = await accounts_of(unit, operator_id)
    waiting = select(ServiceCase).where(col(ServiceCase.state).in_(WAITING), col(ServiceCase.customer_id).not_in(own))
    first = (col(ServiceCase.kind) != CaseKind.DISTRESS, col(ServiceCase.due_at), col(ServiceCase.id))
    return (await unit.session.scalars(waiting.order_by(*first).limit(QUEUE_SHOWN))).all()


async def look_at(unit: Unit, cipher: Cipher, case_id: int, operator_id: int) -> Seen:
    """Return a case for an operator, whose case it is from then on. That they looked is on record.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`. Conflict: `case_of_another`: only its own operator
            reads it, and who stands in for them.
    """
    case = await _taken(unit, case_id, operator_id)
    audit.record(unit, operator_id, "look", f"customer:{case.customer_id}", {"at": "case", "case": case.id})
    before = cipher.opened(case.answered_sealed, answered_associated_data(case.id)) if case.answered_sealed else None
    told = orjson.loads(before) if before else {"topics": [], "references": []}
    written = await written_in(unit, cipher, case)
    return Seen(
        case=case,
        written=written,
        answered=tuple(told["topics"]),
        references=tuple(told["references"]),
        delivery=await _delivery(unit, case),
        stands_in_for=case.officer_id if case.officer_id != operator_id else None,
    )


async def answer(unit: Unit, cipher: Cipher, case_id: int, operator_id: int, said: str, *, key: str) -> Answered:
    """Answer a case: the person gets it as a message that names their question. An answer to an answered one is added.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`. Conflict: `case_of_another`.
        InvalidInput: `answer_length` with `most`: it is empty or too long.
    """
    case, written = await _written(unit, cipher, case_id, operator_id, said, key)
    first = next((each for each in await messages_of(unit, case.id) if not each.is_answer), None)
    _ended(case, CaseState.ANSWERED)
    case.answered_at = unit.now
    _note(unit, case, CaseEventKind.ANSWERED, operator_id, "answer_case")
    content = CaseAnswered(
        case=case.id, topic=case.topic, question=_sealed(first) if first is not None else None, answer=_sealed(written)
    )
    return await _send(unit, case, content, written, operator_id)


async def ask_back(unit: Unit, cipher: Cipher, case_id: int, operator_id: int, said: str, *, key: str) -> Answered:
    """Ask the person something about their case: what they write next goes to it. Its deadline stands.

    Raises: as `answer`.
    """
    case, written = await _written(unit, cipher, case_id, operator_id, said, key)
    if case.state not in WAITING:
        raise Conflict(ErrorCode.CASE_ANSWERED)
    case.state, case.asked_at = CaseState.ASKED, unit.now
    _note(unit, case, CaseEventKind.ASKED_BACK, operator_id, "ask_back")
    content = CaseAsked(case=case.id, topic=case.topic, question=_sealed(written))
    return await _send(unit, case, content, written, operator_id)


async def close(unit: Unit, case_id: int, operator_id: int) -> ServiceCase:
    """Close a case: what it was about is done, or it needs no answer.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`. Conflict: `case_of_another`.
    """
    case = await _taken(unit, case_id, operator_id)
    _ended(case, CaseState.CLOSED)
    case.closed_at = unit.now
    _note(unit, case, CaseEventKind.CLOSED, operator_id, "close_case")
    return case


async def turn_into(unit: Unit, case_id: int, operator_id: int, kind: CaseKind) -> ServiceCase:
    """Make a question that waits a complaint or a dispute; its person is told by when it is answered now.

    The deadline is what it would have been from the opening. It stands as opened once more, as what it is now, so that
    reports of past days count it as the question that it was. It is one already: nothing changes.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`. Conflict: `case_of_another`; `case_kind`: it is no
            question, or does not wait, or `kind` is neither of the two.
    """
    case = await _taken(unit, case_id, operator_id)
    if case.kind == kind:
        return case
    if case.kind != CaseKind.QUESTION or case.state not in WAITING or kind not in TURNED_INTO:
        raise Conflict(ErrorCode.CASE_KIND)
    case.kind = kind
    set_deadline(unit, case)
    _note(unit, case, CaseEventKind.OPENED, operator_id, f"make_it_a_{kind}")
    await tell_of_its_kind(unit, case)
    return case


async def pass_on(unit: Unit, case_id: int, operator_id: int, colleague_id: int) -> ServiceCase:
    """Give one's case to a colleague, who is told; it is theirs to read from then on.

    Raises:
        NotAllowed: as `look_at`; `colleague_cannot`: they may not answer cases, or it is their own.
        NotFound: `case`. Conflict: `case_of_another`.
    """
    case = await _taken(unit, case_id, operator_id)
    own = await accounts_of(unit, case.customer_id)
    if colleague_id in own or not await may(unit, colleague_id, Permission.ANSWER_CASES):
        raise NotAllowed(ErrorCode.COLLEAGUE_CANNOT)
    if colleague_id != case.officer_id:
        case.officer_id = colleague_id
        _note(unit, case, CaseEventKind.PASSED_ON, operator_id, "pass_case_on", to=colleague_id)
        await tell_colleague(unit, case, CasePassedOn(case=case.id, topic=case.topic), colleague_id)
    return case


async def take_over(unit: Unit, case_id: int, operator_id: int) -> ServiceCase:
    """Make a case one's own that a colleague has; they are told.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`.
    """
    case = await _found(unit, case_id, operator_id)
    before = case.officer_id
    if before == operator_id:
        return case
    case.officer_id = operator_id
    _note(unit, case, CaseEventKind.TAKEN_OVER, operator_id, "take_case_over", before=before or 0)
    if before is not None:
        await tell_colleague(unit, case, CaseTakenOver(case=case.id, topic=case.topic), before)
    return case


async def case_for(unit: Unit, case_id: int, operator_id: int) -> ServiceCase:
    """Return a case that is not closed, without its texts: for who may answer it, whoever has it.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`.
    """
    return await _found(unit, case_id, operator_id)


# -- what they share ----------------------------------------------------------------------------------------------


async def _written(
    unit: Unit, cipher: Cipher, case_id: int, operator_id: int, said: str, key: str
) -> tuple[ServiceCase, CaseMessage]:
    if not 0 < len(said.strip()) <= LONGEST_ANSWER:
        raise InvalidInput(ErrorCode.ANSWER_LENGTH, most=LONGEST_ANSWER)
    case = await _taken(unit, case_id, operator_id)
    return case, await write(unit, cipher, case, said.strip(), author_id=operator_id, key=key, is_answer=True)


async def _send(
    unit: Unit, case: ServiceCase, content: CaseAnswered | CaseAsked, written: CaseMessage, operator_id: int
) -> Answered:
    await enqueue(
        unit,
        content,
        urgency=Urgency.RECEIPT,  # they have asked, and wait for it: no quiet hours
        key=_notice_key(content.kind, written),
        customer_id=case.customer_id,
        about=f"case:{case.id}",
        sender_id=operator_id,
    )
    person = await by_id(unit, case.customer_id)
    return Answered(case, person.unreachable_since is not None)


async def _delivery(unit: Unit, case: ServiceCase) -> str | None:
    ours = [each for each in await messages_of(unit, case.id) if each.is_answer]
    if not ours:
        return None
    kinds = (CaseAnswered.kind, CaseAsked.kind)
    states = [await state_of_notice(unit, _notice_key(kind, ours[-1])) for kind in kinds]
    return next((state for state in states if state is not None), None)


def _notice_key(kind: str, written: CaseMessage) -> str:
    return f"{kind}:{written.key}"


async def _taken(unit: Unit, case_id: int, operator_id: int) -> ServiceCase:
    """Return a case that is not closed, an operator's own from now on if it was nobody's; the row is locked."""
    case = await _found(unit, case_id, operator_id)
    if case.officer_id is None:
        case.officer_id = operator_id
    if case.officer_id != operator_id and case.officer_id not in await stands_in_for(unit, operator_id):
        raise Conflict(ErrorCode.CASE_OF_ANOTHER)
    return case


async def _found(unit: Unit, case_id: int, operator_id: int) -> ServiceCase:
    await require(unit, operator_id, Permission.ANSWER_CASES)
    statement = select(ServiceCase).where(ServiceCase.id == case_id, ServiceCase.state != CaseState.CLOSED)
    case = await unit.session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if case is None:
        raise NotFound(ErrorCode.CASE)
    if operator_id in await accounts_of(unit, case.customer_id):
        raise NotAllowed(ErrorCode.OWN_DEALING)
    return case


def _ended(case: ServiceCase, state: CaseState) -> None:
    """Let a case wait no longer, and remind nobody."""
    case.state, case.asked_at, case.remind_at = state, None, None


def _note(unit: Unit, case: ServiceCase, event: CaseEventKind, operator_id: int, act: str, **details: int) -> None:
    """Write an act down twice: in the case's own history, and in the record of operators' acts."""
    events.record(unit, case, event, operator_id)
    audit.record(unit, operator_id, act, f"customer:{case.customer_id}", {"case": case.id, **details})


def _sealed(message: CaseMessage) -> Sealed:
    return sealed(message.sealed, message_associated_data(message.case_id, message.key))
