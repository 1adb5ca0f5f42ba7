"""What an accumulating circle pays a member, with its receipt: for shares, a grant, a part of the social fund."""

from __future__ import annotations

from typing import Final

from finance_core import ledger
from finance_core.circles.book.notices import CircleGivenBack
from finance_core.circles.saving.finding import Saving
from finance_core.circles.sealing import title_associated_data, words_told
from finance_core.kernel.money import Money
from finance_core.ledger import Entry, Transfer, customer_wallet
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

_KINDS: Final = {"shares": "circle.shared_out", "grant": "circle.grant", "social": "circle.social_back"}
"""What is given, as the receipt names it, and the kind of its entry."""


async def give(unit: Unit, saving: Saving, customer_id: int, amount: Money, what: str, key: str) -> int:
    """Pay a member; return the entry. `shares` come out of the loan fund (D 2033 C 2010), a `grant` and what is given
    back of the social fund (`social`) out of that one (D 2032 C 2010).
    """
    source = saving.cash if what == "shares" else saving.social
    given = Transfer(source, customer_wallet(customer_id, saving.asset), amount)
    about = {"customer": customer_id, "circle": saving.circle.id}
    [posted] = await ledger.post(unit, Entry(_KINDS[what], key, (given,), about))
    await _tell(unit, saving, customer_id, amount, what, posted.reference)
    return posted.entry_id


async def _tell(unit: Unit, saving: Saving, customer_id: int, amount: Money, what: str, reference: str) -> None:
    circle = saving.circle
    content = CircleGivenBack(
        circle=circle.id,
        code=circle.code,
        title=words_told(circle.title_sealed, title_associated_data(circle.token)),
        sum=amount,
        what=what,
        reference=reference,
    )
    await enqueue(
        unit,
        content,
        customer_id=customer_id,
        urgency=Urgency.RECEIPT,
        key=f"receipt.circle_given_back:{reference}:{customer_id}",
        about=f"circle:{circle.id}",
    )
