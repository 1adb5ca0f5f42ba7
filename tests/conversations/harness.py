"""People for scripts: a conversation test reads as what was said, tapped and seen, over real HTTP.

    ana = await sandbox.person("Ana", language="en")
    await ana.says("/start")
    await ana.sees("Welcome")
    await ana.taps("Confirm")
    await sandbox.travel(days=1)
    await ana.sees("is due today")

Each message that a person has seen by `sees` is spent: the next `sees` looks for another message, or for a later edit.
"""

from __future__ import annotations

import base64
import contextlib
import re
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from bot.sandbox.app import create_sandbox_app
from bot.sandbox.clock import Traveller
from bot.sandbox.serving import served
from bot.sandbox.store import Store
from bot.sandbox.telegram_state import TelegramState

TOKEN = "4242:conversation"
WITHIN_SECONDS = 10.0
LONGEST_LOOK_SECONDS = 60.0  # the sandbox refuses to wait longer in one request
Json = dict[str, Any]


class Refused(AssertionError):
    """The sandbox answered 4xx; `sentence` says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status}: {sentence}")
        self.status = status
        self.sentence = sentence


MOST_BUTTONS = 6
"""On a card, as a small phone shows it (PRODUCTS §2). Held for each message that any script here looks at."""

KEYPAD = "⌫"


@dataclass(frozen=True)
class Seen:
    """A message as its reader sees it."""

    json: Json

    @property
    def id(self) -> int:
        return int(self.json["message_id"])

    @property
    def text(self) -> str:
        return str(self.json["text"])

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons, inline ones first, row by row."""
        inline = [button["text"] for row in self.json["buttons"] for button in row]
        return inline + [label for row in self.json["keyboard"] for label in row]

    @property
    def data(self) -> dict[str, str]:
        """Label → callback data, for tests of forged and old buttons."""
        return {button["text"]: button.get("callback_data", "") for row in self.json["buttons"] for button in row}

    def __contains__(self, words: str) -> bool:
        return words in self.text


def _require_few_buttons(messages: list[Seen]) -> None:
    for seen in messages:
        buttons = [button["text"] for row in seen.json["buttons"] for button in row]
        few = len(buttons) <= MOST_BUTTONS or KEYPAD in buttons
        assert few or not seen.json["from_bot"], f"{len(buttons)} buttons under {seen.text[:80]!r}: {buttons}"


