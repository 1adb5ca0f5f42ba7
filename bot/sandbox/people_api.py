"""The people's side over HTTP: people, groups, chats, messages, taps. What is wrong is told in one sentence."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Query, Response

from bot.sandbox import acts, channels, dealings, groups, inline, others, pins, taps, views
from bot.sandbox.bodies import (
    Act,
    Block,
    BotMembership,
    Contact,
    Edit,
    Feedback,
    Inline,
    InlineTap,
    Membership,
    MessageOfChat,
    NewChannel,
    NewGroup,
    NewMessage,
    NewName,
    NewPerson,
    Pair,
    Pin,
    Reaction,
    Tap,
    Title,
    Vote,
)
from bot.sandbox.errors import WrongCall
from bot.sandbox.model import Json, Message
from bot.sandbox.moving_in import move_in, rename
from bot.sandbox.telegram_state import TelegramState

LONGEST_WAIT_SECONDS = 60.0
SENT = ("text", "contact", "photo_base64", "voice", "sticker", "location", "document_base64", "forward_of")
"""What a message may be, one of them each time."""


def people_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes about people and groups."""
    routes = APIRouter(prefix="/sandbox")

    @routes.get("/people")
    async def list_people() -> list[Json]:
        return [views.person(person) for person in telegram.people.values()]

    @routes.post("/people")
    async def add_person(new: NewPerson) -> Json:
        return views.person(move_in(telegram, **new.model_dump()))

    @routes.post("/people/{person_id}")
    async def rename_person(person_id: int, new: NewName) -> Json:
        return views.person(rename(telegram, person_id, **new.model_dump(exclude_unset=True)))

    @routes.post("/pairs")
    async def add_pair(pair: Pair) -> Json:
        chat = groups.found_pair(telegram, *pair.people)
        return {"chat_id": chat.id, "title": chat.title}

    @routes.post("/groups")
    async def add_group(new: NewGroup) -> Json:
        chat = groups.found_group(telegram, new.title, new.members, new.admins)
        return {"chat_id": chat.id, "title": chat.title}

    @routes.post("/groups/{chat_id}/members")
    async def change_member(chat_id: int, change: Membership) -> Json:
        return groups.change_member(telegram, chat_id, change.id, change.action, change.by, change.invite_link)

    @routes.post("/groups/{chat_id}/bot")
    async def change_bot(chat_id: int, change: BotMembership) -> Json:
        return groups.change_bot(telegram, chat_id, change.action, change.by, may_pin=change.can_pin)

    @routes.post("/groups/{chat_id}/title")
    async def retitle(chat_id: int, new: Title) -> Json:
        chat = groups.rename(telegram, chat_id, new.title, new.by)
        return {"chat_id": chat.id, "title": chat.title}

    @routes.post("/groups/{chat_id}/migrate")
    async def migrate(chat_id: int) -> Json:
        new = groups.migrate(telegram, chat_id)
        return {"chat_id": new.id, "title": new.title}

    return routes


def channel_routes(telegram: TelegramState) -> APIRouter:
    """Return the route that founds channels; who is in one is changed as in a group."""
    routes = APIRouter(prefix="/sandbox")

    @routes.post("/channels")
    async def add_channel(new: NewChannel) -> Json:
        chat = channels.found_channel(telegram, new.title, new.admins, new.members)
        return {"chat_id": chat.id, "title": chat.title}

    return routes


def chat_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes about what is said and seen in chats."""
    routes = APIRouter(prefix="/sandbox")

    @routes.get("/chats")
    async def list_chats(person: int | None = None) -> list[Json]:
        if person is None:
            return views.all_chats(telegram)
        return views.chats(telegram, acts.person_of(telegram, person))

    @routes.get("/chats/{chat_id}/messages")
    async def see(
        response: Response,
        chat_id: int,
        after: Annotated[int, Query(ge=0)] = 0,
        wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
        since: Annotated[int | None, Query(ge=0)] = None,
    ) -> list[Json]:
        chat = acts.chat_of(telegram, chat_id)
        if wait:
            pulse = telegram.pulses[chat.id]
            await pulse.bell.until(lambda: pulse.answered > (pulse.acted if since is None else since), wait)
        response.headers["X-Sandbox-Count"] = str(telegram.count)
        return [
            views.message(telegram, said) for said in telegram.messages[chat.id].values() if said.message_id > after
        ]

    @routes.post("/chats/{chat_id}/messages")
    async def say(chat_id: int, new: NewMessage) -> Json:
        return views.message(telegram, _said(telegram, chat_id, new))

    @routes.post("/chats/{chat_id}/read")
    async def read(chat_id: int, who: Act) -> Json:
        acts.read(telegram, chat_id, who.sender)
        return {"ok": True}

    @routes.post("/chats/{chat_id}/block")
    async def block(chat_id: int, change: Block) -> Json:
        acts.block(telegram, chat_id, change.sender, blocked=change.blocked)
        return {"ok": True}

    return routes


def change_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes about messages that are there: edited, deleted, pinned by people."""
    routes = APIRouter(prefix="/sandbox")

    @routes.post("/chats/{chat_id}/edits")
    async def edit(chat_id: int, change: Edit) -> Json:
        return views.message(telegram, acts.edit(telegram, chat_id, change.sender, change.message_id, change.text))

    @routes.post("/chats/{chat_id}/deletions")
    async def delete(chat_id: int, what: MessageOfChat) -> Json:
        acts.delete(telegram, chat_id, what.sender, what.message_id)
        return {"ok": True}

    @routes.post("/chats/{chat_id}/pins")
    async def pin(chat_id: int, what: Pin) -> Json:
        pins.pin_as(telegram, chat_id, what.sender, what.message_id, pinned=what.pinned)
        return {"ok": True}

    return routes


