"""No more offers, by a word or by the button under each of them, and *Why me?* beside it.

One tap withdraws all topics at once; only then is it asked whether some should stay. Nothing ever asks to come back.
"""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.customers.consents import Wording
from finance_core.kernel.error_codes import ErrorCode
from finance_core.lines import FACTS
from finance_core.offers import stopping
from finance_core.offers.reasons import reasons_of
from handlers.chat.arguments import id_in
from handlers.chat.filters import Means, Tap
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.joining.consents import WORDING_VERSION, agreed
from handlers.joining.screens.consents import stopped
from handlers.offers.screens.reasons import why_me
from handlers.offers.taps import came

router = Router(name="offers")

WORD: Final = "word"
"""Where a consent was taken back that was by writing "stop" or 退订."""


@router.message(Means("offers_stop"))
@router.callback_query(Means("offers_stop"))
async def stop_offers(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Withdraw all offers at once, and only then ask whether some should stay. Open cards are given up as well."""
    await stopping.stop(talk.unit, talk.customer.id, _wording(talk, WORD))
    given_up = await intents.cancel_open(talk.unit, talk.customer.id, talk.chat_id)
    return stopped(talk.t, await agreed(talk), gave_up=given_up > 0)


@router.callback_query(Tap("nomoreoffers"))
async def no_more(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Do the same from under an offer, which stays as it was read. Raises NotFound: `broadcast`."""
    broadcast_id = id_in(arguments, ErrorCode.BROADCAST)
    talk.edits = False
    await came(talk, broadcast_id)
    await stopping.stop(talk.unit, talk.customer.id, _wording(talk, f"broadcast {broadcast_id}"))
    return stopped(talk.t, await agreed(talk), gave_up=False)


@router.callback_query(Tap("whyme"))
async def why(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say why an offer came, by which facts. Raises NotFound: `broadcast`."""
    broadcast_id = id_in(arguments, ErrorCode.BROADCAST)
    talk.edits = False
    await came(talk, broadcast_id)
    return why_me(talk.t, await reasons_of(talk.unit, broadcast_id, talk.customer.id, FACTS), broadcast_id)


def _wording(talk: Talk, place: str) -> Wording:
    return Wording(str(talk.t("consents.stop")), WORDING_VERSION, talk.t.language, place)
