"""Maker and checker: one mechanism for whatever takes two people, and the record of who did and looked at what.

A product line registers an `Action`: who may propose it, who may approve it, what it would change, and what carries it
out. `propose` keeps the proposal with its figures before and after, `approve` by somebody else carries it out, once.
"""

from finance_core.approvals import grants
from finance_core.approvals.actions import Action, Preview, action_called, register
from finance_core.approvals.models import Approval, ApprovalState, AuditLine
from finance_core.approvals.queries import Looked, approval, by_maker, look, waiting
from finance_core.approvals.service import approve, checked_reason, propose, refuse, withdraw

__all__ = [
    "Action",
    "Approval",
    "ApprovalState",
    "AuditLine",
    "Looked",
    "Preview",
    "action_called",
    "approval",
    "approve",
    "by_maker",
    "checked_reason",
    "grants",
    "look",
    "propose",
    "refuse",
    "register",
    "waiting",
    "withdraw",
]
