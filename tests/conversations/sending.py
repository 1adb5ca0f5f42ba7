"""Sends between people, as several conversations need them."""

from __future__ import annotations

import base64
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


async def shows_picture(who: Person, content: bytes, words: str, *, as_file: bool = False) -> Seen:
    """Send a picture until it is taken in, or refused for what it is: the render process may still be starting."""
    for _ in range(3):
        if as_file:
            await who.sends(document_base64=base64.b64encode(content).decode(), file_name="picture.jpg")
        else:
            await who.sends_photo(content)
        seen = await who.sees(f"{words}|Please send it again")
        if "Please send it again" not in seen:
            return seen
    raise AssertionError("no picture was taken in")
