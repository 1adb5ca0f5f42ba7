"""Suspending a member who has died or cannot be found, disputes about a round, and what an operator decides (§5).

Either is a case with the catalogue's days to decide. A suspended place keeps its turn and receives nothing; a dispute
holds its round's payout while it is open. What is decided is told to both sides with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from sqlmodel import col, select

from finance_core.circles import boards, notices
from finance_core.circles.book.closing import let_all_be_due
from finance_core.circles.book.ending import settle
from finance_core.circles.book.models import CircleDue, CircleRound, RoundState
from finance_core.circles.decision_models import CircleCase, CircleCaseKind
from finance_core.circles.finding import (
    held_by,
    locked,
    locked_by_id,
    member_of,
    officers_of,
    require_member,
    require_running,
)
from finance_core.circles.leaving import close, go_where_nothing_is_held
from finance_core.circles.models import Circle, CircleMember, CirclePlace, ClosedWhy, MemberState, Role
from finance_core.circles.nominees import hand_to_nominee
from finance_core.circles.notifications import of, tell
from finance_core.circles.product import terms_of
from finance_core.circles.rules.settings import Kind
from finance_core.circles.saving import suspended
from finance_core.circles.saving.models import CircleMeeting
from finance_core.circles.sealing import (
    case_associated_data,
    sealed_words,
    words_of,
    words_told,
)
from finance_core.customers.roles import Permission, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


class Verdict(StrEnum):
    """What an operator decides on a dispute."""

    UPHELD = "upheld"  # who opened it is right: being late in that round does not count
    REFUSED = "refused"


class Resolution(StrEnum):
    """What an operator decides on a suspension."""

    RESUMED = "resumed"  # they are back
    TAKEN_OVER = "taken_over"  # the nominee has their places from now on
    CLOSED = "closed"  # their places are closed; what comes back waits until somebody claims it


async def suspend(unit: Unit, circle: Circle, customer_id: int) -> CircleCase:
    """Suspend a member, as two officers have agreed; an operator decides. `agenda` asks for it."""
    member = await require_member(unit, circle, customer_id)
    member.suspended_at = unit.now
    opened = await _opened(
        unit,
        circle,
        f"suspension:{circle.id}:{customer_id}:{unit.now.isoformat()}",
        kind=CircleCaseKind.SUSPENSION,
        customer_id=(await officers_of(unit, circle)).get(Role.CHAIR, 0),
        about_id=customer_id,
    )
    told = notices.CircleSuspended(**of(circle), until=opened.due_at)
    await tell(unit, [customer_id], told, f"circle_case:{opened.id}")
    await boards.changed(unit, circle)
    return opened


async def dispute(
    unit: Unit, cipher: Cipher, token: str, customer_id: int, number: int, words: str, key: str
) -> CircleCase:
    """Say that something is wrong with a round: an operator decides, and its payout waits until then.

    Of an accumulating circle it is about a meeting, and nothing waits.

    Args:
        words: what is wrong, cut to 500 characters.
        key: the same key again is the same dispute.

    Raises NotFound: `circle`, `circle_round`. NotAllowed: `circle_members_only`, `not_yours`.
        InvalidInput: `text_form`. Conflict: `circle_not_running`, `circle_case_stands` (due): theirs is open.
    """
    circle = await locked(unit, token)
    known = await unit.session.scalar(select(CircleCase).where(CircleCase.key == key))
    if known is not None:
        if known.customer_id != customer_id:
            raise NotAllowed(ErrorCode.NOT_YOURS)
        return known
    require_running(circle)
    await require_member(unit, circle, customer_id)
    due = await _due_round(unit, circle, number)
    await _require_none_open(unit, circle, customer_id, number)
    sealed = sealed_words(cipher, words, case_associated_data("words", key))
    if sealed is None:
        raise InvalidInput(ErrorCode.TEXT_FORM)
    receiver = await unit.session.get(CirclePlace, (circle.id, due.receiver_place or 0)) if due is not None else None
    waits = due is not None and due.state not in {RoundState.PAID, RoundState.SHORT}
    opened = await _opened(
        unit,
        circle,
        key,
        kind=CircleCaseKind.DISPUTE,
        customer_id=customer_id,
        about_id=receiver.customer_id if receiver is not None and receiver.customer_id != customer_id else None,
        words=sealed,
        number=number,
        holds=waits,
    )
    if due is not None and waits and due.held_by is None:
        due.held_by = opened.id
    await boards.changed(unit, circle)
    await unit.session.flush()
    return opened


async def _due_round(unit: Unit, circle: Circle, number: int) -> CircleRound | None:
    """Return a round, locked; None of an accumulating circle with such a meeting. Raises NotFound: `circle_round`."""
    if circle.kind == Kind.ACCUMULATING:
        if await unit.session.get(CircleMeeting, (circle.id, number)) is None:
            raise NotFound(ErrorCode.CIRCLE_ROUND)
        return None
    due = await unit.session.get(CircleRound, (circle.id, number), with_for_update={"key_share": True})
    if due is None:
        raise NotFound(ErrorCode.CIRCLE_ROUND)
    return due


async def decide_dispute(
    unit: Unit, cipher: Cipher, case_id: int, operator_id: int, verdict: Verdict, reason: str
) -> CircleCase:
    """Decide a dispute, with a reason that both sides are told: its round's payout waits no longer.

    Raises NotFound: `circle_case`. NotAllowed: `no_permission`, `own_dealing`. Conflict: `circle_case_decided`.
        InvalidInput: `text_form` (no reason).
    """
    circle, case = await _to_decide(unit, case_id, operator_id, CircleCaseKind.DISPUTE)
    await _decided(unit, cipher, circle, case, operator_id, verdict, reason)
    due = await _due_round(unit, circle, case.round or 0)
    if due is not None:
        await _let_go(unit, circle, case, due, excuses=verdict is Verdict.UPHELD)
    await boards.changed(unit, circle)
    return case


async def _let_go(unit: Unit, circle: Circle, case: CircleCase, due: CircleRound, *, excuses: bool) -> None:
    """Let a round's payout go on unless another dispute holds it; who was right is excused for being late in it."""
    if due.held_by == case.id:
        due.held_by = await _another(unit, case)
    if excuses:
        await _excuse(unit, circle, case)
    await unit.session.flush()
    if due.held_by is None:
        await settle(unit, [circle.id], f"case:{case.id}", {"circle": circle.id})


