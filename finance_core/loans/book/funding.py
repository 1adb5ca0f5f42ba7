"""Whose money a loan is: the institution's, or that of a savings circle. Each act on a loan asks here for its accounts.

What the institution lends earns income (4010, 4020, 4030), is provided for (1190) and goes to suspense (1195). What a
circle lends is its members' money: interest is due to the circle (2035), principal leaves its cash (2033) for what is
lent (2034) and comes back there, and a loss is the circle's. Such a loan has no fee, no penalty, no class and no
allowance (a CHECK of `loan` and the book's equations hold that).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import text

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.money import ASSETS, Asset
from finance_core.ledger import Account
from finance_core.loans.models import CircleLoanHold, Loan
from finance_core.storage.unit import Unit

Move: TypeAlias = tuple[Account, Account, int]
"""Debit, credit, minor units."""

INCOME_OF: Final = {"principal": "4010", "interest": "4010", "fee": "4020", "penalty": "4030"}
"""What the institution earns by each part of what a loan owes. Arrears that became principal were interest."""

NOT_HELD: Final = """
    (l.funding_circle IS NULL OR NOT EXISTS (SELECT FROM circle_loan_hold h WHERE h.circle_id = l.funding_circle))
"""
"""For a loan `l`: it may be repaid (`hold`)."""

_CASH: Final = "2033"
_LENT: Final = "2034"
_INTEREST_DUE: Final = "2035"


@dataclass(frozen=True, slots=True)
class Funding:
    """Where the money of one loan comes from, and where what it earns goes. `circle` is None for the institution's."""

    circle: int | None
    product_number: int
    """Owns the institution's income accounts of the loan."""
    asset: Asset

    def earned(self, name: str) -> Account:
        """Return what a part of what is owed (`interest`, `fee`, …) is earned on: D receivable C this."""
        if self.circle is None:
            return Account(INCOME_OF[name], self.product_number, self.asset)
        return self._of_circle(_INTEREST_DUE)

    def recovered(self) -> Account:
        """Return where money goes that comes on a loan that was written off."""
        if self.circle is None:
            return Account("4050", self.product_number, self.asset)
        return self._of_circle(_CASH)

    def lent(self, principal: int) -> tuple[Move, ...]:
        """Return what lending moves beside D 1100 C 2010: of a circle D 2033 C 2034."""
        return self._within_circle(_CASH, _LENT, principal)

    def returned(self, principal: int, interest: int) -> tuple[Move, ...]:
        """Return what a repayment moves beside D 2010 C 1100, 1110: of a circle D 2034 C 2033 and D 2035 C 2033."""
        return (
            *self._within_circle(_LENT, _CASH, principal),
            *self._within_circle(_INTEREST_DUE, _CASH, interest),
        )

    def bears_loss(self, loan_id: int, principal: int, interest: int) -> tuple[Move, ...]:
        """Return how a circle bears a loss: D 2034 C 1100 and D 2035 C 1110. The institution's is in `write_off`."""
        return (
            (self._of_circle(_LENT), Account("1100", loan_id, self.asset), principal),
            (self._of_circle(_INTEREST_DUE), Account("1110", loan_id, self.asset), interest),
        )

    def _within_circle(self, debit: str, credit: str, amount: int) -> tuple[Move, ...]:
        return () if self.circle is None else ((self._of_circle(debit), self._of_circle(credit), amount),)

    def _of_circle(self, code: str) -> Account:
        assert self.circle is not None
        return Account(code, self.circle, self.asset)


def funding_of(loan: Loan) -> Funding:
    """Return whose money a loan is."""
    return Funding(loan.funding_circle, loan.product_number, ASSETS[loan.asset])


async def hold(unit: Unit, circle_id: int) -> None:
    """Let no loan of a circle be repaid or lent until `release`, as what it has is shared out. Twice is once."""
    await unit.session.execute(_HOLD, {"circle": circle_id, "now": unit.now})


async def release(unit: Unit, circle_id: int) -> None:
    """End what `hold` began."""
    await unit.session.execute(_RELEASE, {"circle": circle_id})


async def require_not_held(unit: Unit, circle_id: int | None) -> None:
    """Refuse while the circle that lends shares out (None: the institution lends). Raises Conflict:
    `circle_sharing_out`.
    """
    if circle_id is not None and await unit.session.get(CircleLoanHold, circle_id) is not None:
        raise Conflict(ErrorCode.CIRCLE_SHARING_OUT)


_HOLD: Final = text(
    "INSERT INTO circle_loan_hold (circle_id, since) VALUES (:circle, :now) ON CONFLICT (circle_id) DO NOTHING"
)
_RELEASE: Final = text("DELETE FROM circle_loan_hold WHERE circle_id = :circle")
