"""The latest card with Confirm of a conversation: which message shows it, and which message of the person made it.

So its buttons go when it is over without a tap, and the message that made it may be edited while it is not confirmed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.methods import EditMessageReplyMarkup
from aiogram.types import InlineKeyboardMarkup

from finance_core import intents
from finance_core.intents import Intent, IntentState
from finance_core.kernel.errors import FinanceError
from finance_core.storage.unit import Unit
from handlers.chat import receipts
from handlers.chat.questions import Question, Slots, ask, settle
from handlers.chat.replies import Shown
from handlers.chat.talk import CARD, OFFERED, Talk


@dataclass(frozen=True, slots=True)
class Offered:
    """A card that was offered: its intent, until when, what was said for it, and the message and the question that it
    came of.
    """

    token: str
    version: int
    until: datetime
    made_by: int | None
    question: Question | None
    said: tuple[str, Slots] | None


async def remember(talk: Talk, intent: Intent) -> None:
    """Remember a card that is offered now."""
    asked = talk.answered
    kept = {
        "token": intent.token,
        "version": intent.version,
        "until": intent.expires_at.isoformat(),
        "made_by": talk.made_by,
        "question": None if asked is None else [asked.intent, asked.slot, dict(asked.slots)],
        "said": None if talk.meant is None else [talk.meant[0], dict(talk.meant[1])],
    }
    await talk.state.update_data({OFFERED: kept})


def offered_in(data: Mapping[str, Any]) -> Offered | None:
    """Return the card that a conversation's data remembers."""
    kept = data.get(OFFERED)
    if kept is None:
        return None
    question = Question(*kept["question"]) if kept["question"] else None
    said = (kept["said"][0], kept["said"][1]) if kept["said"] else None
    until = datetime.fromisoformat(kept["until"])
    return Offered(kept["token"], kept["version"], until, kept["made_by"], question, said)


async def standing(unit: Unit, offered: Offered, customer_id: int) -> Intent | None:
    """Return the card's intent while it is neither done nor given up, expired or not; its row is locked."""
    try:
        intent = await intents.find(unit, offered.token, offered.version, customer_id)
    except FinanceError:
        return None
    return intent if intent.state in (IntentState.OPEN, IntentState.CONFIRMED) else None


async def without_buttons(talk: Talk) -> list[Shown]:
    """Return what takes the buttons of the latest card, which is over and still shows them; forget the card."""
    offered = offered_in(await talk.state.get_data())
    if offered is None or await standing(talk.unit, offered, talk.customer.id) is None:
        return []
    message = await of_this_talk(talk)
    await _forget(talk.state)
    if message is None or message == talk.message_id:
        return []
    return [EditMessageReplyMarkup(chat_id=talk.chat_id, message_id=message, reply_markup=None)]


async def of_what_expired(talk: Talk) -> list[Shown]:
    """Return what takes the buttons of the latest card where its time is over."""
    offered = offered_in(await talk.state.get_data())
    if offered is None or talk.unit.now < offered.until:
        return []
    taken = await without_buttons(talk)
    await _forget(talk.state)
    return taken


async def of_this_talk(talk: Talk) -> int | None:
    """Return the message that shows the latest card of a talk, None where that is not known."""
    return await shown_at(talk.state, partial(talk.anchored, talk.chat_id)) if talk.anchored is not None else None


async def shown_at(state: FSMContext, anchored: Callable[[str], Awaitable[int | None]]) -> int | None:
    """Return the message that shows the latest card, by the conversation's data or by where it ended up.

    None for a card with buttons of its own: where that is shown is not noted.
    """
    offered = (await state.get_data()).get(OFFERED) or {}
    at: int | None = offered.get("at")
    return at if at is not None or not offered.get("shown") else await anchored(CARD)


async def reopen(unit: Unit, state: FSMContext, made_by: int, customer_id: int) -> bool:
    """Give up the open card that a message made, so that it is read anew; the question that it answered is open again.

    False where the message made no card, or one that is confirmed, done, given up or expired: nothing is changed.
    """
    data = await state.get_data()
    offered = offered_in(data)
    if offered is None or offered.made_by != made_by or await state.get_state() is not None:
        return False
    intent = await standing(unit, offered, customer_id)
    if intent is None or intent.state != IntentState.OPEN or unit.now >= intent.expires_at:
        return False
    await intents.cancel(unit, intent)
    await _forget(state)
    await settle(state)
    if offered.question is not None:
        await ask(state, offered.question.intent, offered.question.slot, offered.question.slots)
    return True


async def _forget(state: FSMContext) -> None:
    data = await state.get_data()
    if data.pop(OFFERED, None) is not None:
        await state.set_data(data)


def may_be_edited(card: object) -> bool:
    """Say whether a tap on a message may put something else in its place: a file has no text, a receipt stays."""
    markup = getattr(card, "reply_markup", None)
    rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else []
    is_file = getattr(card, "photo", None) or getattr(card, "document", None)
    return not is_file and not receipts.is_one(each.callback_data for row in rows for each in row)
