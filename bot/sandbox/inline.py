"""Inline mode: a person writes `@bot query` in any chat, the bot offers results, and one of them is sent."""

from __future__ import annotations

import secrets

from bot.sandbox.acts import chat_as, require_may_post, tell_bot
from bot.sandbox.errors import WrongCall
from bot.sandbox.model import Chat, Json, Message, Offer
from bot.sandbox.taps import ANSWER_SECONDS
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.waiting import Questions

OFFERS_KEPT = 1_000
LONGEST_QUERY = 256


async def ask(telegram: TelegramState, chat_id: int, person_id: int, query: str, offset: str = "") -> Offer:
    """Write `@bot query` in a chat, and return what the bot offers; nothing when it does not answer, or is not asked.

    What the bot lets be cached is answered without it, as Telegram does.

    Raises:
        WrongCall: the person is not in that chat, or the query is too long.
    """
    chat, person = chat_as(telegram, chat_id, person_id)
    if len(query) > LONGEST_QUERY:
        raise WrongCall(f"An inline query holds at most {LONGEST_QUERY} characters.")
    if not telegram.state.inline_mode:
        return Offer()
    offer = _cached(telegram, person_id, query, offset) or await _asked(telegram, chat, person_id, query, offset)
    known = telegram.offered.setdefault(person.id, {}) if offset else {}
    telegram.offered[person.id] = known | {result["id"]: result | {"_query": query} for result in offer.results}
    while len(telegram.offered) > OFFERS_KEPT:
        del telegram.offered[next(iter(telegram.offered))]
    return offer


def _cached(telegram: TelegramState, person_id: int, query: str, offset: str) -> Offer | None:
    for whose in (person_id, None):
        offer = telegram.inline_cache.get((whose, query, offset))
        if offer is not None and telegram.unix_now() < offer.fresh_until:
            return offer
    return None


async def _asked(telegram: TelegramState, chat: Chat, person_id: int, query: str, offset: str) -> Offer:
    question = telegram.questions.ask("inline")
    kinds = {person_id: "sender"} | ({chat.id: "private"} if chat.type == "pair" else {})
    kind = kinds.get(chat.id, chat.type)
    asked = {"id": question.id, "from": telegram.user(person_id), "query": query, "offset": offset, "chat_type": kind}
    telegram.updates.put("inline_query", asked, chat.id)
    telegram.keeper.flush()
    answer = await Questions.answered(question, ANSWER_SECONDS)
    if answer is None:
        return Offer()
    offer = Offer(**answer)
    if offer.fresh_until > telegram.unix_now():
        telegram.inline_cache[(person_id if offer.personal else None, query, offset)] = offer
        while len(telegram.inline_cache) > OFFERS_KEPT:
            del telegram.inline_cache[next(iter(telegram.inline_cache))]
    return offer


def pick(telegram: TelegramState, chat_id: int, person_id: int, result_id: str) -> Message:
    """Send one of the results last offered, and tell the bot which, if it wants to know.

    Only a message with buttons gets an id by which the bot may change it.

    Raises:
        WrongCall: it was not offered, or the chat has moved.
    """
    chat, person = chat_as(telegram, chat_id, person_id)
    require_may_post(chat, person)
    if chat.migrated_to:
        raise WrongCall(f"The group has become the supergroup {chat.migrated_to}; write there.", 409)
    result = telegram.offered.get(person.id, {}).get(result_id)
    if result is None:
        raise WrongCall(f"The bot offered no result {result_id!r}; ask again.", 404)
    markup = result.get("reply_markup")
    inline_id = secrets.token_urlsafe(16) if markup else None
    telegram.acted(chat)
    as_group = person.id in chat.anonymous
    message = telegram.post(
        chat, person.id, result["_content"], markup=markup, inline_id=inline_id, via_bot=True, as_group=as_group
    )
    if inline_id:
        telegram.inline_messages[inline_id] = message
    tell_bot(telegram, chat, message)
    _tell_chosen(telegram, message, result_id, result["_query"])
    return message


def _tell_chosen(telegram: TelegramState, message: Message, result_id: str, query: str) -> None:
    if not telegram.state.inline_feedback:
        return
    chosen: Json = {"result_id": result_id, "from": telegram.user(message.from_id), "query": query}
    where = {"inline_message_id": message.inline_id} if message.inline_id else {}
    telegram.updates.put("chosen_inline_result", chosen | where, message.chat_id)


def set_feedback(telegram: TelegramState, *, on: bool) -> None:
    """Say whether the bot is told which results are picked: BotFather's `/setinlinefeedback`."""
    telegram.state.inline_feedback = on
    telegram.keeper.touch(telegram.state)
