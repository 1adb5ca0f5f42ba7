"""The receipt of money that an accumulating circle gave: a grant, a share-out, what a leaver gets."""

from __future__ import annotations

from finance_core.circles.book.notices import CircleGivenBack
from finance_core.circles.saving.finding import Saving
from finance_core.circles.sealing import title_associated_data, words_told
from finance_core.kernel.money import Money
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit


async def tell_given(unit: Unit, saving: Saving, customer_id: int, amount: Money, what: str, reference: str) -> None:
    """Give the receipt of what came back from a circle."""
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
