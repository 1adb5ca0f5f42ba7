"""What a meeting votes on: loans and grants. One person one vote, of who is there; two thirds, as it is about money.

A vote ends early when no vote that is missing could change it, whoever still comes; else with the meeting, where those
who are there count. Without half of the members nothing passes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles import boards
from finance_core.circles.finding import by_id, money_of, require_officer
from finance_core.circles.notifications import called, of, tell
from finance_core.circles.rules.saving import has_quorum
from finance_core.circles.rules.voting import Needs, Outcome, outcome
from finance_core.circles.saving import meeting_notices as notices
from finance_core.circles.saving.finding import Saving, open_meeting, running, saver, savers
from finance_core.circles.saving.models import (
    CircleFine,
    CircleMeeting,
    CirclePresence,
    CircleRequest,
    CircleRequestVote,
    CircleSaver,
    FineWhy,
    MeetingState,
    RequestKind,
    RequestState,
)
from finance_core.circles.saving.paying_in import mark_present
from finance_core.circles.sealing import request_associated_data, sealed_words, words_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.kernel.money import Money
from finance_core.notices import Urgency
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Count:
    """How a vote stands; nobody is named."""

    yes: int
    no: int
    present: int
    members: int


async def ask_for_grant(
    unit: Unit, circle_id: int, customer_id: int, amount: Money, token: str, words: bytes | None = None
) -> CircleRequest:
    """Ask the meeting for a grant out of the social fund.

    Args:
        words: what it is for, encrypted (`sealed_for`).

    Raises:
        NotFound: `circle`, `not_in_circle`.
        Conflict: `circle_not_running`, `circle_meeting_closed`, `circle_request_open`.
        InvalidInput: `amount_not_positive`; `circle_fund_has_less` with `most`.
    """
    saving = await running(unit, circle_id)
    await saver(unit, saving, customer_id)
    most = await ledger.balance(unit, saving.social)
    if amount.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if amount > most:
        raise InvalidInput(ErrorCode.CIRCLE_FUND_HAS_LESS, most=most)
    return await put_to_vote(unit, saving, customer_id, RequestKind.GRANT, amount, token, words=words)


def sealed_for(cipher: Cipher, token: str, words: str) -> bytes | None:
    """Return what a request is for, encrypted; None where nothing was said."""
    return sealed_words(cipher, words, request_associated_data(token))


def said_in(cipher: Cipher, asked: CircleRequest) -> str:
    """Return what a request is for, as its members read it; "" where nothing was said."""
    return words_of(asked.words_sealed, cipher, request_associated_data(asked.token))


async def put_to_vote(  # noqa: PLR0913 - they are the row's columns, given by name
    unit: Unit,
    saving: Saving,
    customer_id: int,
    kind: RequestKind,
    amount: Money,
    token: str,
    *,
    months: int | None = None,
    automatic_debit: bool = False,
    words: bytes | None = None,
) -> CircleRequest:
    """Write down what a member asks the open meeting for, and tell the others; who asks is there. The same token again
    is the same.

    Raises Conflict: `circle_meeting_closed`, `circle_request_open`: the member has one of the kind at this meeting.
    """
    known = await unit.session.scalar(select(CircleRequest).where(CircleRequest.token == token))
    if known is not None:
        return known
    meeting = await open_meeting(unit, saving)
    own = [each for each in await requests_of(unit, meeting) if (each.customer_id, each.kind) == (customer_id, kind)]
    if any(each.state == RequestState.OPEN for each in own):
        raise Conflict(ErrorCode.CIRCLE_REQUEST_OPEN)
    await mark_present(unit, meeting, customer_id)
    asked = CircleRequest(
        token=token,
        circle_id=meeting.circle_id,
        meeting=meeting.nr,
        kind=kind,
        customer_id=customer_id,
        amount=amount.amount,
        months=months,
        automatic_debit=automatic_debit,
        state=RequestState.OPEN,
        asked_at=unit.now,
        words_sealed=words,
    )
    unit.session.add(asked)
    await unit.session.flush()
    await _tell_the_others(unit, saving, asked)
    return asked


async def _tell_the_others(unit: Unit, saving: Saving, asked: CircleRequest) -> None:
    circle = saving.circle
    told = notices.CircleAsked(
        **of(circle),
        what=asked.kind,
        name=await called(unit, circle, asked.customer_id),
        sum=Money(asked.amount, saving.asset),
        request=asked.id,
    )
    others = [each.customer_id for each in await savers(unit, circle.id) if each.customer_id != asked.customer_id]
    await tell(unit, others, told, f"circle_request:{asked.id}")


async def withdraw(unit: Unit, request_id: int, customer_id: int) -> CircleRequest:
    """Take a request back while it is voted on. Raises NotFound: `circle_request`. Conflict: `circle_request_over`."""
    asked = await locked(unit, request_id)
    if asked.customer_id != customer_id:
        raise NotFound(ErrorCode.CIRCLE_REQUEST)
    require_open(asked)
    settle(unit, asked, RequestState.WITHDRAWN)
    return asked


async def cast(unit: Unit, request_id: int, customer_id: int, *, is_yes: bool) -> tuple[CircleRequest, Outcome]:
    """Vote, once; return where the request stands then. Who votes is there.

    Raises:
        NotFound: `circle_request`, `not_in_circle`. Conflict: `circle_request_over`, `circle_voted`,
            `circle_meeting_closed`, `circle_not_running`.
    """
    found = await unit.session.get(CircleRequest, request_id)
    if found is None:
        raise NotFound(ErrorCode.CIRCLE_REQUEST)
    saving = await running(unit, found.circle_id)
    await saver(unit, saving, customer_id)
    asked = await locked(unit, request_id)
    require_open(asked)
    meeting = await open_meeting(unit, saving)
    if await unit.session.get(CircleRequestVote, (request_id, customer_id)) is not None:
        raise Conflict(ErrorCode.CIRCLE_VOTED)
    await mark_present(unit, meeting, customer_id)
    vote = CircleRequestVote(request_id=request_id, customer_id=customer_id, is_yes=is_yes, cast_at=unit.now)
    unit.session.add(vote)
    await unit.session.flush()
    counted = await count(unit, asked)
    return asked, outcome(Needs.TWO_THIRDS, counted.members, counted.yes, counted.no, is_over=False)


async def outcome_at_end(unit: Unit, asked: CircleRequest) -> Outcome:
    """Return what came of a vote that its meeting's end ends: two thirds of who is there, if half of all are."""
    counted = await count(unit, asked)
    if not has_quorum(counted.present, counted.members):
        return Outcome.FAILED
    return outcome(Needs.TWO_THIRDS, counted.present, counted.yes, counted.no, is_over=True)


