"""A sample of each kind of notice, and which kinds the core sends, read off its source."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

CORE: Final = Path(__file__).parents[2] / "finance_core"

SUM: Final = {"amount": 123_456, "asset": "CNY"}
REFERENCE: Final = "S8F3-K2QW"
MOVEMENT: Final[dict[str, Any]] = {
    "sum": SUM,
    "balance": SUM,
    "reference": REFERENCE,
    "at": "2026-03-12T02:00:00+00:00",
}
DUE: Final[dict[str, Any]] = {"loan": 5, "due_on": "2026-04-12", "days": 3, "grace": 3, "automatic": True, "sum": SUM}
FROM_ANA: Final[dict[str, Any]] = {"sum": SUM, "name": "<b>Ana</b>", "note": "a & b", "token": "tkn-0123_abc"}

SAMPLES: Final[dict[str, dict[str, Any]]] = {
    "receipt.topup": MOVEMENT,
    "receipt.withdraw": MOVEMENT,
    "receipt.send": {**MOVEMENT, "name": "<b>Bo</b>", "note": "a & b"},
    "receipt.received": {**MOVEMENT, "name": "<b>Bo</b>", "note": ""},
    "receipt.paid_request": {**MOVEMENT, "name": "<b>Bo</b>", "note": "a & b"},
    "receipt.send_returned": {**MOVEMENT, "name": None},
    "receipt.send_cancelled": {**MOVEMENT, "name": "<b>Bo</b>"},
    "send.waiting": FROM_ANA,
    "send.accepted": {"sum": SUM, "name": "<b>Bo</b>", "note": ""},
    "request.asked": FROM_ANA,
    "request.declined": {"sum": SUM, "name": "<b>Bo</b>", "note": ""},
    "receipt.loan": {
        "sum": SUM,
        "first": SUM,
        "balance": SUM,
        "first_due_on": "2026-04-12",
        "cooling_off_until": "2026-03-19",
        "reference": REFERENCE,
    },
    "receipt.repayment": {
        "sum": SUM,
        "outstanding": SUM,
        "due_now": SUM,
        "next_due": SUM,
        "next_due_on": "2026-05-12",
        "reference": REFERENCE,
    },
    "receipt.loan_settled": {
        "sum": SUM,
        "outstanding": SUM,
        "due_now": SUM,
        "next_due": SUM,
        "next_due_on": None,
        "reference": REFERENCE,
    },
    "receipt.draw": {
        "sum": SUM,
        "left": SUM,
        "balance": SUM,
        "next_due": SUM,
        "next_due_on": "2026-05-12",
        "reference": REFERENCE,
    },
    "receipt.debit": {"sum": SUM, "reference": REFERENCE},
    "receipt.debit_settled": {"sum": SUM, "reference": REFERENCE},
    "loan.due_soon": DUE,
    "loan.due_today": {**DUE, "days": 0},
    "loan.late": DUE,
    "loan.promise_today": {**DUE, "days": 0},
    "loan.promise_broken": {**DUE, "days": 1},
    "loan.promise_kept": {"sum": SUM},
    "officer.hardship": {"case": 3, "loan": 5},
    "debt.reminder": {
        "items": [{"kind": "loan.late", "params": DUE}, {"kind": "loan.due_soon", "params": {**DUE, "loan": 6}}]
    },
    "receipt.change_plus_in": {
        "sum": SUM,
        "balance": SUM,
        "earns_on": "2026-03-13",
        "seen_on": "2026-03-14",
        "reference": REFERENCE,
    },
    "receipt.change_plus_out": {"sum": SUM, "balance": SUM, "reference": REFERENCE},
    "receipt.change_plus_redemption": {"sum": SUM, "pays_on": "2026-03-13", "reference": REFERENCE},
    "receipt.change_plus_redeemed": {"sum": SUM, "reference": REFERENCE},
    "wealth.income": {"sum": SUM, "earned": SUM, "day_on": "2026-03-13"},
    "wealth.income_week": {"sum": SUM, "earned": SUM, "first_on": "2026-03-09", "last_on": "2026-03-15"},
    "officer.application": {"sum": SUM, "application": 7},
    "loan.approved": {"sum": SUM, "application": 7, "until_on": "2026-03-19", "reasons": []},
    "loan.declined": {"sum": SUM, "application": 7, "until_on": None, "reasons": ["income", "history"]},
    "operator.day_sealed": {"on": "2026-03-12", "seal": "ab" * 32},
    "operator.approval_waits": {"approval": 3, "action": "operator.grant", "subject": "customer:5"},
    "operator.approval_decided": {
        "approval": 3,
        "action": "operator.grant",
        "subject": "loan:5",
        "state": "refused",
        "note": "<b>not</b> now",
    },
    "operator.step_held": {"on": "2026-03-12", "step": "wealth.income", "what": "the income of change_plus"},
}
FAMILIES: Final = {"receipt.send_{}": ("receipt.send_returned", "receipt.send_cancelled")}
_KIND = re.compile(r"[a-z]+\.[a-z_]+(?:\{\})?")
_SENDERS: Final = frozenset({"_receipt", "_tell"})
"""The wallet's two ways to send, which take the kind in its place."""


@cache
def sent_kinds() -> frozenset[str]:
    """Return the kinds of the notices that the core writes: in calls, and in SQL that fills the outbox."""
    found: set[str] = set()
    for file in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            found |= _kinds_in(node)
    return frozenset(kind for each in found for kind in FAMILIES.get(each, (each,)))


def _kinds_in(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "INSERT INTO outbox (" in node.value:
        return set(re.findall(r"'([a-z]+\.[a-z_]+)'", node.value))
    if isinstance(node, ast.Assign):
        keys = {key for target in node.targets if isinstance(target, ast.Subscript) for key in _texts(target.slice)}
        return {key for key in keys if key.startswith("receipt.")}
    if not isinstance(node, ast.Call):
        return set()
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    values = [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
    values += node.args if name in _SENDERS else []
    return {text for value in values for text in _texts(value) if _KIND.fullmatch(text)}


def _texts(node: ast.expr) -> set[str]:
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return _texts(node.body) | _texts(node.orelse)
        case ast.JoinedStr():
            return {"".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)}
    return set()