def resolutions_of(circle: Circle) -> tuple[Resolution, ...]:
    """Return what can be decided on a suspension: nobody takes over what somebody has saved."""
    saves = circle.kind == Kind.ACCUMULATING
    return (Resolution.RESUMED, Resolution.CLOSED) if saves else tuple(Resolution)


async def decide_suspension(
    unit: Unit,
    cipher: Cipher,
    case_id: int,
    operator_id: int,
    resolution: Resolution,
    reason: str,
    *,
    nominee_id: int | None = None,
) -> CircleCase:
    """Decide a suspension: they are back, the nominee takes over, or their places are closed.

    Args:
        nominee_id: who takes over, a customer who has joined Susu; for `taken_over` alone.

    Raises: as `decide_dispute`; NotFound: `customer`. InvalidInput: `circle_nominee`: no nominee was named, they have
        not joined Susu, or they are who is suspended. NotAllowed: `own_dealing`: the operator would be the nominee.
    """
    if resolution is Resolution.TAKEN_OVER and nominee_id is None:
        raise InvalidInput(ErrorCode.CIRCLE_NOMINEE)
    circle, case = await _to_decide(unit, case_id, operator_id, CircleCaseKind.SUSPENSION)
    if nominee_id == operator_id:
        raise NotAllowed(ErrorCode.OWN_DEALING)
    assert case.about_id is not None, "a suspension is of somebody"
    if resolution not in resolutions_of(circle):
        raise InvalidInput(ErrorCode.CIRCLE_NOMINEE)
    await _decided(unit, cipher, circle, case, operator_id, resolution, reason)
    member = await member_of(unit, circle, case.about_id)
    assert member is not None, "who is suspended is a member"
    if circle.kind == Kind.ACCUMULATING:
        await suspended.decide(unit, circle, member, is_gone=resolution is Resolution.CLOSED)
        return case
    if resolution is Resolution.TAKEN_OVER and nominee_id is not None:
        await hand_to_nominee(unit, circle, member, nominee_id)
    if resolution is Resolution.CLOSED:
        await _close_all(unit, circle, member)
    member.suspended_at = None
    await unit.session.flush()
    await go_where_nothing_is_held(unit, circle, case.about_id, MemberState.LEFT)
    await settle(unit, [circle.id], f"case:{case.id}", {"circle": circle.id})
    await boards.changed(unit, circle)
    return case


async def open_cases(unit: Unit, circle: Circle | None = None) -> list[CircleCase]:
    """Return what is to be decided, the first deadline first; of one circle, where it is given."""
    query = select(CircleCase).where(col(CircleCase.decided_at).is_(None)).order_by(col(CircleCase.due_at))
    if circle is not None:
        query = query.where(CircleCase.circle_id == circle.id)
    return list(await unit.session.scalars(query))


