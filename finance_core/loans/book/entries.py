"""The journal entries of a loan (ACCOUNTING's templates), and the accounts they move money between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.ledger import Account, Entry, Transfer, customer_wallet
from finance_core.loans.book.allocation import Part
from finance_core.loans.book.funding import INCOME_OF, funding_of
from finance_core.loans.book.suspense import Released
from finance_core.loans.models import Loan

RECEIVABLES: Final = {"principal": "1100", "interest": "1110", "fee": "1120", "penalty": "1130"}
"""The account of each part of what a loan owes."""


def disbursement(loan: Loan, contract_hash: str) -> Entry:
    """The principal goes into the borrower's wallet, the fee withheld leaves it again to be earned over the loan's life
    (2060); the contract's hash stands in the entry. What a circle lends leaves its cash.
    """
    asset = ASSETS[loan.asset]
    money = customer_wallet(loan.customer_id, asset)
    moves = _moves(
        asset,
        (Account("1100", loan.id, asset), money, loan.principal),
        (money, Account("2060", loan.id, asset), loan.fee_deferred),
        *funding_of(loan).lent(loan.principal),
    )
    about: dict[str, str | int] = {"customer": loan.customer_id, "loan": loan.id, "contract": contract_hash}
    return Entry("loan.disbursement", f"{loan.key}:disbursed", moves, about)


def repayment(
    loan: Loan,
    parts: Sequence[Part],
    kind: str,
    key: str,
    freed: Released | None = None,
    payer_id: int | None = None,
) -> Entry:
    """One transfer each to penalty, fee, interest and principal, summed over the instalments that are paid; what that
    frees of the loan's suspense becomes income. It comes out of the borrower's wallet, or out of `payer_id`'s. What a
    circle lent returns to its cash.
    """
    asset = ASSETS[loan.asset]
    money = customer_wallet(payer_id or loan.customer_id, asset)
    paid = [
        (money, Account(code, loan.id, asset), sum(getattr(part, name) for part in parts))
        for name, code in reversed(RECEIVABLES.items())
    ]
    back = funding_of(loan).returned(
        *(sum(getattr(part, name) for part in parts) for name in ("principal", "interest"))
    )
    return Entry(kind, key, _moves(asset, *paid, *back, *_release(loan, asset, freed or Released())), _about(loan))


def fee_rest(loan: Loan, amount: int, key: str) -> Entry:
    """What is left of the deferred fee is earned with the loan's end."""
    asset = ASSETS[loan.asset]
    deferred = Account("2060", loan.id, asset)
    return Entry("loan.fee_rest", key, _moves(asset, (deferred, funding_of(loan).earned("fee"), amount)), _about(loan))


def cooling_off(loan: Loan, receivable: Mapping[str, int], key: str) -> Entry:
    """The principal comes back; what was charged is cancelled, the fee withheld goes back: the contract is void.

    Args:
        receivable: what is posted to the ledger is owed beside principal, in minor units: penalty, fee, interest.
    """
    asset = ASSETS[loan.asset]
    money, funding = customer_wallet(loan.customer_id, asset), funding_of(loan)
    fees, deferred = funding.earned("fee"), Account("2060", loan.id, asset)
    cancelled = [
        (funding.earned(name), Account(RECEIVABLES[name], loan.id, asset), amount)
        for name, amount in receivable.items()
    ]
    moves = _moves(
        asset,
        *cancelled,
        (deferred, money, loan.fee_deferred - loan.fee_earned),
        (fees, money, loan.fee_earned),
        (money, Account("1100", loan.id, asset), loan.principal),
        *funding.returned(loan.principal, 0),
    )
    return Entry("loan.cooling_off", key, moves, _about(loan))


def _release(loan: Loan, asset: Asset, freed: Released) -> list[tuple[Account, Account, int]]:
    suspense = Account("1195", loan.id, asset)
    by_income: dict[str, int] = {}
    for name, code in INCOME_OF.items():
        by_income[code] = by_income.get(code, 0) + getattr(freed, name)
    return [(suspense, Account(code, loan.product_number, asset), amount) for code, amount in by_income.items()]


def _moves(asset: Asset, *moves: tuple[Account, Account, int]) -> tuple[Transfer, ...]:
    """Return (debit, credit, minor units) as transfers, without those of nothing."""
    return tuple(Transfer(debit, credit, Money(amount, asset)) for debit, credit, amount in moves if amount)


def _about(loan: Loan) -> dict[str, str | int]:
    return {"customer": loan.customer_id, "loan": loan.id}
