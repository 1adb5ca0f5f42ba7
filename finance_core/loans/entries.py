"""The journal entries of a loan (ACCOUNTING's templates), and the accounts they move money between."""

from __future__ import annotations

from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.loans.allocation import Part
from finance_core.loans.models import Loan


def wallet(customer_id: int, asset: Asset) -> Account:
    """Return the account of a customer's wallet."""
    return Account("2010", customer_id, asset)


def disbursement(loan: Loan, contract_hash: str) -> Entry:
    """The principal goes into the borrower's wallet; the contract's hash stands in the entry."""
    asset = ASSETS[loan.asset]
    lent = Transfer(Account("1100", loan.id, asset), wallet(loan.customer_id, asset), Money(loan.principal, asset))
    about: dict[str, str | int] = {"customer": loan.customer_id, "loan": loan.id, "contract": contract_hash}
    return Entry("loan.disbursement", f"{loan.key}:disbursed", (lent,), about)


def repayment(loan: Loan, parts: list[Part], kind: str, key: str) -> Entry:
    """One transfer each to penalty, fee, interest and principal, summed over the instalments that are paid."""
    asset = ASSETS[loan.asset]
    sums = {
        "1130": sum(part.penalty for part in parts),
        "1120": sum(part.fee for part in parts),
        "1110": sum(part.interest for part in parts),
        "1100": sum(part.principal for part in parts),
    }
    paid = tuple(
        Transfer(wallet(loan.customer_id, asset), Account(code, loan.id, asset), Money(amount, asset))
        for code, amount in sums.items()
        if amount
    )
    return Entry(kind, key, paid, {"customer": loan.customer_id, "loan": loan.id})


def cooling_off(loan: Loan, interest_earned: int, principal: int, key: str) -> Entry:
    """The principal comes back, earned interest is cancelled: the contract is void."""
    asset = ASSETS[loan.asset]
    back = Transfer(wallet(loan.customer_id, asset), Account("1100", loan.id, asset), Money(principal, asset))
    cancelled = Transfer(
        Account("4010", loan.product_number, asset),
        Account("1110", loan.id, asset),
        Money(max(interest_earned, 1), asset),
    )
    transfers = (cancelled, back) if interest_earned else (back,)
    return Entry("loan.cooling_off", key, transfers, {"customer": loan.customer_id, "loan": loan.id})
