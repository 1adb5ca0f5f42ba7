"""The journal entries of term deposits (ACCOUNTING's templates), and the accounts they move money between."""

from __future__ import annotations

from finance_core.deposits.models import Deposit
from finance_core.deposits.rules import Early
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import About, Account, Entry, Transfer, customer_wallet


def principal_of(deposit: Deposit) -> Account:
    """Return the account of what was put in."""
    return Account("2040", deposit.id, ASSETS[deposit.asset])


def interest_of(deposit: Deposit) -> Account:
    """Return the account of what it has earned."""
    return Account("2045", deposit.id, ASSETS[deposit.asset])


def opened(deposit: Deposit) -> Entry:
    """Money goes from the wallet into the deposit: D 2010 C 2040."""
    asset = ASSETS[deposit.asset]
    move = Transfer(customer_wallet(deposit.customer_id, asset), principal_of(deposit), Money(deposit.placed, asset))
    return Entry("deposit.opened", deposit.key, (move,), _about(deposit))


def taken_early(deposit: Deposit, early: Early, key: str) -> Entry:
    """Money comes back early: what it earned beyond the demand rate is given up, D 2045 C 5020."""
    asset = ASSETS[deposit.asset]
    to = customer_wallet(deposit.customer_id, asset)
    moves = (
        *_moved(interest_of(deposit), Account("5020", 0, asset), early.given_up),
        *_moved(principal_of(deposit), to, early.part),
        *_moved(interest_of(deposit), to, early.interest),
    )
    about = {**_about(deposit), "part": early.part, "interest": early.interest, "given_up": early.given_up}
    terms = {"left": early.left, "left_accrued": early.left_accrued}
    return Entry("deposit.part_taken" if early.left else "deposit.broken", key, moves, about | terms)


def paid_out(deposit: Deposit) -> Entry:
    """It matured: D 2040 C 2010, D 2045 C 2010."""
    to = customer_wallet(deposit.customer_id, ASSETS[deposit.asset])
    moves = (
        *_moved(principal_of(deposit), to, deposit.principal),
        *_moved(interest_of(deposit), to, deposit.accrued),
    )
    return Entry("deposit.matured", maturity_key(deposit.id), moves, _about(deposit))


def rolled(deposit: Deposit, following: Deposit) -> Entry:
    """It matured and goes on as `following`, with its interest or without: D 2040 C 2040, D 2045 C 2040 or C 2010."""
    goes_on = following.placed > deposit.principal
    to = principal_of(following) if goes_on else customer_wallet(deposit.customer_id, ASSETS[deposit.asset])
    moves = (
        *_moved(principal_of(deposit), principal_of(following), deposit.principal),
        *_moved(interest_of(deposit), to, deposit.accrued),
    )
    return Entry("deposit.rolled", maturity_key(deposit.id), moves, {**_about(deposit), "following": following.id})


def maturity_key(deposit_id: int) -> str:
    """Return the key of a deposit's end: paid out or rolled over, it happens once."""
    return f"deposit:{deposit_id}:matured"


def _about(deposit: Deposit) -> About:
    return {"customer": deposit.customer_id, "deposit": deposit.id}


def _moved(debit: Account, credit: Account, amount: int) -> tuple[Transfer, ...]:
    return (Transfer(debit, credit, Money(amount, debit.asset)),) if amount else ()
