"""The state of the sandbox's Telegram: everybody and everything said, in memory, written through to the store, and
watched by pages and by waiters.

What happens here is what Telegram's servers would do; `methods` is what the bot may ask of it, `acts` what people do.
"""

from __future__ import annotations

import secrets
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.sandbox import wire
from bot.sandbox.clock import OffsetTraveller, SandboxClock, Traveller
from bot.sandbox.faults import Faults
from bot.sandbox.hub import Hub
from bot.sandbox.keeper import Keeper
from bot.sandbox.limits import Limits
from bot.sandbox.model import Chat, ChatKind, File, Invite, Json, Message, Offer, Person, Standing, Update
from bot.sandbox.store import Store
from bot.sandbox.updates import Updates
from bot.sandbox.waiting import Bell, Questions

MESSAGES_KEPT = 5_000
"""For each chat; what is older is forgotten."""
FORMER_KEYBOARDS_KEPT = 8
CALLS_KEPT = 10_000
FILES_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the bot is, and what the page tells a newcomer."""

    token: str
    username: str = "susu_demo_bot"
    name: str = "Susu"
    institution: str = "Susu"
    pin_hint: str | None = None

    @property
    def id(self) -> int:
        return int(self.token.split(":", 1)[0])

    def user(self) -> Json:
        """Return the bot as a `User`."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass(slots=True)
class Pulse:
    """When somebody last did something in a chat, and when the bot last sent or edited, by the sandbox's count."""

    acted: int = 0
    answered: int = 0
    bell: Bell = field(default_factory=Bell)