async def count(unit: Unit, asked: CircleRequest) -> Count:
    """Return how a vote stands."""
    votes = select(CircleRequestVote.is_yes).where(CircleRequestVote.request_id == asked.id)
    said = list(await unit.session.scalars(votes))
    meeting = await unit.session.get_one(CircleMeeting, (asked.circle_id, asked.meeting))
    present = await how_many_are_there(unit, meeting)
    members = len(await savers(unit, asked.circle_id))
    return Count(sum(said), len(said) - sum(said), present, members)


async def how_many_are_there(unit: Unit, meeting: CircleMeeting) -> int:
    """Return how many members are at a meeting; who has left the circle since does not count."""
    statement = (
        select(func.count())
        .select_from(CirclePresence)
        .where(
            col(CirclePresence.circle_id) == meeting.circle_id,
            col(CirclePresence.meeting) == meeting.nr,
            col(CirclePresence.customer_id).in_(
                select(CircleSaver.customer_id).where(
                    CircleSaver.circle_id == meeting.circle_id, col(CircleSaver.left_at).is_(None)
                )
            ),
        )
    )
    return int(await unit.session.scalar(statement) or 0)


async def requests_of(unit: Unit, meeting: CircleMeeting) -> list[CircleRequest]:
    """Return what a meeting was asked for, oldest first."""
    statement = select(CircleRequest).where(
        CircleRequest.circle_id == meeting.circle_id, CircleRequest.meeting == meeting.nr
    )
    return list(await unit.session.scalars(statement.order_by(col(CircleRequest.id))))


async def locked(unit: Unit, request_id: int) -> CircleRequest:
    """Return a request, locked. Raises NotFound: `circle_request`."""
    statement = select(CircleRequest).where(CircleRequest.id == request_id).with_for_update()
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(ErrorCode.CIRCLE_REQUEST)
    return found


def require_open(asked: CircleRequest) -> None:
    """Refuse what is not voted on any more. Raises Conflict: `circle_request_over`."""
    if asked.state != RequestState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_REQUEST_OVER)


def settle(unit: Unit, asked: CircleRequest, state: RequestState, reason: str | None = None) -> None:
    """Write down what came of a request."""
    asked.state, asked.settled_at, asked.reason = state, unit.now, reason