def said_in(case: CircleCase, cipher: Cipher) -> str:
    """Return what was said in a dispute, "" for nothing."""
    return words_of(case.words_sealed or None, cipher, case_associated_data("words", case.key))


async def _opened(  # noqa: PLR0913 - they are the row's columns, given by name
    unit: Unit,
    circle: Circle,
    key: str,
    *,
    kind: CircleCaseKind,
    customer_id: int,
    about_id: int | None,
    words: bytes = b"",
    number: int | None = None,
    holds: bool = False,
) -> CircleCase:
    terms = await terms_of(unit, circle.product, circle.product_version)
    case = CircleCase(
        key=key,
        circle_id=circle.id,
        kind=kind,
        round=number,
        customer_id=customer_id,
        about_id=about_id,
        words_sealed=words,
        holds_payout=holds,
        opened_at=unit.now,
        due_at=unit.now + timedelta(days=terms.case_days),
    )
    unit.session.add(case)
    await unit.session.flush()
    return case


async def _require_none_open(unit: Unit, circle: Circle, customer_id: int, number: int) -> None:
    query = select(CircleCase).where(
        CircleCase.circle_id == circle.id,
        CircleCase.customer_id == customer_id,
        CircleCase.round == number,
        col(CircleCase.decided_at).is_(None),
    )
    standing = await unit.session.scalar(query.limit(1))
    if standing is not None:
        raise Conflict(ErrorCode.CIRCLE_CASE_STANDS, due=standing.due_at.astimezone(unit.zone).date())


async def _to_decide(unit: Unit, case_id: int, operator_id: int, kind: CircleCaseKind) -> tuple[Circle, CircleCase]:
    await require(unit, operator_id, Permission.ANSWER_CASES)
    found = await unit.session.get(CircleCase, case_id)
    if found is None or found.kind != kind:
        raise NotFound(ErrorCode.CIRCLE_CASE)
    circle = await locked_by_id(unit, found.circle_id)
    case = await unit.session.get_one(CircleCase, case_id, populate_existing=True)
    if case.decided_at is not None:
        raise Conflict(ErrorCode.CIRCLE_CASE_DECIDED)
    if await member_of(unit, circle, operator_id) is not None:
        raise NotAllowed(ErrorCode.OWN_DEALING)
    return circle, case


async def _decided(
    unit: Unit, cipher: Cipher, circle: Circle, case: CircleCase, operator_id: int, decision: StrEnum, reason: str
) -> None:
    bound = case_associated_data("reason", case.key)
    case.reason_sealed = sealed_words(cipher, reason, bound)
    if case.reason_sealed is None:
        raise InvalidInput(ErrorCode.TEXT_FORM)
    case.decided_by, case.decided_at, case.decision = operator_id, unit.now, str(decision)
    await unit.session.flush()
    told = notices.CircleCaseDecided(**of(circle), case=case.kind, decision=str(decision),
                                     reason=words_told(case.reason_sealed, bound))  # fmt: skip
    await tell(unit, await _sides(unit, circle, case), told, f"circle_case:{case.id}")


async def _sides(unit: Unit, circle: Circle, case: CircleCase) -> Iterable[int]:
    """Return who is told: who opened it and whom it is about, or the chair where that is nobody."""
    other = case.about_id if case.about_id is not None else (await officers_of(unit, circle)).get(Role.CHAIR)
    return [person for person in (case.customer_id, other) if person]


async def _another(unit: Unit, case: CircleCase) -> int | None:
    """Return another dispute that still holds the same round's payout."""
    query = select(CircleCase.id).where(
        CircleCase.circle_id == case.circle_id,
        CircleCase.round == case.round,
        CircleCase.id != case.id,
        col(CircleCase.holds_payout),
        col(CircleCase.decided_at).is_(None),
    )
    return await unit.session.scalar(query.order_by(col(CircleCase.id)).limit(1))


async def _excuse(unit: Unit, circle: Circle, case: CircleCase) -> None:
    """Let being late in a round not count for who was right: what is not paid of its fine is let off."""
    query = select(CircleDue).where(
        CircleDue.circle_id == circle.id, CircleDue.round == case.round, CircleDue.customer_id == case.customer_id
    )
    for due in await unit.session.scalars(query.with_for_update(key_share=True)):
        due.is_excused, due.fine = True, due.fine_paid


async def _close_all(unit: Unit, circle: Circle, member: CircleMember) -> None:
    """Close the places of who is gone: what comes back later waits in 2031; of one that has received all is due."""
    for place in await held_by(unit, circle, member.customer_id):
        if place.received_round is None:
            await close(unit, circle, place, ClosedWhy.GONE)
        else:
            await let_all_be_due(unit, circle.id, place.nr)
