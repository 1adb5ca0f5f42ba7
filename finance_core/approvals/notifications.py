"""Telling operators that something waits for them, and makers what became of it."""

from __future__ import annotations

from finance_core.approvals.actions import Action
from finance_core.approvals.models import Approval
from finance_core.approvals.notices import ApprovalDecided, ApprovalWaits
from finance_core.customers.roles import holders
from finance_core.customers.same_person import accounts_of
from finance_core.notices import Notice, Urgency, enqueue, enqueue_many
from finance_core.storage.unit import Unit


async def tell_checkers(unit: Unit, proposal: Approval, action: Action) -> None:
    """Tell everybody who may decide on a proposal: neither its maker, nor whom it concerns."""
    parties = await action.parties(unit, proposal.subject, proposal.params)
    makers = await accounts_of(unit, proposal.maker_id)
    waits = ApprovalWaits(approval=proposal.id, action=proposal.action, subject=proposal.subject)
    notices = [
        Notice(
            content=waits,
            urgency=Urgency.SYSTEM,
            key=f"approval:{proposal.id}:waits:{customer_id}",
            customer_id=customer_id,
            about=f"approval:{proposal.id}",
        )
        for customer_id in await holders(unit, action.checker)
        if customer_id not in makers and customer_id not in parties
    ]
    await enqueue_many(unit, notices)


async def tell_maker(unit: Unit, proposal: Approval) -> None:
    """Tell who made a proposal that it was approved or refused, or that nobody decided in time."""
    await enqueue(
        unit,
        ApprovalDecided(
            approval=proposal.id,
            action=proposal.action,
            subject=proposal.subject,
            state=str(proposal.state),
            note=proposal.answer,
        ),
        urgency=Urgency.SYSTEM,
        key=f"approval:{proposal.id}:{proposal.state!s}",
        customer_id=proposal.maker_id,
        about=f"approval:{proposal.id}",
    )
