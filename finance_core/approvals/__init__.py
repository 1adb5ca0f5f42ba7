"""Maker and checker: one mechanism for whatever takes two people, and the record of who did and looked at what.

A product line has `Action`s: who may propose it, who may approve it, what it would change, and what carries it
out. `propose` keeps the proposal with its figures before and after, `approve` by somebody else carries it out, once.
"""

from finance_core.approvals import grants
from finance_core.approvals.actions import Action, Actions, Preview
from finance_core.approvals.models import Approval, ApprovalState, AuditLine
from finance_core.approvals.parties import Parties, require_no_party
from finance_core.approvals.queries import Looked, approval, by_maker, look, waiting
from finance_core.approvals.service import approve, checked_reason, propose, refuse, require_maker, withdraw

__all__ = [
    "Action",
    "Actions",
    "Approval",
    "ApprovalState",
    "AuditLine",
    "Looked",
    "Parties",
    "Preview",
    "approval",
    "approve",
    "by_maker",
    "checked_reason",
    "grants",
    "look",
    "propose",
    "refuse",
    "require_maker",
    "require_no_party",
    "waiting",
    "withdraw",
]