class TelegramState:
    """The state of one sandbox, and the few ways in which it changes."""

    def __init__(
        self,
        store: Store,
        profile: Profile,
        *,
        traveller: Traveller | None = None,
        limits: Limits | None = None,
        seed: int = 0,
    ) -> None:
        self.profile = profile
        self.keeper = Keeper(store)
        self.hub = Hub()
        self.faults = Faults(seed)
        self.limits = limits or Limits()
        self.questions = Questions()
        self.calls: deque[Json] = deque(maxlen=CALLS_KEPT)
        self.count = 0
        self.messages: dict[int, dict[int, Message]] = defaultdict(dict)
        self.inline_messages: dict[str, Message] = {}
        self.offered: dict[int, dict[str, Json]] = {}
        """Person → the inline results that the bot last offered them."""
        self.inline_cache: dict[tuple[int | None, str, str], Offer] = {}
        """Whose (None: everybody's), query and offset → what the bot let be cached."""
        self.pulses: dict[int, Pulse] = defaultdict(Pulse)
        self._load()
        offset = timedelta(seconds=self.state.clock_offset_seconds)
        self.clock = SandboxClock(traveller or OffsetTraveller(offset), offset, self._time_jumped)
        self.limits.lifted = lambda: self.clock.travelling

    def _load(self) -> None:
        self.people: dict[int, Person] = {person.id: person for person in self.keeper.load(Person)}
        self.chats: dict[int, Chat] = {chat.id: chat for chat in self.keeper.load(Chat)}
        self.files: dict[str, File] = {file.id: file for file in self.keeper.load(File)}
        self.invites: dict[str, Invite] = {invite.link: invite for invite in self.keeper.load(Invite)}
        for message in sorted(self.keeper.load(Message), key=lambda message: message.message_id):
            self._remember(message)
            self.count = max(self.count, message.changed)
        self.state = self.keeper.load_state()
        self.updates = Updates(self.state, self.faults, keep=self._keep_update, forget=self.keeper.forget)
        self.updates.restore(list(self.keeper.load(Update)))

    def _keep_update(self, update: Update) -> None:
        self.keeper.touch(update)
        self.keeper.touch(self.state)

    def _time_jumped(self, offset: timedelta) -> None:
        self.state.clock_offset_seconds = offset.total_seconds()
        self.keeper.touch(self.state)
        self.hub.publish(None, "clock")

    def _remember(self, message: Message) -> None:
        self.messages[message.chat_id][message.message_id] = message
        if message.inline_id:
            self.inline_messages[message.inline_id] = message

    # Who and where

    def unix_now(self) -> int:
        """Return the sandbox's instant in Unix seconds, as messages are dated."""
        return int(self.clock.now().timestamp())

    def user(self, member_id: int) -> Json:
        """Return somebody, the bot included, as a `User`."""
        if member_id == self.profile.id:
            return self.profile.user()
        return wire.OTHER_BOTS.get(member_id) or wire.user(self.people[member_id])

    def name(self, member_id: int) -> str:
        """Return what people call somebody, bots included."""
        if member_id in self.people:
            return self.people[member_id].name
        return str(self.user(member_id)["first_name"])

    def chat_json(self, chat: Chat) -> Json:
        """Return a chat as a `Chat`."""
        return wire.chat(chat, self.people[chat.id] if chat.type == "private" else None)

    def message_json(self, message: Message, *, with_reply: bool = True) -> Json:
        """Return a message as a `Message`, with the one that it replies to, one level deep."""
        replied = self.messages[message.chat_id].get(message.reply_to or 0) if with_reply else None
        return wire.message(
            message,
            self.chat_json(self.chats[message.chat_id]),
            self.user(message.from_id),
            self.message_json(replied, with_reply=False) if replied and not replied.deleted else None,
            self.profile.user(),
        )

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """Return a message that is there, or None."""
        found = self.messages[chat_id].get(message_id)
        return None if found is None or found.deleted else found

    # People and chats come

    def add_person(self, person: Person) -> Chat:
        """Let somebody move in, and return their private chat with the bot."""
        self.people[person.id] = person
        members: dict[int, Standing] = {person.id: "member", self.profile.id: "member"}
        chat = Chat(person.id, "private", person.name, members)
        self.chats[chat.id] = chat
        self.keeper.touch(person)
        self.keeper.touch(chat)
        return chat

    def add_group(self, title: str, members: dict[int, Standing], *, kind: ChatKind, chat_id: int) -> Chat:
        """Found a group."""
        chat = Chat(chat_id, kind, title, members)
        self.chats[chat_id] = chat
        self.keeper.touch(chat)
        return chat

    def next_person_id(self) -> int:
        """Return an id that nobody has."""
        self.state.next_person_id += 1
        self.keeper.touch(self.state)
        return self.state.next_person_id

    def next_group_id(self, kind: ChatKind) -> int:
        """Return a chat id that no chat has; a supergroup's begins with -100."""
        self.keeper.touch(self.state)
        if kind == "pair":
            self.state.next_pair_id += 1
            return self.state.next_pair_id
        if kind == "supergroup":
            self.state.next_supergroup_id -= 1
            return self.state.next_supergroup_id
        self.state.next_group_id -= 1
        return self.state.next_group_id

    # What is said

    def post(self, chat: Chat, from_id: int, content: Json, **more: Any) -> Message:
        """Put a message into a chat; `more` are further fields of `Message`."""
        chat.last_message_id += 1
        message = Message(chat.id, chat.last_message_id, from_id, self.unix_now(), content, **more)
        self._remember(message)
        self._forget_oldest(chat)
        self.keeper.touch(chat)
        self._happened(chat, message, answers=from_id == self.profile.id)
        self.hub.publish(chat, "message")
        return message

    def edited(self, message: Message, *, content: Json | None = None, markup: Json | None = None) -> None:
        """Give a message of the bot's new content (unless None) and new buttons."""
        if content is not None:
            message.content = content
        if message.markup and message.markup != markup:
            message.former = [*message.former, message.markup][-FORMER_KEYBOARDS_KEPT:]
        message.markup = markup
        message.edited_at = self.unix_now()
        self._happened(self.chats[message.chat_id], message, answers=True)
        self.hub.publish(self.chats[message.chat_id], "edit")

    def changed(self, message: Message) -> None:
        """Note that something about a message (votes, reactions, a person's edit) is different."""
        self._happened(self.chats[message.chat_id], message, answers=False)
        self.hub.publish(self.chats[message.chat_id], "edit")

    def delete(self, message: Message) -> None:
        """Take a message away. That it was there is still told; nobody who waits for an answer takes it for one."""
        message.deleted = True
        message.content, message.markup, message.former, message.secret = {}, None, [], {}
        chat = self.chats[message.chat_id]
        self._happened(chat, message, answers=False)
        self.hub.publish(chat, "delete")

    def acted(self, chat: Chat) -> None:
        """Note that a person did something in a chat: what the bot does from now on is an answer to it."""
        self.count += 1
        self.pulses[chat.id].acted = self.count

    def _happened(self, chat: Chat, message: Message, *, answers: bool) -> None:
        self.count += 1
        message.changed = self.count
        self.keeper.touch(message)
        pulse = self.pulses[chat.id]
        if answers:
            pulse.answered = self.count
        pulse.bell.ring()

    def _forget_oldest(self, chat: Chat) -> None:
        known = self.messages[chat.id]
        if len(known) > MESSAGES_KEPT:
            self.keeper.forget(known.pop(next(iter(known))))

    # Files

    def add_file(self, content: bytes, *, folder: str, name: str, mime: str, size: tuple[int, int] = (0, 0)) -> File:
        """Keep an uploaded file; `size` is a picture's width and height in pixels."""
        suffix = "".join(letter for letter in name.rpartition(".")[2] if letter.isalnum())[:8] if "." in name else "bin"
        file_id, unique_id = f"SBX{secrets.token_urlsafe(24)}", f"AQ{secrets.token_hex(6)}"
        file = File(file_id, unique_id, f"{folder}/{unique_id}.{suffix}", name, mime, len(content), *size)
        self.files[file_id] = file
        self.keeper.touch(file)
        self.keeper.store.write_content(file_id, content)
        if len(self.files) > FILES_KEPT:
            oldest = self.files.pop(next(iter(self.files)))
            self.keeper.forget(oldest)
            self.keeper.store.write_content(oldest.id, None)
        return file

    def file_content(self, file: File) -> bytes:
        """Return a file's bytes."""
        return self.keeper.store.read_content(file.id) or b""
