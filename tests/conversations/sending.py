"""Sends between people, as several conversations need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from tests.conversations.harness import Person, Seen


async def comes_to_the_pin(who: Person, payee: Person, amount: int = 50) -> Seen:
    """Confirm a send, up to its keypad."""
    await who.says(f"/send @{payee.json['username']} {amount}")
    await who.sees("Send ¥")
    await who.taps("Confirm")
    await who.sees("○○○○○○")
    return await who.last()


async def sends(who: Person, payee: Person, amount: int = 50) -> Seen:
    """Send money; return the card with the receipt on it, as it looked while its keypad was there."""
    keypad = await comes_to_the_pin(who, payee, amount)
    await who.says(PIN)
    await who.sees("is on its way")
    return keypad
