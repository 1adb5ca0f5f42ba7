"""What the sandbox's Telegram is made of: people, chats, messages, files, invites, and what the bot has set up.

Values, no behaviour beyond their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
Role: TypeAlias = Literal["customer", "operator"]
ChatKind: TypeAlias = Literal["private", "group", "supergroup", "channel", "pair"]
"""A pair is a chat of two people without the bot, which the bot never hears of."""
Standing: TypeAlias = Literal["creator", "administrator", "member", "left", "kicked"]
"""What a member is in a group, in Telegram's words."""

PRESENT: frozenset[Standing] = frozenset({"creator", "administrator", "member"})
ADMINS: frozenset[Standing] = frozenset({"creator", "administrator"})


@dataclass(slots=True)
class Person:
    """Someone with a Telegram account. The id is also the id of their private chat with the bot."""

    kind: ClassVar[str] = "person"
    id: int
    first_name: str
    phone: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    role: Role = "customer"
    started: bool = False
    """Has written to the bot at least once; before that a bot may not write to them."""
    blocked: bool = False

    @property
    def key(self) -> str:
        return str(self.id)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(slots=True)
class Chat:
    """A private chat with the bot, a group that the bot was added to, or a chat of two people."""

    kind: ClassVar[str] = "chat"
    id: int
    type: ChatKind
    title: str
    members: dict[int, Standing] = field(default_factory=dict)
    last_message_id: int = 0
    pins: list[int] = field(default_factory=list)
    """Pinned messages, the latest pin last."""
    migrated_to: int | None = None
    migrated_from: int | None = None
    read: dict[int, int] = field(default_factory=dict)
    """Person → the last message that they have seen."""
    asking: dict[int, str] = field(default_factory=dict)
    """Person → the invite link by which they ask to join."""
    anonymous: list[int] = field(default_factory=list)
    """Administrators who speak and act as the group."""
    bot_may_pin: bool = True
    """Whether the bot has that right once it is an administrator."""

    @property
    def key(self) -> str:
        return str(self.id)

    def has(self, member_id: int) -> bool:
        """Say whether someone is in the chat now."""
        return self.members.get(member_id) in PRESENT

    def is_admin(self, member_id: int) -> bool:
        """Say whether someone may act for the group."""
        return self.members.get(member_id) in ADMINS

    @property
    def is_group(self) -> bool:
        return self.type in ("group", "supergroup")

    @property
    def is_moderated(self) -> bool:
        """Whether its administrators alone pin, and delete what others wrote."""
        return self.is_group or self.type == "channel"


@dataclass(slots=True)
class Message:
    """One message. `content` holds the Bot API's own fields for what it shows (text and entities, photo, poll …)."""

    kind: ClassVar[str] = "message"
    chat_id: int
    message_id: int
    from_id: int
    date: int
    content: Json
    markup: Json | None = None
    former: list[Json] = field(default_factory=list)
    """Inline keyboards it had before: a finger may still be on its way to one of them."""
    reply_to: int | None = None
    edited_at: int | None = None
    deleted: bool = False
    notice: str | None = None
    inline_id: str | None = None
    """By which the bot may change what was sent by inline mode; only where there are buttons."""
    via_bot: bool = False
    as_group: bool = False
    """Said by an anonymous administrator."""
    secret: Json = field(default_factory=dict)
    """What belongs to it and nobody is shown: an invoice's payload, a poll's votes."""
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    changed: int = 0
    """The telegram's count at its last change."""

    @property
    def key(self) -> str:
        return f"{self.chat_id}:{self.message_id}"


@dataclass(slots=True)
class File:
    """An uploaded file; its bytes are in the store."""

    kind: ClassVar[str] = "file"
    id: str
    unique_id: str
    path: str
    name: str
    mime: str
    size: int
    width: int = 0
    height: int = 0

    @property
    def key(self) -> str:
        return self.id


@dataclass(slots=True)
class Invite:
    """A link into a group. `expire_at` in Unix seconds."""

    kind: ClassVar[str] = "invite"
    link: str
    chat_id: int
    name: str | None = None
    creates_join_request: bool = False
    expire_at: int | None = None
    member_limit: int | None = None
    used: int = 0

    @property
    def key(self) -> str:
        return self.link


@dataclass(slots=True)
class Offer:
    """What the bot has offered to an inline query. `results` carry what each would send under `_content`."""

    results: list[Json] = field(default_factory=list)
    next_offset: str = ""
    button: Json | None = None
    personal: bool = False
    fresh_until: int = 0
    """Unix seconds, by the sandbox's clock, until which Telegram answers from its cache."""

    def shown(self) -> list[Json]:
        """Return the results as a phone shows them."""
        return [{name: value for name, value in result.items() if not name.startswith("_")} for result in self.results]


@dataclass(slots=True)
class Update:
    """Something that the bot is to be told: one field of the Bot API's Update, and its value."""

    kind: ClassVar[str] = "update"
    id: int
    field: str
    value: Json
    copies: int = 1
    """How often it is handed over in one go: 2 when it is duplicated on request."""
    delivered: bool = False
    held_until: float = 0.0
    """Machine time until which it is kept back, so that a later one overtakes it."""

    @property
    def key(self) -> str:
        return str(self.id)

    def wire(self) -> Json:
        """Return it as the Bot API writes it."""
        return {"update_id": self.id, self.field: self.value}


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed to."""

    url: str = ""
    secret: str | None = None
    max_connections: int = 40
    last_error_at: int | None = None
    last_error: str | None = None


@dataclass(slots=True)
class BotState:
    """What is the bot's own at Telegram: its webhook, its commands by scope and language, counters."""

    kind: ClassVar[str] = "bot"
    last_update_id: int
    webhook: Webhook = field(default_factory=Webhook)
    allowed_updates: list[str] = field(default_factory=list)
    """Empty: Telegram's default, everything but the three that must be asked for."""
    commands: dict[str, list[Json]] = field(default_factory=dict)
    """`scope|language` → commands; see `commands.scope_key`."""
    menu_buttons: dict[str, Json] = field(default_factory=dict)
    inline_mode: bool = True
    """What the owner has switched at BotFather: whether it is asked in any chat by its name."""
    joins_groups: bool = True
    privacy: bool = True
    """In groups the bot is given only what is meant for it."""
    inline_feedback: bool = False
    """Whether the bot is told which inline result was picked."""
    clock_offset_seconds: float = 0.0
    next_person_id: int = 7_000_000_001
    next_group_id: int = -4_000_000_001
    next_supergroup_id: int = -1_002_000_000_001
    next_pair_id: int = 9_000_000_000_001

    @property
    def key(self) -> str:
        return "state"
