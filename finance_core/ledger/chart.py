"""The chart of accounts: every code that money can be written to, what it is and which way it grows.

The table `chart` has the same rows, which migrations insert: a code that is added here comes with a new migration that
adds it there (a test compares the two). An account is a code, an owner, an asset and a book. The owner is the bigint id
of what the account is held for: `owned_by` says of which kind, and `None` means the institution itself (owner 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What an account is in a balance sheet."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"
    MEMO = "memo"  # kept outside the balance sheet: what is still owed after a write-off, what is committed
    REGISTER = "register"  # counts units of a fund, not money


class Side(StrEnum):
    """The side on which an account grows."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One code of the chart."""

    code: str
    name: str
    kind: Kind
    side: Side
    owned_by: str | None
    """What its owner is the id of; None: the institution's own, owner 0."""
    floored: bool
    """Whether a balance row keeps it from falling below its floor. Without one it is appended to and rolled up."""
    client_money: bool = False
    """Whether it must be covered by segregated money (safeguarding)."""


_FLOORED: Final = True
_OPEN: Final = False
_CLIENTS: Final = True
_A, _L, _Q, _I, _E, _M, _R = Kind
_DR, _CR = Side

CHART: Final[tuple[ChartLine, ...]] = (
    ChartLine("1010", "Own bank account", _A, _DR, "bank", _OPEN),
    ChartLine("1020", "Client-money bank account", _A, _DR, "bank", _OPEN),
    ChartLine("1030", "Rail clearing", _A, _DR, "rail", _OPEN),
    ChartLine("1040", "Cash with agents", _A, _DR, "agent", _FLOORED),
    ChartLine("1100", "Loan principal", _A, _DR, "loan", _FLOORED),
    ChartLine("1110", "Interest receivable", _A, _DR, "loan", _FLOORED),
    ChartLine("1120", "Fee receivable", _A, _DR, "loan", _FLOORED),
    ChartLine("1130", "Penalty receivable", _A, _DR, "loan", _FLOORED),
    ChartLine("1140", "Customer overdrawn", _A, _DR, "customer", _FLOORED),
    ChartLine("1150", "Circle advances recoverable", _A, _DR, "circle member", _FLOORED),
    ChartLine("1190", "Allowance for loan losses", _A, _CR, "product class", _FLOORED),
    ChartLine("1195", "Interest and penalty in suspense", _A, _CR, "loan", _FLOORED),
    ChartLine("1200", "Due from fund", _A, _DR, "fund", _OPEN),
    ChartLine("2010", "Customer wallet", _L, _CR, "customer", _FLOORED, _CLIENTS),
    ChartLine("2015", "Sends awaiting acceptance", _L, _CR, "send", _FLOORED, _CLIENTS),
    ChartLine("2020", "Red packet pot", _L, _CR, "packet", _FLOORED, _CLIENTS),
    ChartLine("2025", "Collection pot", _L, _CR, "cause", _FLOORED, _CLIENTS),
    ChartLine("2030", "Circle pot", _L, _CR, "circle round", _FLOORED, _CLIENTS),
    ChartLine("2031", "Circle security deposit", _L, _CR, "circle member", _FLOORED, _CLIENTS),
    ChartLine("2032", "Circle social fund", _L, _CR, "circle", _FLOORED, _CLIENTS),
    ChartLine("2033", "Circle loan fund in cash", _L, _CR, "circle", _FLOORED, _CLIENTS),
    # What is lent to members, and interest on it not yet paid, is backed by their loans and not by cash.
    ChartLine("2034", "Circle loan fund lent to members", _L, _CR, "circle", _FLOORED),
    ChartLine("2035", "Loan interest due to the circle", _L, _CR, "circle", _FLOORED),
    ChartLine("2040", "Term deposit", _L, _CR, "deposit", _FLOORED),
    ChartLine("2045", "Interest payable on term deposits", _L, _CR, "deposit", _FLOORED),
    ChartLine("2050", "Due to fund", _L, _CR, "fund", _OPEN, _CLIENTS),
    ChartLine("2051", "Fund order paid, not yet confirmed", _L, _CR, "order", _FLOORED, _CLIENTS),
    ChartLine("2060", "Loan fees deferred", _L, _CR, "loan", _FLOORED),
    ChartLine("2070", "Receipts not identified", _L, _CR, "rail", _OPEN),
    ChartLine("2080", "Tax withheld and payable", _L, _CR, "tax", _OPEN),
    ChartLine("2090", "Bank line drawn", _L, _CR, "bank", _OPEN),
    ChartLine("3010", "Share capital", _Q, _CR, None, _OPEN),
    ChartLine("3020", "Retained earnings", _Q, _CR, None, _OPEN),
    ChartLine("4010", "Loan interest", _I, _CR, "product", _OPEN),
    ChartLine("4020", "Loan fees", _I, _CR, "product", _OPEN),
    ChartLine("4030", "Penalties", _I, _CR, "product", _OPEN),
    ChartLine("4040", "Circle commission", _I, _CR, None, _OPEN),
    ChartLine("4050", "Recoveries of loans written off", _I, _CR, "product", _OPEN),
    ChartLine("4060", "Wallet and rail fees", _I, _CR, None, _OPEN),
    ChartLine("4070", "Fund distribution fees", _I, _CR, "fund", _OPEN),
    ChartLine("5010", "Provision expense", _E, _DR, "product class", _OPEN),
    ChartLine("5020", "Interest on term deposits", _E, _DR, None, _OPEN),
    ChartLine("5030", "Rail costs", _E, _DR, None, _OPEN),
    ChartLine("5040", "Goodwill and complaints", _E, _DR, None, _OPEN),
    ChartLine("5050", "Interest, fee and penalty waived", _E, _DR, "product", _OPEN),
    ChartLine("5060", "Circle shortfalls borne", _E, _DR, None, _OPEN),
    ChartLine("5070", "Rounding", _E, _DR, None, _OPEN),
    ChartLine("9010", "Memo: loans written off, still owed", _M, _DR, "loan", _FLOORED),
    ChartLine("9019", "Memo: contra of loans written off", _M, _CR, None, _OPEN),
    ChartLine("9020", "Memo: credit committed, not drawn", _M, _DR, "loan", _FLOORED),
    ChartLine("9029", "Memo: contra of credit committed", _M, _CR, None, _OPEN),
    ChartLine("9030", "Memo: guarantors' claims on borrowers", _M, _DR, "guarantee", _FLOORED),
    ChartLine("9039", "Memo: contra of guarantors' claims", _M, _CR, None, _OPEN),
    ChartLine("F1010", "Fund's bank", _A, _DR, "fund", _OPEN),
    ChartLine("F1020", "Fund's instruments", _A, _DR, "fund", _OPEN),
    ChartLine("F1030", "Fund's income receivable", _A, _DR, "fund", _OPEN),
    ChartLine("F1040", "Fund's due from institution", _A, _DR, "fund", _OPEN),
    ChartLine("F2010", "Redemptions payable", _L, _CR, "order", _FLOORED),
    ChartLine("F2020", "Fund fees payable", _L, _CR, "fund", _OPEN),
    ChartLine("F2030", "Fund's due to institution", _L, _CR, "fund", _OPEN),
    # A day of negative income may draw the residue below zero, so what bounds it is the product's own equation.
    ChartLine("F2050", "Residue of income not distributable", _L, _CR, "fund", _OPEN),
    ChartLine("F2060", "NAV rounding", _L, _CR, "fund", _OPEN),
    ChartLine("F3010", "Holders' capital", _Q, _CR, "fund", _OPEN),
    ChartLine("F4010", "Fund's investment income", _I, _CR, "fund", _OPEN),
    ChartLine("F5010", "Fund's expense", _E, _DR, "fund", _OPEN),
    ChartLine("U1000", "Units in issue", _R, _DR, "fund", _OPEN),
    ChartLine("U2010", "Holder's units", _R, _CR, "customer", _FLOORED),
    ChartLine("U2015", "Holder's units in redemption", _R, _CR, "order", _FLOORED),
)

CLIENT_CASH: Final = ("1020", "1030", "1040")
"""What covers client money: segregated at a bank, on its way over a rail, with agents."""

BY_CODE: Final[dict[str, ChartLine]] = {line.code: line for line in CHART}
_PREFIXES: Final = {"F": "FUND:", "U": "REG:"}


def book_prefix(code: str) -> str:
    """Return how the book of an account with this code begins: `INST`, `FUND:` or `REG:`."""
    return _PREFIXES.get(code[0], "INST")
