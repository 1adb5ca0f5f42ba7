"""The journal entries of money among friends (ACCOUNTING's templates), and the pots that they move money through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from finance_core.kernel.money import Asset, Money
from finance_core.ledger import Account, Entry, Transfer, customer_wallet

SHARE_POTS: Final = 2**32
"""A share's pot is owned by its packet's id times this, plus its number."""
Shares = Sequence[tuple[int, Money]]
"""Numbers of shares, and the money of each."""


def share_pot(packet_id: int, nr: int, asset: Asset) -> Account:
    """Return the account in which a share's money waits: one for each, so that nobody waits for another's."""
    return Account("2020", packet_id * SHARE_POTS + nr, asset)


def cause_pot(cause_id: int, asset: Asset) -> Account:
    """Return the account in which gifts lie until their collection ends."""
    return Account("2025", cause_id, asset)


def packet_key(token: str) -> str:
    """Return the idempotency key of the entry that makes a packet."""
    return f"packet:{token}"


def packet_made(sender_id: int, packet_id: int, shares: Shares, token: str) -> Entry:
    """A packet is paid for: D 2010 C 2020 of each share."""
    moves = tuple(
        Transfer(customer_wallet(sender_id, amount.asset), share_pot(packet_id, nr, amount.asset), amount)
        for nr, amount in shares
    )
    return Entry("friends.packet", packet_key(token), moves, {"customer": sender_id, "packet": packet_id})


def share_paid(claimant_id: int, packet_id: int, nr: int, amount: Money) -> Entry:
    """Somebody gets the share that they opened: D 2020 C 2010."""
    move = Transfer(share_pot(packet_id, nr, amount.asset), customer_wallet(claimant_id, amount.asset), amount)
    about = {"customer": claimant_id, "packet": packet_id, "share": nr}
    return Entry("friends.share", f"packet:{packet_id}:{nr}", (move,), about)


def packet_returned(sender_id: int, packet_id: int, left: Shares) -> Entry:
    """What nobody got goes back: D 2020 of each share C 2010 sender."""
    moves = tuple(
        Transfer(share_pot(packet_id, nr, amount.asset), customer_wallet(sender_id, amount.asset), amount)
        for nr, amount in left
    )
    about = {"customer": sender_id, "packet": packet_id}
    return Entry("friends.packet_returned", f"packet:{packet_id}:returned", moves, about)


def part_key(key: str) -> str:
    """Return the idempotency key of the entry that pays a part, by the payment's own key."""
    return f"bill:{key}"


def part_paid(payer_id: int, payee_id: int, part_id: int, amount: Money, key: str) -> Entry:
    """Somebody pays of their part of a bill: D 2010 C 2010."""
    move = Transfer(customer_wallet(payer_id, amount.asset), customer_wallet(payee_id, amount.asset), amount)
    return Entry("friends.part", part_key(key), (move,), {"customer": payer_id, "part": part_id})


def given(giver_id: int, cause_id: int, gift_id: int, amount: Money) -> Entry:
    """Somebody gives: D 2010 C 2025."""
    move = Transfer(customer_wallet(giver_id, amount.asset), cause_pot(cause_id, amount.asset), amount)
    return Entry("friends.gift", f"gift:{gift_id}", (move,), {"customer": giver_id, "cause": cause_id, "gift": gift_id})


def cause_paid(organiser_id: int, cause_id: int, amount: Money) -> Entry:
    """The organiser gets what was given: D 2025 C 2010. It has the key of a return: only one can happen."""
    move = Transfer(cause_pot(cause_id, amount.asset), customer_wallet(organiser_id, amount.asset), amount)
    return Entry(
        "friends.cause_paid", f"cause:{cause_id}:ended", (move,), {"customer": organiser_id, "cause": cause_id}
    )


def gifts_returned(cause_id: int, gifts: Iterable[tuple[int, Money]]) -> Entry:
    """Each gift goes back to its giver, whole: D 2025 C 2010 each."""
    moves = tuple(
        Transfer(cause_pot(cause_id, amount.asset), customer_wallet(giver_id, amount.asset), amount)
        for giver_id, amount in gifts
    )
    return Entry("friends.gifts_returned", f"cause:{cause_id}:ended", moves, {"cause": cause_id})
