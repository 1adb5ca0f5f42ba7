"""Links that lead somebody from a group into private: each names what it opens, and works for one person only.

There is no table of them: the payload carries what it opens and a keyed hash of that and of the person, so nobody makes
one for themselves, and another's opens nothing.
"""

from __future__ import annotations

import base64
import hmac
from typing import Final

from aiogram.methods import AnswerCallbackQuery

from finance_core.groups import words
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from handlers.chat.questions import Slots
from handlers.chat.talk import Talk

PRIVATE: Final = "g-"
"""How the payload of such a link begins."""
PAYLOAD_CHARACTERS: Final = 64
"""Telegram's bound; letters, digits, "-" and "_" alone."""
_MAC_BYTES: Final = 12
_MAC_CHARACTERS: Final = 16


SAID: Final = "said"
"""What a link names that goes on with what the person said in the group (`groups.words`)."""


async def link_with_words(talk: Talk, intent: str, slots: Slots) -> str:
    """Return the link that goes on in private with what somebody has just said in a group, with all of it."""
    token = await words.keep(talk.unit, talk.cipher, talk.customer.id, intent, slots)
    return private_link(talk, f"{SAID}-{token}")


def payload_for(talk: Talk, what: str) -> str:
    """Return the payload that opens `what` (`packet-<token>`) for who talks here. Raises ValueError: too long."""
    payload = f"{PRIVATE}{_mac(talk.cipher.fingerprint(_bound(talk, what)))}-{what}"
    if len(payload) > PAYLOAD_CHARACTERS:
        raise ValueError(f"a link cannot name {what}")
    return payload


def private_link(talk: Talk, what: str) -> str:
    """Return the link that opens `what` in private for the person of this turn."""
    return f"https://t.me/{talk.bot_username}?start={payload_for(talk, what)}"


def leads(talk: Talk, what: str) -> AnswerCallbackQuery:
    """Answer a tap by leading who tapped into private, where `what` opens for them."""
    return AnswerCallbackQuery(callback_query_id=talk.callback_id or "", url=private_link(talk, what))


def named_by(talk: Talk, payload: str) -> tuple[str, str]:
    """Return what a link's payload opens, and of which: ("packet", its token).

    Raises NotFound: `link_not_yours`, it was made for somebody else, or by nobody.
    """
    mac, what = payload[len(PRIVATE) :][:_MAC_CHARACTERS], payload[len(PRIVATE) + _MAC_CHARACTERS + 1 :]
    kept = talk.cipher.fingerprints(_bound(talk, what))
    if not any(hmac.compare_digest(mac.encode(), _mac(each).encode()) for each in kept):
        raise NotFound(ErrorCode.LINK_NOT_YOURS)
    name, _, of = what.partition("-")
    return name, of


def _bound(talk: Talk, what: str) -> str:
    return f"private link:{talk.customer.id}:{what}"


def _mac(fingerprint: bytes) -> str:
    return base64.urlsafe_b64encode(fingerprint[:_MAC_BYTES]).decode()