@dataclass
class Person:
    """Somebody with a chat with the bot. In a group they act through `in_group`."""

    sandbox: RunningSandbox
    json: Json
    chat_id: int
    _since: int = 0
    _spent: set[tuple[int, int]] = field(default_factory=set)

    @property
    def id(self) -> int:
        return int(self.json["id"])

    @property
    def name(self) -> str:
        return str(self.json["first_name"])

    def in_group(self, group: Group) -> Person:
        """Return the same person, in a group's chat."""
        return Person(self.sandbox, self.json, group.chat_id)

    async def says(self, text: str, *, reply_to: int | None = None, mentions: Sequence[Person] = ()) -> Seen:
        """Send a text, in which the first names of `mentions` mention them without a @username."""
        mentioned = {"mentions": [each.id for each in mentions]} if mentions else {}
        return await self._sends(text=text, **({"reply_to": reply_to} if reply_to else {}), **mentioned)

    async def edits(self, message: Seen, text: str) -> None:
        """Change a message that one has sent."""
        changed = await self.sandbox.post(
            f"chats/{self.chat_id}/edits", **{"from": self.id}, message_id=message.id, text=text
        )
        self._since = changed["changed"]

    async def shares_contact(self, of: Person | Json | None = None) -> Seen:
        """Share one's own contact, or another's."""
        return await self._sends(contact=of.id if isinstance(of, Person) else of or True)

    async def sends_photo(self, image: bytes, caption: str | None = None) -> Seen:
        """Send a picture."""
        encoded = base64.b64encode(image).decode()
        return await self._sends(photo_base64=encoded, **({"caption": caption} if caption else {}))

    async def sends(self, **what: Any) -> Seen:
        """Send something else: `voice=True`, `sticker=True`, `location=[lat, lon]`, `document_base64`, `forward_of`."""
        return await self._sends(**what)

    async def _sends(self, **what: Any) -> Seen:
        sent = Seen(await self.sandbox.post(f"chats/{self.chat_id}/messages", **{"from": self.id}, **what))
        self._since = sent.json["changed"]
        return sent

    async def taps(self, button: str, message: Seen | int | None = None) -> Json | None:
        """Tap a button by its label or data: under `message`, or under the latest message that has it.

        Returns the bot's answer `{text, show_alert}`, or None when none came.
        """
        messages, count = await self._look()
        message_id = message.id if isinstance(message, Seen) else message or self._with_button(messages, button).id
        self._since = count
        tap = {"from": self.id, "message_id": message_id, "button": button}
        answer: Json | None = (await self.sandbox.post(f"chats/{self.chat_id}/taps", **tap))["answer"]
        return answer

    def _with_button(self, messages: list[Seen], button: str) -> Seen:
        wanted = _plain(button)
        for message in reversed(messages):
            if button in message.data.values() or any(_plain(label) == wanted for label in message.labels):
                return message
        raise AssertionError(f"{self.name} sees no button {button!r}; there is:\n{_shown(messages)}")

    async def sees(self, words: str, *, within_seconds: float = WITHIN_SECONDS) -> Seen:
        """Wait until the bot has shown a message with `words` (a regular expression) since one last did something."""
        return await self._wait_for(re.compile(words, re.DOTALL), within_seconds)

    async def sees_nothing(self, *, for_seconds: float = 0.3) -> None:
        """Make sure that the bot shows nothing new."""
        try:
            seen = await self._wait_for(re.compile(""), for_seconds)
        except AssertionError:
            return
        raise AssertionError(f"{self.name} wanted to see nothing, and saw {seen.text!r}")

    async def _wait_for(self, wanted: re.Pattern[str], within_seconds: float) -> Seen:
        deadline, since = time.monotonic() + within_seconds, self._since
        while True:
            left = max(deadline - time.monotonic(), 0.001)
            messages, since = await self._look(wait=min(left, LONGEST_LOOK_SECONDS), since=since)
            for message in messages:
                if self._is_news(message) and wanted.search(message.text):
                    self._spent.add((message.id, message.json["changed"]))
                    return message
            if time.monotonic() >= deadline:
                raise AssertionError(f"{self.name} wanted to see {wanted.pattern!r}; there is:\n{_shown(messages)}")

    def _is_news(self, message: Seen) -> bool:
        shown = message.json["from_bot"] and not message.json["deleted"]
        spent = (message.id, message.json["changed"]) in self._spent
        return bool(shown and message.json["changed"] > self._since and not spent)

    async def messages(self) -> list[Seen]:
        """Return everything in the chat, oldest first."""
        return (await self._look())[0]

    async def last(self) -> Seen:
        """Return the bot's latest message."""
        return [message for message in await self.messages() if message.json["from_bot"]][-1]

    async def _look(self, **how: float) -> tuple[list[Seen], int]:
        answer = await self.sandbox.http.get(f"/sandbox/chats/{self.chat_id}/messages", params=how)
        messages = [Seen(one) for one in _checked(answer)]
        _require_few_buttons(messages)
        return messages, int(answer.headers["X-Sandbox-Count"])

    async def blocks(self) -> None:
        """Block the bot."""
        await self.sandbox.post(f"chats/{self.chat_id}/block", **{"from": self.id}, blocked=True)

    async def unblocks(self) -> None:
        """Unblock it."""
        await self.sandbox.post(f"chats/{self.chat_id}/block", **{"from": self.id}, blocked=False)

    async def commands(self) -> list[str]:
        """Return the commands that the chat offers."""
        chats = await self.sandbox.get("chats", person=self.id)
        offered = next(chat["commands"] for chat in chats if chat["chat_id"] == self.chat_id)
        return [one["command"] for one in offered]


