"""The link by which somebody came here before they had joined: it is opened once they have."""

from __future__ import annotations

from typing import Final

from finance_core.kernel.errors import FinanceError
from handlers.chat.faults import refusal
from handlers.chat.pin_states import AFTER_JOINING
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.links import INVITATION, TAKEOVER
from handlers.groups.links import PRIVATE
from handlers.wallet.links import SEND, opened_by, still_waits

_KEPT: Final = (PRIVATE, SEND, INVITATION, TAKEOVER)
"""Links from a group, into a circle, and of money that was sent: what they open is worth coming back to."""


async def forget_all_but_link(talk: Talk, payload: str = "") -> None:
    """Clear the conversation, but for the link that somebody came by; `payload` is that of a new one."""
    kept = payload if payload.startswith(_KEPT) else (await talk.state.get_data()).get(AFTER_JOINING)
    await talk.state.clear()
    if kept and not talk.customer.has_joined:
        await talk.state.update_data({AFTER_JOINING: kept})


async def opened_after_joining(talk: Talk, payload: str | None) -> Screen | None:
    """Return what that link opens now; None without one, and where its money was taken meanwhile."""
    if payload is None:
        return None
    try:
        async with talk.unit.session.begin_nested():
            if payload.startswith(SEND) and not await still_waits(talk.unit, payload):
                return None
            return await opened_by(talk, payload)
    except FinanceError as refused:
        return refusal(talk.t, refused)
