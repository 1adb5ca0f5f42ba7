"""The question of age, asked at a first contract: a Yes is kept, and so is a No."""

from __future__ import annotations

from finance_core.customers import service as customers
from handlers.chat.slot_values import yes_or_no
from handlers.chat.talk import Talk


async def take_age(talk: Talk, said: str) -> bool | None:
    """Keep an answer: True for 18 or older, False for a No, now or before; None for what is neither, asked again."""
    if talk.customer.adult_denied_at is not None:
        return False
    agreed = yes_or_no(said)
    if agreed is not None:
        await (customers.confirm_adult if agreed else customers.deny_adult)(talk.unit, talk.customer.id)
    return agreed
