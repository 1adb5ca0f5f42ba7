"""The wallet's journal entries (ACCOUNTING's templates), and the accounts they move money between."""

from __future__ import annotations

from finance_core.kernel.money import Asset, Money
from finance_core.ledger import Account, Entry, Transfer, customer_wallet, reference_of
from finance_core.wallet.rails import Rail


def on_its_way(send_id: int, asset: Asset) -> Account:
    """Return the account in which a send waits to be taken."""
    return Account("2015", send_id, asset)


def clearing(rail: Rail, asset: Asset) -> Account:
    """Return the clearing account of a rail."""
    return Account("1030", rail.number, asset)


def topup(customer_id: int, amount: Money, key: str, rail: Rail) -> Entry:
    """Money came in over the rail: D 1030 C 2010."""
    move = Transfer(clearing(rail, amount.asset), customer_wallet(customer_id, amount.asset), amount)
    return Entry("wallet.topup", key, (move,), {"customer": customer_id})


def withdrawal(customer_id: int, amount: Money, key: str, rail: Rail) -> Entry:
    """Money goes outside over the rail: D 2010 C 1030."""
    move = Transfer(customer_wallet(customer_id, amount.asset), clearing(rail, amount.asset), amount)
    return Entry("wallet.withdraw", key, (move,), {"customer": customer_id})


def send_key(token: str) -> str:
    """Return the idempotency key of the entry that begins a send."""
    return f"send:{token}"


def send(sender_id: int, send_id: int, amount: Money, key: str, first: tuple[Transfer, ...] = ()) -> Entry:
    """Money leaves the sender and waits: D 2010 C 2015; `first` may bring it into the wallet."""
    move = Transfer(customer_wallet(sender_id, amount.asset), on_its_way(send_id, amount.asset), amount)
    return Entry("wallet.send", key, (*first, move), {"customer": sender_id, "send": send_id})


def send_accepted(payee_id: int, send_id: int, amount: Money) -> Entry:
    """The payee takes what waits: D 2015 C 2010."""
    move = Transfer(on_its_way(send_id, amount.asset), customer_wallet(payee_id, amount.asset), amount)
    return Entry("wallet.send_accepted", f"send:{send_id}:settled", (move,), {"customer": payee_id, "send": send_id})


def send_came_back(kind: str, sender_id: int, send_id: int, amount: Money) -> Entry:
    """`kind` is wallet.send_returned or wallet.send_cancelled. It has the key of an acceptance: only one can happen."""
    move = Transfer(on_its_way(send_id, amount.asset), customer_wallet(sender_id, amount.asset), amount)
    return Entry(kind, f"send:{send_id}:settled", (move,), {"customer": sender_id, "send": send_id})


def request_paid(
    payer_id: int, asker_id: int, request_id: int, amount: Money, first: tuple[Transfer, ...] = ()
) -> Entry:
    """One pays what the other asked for: D 2010 C 2010; `first` may bring it into the payer's wallet."""
    move = Transfer(customer_wallet(payer_id, amount.asset), customer_wallet(asker_id, amount.asset), amount)
    return Entry("wallet.request_paid", f"request:{request_id}:paid", (*first, move), {"request": request_id})


def request_reference(request_id: int) -> str:
    """Return the short word for a request, R8F3-K2QW: like a receipt's, but not S…, as no money has moved yet."""
    return f"R{reference_of(request_id)[1:]}"