async def tell_result(unit: Unit, asked: CircleRequest) -> None:
    """Tell who asked that nothing is paid, and why; what is paid has its receipt."""
    if asked.state not in (RequestState.FAILED, RequestState.VOID):
        return
    circle = await by_id(unit, asked.circle_id)
    told = notices.CircleRequestOver(
        **of(circle),
        what=asked.kind,
        sum=money_of(circle, asked.amount),
        result=asked.state,
        code_of_why=asked.reason or "",
    )
    await tell(unit, [asked.customer_id], told, f"circle_request:{asked.id}")


async def close(unit: Unit, saving: Saving, by: int | None) -> CircleMeeting:
    """Close the meeting that is open, once its votes are settled: by the secretary, or (`by` is None) by the time.
    What lies in the funds then is kept for the minutes, and the others are told.

    Raises Conflict: `circle_meeting_closed`.
    """
    meeting = await open_meeting(unit, saving)
    people = [each.customer_id for each in await savers(unit, saving.circle.id)]
    present = await how_many_are_there(unit, meeting)
    meeting.has_quorum = has_quorum(present, len(people))
    meeting.state, meeting.closed_at, meeting.closed_by = MeetingState.CLOSED, unit.now, by
    cash = await ledger.balance(unit, saving.cash)
    meeting.cash, meeting.social = cash.amount, (await ledger.balance(unit, saving.social)).amount
    await unit.session.flush()
    told = notices.CircleMeetingOver(
        **of(saving.circle),
        nr=meeting.nr,
        present=present,
        members=len(people),
        has_quorum=meeting.has_quorum,
        cash=cash,
        left=saving.rules.meetings - meeting.nr,
    )
    others = [each for each in people if each != by]
    await tell(unit, others, told, f"circle:{saving.circle.id}:{meeting.nr}", urgency=Urgency.SYSTEM)
    await boards.changed(unit, saving.circle)
    return meeting


# -- fines ----------------------------------------------------------------------------------------------------------


async def fine(unit: Unit, circle_id: int, officer_id: int, customer_id: int, why: FineWhy) -> CircleFine:
    """Fine a member at the meeting that is open, by its rule's sum; for one reason once.

    Raises:
        NotAllowed: `circle_officers_only`. NotFound: `circle`, `not_in_circle`. Conflict: `circle_meeting_closed`,
        `circle_not_running`, `circle_fined`. InvalidInput: `circle_no_fines`: the circle's rules have none.
    """
    saving = await running(unit, circle_id)
    await require_officer(unit, saving.circle, officer_id)
    await saver(unit, saving, customer_id)
    meeting = await open_meeting(unit, saving)
    if not saving.rules.fine_amount:
        raise InvalidInput(ErrorCode.CIRCLE_NO_FINES)
    same = select(CircleFine).where(
        CircleFine.circle_id == circle_id,
        CircleFine.meeting == meeting.nr,
        CircleFine.customer_id == customer_id,
        CircleFine.why == why,
    )
    if await unit.session.scalar(same) is not None:
        raise Conflict(ErrorCode.CIRCLE_FINED)
    made = CircleFine(
        circle_id=circle_id,
        meeting=meeting.nr,
        customer_id=customer_id,
        why=why,
        amount=saving.rules.fine_amount,
        imposed_by=officer_id,
        imposed_at=unit.now,
    )
    unit.session.add(made)
    await unit.session.flush()
    told = notices.CircleFined(**of(saving.circle), why=made.why, sum=Money(made.amount, saving.asset))
    await tell(unit, [customer_id], told, f"circle_fine:{made.id}")
    return made


async def take_fine_back(unit: Unit, fine_id: int, officer_id: int) -> CircleFine:
    """Take back a fine that is not paid, and tell who had been fined.

    Raises NotFound: `circle_no_fine`. NotAllowed: `circle_officers_only`. Conflict: `circle_fine_over`.
    """
    statement = select(CircleFine).where(CircleFine.id == fine_id).with_for_update()
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(ErrorCode.CIRCLE_NO_FINE)
    circle = await by_id(unit, found.circle_id)
    await require_officer(unit, circle, officer_id)
    if found.paid_at is not None or found.waived_at is not None:
        raise Conflict(ErrorCode.CIRCLE_FINE_OVER)
    found.waived_at = unit.now
    await unit.session.flush()
    told = notices.CircleFineBack(**of(circle), why=found.why, sum=money_of(circle, found.amount))
    await tell(unit, [found.customer_id], told, f"circle_fine:{found.id}")
    return found
