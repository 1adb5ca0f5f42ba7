"""What a deep link opens: money that was sent by link. It carries an opaque token, and a letter that says of what."""

from __future__ import annotations

from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.wallet.models import Send, SendState
from finance_core.wallet.service import find_send, send_reference, sum_of
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.wallet.screens import wallet as screens

SEND = "s-"


def send_link(bot_username: str, token: str) -> str:
    """Return the link that anyone may open, once, to take what was sent."""
    return f"https://t.me/{bot_username}?start={SEND}{token}"


async def opened_by(talk: Talk, payload: str) -> Screen | None:
    """Return what the link's payload opens, None for a start without one. Raises NotFound: `link`."""
    if not payload:
        return None
    if not payload.startswith(SEND):
        raise NotFound(ErrorCode.LINK)
    return await opened_send(talk, await find_send(talk.unit, payload.removeprefix(SEND)))


async def opened_send(talk: Talk, sent: Send) -> Screen:
    """Return what waits to be taken: from whom, how much, take it or send it back. Another's, or settled: says so."""
    if sent.state != SendState.WAITING or sent.payee_id not in (None, talk.customer.id):
        return screens.send_is_settled(talk.t)
    sender = display_name(await by_id(talk.unit, sent.sender_id), talk.cipher)
    reference = await send_reference(talk.unit, sent)
    return screens.send_offered(talk.t, sender, sum_of(sent), sent.note, sent.token, reference)
