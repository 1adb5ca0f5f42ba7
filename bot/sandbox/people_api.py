"""The people's side over HTTP: people, groups, chats, messages, taps. What is wrong is told in one sentence."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, TypeAlias

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.sandbox import acts, dealings, groups, others, views
from bot.sandbox.errors import WrongCall
from bot.sandbox.model import Json, Message
from bot.sandbox.moving_in import move_in
from bot.sandbox.telegram_state import TelegramState

LONGEST_WAIT_SECONDS = 60.0
SENT = ("text", "contact", "photo_base64", "voice", "sticker", "location", "document_base64", "forward_of")
"""What a message may be, one of them each time."""
Contact: TypeAlias = bool | int | Json | None
"""One's own (true), another person's (their id), or a card written out."""


class Body(BaseModel):
    """A body without unknown fields: a misspelt one is told, not passed over.

    What JSON can write and nobody can send on (half a character, a number beyond 64 bits) is refused at the door.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _can_be_sent_on(cls, given: Any) -> Any:
        try:
            orjson.dumps(given)
        except TypeError as wrong:
            raise PydanticCustomError("unsendable", "cannot be sent on: {why}", {"why": str(wrong)}) from wrong
        return given


class NewPerson(Body):
    """A stranger who moves in."""

    first_name: str = Field(min_length=1, max_length=64)
    last_name: str | None = Field(None, max_length=64)
    username: str | None = Field(None, pattern=r"^@?[A-Za-z][A-Za-z0-9_]{1,31}$")
    language_code: str | None = Field(None, max_length=35)
    phone: str | None = Field(None, pattern=r"^\+?[0-9]{5,15}$")


class NewGroup(Body):
    """A group; the first of its admins is its creator."""

    title: str = Field(min_length=1, max_length=128)
    members: list[int]
    admins: list[int] = []


class Membership(Body):
    """What somebody does about being in a group."""

    id: int
    action: groups.MemberAction
    invite_link: str | None = None


class Act(Body):
    """Something that `from` does."""

    sender: int = Field(alias="from")


class NewMessage(Act):
    """What is sent: exactly one of text, contact, picture, voice, sticker, place, document and a message forwarded."""

    text: str | None = None
    contact: Contact = None
    photo_base64: str | None = None
    caption: str | None = None
    voice: bool = False
    sticker: bool = False
    location: tuple[float, float] | None = None
    """Latitude and longitude."""
    document_base64: str | None = None
    file_name: str = Field("file.bin", min_length=1, max_length=100)
    forward_of: int | None = None
    """A message of this chat."""
    reply_to: int | None = None


class Edit(Act):
    """A new text for a message of one's own."""

    message_id: int
    text: str


class Tap(Act):
    """A press of a button."""

    message_id: int
    button: str


class Block(Act):
    """Whether one wants to hear from the bot."""

    blocked: bool


class Vote(Act):
    """The options chosen, by their places."""

    message_id: int
    options: list[int]


class Reaction(Act):
    """An emoji, or none to take it back."""

    message_id: int
    emoji: str | None = None


class Payment(Act):
    """An invoice to be paid."""

    message_id: int


class Inline(Act):
    """A query to the bot, or a result to be sent."""

    chat_id: int
    query: str | None = None
    result_id: str | None = None


def people_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes about people and groups."""
    routes = APIRouter(prefix="/sandbox")

    @routes.get("/people")
    async def list_people() -> list[Json]:
        return [views.person(person) for person in telegram.people.values()]

    @routes.post("/people")
    async def add_person(new: NewPerson) -> Json:
        return views.person(move_in(telegram, **new.model_dump()))

    @routes.post("/groups")
    async def add_group(new: NewGroup) -> Json:
        chat = groups.found_group(telegram, new.title, new.members, new.admins)
        return {"chat_id": chat.id, "title": chat.title}

    @routes.post("/groups/{chat_id}/members")
    async def change_member(chat_id: int, change: Membership) -> Json:
        return groups.change_member(telegram, chat_id, change.id, change.action, change.invite_link)

    @routes.post("/groups/{chat_id}/migrate")
    async def migrate(chat_id: int) -> Json:
        new = groups.migrate(telegram, chat_id)
        return {"chat_id": new.id, "title": new.title}

    return routes


def chat_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes about what is said and seen in chats."""
    routes = APIRouter(prefix="/sandbox")

    @routes.get("/chats")
    async def list_chats(person: int) -> list[Json]:
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

    @routes.post("/chats/{chat_id}/edits")
    async def edit(chat_id: int, change: Edit) -> Json:
        return views.message(telegram, acts.edit(telegram, chat_id, change.sender, change.message_id, change.text))

    @routes.post("/chats/{chat_id}/read")
    async def read(chat_id: int, who: Act) -> Json:
        acts.read(telegram, chat_id, who.sender)
        return {"ok": True}

    @routes.post("/chats/{chat_id}/block")
    async def block(chat_id: int, change: Block) -> Json:
        acts.block(telegram, chat_id, change.sender, blocked=change.blocked)
        return {"ok": True}

    return routes


def deal_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes that wait for the bot: taps, inline queries, payments; and votes and reactions."""
    routes = APIRouter(prefix="/sandbox")

    @routes.post("/chats/{chat_id}/taps")
    async def tap(chat_id: int, press: Tap) -> Json:
        return await acts.tap(telegram, chat_id, press.sender, press.message_id, press.button)

    @routes.post("/chats/{chat_id}/votes")
    async def vote(chat_id: int, given: Vote) -> Json:
        dealings.vote(telegram, chat_id, given.sender, given.message_id, given.options)
        return {"ok": True}

    @routes.post("/chats/{chat_id}/reactions")
    async def react(chat_id: int, given: Reaction) -> Json:
        dealings.react(telegram, chat_id, given.sender, given.message_id, given.emoji)
        return {"ok": True}

    @routes.post("/chats/{chat_id}/payments")
    async def pay(chat_id: int, payment: Payment) -> Json:
        return await dealings.pay(telegram, chat_id, payment.sender, payment.message_id)

    @routes.post("/inline")
    async def inline(asked: Inline) -> list[Json] | Json:
        if (asked.query is None) == (asked.result_id is None):
            raise WrongCall("Give either query, to ask the bot, or result_id, to pick one of its results.")
        if asked.result_id is not None:
            return views.message(telegram, dealings.pick(telegram, asked.chat_id, asked.sender, asked.result_id))
        return await dealings.ask_inline(telegram, asked.chat_id, asked.sender, asked.query or "")

    return routes


def _said(telegram: TelegramState, chat_id: int, new: NewMessage) -> Message:
    given = [name for name in SENT if getattr(new, name) not in (None, False)]
    if len(given) != 1:
        raise WrongCall(f"A message has exactly one of {', '.join(SENT)}.")
    if new.text is not None:
        return acts.say(telegram, chat_id, new.sender, new.text, new.reply_to)
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
    return others.forwarded(telegram, acts.message_of(telegram, acts.chat_of(telegram, chat_id), new.forward_of or 0))


def _bytes(encoded: str, name: str) -> bytes:
    try:
        return base64.b64decode(encoded.rpartition(",")[2], validate=True)
    except binascii.Error as wrong:
        raise WrongCall(f"{name} is not base64.") from wrong
