"""The bodies of calls on the people's side: read strictly, so that a misspelt field is told."""

from __future__ import annotations

from typing import Any, TypeAlias

import orjson
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.sandbox import groups
from bot.sandbox.model import Json

LONGEST_TITLE = 255
USERNAME = r"^@?[A-Za-z][A-Za-z0-9_]{1,31}$"
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
    username: str | None = Field(None, pattern=USERNAME)
    language_code: str | None = Field(None, max_length=35)
    phone: str | None = Field(None, pattern=r"^\+?[0-9]{5,15}$")


class NewGroup(Body):
    """A group; the first of its admins is its creator."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    members: list[int]
    admins: list[int] = []


class NewChannel(Body):
    """A channel; the first of its admins is its creator."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    admins: list[int]
    members: list[int] = []


class Membership(Body):
    """What somebody does about being in a group."""

    id: int
    action: groups.MemberAction
    by: groups.By = None
    invite_link: str | None = None


class BotMembership(Body):
    """What an administrator does with the bot."""

    action: groups.BotAction
    by: groups.By = None
    can_pin: bool = True


class Title(Body):
    """A group's new title."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    by: groups.By = None


class Pair(Body):
    """Two people who talk without the bot."""

    people: tuple[int, int]


class NewName(Body):
    """How somebody is called from now on; what is left out stays."""

    first_name: str | None = Field(None, min_length=1, max_length=64)
    last_name: str | None = Field(None, max_length=64)
    username: str | None = Field(None, pattern=USERNAME)


class Act(Body):
    """Something that `from` does."""

    sender: int = Field(alias="from")


class NewMessage(Act):
    """What is sent: exactly one of text, contact, picture, voice, sticker, place, document and a message forwarded."""

    text: str | None = None
    mentions: list[int] = Field(default_factory=list)
    """Who is mentioned in `text` without a @username, in their order: each where their first name stands."""
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
    """A message of this chat, or of `forward_from`."""
    forward_from: int | None = None
    """Another chat that one is in."""
    reply_to: int | None = None


class Edit(Act):
    """A new text for a message of one's own."""

    message_id: int
    text: str


class Tap(Act):
    """A press of a button."""

    message_id: int
    button: str


class MessageOfChat(Act):
    """One message of the chat."""

    message_id: int


class Pin(MessageOfChat):
    """A pin to be set, or taken off."""

    pinned: bool = True


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


class Inline(Act):
    """A query to the bot, or a result to be sent."""

    chat_id: int
    query: str | None = None
    offset: str = ""
    """Where the next part of the results begins."""
    result_id: str | None = None
    whole: bool = False
    """Answer with all that a phone is shown: the results, the button above them, and the next offset."""


class InlineTap(Act):
    """A press of a button under a message that was sent by inline mode."""

    inline_message_id: str
    button: str


class Feedback(Body):
    """Whether the bot is told of inline results that are picked."""

    on: bool
