"""What brought the money of a payment out of Change Plus is no part of the payment: taken back, it stays redeemed.

An entry that pays straight from Change Plus begins with a redemption. The fund has paid for it, or will; so when the
payment is taken back, the redemption is written again and the money is in the wallet.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.loans.operations import reversal
from finance_core.storage.unit import Unit

KIND: Final = "change_plus.take_out"

# The sides of a redemption: unconfirmed money, the institution's advance, the fund's capital, the holder's units.
_REDEEMED: Final = text(
    """
    SELECT d.code AS debit, d.owner AS debit_owner, d.book, c.code AS credit, c.owner AS credit_owner, d.asset, t.amount
    FROM transfer t JOIN account d ON d.id = t.debit_id JOIN account c ON c.id = t.credit_id
    WHERE t.entry_id = :entry AND d.code IN ('2051', '1200', 'F3010', 'U2010') ORDER BY t.position
    """
)


async def redeem_again(unit: Unit, entry_id: int, key: str) -> None:
    """Write again what the reversed entry `entry_id` redeemed of Change Plus; nothing where it redeemed nothing."""
    rows = (await unit.session.execute(_REDEEMED, {"entry": entry_id})).all()
    moves = tuple(
        Transfer(
            Account(row.debit, row.debit_owner, ASSETS[row.asset], row.book),
            Account(row.credit, row.credit_owner, ASSETS[row.asset], row.book),
            Money(row.amount, ASSETS[row.asset]),
        )
        for row in rows
    )
    if moves:
        await ledger.post(unit, Entry(KIND, key, moves, {"entry": entry_id}))


ACTIONS: Final = (reversal.action(redeem_again),)
"""Taking a payment back, which is an operation on a loan, with what Change Plus has to do in it."""
