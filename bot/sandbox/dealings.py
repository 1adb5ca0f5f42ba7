"""What people do with the bot's polls and invoices, and their reactions."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.acts import chat_as, message_of
from bot.sandbox.errors import WrongCall
from bot.sandbox.model import Json, Message
from bot.sandbox.taps import ANSWER_SECONDS
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.waiting import Questions


def vote(telegram: TelegramState, chat_id: int, person_id: int, message_id: int, options: list[int]) -> None:
    """Vote in a poll by the options' places (none takes the vote back), and tell the bot.

    Raises:
        WrongCall: no poll, a closed one, or options that it does not allow.
    """
    chat, person = chat_as(telegram, chat_id, person_id)
    message = message_of(telegram, chat, message_id)
    poll = message.content.get("poll")
    if poll is None:
        raise WrongCall(f"Message {message_id} is no poll.")
    _check_vote(poll, options)
    votes: dict[str, list[int]] = message.secret.setdefault("votes", {})
    votes[str(person.id)] = options
    _count(poll, votes)
    telegram.acted(chat)
    telegram.changed(message)
    if poll["is_anonymous"]:
        telegram.updates.put("poll", poll, chat.id)
    else:
        chosen = [poll["options"][at]["persistent_id"] for at in options]
        answer = {"poll_id": poll["id"], "user": telegram.user(person.id), "option_ids": options}
        telegram.updates.put("poll_answer", answer | {"option_persistent_ids": chosen}, chat.id)


def _check_vote(poll: Json, options: list[int]) -> None:
    if poll["is_closed"]:
        raise WrongCall("The poll is closed.", 409)
    if len(options) > 1 and not poll["allows_multiple_answers"]:
        raise WrongCall("The poll allows one answer.")
    if len(set(options)) != len(options) or any(not 0 <= at < len(poll["options"]) for at in options):
        raise WrongCall(f"Options are the places 0 to {len(poll['options']) - 1}, each once.")


def _count(poll: Json, votes: dict[str, list[int]]) -> None:
    poll["total_voter_count"] = sum(bool(chosen) for chosen in votes.values())
    for at, option in enumerate(poll["options"]):
        option["voter_count"] = sum(at in chosen for chosen in votes.values())


def react(telegram: TelegramState, chat_id: int, person_id: int, message_id: int, emoji: str | None) -> None:
    """Put a reaction on a message, or take it back (None)."""
    chat, person = chat_as(telegram, chat_id, person_id)
    message = message_of(telegram, chat, message_id)
    before = message.reactions.get(person.id, [])
    after = [{"type": "emoji", "emoji": emoji}] if emoji else []
    message.reactions = {**message.reactions, person.id: after} if after else _without(message.reactions, person.id)
    telegram.changed(message)
    told: Json = {"chat": telegram.chat_json(chat), "message_id": message_id, "user": telegram.user(person.id)}
    told |= {"date": telegram.unix_now(), "old_reaction": before, "new_reaction": after}
    if chat.type == "private" or chat.is_admin(telegram.profile.id):
        telegram.updates.put("message_reaction", told, chat.id)


def _without(reactions: dict[int, list[Json]], person_id: int) -> dict[int, list[Json]]:
    return {giver: given for giver, given in reactions.items() if giver != person_id}


async def pay(telegram: TelegramState, chat_id: int, person_id: int, message_id: int) -> Json:
    """Pay an invoice: the bot is asked first, and told when the money has gone. Returns `{ok, error?}`.

    Raises:
        WrongCall: no invoice, or one that is paid already.
    """
    chat, person = chat_as(telegram, chat_id, person_id)
    message = message_of(telegram, chat, message_id)
    invoice = message.content.get("invoice")
    if invoice is None:
        raise WrongCall(f"Message {message_id} is no invoice.")
    order = {"currency": invoice["currency"], "total_amount": invoice["total_amount"]}
    order |= {"invoice_payload": message.secret["payload"]}
    telegram.acted(chat)
    question = telegram.questions.ask("checkout")
    telegram.updates.put("pre_checkout_query", {"id": question.id, "from": telegram.user(person.id), **order}, chat.id)
    telegram.keeper.flush()
    answer = await Questions.answered(question, ANSWER_SECONDS)
    if answer is None:
        return {"ok": False, "error": "The bot did not answer in time."}
    return _paid(telegram, message, person.id, order) if answer["ok"] else answer


def _paid(telegram: TelegramState, message: Message, person_id: int, order: dict[str, Any]) -> Json:
    chat = telegram.chats[message.chat_id]
    charges = {name: secrets.token_hex(8) for name in ("telegram_payment_charge_id", "provider_payment_charge_id")}
    notice = f"{telegram.people[person_id].name} paid"
    done = telegram.post(
        chat, person_id, {"successful_payment": order | charges}, notice=notice, reply_to=message.message_id
    )
    telegram.updates.put("message", telegram.message_json(done), chat.id)
    return {"ok": True}
