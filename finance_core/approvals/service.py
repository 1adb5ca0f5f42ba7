"""Proposing, approving, refusing, withdrawing. Nobody approves what they made: the table's own CHECK says so too.

Nor does anybody propose or decide what they owe, stand for or are paid by: under another account of theirs neither.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core.approvals import audit
from finance_core.approvals.actions import Action, Actions
from finance_core.approvals.models import Approval, ApprovalState
from finance_core.approvals.notifications import tell_checkers, tell_maker
from finance_core.approvals.parties import require_none_is_party
from finance_core.approvals.queries import approval as locked
from finance_core.approvals.queries import shows
from finance_core.customers.roles import may, require
from finance_core.customers.same_person import accounts_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed
from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Actor, Unit

LONGEST_REASON: Final = 500
SHORTEST_REASON: Final = 3


async def propose(
    unit: Unit, actor_id: int, action: Action, subject: str, params: JsonObject, why: str, key: str
) -> Approval:
    """Put an action before a second person and return the proposal; the same key answers with the same one.

    Args:
        subject: what it is done to, `loan:5`.
        params: what the action needs; whole numbers, text, money as JSON.
        why: the maker's reason, 3 to 500 characters; it stays on record.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. InvalidInput: `reason_form`.
        Conflict: `approval_open`: the same is proposed for the same subject already.
        FinanceError: whatever keeps the action from being done as things stand.
    """
    known = await unit.session.scalar(select(Approval).where(Approval.key == key))
    if known is not None:
        return known
    await require_maker(unit, actor_id, action, subject, params)
    reason = checked_reason(why)
    preview = await action.preview(unit, subject, params)
    row = insert(Approval).values(
        key=key,
        action=action.name,
        subject=subject,
        params=dict(params),
        why=reason,
        before=dict(preview.before),
        after=dict(preview.after),
        version=1,
        state=ApprovalState.OPEN,
        maker_id=actor_id,
        made_at=unit.now,
        due_at=unit.now + action.deadline,
    )
    made = await unit.session.scalar(row.on_conflict_do_nothing().returning(col(Approval.id)))
    if made is None:
        raise Conflict(ErrorCode.APPROVAL_OPEN)
    audit.record(unit, actor_id, "propose", subject, {"approval": made, "action": action.name, "why": reason})
    proposal = await locked(unit, made)
    await tell_checkers(unit, proposal, action)
    return proposal


async def approve(unit: Unit, actions: Actions, approval_id: int, checker_id: int, version: int) -> Approval:
    """Approve a proposal and carry it out. Done already, it is answered as it is: nothing is done twice.

    Args:
        actions: all there are, among them the proposal's.
        version: of the figures that the checker saw.

    Raises:
        NotFound: `approval`. NotAllowed: `own_proposal`, `no_permission`, `own_dealing` (the checker's, or
            the maker's), `maker_lost_permission`.
        Conflict: `approval_settled` (refused, withdrawn), `approval_expired`, `approval_outdated` (the figures have
            moved: look again).
        FinanceError: whatever keeps the action from being done as things stand.
    """
    proposal = await locked(unit, approval_id)
    action = actions.called(proposal.action)
    await _require_checker(unit, proposal, action, checker_id)
    if proposal.state == ApprovalState.APPROVED:
        return proposal
    require_open(unit, proposal)
    if not await may(unit, proposal.maker_id, action.maker):
        raise NotAllowed(ErrorCode.MAKER_LOST_PERMISSION)
    parties = await action.parties(unit, proposal.subject, proposal.params)
    require_none_is_party(parties, await accounts_of(unit, proposal.maker_id))
    if version != proposal.version or not shows(
        proposal, await action.preview(unit, proposal.subject, proposal.params)
    ):
        raise Conflict(ErrorCode.APPROVAL_OUTDATED)
    unit.actor = Actor("operator", checker_id)
    proposal.result = dict(await action.carry_out(unit, proposal))
    await _decide(unit, proposal, ApprovalState.APPROVED, checker_id, "approve")
    return proposal


async def refuse(unit: Unit, actions: Actions, approval_id: int, checker_id: int, why: str) -> Approval:
    """Refuse a proposal, with a reason that its maker is told. Refused already, it is answered as it is.

    Args:
        actions: all there are, among them the proposal's.

    Raises:
        NotFound: `approval`. NotAllowed: `own_proposal`, `no_permission`, `own_dealing`. InvalidInput: `reason_form`.
        Conflict: `approval_settled`, `approval_expired`.
    """
    proposal = await locked(unit, approval_id)
    await _require_checker(unit, proposal, actions.called(proposal.action), checker_id)
    if proposal.state == ApprovalState.REFUSED:
        return proposal
    require_open(unit, proposal)
    proposal.answer = checked_reason(why)
    await _decide(unit, proposal, ApprovalState.REFUSED, checker_id, "refuse")
    return proposal


async def withdraw(unit: Unit, approval_id: int, maker_id: int) -> Approval:
    """Take one's own proposal back. Withdrawn already, it is answered as it is.

    It takes no permission: who sees no others' proposals takes back their own all the same.

    Raises:
        NotAllowed: `not_yours`. NotFound: `approval`.
        Conflict: `approval_settled`, `approval_expired`.
    """
    proposal = await locked(unit, approval_id)
    if proposal.maker_id != maker_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if proposal.state == ApprovalState.WITHDRAWN:
        return proposal
    require_open(unit, proposal)
    await _decide(unit, proposal, ApprovalState.WITHDRAWN, maker_id, "withdraw")
    return proposal


async def require_maker(unit: Unit, actor_id: int, action: Action, subject: str, params: JsonObject) -> None:
    """Refuse who may not propose an action: for want of the permission, or as it concerns them.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: what it would be done to.
    """
    await require(unit, actor_id, action.maker)
    parties = await action.parties(unit, subject, params)
    require_none_is_party(parties, await accounts_of(unit, actor_id))


def checked_reason(why: str) -> str:
    """Return a reason without the spaces around it. Raises InvalidInput: `reason_form`."""
    reason = why.strip()
    if _letters(reason) < SHORTEST_REASON or len(reason) > LONGEST_REASON:
        raise InvalidInput(ErrorCode.REASON_FORM, most=LONGEST_REASON)
    return reason


def _letters(text: str) -> int:
    """Return how many letters a text has; a Chinese character says as much as two: 困难 is a reason."""
    return sum(2 if "\u3400" <= character <= "\u9fff" else 1 for character in text)


def require_open(unit: Unit, proposal: Approval) -> None:
    """Refuse what is decided or too old. Raises Conflict: `approval_settled`, `approval_expired`."""
    if proposal.state == ApprovalState.EXPIRED or unit.now >= proposal.due_at:
        raise Conflict(ErrorCode.APPROVAL_EXPIRED)
    if proposal.state != ApprovalState.OPEN:
        raise Conflict(ErrorCode.APPROVAL_SETTLED)


async def _require_checker(unit: Unit, proposal: Approval, action: Action, checker_id: int) -> None:
    own = await accounts_of(unit, checker_id)
    if proposal.maker_id in own:
        raise NotAllowed(ErrorCode.OWN_PROPOSAL)
    await require(unit, checker_id, action.checker)
    require_none_is_party(await action.parties(unit, proposal.subject, proposal.params), own)


async def _decide(unit: Unit, proposal: Approval, state: ApprovalState, by: int, act: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, unit.now
    audit.record(unit, by, act, proposal.subject, {"approval": proposal.id, "action": proposal.action})
    await unit.session.flush()
    if state != ApprovalState.WITHDRAWN:
        await tell_maker(unit, proposal)
