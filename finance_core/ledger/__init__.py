"""The ledger: accounts of any asset, entries, transfers, statements, verification. The only code that moves money.

What is exported here is its whole interface; each function takes the unit of work first. Its tables may be read by
set-based SQL (see `models.py`), but only its functions write.
"""

from __future__ import annotations

from finance_core.kernel.errors import IdempotencyConflict, InsufficientFunds
from finance_core.ledger.chart import BY_CODE, CHART, CLIENT_CASH, ChartLine, Kind, Side
from finance_core.ledger.day import move_date, roll_up, seal_day
from finance_core.ledger.equations import LEDGER_EQUATIONS, Equation
from finance_core.ledger.errors import (
    AlreadyReversed,
    DayClosed,
    DayNotReady,
    EntryNotFound,
    HoldGone,
    NotReversible,
)
from finance_core.ledger.holds import capture, hold, release, set_credit_line
from finance_core.ledger.posting import account_ids, find, post, try_post
from finance_core.ledger.queries import (
    available,
    available_many,
    available_of,
    balance,
    balance_on,
    balances,
    entry_by_reference,
    history,
    movements_of,
    statement,
    trial_balance,
    wallet_of,
)
from finance_core.ledger.reference import reference_of
from finance_core.ledger.reversal import REVERSAL, reverse
from finance_core.ledger.staging import post_staged, stage
from finance_core.ledger.values import (
    INST,
    About,
    Account,
    Entry,
    Line,
    Posted,
    Refused,
    Statement,
    Transfer,
    TrialLine,
    customer_wallet,
)
from finance_core.ledger.verification import Check, VerifyReport, verify, verify_at_once, verify_since_seal

__all__ = [
    "BY_CODE",
    "CHART",
    "CLIENT_CASH",
    "INST",
    "LEDGER_EQUATIONS",
    "REVERSAL",
    "About",
    "Account",
    "AlreadyReversed",
    "ChartLine",
    "Check",
    "DayClosed",
    "DayNotReady",
    "Entry",
    "EntryNotFound",
    "Equation",
    "HoldGone",
    "IdempotencyConflict",
    "InsufficientFunds",
    "Kind",
    "Line",
    "NotReversible",
    "Posted",
    "Refused",
    "Side",
    "Statement",
    "Transfer",
    "TrialLine",
    "VerifyReport",
    "account_ids",
    "available",
    "available_many",
    "available_of",
    "balance",
    "balance_on",
    "balances",
    "capture",
    "customer_wallet",
    "entry_by_reference",
    "find",
    "history",
    "hold",
    "move_date",
    "movements_of",
    "post",
    "post_staged",
    "reference_of",
    "release",
    "reverse",
    "roll_up",
    "seal_day",
    "set_credit_line",
    "stage",
    "statement",
    "trial_balance",
    "try_post",
    "verify",
    "verify_at_once",
    "verify_since_seal",
    "wallet_of",
]
