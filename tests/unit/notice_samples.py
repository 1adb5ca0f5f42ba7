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

FUND: Final[dict[str, Any]] = {
    "fund": {"en": "Steady Bonds", "zh": "稳健债基"},
    "sum": SUM,
    "priced_on": "2026-03-12",
    "confirm_on": "2026-03-13",
    "pays_on": "2026-03-16",
    "reference": REFERENCE,
}
PRICED: Final[dict[str, Any]] = {
    **FUND,
    "nav": "1.2345",
    "to_nav": None,
    "fee": SUM,
    "net": SUM,
    "units": {"amount": 40_502, "asset": "U-BONDS"},
    "to_fund": None,
}
SWITCHED: Final = {"to_nav": "2.0000", "to_fund": {"en": "Broad <Shares>", "zh": "宽基股票"}}
FUND_SAMPLES: Final[dict[str, dict[str, Any]]] = {
    "receipt.fund_subscription": {**FUND, "balance": SUM},
    "receipt.fund_redemption": {**FUND, "balance": SUM},
    "receipt.fund_switch": {**FUND, "balance": SUM, "to_fund": SWITCHED["to_fund"]},
    "receipt.fund_cancelled": {**FUND, "balance": SUM},
    "receipt.fund_paid": {**FUND, "paid": SUM},
    "fund.confirmed_subscription": PRICED,
    "fund.confirmed_redemption": PRICED,
    "fund.confirmed_switch": {**PRICED, **SWITCHED},
    "fund.confirmed_dividend": PRICED,
    "fund.repriced": PRICED,
    "fund.suspended": {"fund": FUND["fund"], "note": "<the> market is closed"},
    "fund.lifted": {"fund": FUND["fund"], "priced_on": "2026-03-12"},
}

