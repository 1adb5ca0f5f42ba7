"""What the use cases share: receipts, names and own words as notices carry them, encrypted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from finance_core import ledger
from finance_core.customers.queries import by_id
from finance_core.customers.service import name_associated_data
from finance_core.friends import notices
from finance_core.kernel.money import Money
from finance_core.ledger import Posted
from finance_core.notices import Content, Sealed, Urgency, enqueue, sealed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

WORDS_CHARACTERS: Final = 140
"""Of what is wished with a packet, of a title, of a reason."""
THANKS_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Receipt:
    """A movement that has been made: its reference, and the wallet's balance after it."""

    reference: str
    amount: Money
    balance: Money


class _Of(Protocol):
    """What makes a receipt of a movement's figures."""

    def __call__(self, *, sum: Money, balance: Money, reference: str, at: datetime) -> notices.Movement: ...  # noqa: A002 - the field's name


async def receipt(
    unit: Unit, customer_id: int, amount: Money, posted: Posted, receipt_of: _Of, urgency: Urgency = Urgency.RECEIPT
) -> Receipt:
    """Return the receipt of a movement; the first time it is also written to be pushed, in the same transaction."""
    balance = await ledger.balance(unit, ledger.customer_wallet(customer_id, amount.asset))
    if not posted.replayed:
        told = receipt_of(sum=amount, balance=balance, reference=posted.reference, at=unit.now)
        await push_receipt(unit, customer_id, told, posted, urgency)
    return Receipt(posted.reference, amount, balance)


async def push_receipt(
    unit: Unit,
    customer_id: int,
    told: notices.Movement,
    posted: Posted,
    urgency: Urgency = Urgency.RECEIPT,
    *,
    wakes: bool = True,
) -> None:
    """Write a receipt to be pushed; once for each movement and person. `wakes` is `enqueue`'s."""
    await enqueue(
        unit,
        told,
        customer_id=customer_id,
        urgency=urgency,
        key=f"{told.kind}:{posted.entry_id}:{customer_id}",
        about=f"entry:{posted.entry_id}",
        wakes=wakes,
    )


async def tell(unit: Unit, customer_id: int, told: Content, about: str, *, urgency: Urgency = Urgency.RECEIPT) -> None:
    """Tell a person something about a thing (`packet:5`), once for each kind."""
    await enqueue(
        unit, told, customer_id=customer_id, urgency=urgency, key=f"{told.kind}:{about}:{customer_id}", about=about
    )


async def name_of(unit: Unit, customer_id: int) -> Sealed:
    """Return a person's name as a notice carries it, still encrypted."""
    return sealed((await by_id(unit, customer_id)).name_sealed, name_associated_data(customer_id))


def words_associated_data(token: str, what: str) -> str:
    """Return what somebody's words are bound to: `what` is the column, without its ending (`words`, `title`)."""
    return f"friends.{what}:{token}"


def sealed_words(cipher: Cipher, words: str, token: str, what: str, most: int = WORDS_CHARACTERS) -> bytes | None:
    """Return words on one line, cut to their length, encrypted; None where nothing was said."""
    said = " ".join(words.split())[:most].rstrip()
    return cipher.encrypt(said.encode(), words_associated_data(token, what)) if said else None


def words_told(stored: bytes | None, token: str, what: str) -> Sealed | str:
    """Return words as a notice carries them, still encrypted; "" where nothing was said."""
    return sealed(stored, words_associated_data(token, what)) if stored is not None else ""


def words_of(stored: bytes | None, cipher: Cipher, token: str, what: str) -> str:
    """Return what was said, "" for nothing, or when it is not to be read any more."""
    opened = cipher.opened(stored, words_associated_data(token, what)) if stored is not None else None
    return opened.decode() if opened is not None else ""