def deal_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes about what the bot sent: taps, payments, votes and reactions."""
    routes = APIRouter(prefix="/sandbox")

    @routes.post("/chats/{chat_id}/taps")
    async def tap(chat_id: int, press: Tap) -> Json:
        return await taps.tap(telegram, chat_id, press.sender, press.message_id, press.button)

    @routes.post("/chats/{chat_id}/votes")
    async def vote(chat_id: int, given: Vote) -> Json:
        dealings.vote(telegram, chat_id, given.sender, given.message_id, given.options)
        return {"ok": True}

    @routes.post("/chats/{chat_id}/reactions")
    async def react(chat_id: int, given: Reaction) -> Json:
        dealings.react(telegram, chat_id, given.sender, given.message_id, given.emoji)
        return {"ok": True}

    @routes.post("/chats/{chat_id}/payments")
    async def pay(chat_id: int, payment: MessageOfChat) -> Json:
        return await dealings.pay(telegram, chat_id, payment.sender, payment.message_id)

    return routes


def inline_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes of inline mode: ask, pick, tap, and whether the bot is told what was picked."""
    routes = APIRouter(prefix="/sandbox/inline")

    @routes.post("")
    async def ask_or_pick(asked: Inline) -> list[Json] | Json:
        if (asked.query is None) == (asked.result_id is None):
            raise WrongCall("Give either query, to ask the bot, or result_id, to pick one of its results.")
        if asked.result_id is not None:
            return views.message(telegram, inline.pick(telegram, asked.chat_id, asked.sender, asked.result_id))
        offer = await inline.ask(telegram, asked.chat_id, asked.sender, asked.query or "", asked.offset)
        if not asked.whole:
            return offer.shown()
        return {"results": offer.shown(), "button": offer.button, "next_offset": offer.next_offset}

    @routes.post("/taps")
    async def tap(press: InlineTap) -> Json:
        return await taps.tap_inline(telegram, press.inline_message_id, press.sender, press.button)

    @routes.post("/feedback")
    async def feedback(switch: Feedback) -> Json:
        inline.set_feedback(telegram, on=switch.on)
        return {"on": telegram.state.inline_feedback}

    return routes


def _said(telegram: TelegramState, chat_id: int, new: NewMessage) -> Message:
    given = [name for name in SENT if getattr(new, name) not in (None, False)]
    if len(given) != 1:
        raise WrongCall(f"A message has exactly one of {', '.join(SENT)}.")
    if new.text is not None:
        return acts.say(telegram, chat_id, new.sender, new.text, new.reply_to, new.mentions)
    if new.photo_base64 is not None:
        image = _bytes(new.photo_base64, "photo_base64")
        return acts.send_photo(telegram, chat_id, new.sender, image, new.caption, new.reply_to)
    if new.contact in (None, False):
        return acts.send_other(telegram, chat_id, new.sender, _other(telegram, chat_id, new), new.reply_to)
    return acts.share_contact(telegram, chat_id, new.sender, _card(telegram, new.contact), new.reply_to)


def _card(telegram: TelegramState, contact: Contact) -> Json | None:
    if isinstance(contact, bool) or contact is None:
        return None
    if isinstance(contact, int):
        return acts.contact_card(acts.person_of(telegram, contact))
    if not {"phone_number", "first_name"} <= contact.keys():
        raise WrongCall("A contact has phone_number and first_name.")
    return contact


def _other(telegram: TelegramState, chat_id: int, new: NewMessage) -> Json:
    """Return the content of what is neither text, contact nor picture."""
    if new.voice:
        return others.voice(telegram)
    if new.sticker:
        return others.sticker(telegram)
    if new.location is not None:
        return others.place(*new.location)
    if new.document_base64 is not None:
        return others.document(telegram, _bytes(new.document_base64, "document_base64"), new.file_name)
    source = acts.chat_as(telegram, chat_id if new.forward_from is None else new.forward_from, new.sender)[0]
    return others.forwarded(telegram, acts.message_of(telegram, source, new.forward_of or 0))


def _bytes(encoded: str, name: str) -> bytes:
    try:
        return base64.b64decode(encoded.rpartition(",")[2], validate=True)
    except binascii.Error as wrong:
        raise WrongCall(f"{name} is not base64.") from wrong