SAMPLES: Final[dict[str, dict[str, Any]]] = {
    **FUND_SAMPLES,
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
        "loan": 5,
        "sum": SUM,
        "outstanding": SUM,
        "due_now": SUM,
        "next_due": SUM,
        "next_due_on": "2026-05-12",
        "reference": REFERENCE,
    },
    "receipt.loan_settled": {
        "loan": 5,
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
    "receipt.debit": {"loan": 5, "sum": SUM, "reference": REFERENCE},
    "receipt.debit_settled": {"loan": 5, "sum": SUM, "reference": REFERENCE},
    "receipt.loan_given_back": {"sum": SUM, "fee": SUM, "balance": SUM, "reference": REFERENCE},
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
    "wealth.income_week": {
        "sum": SUM,
        "earned": SUM,
        "first_on": "2026-03-09",
        "last_on": "2026-03-15",
        "days": [{"day_on": "2026-03-14", "sum": SUM}, {"day_on": "2026-03-15", "sum": SUM}],
    },
    "wealth.income_corrected": {"sum": SUM, "before": SUM, "day_on": "2026-03-13"},
    "wealth.queued": {"sum": SUM, "place": 3, "waiting": 12, "expected_on": "2026-03-17"},
    "receipt.change_plus_swept": {
        "sum": SUM,
        "earns_on": "2026-03-13",
        "seen_on": "2026-03-14",
        "reference": REFERENCE,
    },
    "operator.step_resumed": {"on": "2026-03-12", "step": "wealth.income"},
    "officer.application": {"sum": SUM, "application": 7},
    "guarantee.asked": {"sum": SUM, "at_most": SUM, "name": "<b>Ana</b>", "guarantee": 7},
    "guarantee.answered": {"name": "<b>Bo</b>", "accepted": True, "waiting": 1, "application": 7},
    "guarantee.called": {"sum": SUM, "name": "<b>Ana</b>", "guarantee": 7},
    "guarantee.paid_for_you": {"sum": SUM, "name": "<b>Bo</b>", "guarantee": 7, "reference": REFERENCE},
    "receipt.guarantor_paid": {"sum": SUM, "name": "<b>Ana</b>", "reference": REFERENCE},
    "receipt.paid_guarantor_back": {"sum": SUM, "name": "<b>Bo</b>", "reference": REFERENCE},
    "receipt.guarantor_got_back": {"sum": SUM, "name": "<b>Ana</b>", "reference": REFERENCE},
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
    "loan.waived": {"loan": 5, "sum": SUM, "reference": REFERENCE},
    "loan.written_off": {"loan": 5, "sum": SUM, "reference": REFERENCE},
    "loan.handed_over": {"loan": 5, "collector": "<b>Fair</b> Collections"},
    "loan.taken_back": {"loan": 5, "collector": "<b>Fair</b> Collections"},
    "loan.restructure_offered": {"loan": 5, "offer": 7, "until_on": "2026-03-19"},
    "loan.payment_reversed": {"loan": 5, "sum": SUM, "due_now": SUM},
    "loan.restructured": {"sum": SUM, "count": 12, "first": SUM, "first_due_on": "2026-04-12"},
    "receipt.recovery": {"sum": SUM, "left": SUM, "reference": REFERENCE},
    "operator.role_granted": {"subject": "customer:5", "role": "credit_officer"},
    "operator.role_revoked": {"subject": "customer:5", "role": "support"},
    "deposit.matures": {
        "deposit": 7,
        "matures_on": "2026-04-11",
        "pays_on": "2026-04-13",
        "rollover": "principal",
        "days": 30,
        "sum": SUM,
        "interest": SUM,
    },
    "receipt.deposit_opened": {**MOVEMENT, "days": 30, "rate": "0.90", "matures_on": "2026-04-11"},
    "receipt.deposit_early": {**MOVEMENT, "interest": SUM, "left": SUM},
    "receipt.deposit_matured": {"sum": SUM, "interest": SUM, "reference": REFERENCE, "declined": True},
    "receipt.deposit_rolled": {
        "sum": SUM,
        "interest": SUM,
        "reference": REFERENCE,
        "days": 30,
        "rate": "0.90",
        "matures_on": "2026-05-13",
    },
    "plan.missed": {"plan": 7, "sum": SUM, "missing": "money", "target": "change_plus", "again_on": None},
    "plan.reached": {"sum": SUM, "goal": "<b>a phone</b>"},
    "operator.calendar_ends": {"ends_on": "2026-12-31"},
    "operator.step_held": {"on": "2026-03-12", "step": "wealth.income", "what": "the income of change_plus"},
}
FAMILIES: Final = {
    "receipt.send_{}": ("receipt.send_returned", "receipt.send_cancelled"),
    "fund.confirmed_{}": tuple(
        f"fund.confirmed_{kind}" for kind in ("subscription", "redemption", "switch", "dividend")
    ),
    "receipt.fund_{}": ("receipt.fund_subscription", "receipt.fund_redemption", "receipt.fund_switch"),
}
_KIND = re.compile(r"[a-z]+\.[a-z_]+(?:\{\})?")
_SENDERS: Final = frozenset({"_receipt", "_tell", "tell"})
"""The wallet's two ways to send, which take the kind in its place."""


@cache
def sent_kinds() -> frozenset[str]:
    """Return the kinds of the notices that the core writes: in calls, and in SQL that fills the outbox."""
    found: set[str] = set()
    for file in CORE.rglob("*.py"):
        tree = ast.parse(file.read_text())
        named = _named_texts(tree)
        for node in ast.walk(tree):
            found |= {named.get(kind, kind) for kind in _kinds_in(node)}
    kinds = {kind for kind in found if _KIND.fullmatch(kind)}
    return frozenset(kind for each in kinds for kind in FAMILIES.get(each, (each,)))


def _named_texts(tree: ast.Module) -> dict[str, str]:
    """Return a module's constants that are kinds, by name."""
    named = [node for node in tree.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)]
    return {
        getattr(node.target, "id", ""): text
        for node in named
        for text in (_texts(node.value) if node.value else ())
        if _KIND.fullmatch(text)
    }


def _kinds_in(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "AS kind,\n" in node.value:
        return set(re.findall(r"'([a-z]+\.[a-z_]+)'", node.value))
    if isinstance(node, ast.Assign):
        keys = {key for target in node.targets if isinstance(target, ast.Subscript) for key in _texts(target.slice)}
        return {key for key in keys if key.startswith("receipt.")}
    if not isinstance(node, ast.Call):
        return set()
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    values = [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
    values += node.args if name in _SENDERS else []
    named = {value.id for value in values if isinstance(value, ast.Name)}
    return {text for value in values for text in _texts(value) if _KIND.fullmatch(text)} | named


def _texts(node: ast.expr) -> set[str]:
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return _texts(node.body) | _texts(node.orelse)
        case ast.JoinedStr():
            return {"".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)}
    return set()
