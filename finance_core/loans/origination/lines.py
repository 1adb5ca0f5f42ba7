"""Lines that are drawn in tranches: the contract is for the whole, interest only on what is drawn.

What is promised and not drawn is a memo (D 9020 C 9029); each draw takes its part of it back, and so does the end.
"""

from __future__ import annotations

from finance_core import ledger
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.loans.models import Loan
from finance_core.loans.quoting import Quote
from finance_core.storage.unit import Unit


def first_draw(offered: Quote, wanted: Money | None) -> Money:
    """Return what is paid out at signing: all of it unless the product is a line and less is wanted.

    Raises:
        InvalidInput: `draw_range` with least and most: it is no line, or less than its smallest draw, or more than all.
    """
    draws, whole = offered.product.draws, offered.principal
    if wanted is None or wanted == whole:
        return whole
    if draws is None or not draws.least <= wanted < whole:
        raise InvalidInput("draw_range", least=draws.least if draws else whole, most=whole)
    return wanted


async def open_line(unit: Unit, loan: Loan) -> None:
    """Write the memo of what a contract promises and has not paid out, if anything."""
    if loan.undrawn:
        asset = ASSETS[loan.asset]
        promised = Transfer(Account("9020", loan.id, asset), Account("9029", asset=asset), Money(loan.undrawn, asset))
        about: dict[str, str | int] = {"customer": loan.customer_id, "loan": loan.id}
        await ledger.post(unit, Entry("loan.line", f"{loan.key}:line", (promised,), about))