@dataclass
class Group:
    """A group with the bot in it."""

    sandbox: RunningSandbox
    chat_id: int

    async def member(self, person: Person, action: str, **more: Any) -> Json:
        """Let somebody `join`, `leave`, be promoted or demoted."""
        answer: Json = await self.sandbox.post(f"groups/{self.chat_id}/members", id=person.id, action=action, **more)
        return answer

    async def migrates(self) -> Group:
        """Become a supergroup, and return that."""
        return Group(self.sandbox, (await self.sandbox.post(f"groups/{self.chat_id}/migrate"))["chat_id"])


class RunningSandbox:
    """A served sandbox as its people and its testers use it."""

    def __init__(self, url: str, http: httpx.AsyncClient, sandbox: TelegramState) -> None:
        self.url = url
        self.token = TOKEN
        self.http = http
        self.inside = sandbox
        """What the server holds, for what no call tells."""

    async def get(self, path: str, **params: Any) -> Any:
        """Call the people's side."""
        return _checked(await self.http.get(f"/sandbox/{path}", params=params))

    async def post(self, path: str, **body: Any) -> Any:
        """Call the people's side."""
        return _checked(await self.http.post(f"/sandbox/{path}", json=body))

    async def person(self, name: str, language: str | None = None, **more: Any) -> Person:
        """Let a stranger move in."""
        json = await self.post("people", first_name=name, **({"language_code": language} if language else {}), **more)
        return Person(self, json, json["chat_id"])

    async def known(self, username: str) -> Person:
        """Return somebody who lives here."""
        json = next(one for one in await self.get("people") if one["username"] == username.removeprefix("@"))
        return Person(self, json, json["chat_id"])

    async def group(self, title: str, *members: Person, admins: tuple[Person, ...] = ()) -> Group:
        """Found a group; without admins the first member is its creator."""
        ids = {"members": [one.id for one in members], "admins": [one.id for one in admins]}
        return Group(self, (await self.post("groups", title=title, **ids))["chat_id"])

    async def travel(self, *, to: datetime | str | None = None, **length: float) -> Json:
        """Let time pass: `days=1`, `hours=2`, or `to` an instant."""
        target = {"to": to.isoformat() if isinstance(to, datetime) else to} if to else {}
        answer: Json = await self.post("clock/advance", **length, **target)
        return answer

    async def calls(self, method: str | None = None) -> list[Json]:
        """Return the bot's calls so far, of one method or all."""
        calls: list[Json] = []
        while page := await self.get("calls", after=calls[-1]["n"] if calls else 0):
            calls += page
        return [call for call in calls if method is None or call["method"].lower() == method.lower()]

    async def fault(self, kind: str, **more: Any) -> None:
        """Ask for trouble."""
        await self.post("faults", kind=kind, **more)

    async def heal(self) -> None:
        """Take all faults back."""
        _checked(await self.http.delete("/sandbox/faults"))


def _checked(answer: httpx.Response) -> Any:
    body = answer.json()
    if answer.status_code != httpx.codes.OK:
        raise Refused(answer.status_code, body.get("error", str(body)))
    return body


def _plain(label: str) -> str:
    return re.sub(r"^[^\w¥$€]+", "", label).casefold()


def _shown(messages: list[Seen]) -> str:
    lines = [f"  {'bot' if one.json['from_bot'] else '  —'} {one.id}: {one.text!r} {one.labels}" for one in messages]
    return "\n".join(lines[-8:]) or "  (nothing)"


@contextlib.asynccontextmanager
async def running_sandbox(
    store: Store | None = None,
    *,
    traveller: Traveller | None = None,
    demo: bool = False,
    limits: bool = False,
    token: str = TOKEN,
) -> AsyncIterator[RunningSandbox]:
    """Serve a sandbox in this process, on a free port, over real HTTP; in memory unless a store is given."""
    app = create_sandbox_app(store or Store(), traveller=traveller, token=token, demo=demo, limits=limits)
    async with served(app) as url, httpx.AsyncClient(base_url=url, timeout=90, trust_env=False, verify=False) as http:
        yield RunningSandbox(url, http, app.state.telegram)
