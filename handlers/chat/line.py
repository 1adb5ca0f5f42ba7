"""What a line says of itself, once: commands, intents, slots, readers of text, notices, menu entries, routers.

Each journey has one `line.py` with a `ChatLine`, `handlers/lines.py` has all of them in one tuple, and everything else
is derived from that: what a tap may name, what Telegram's menus offer, what a notice looks like. Loads without aiogram.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from itertools import chain
from typing import Any, Final, TypeVar

from finance_core.kernel.error_codes import ErrorCode
from finance_core.notices import Content
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from handlers.chat.screens.base import Screen
from handlers.locales import Translator
from handlers.phrases.frames import Intent
from handlers.phrases.said import Claim, Grammar, Said

Draw = Callable[[Translator, Any], Screen]
"""Makes the screen of a notice from what it says: a translator and the kind's own dataclass."""
Reader = Callable[[Said], Claim | None]
"""Claims a text, or passes (None)."""


Read = Callable[[Unit, Cipher, int], Awaitable[Any]]
"""Reads what a board shows of its subject, by the subject's id."""


class Menu(Enum):
    """Telegram's menus of commands. An operator's own chat has the private one's commands too."""

    PRIVATE = auto()
    GROUP = auto()
    """What is answered where others read along: it says nothing about anybody's money."""
    OPERATORS = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """A command. It `opens` an intent whatever follows it, or what follows is read.

    `reads` is the intent of the grammar whose slots are read out of what follows, and what `susu understand` answers;
    `reader` reads what the grammar has no slots for. `rank` is its place in the menus, counted in tens.
    `by_admins`: in a group it acts on the group itself, so Telegram is asked who its admins are before it is done.
    """

    name: str
    opens: str | None = None
    reads: Intent | None = None
    reader: Reader | None = None
    menus: tuple[Menu, ...] = ()
    rank: int = 0
    by_admins: bool = False


@dataclass(frozen=True, slots=True)
class ChatIntent:
    """Something that a turn may mean.

    `label`: its text `menu.<name>` stands on buttons, and may be written too. A tap may name what is `tapped` or has a
    label; other intents are answers, and only asking opens them. `takes_sum`: a sum that goes with it is looked at
    closely. `takes_all`: everything there is may be meant. `from_change_plus`: may be paid straight from there.
    `of_a_fund`: what it becomes when a fund is named. `said_as`: the grammar's intent whose sentences say how much of
    it, where it has none of its own. `at_once`: it happens when it is confirmed, and waits for no day. `more` reads
    further slots once the grammar has named the intent. `look`: it only shows how things stand, so a form that is open
    comes back after it.
    """

    name: str
    label: bool = False
    tapped: bool = False
    takes_sum: bool = False
    takes_all: bool = False
    from_change_plus: bool = False
    of_a_fund: str | None = None
    said_as: Intent | None = None
    at_once: bool = False
    look: bool = False
    more: tuple[Callable[[Said], Mapping[str, str]], ...] = ()


class Holds(Enum):
    """What a slot holds that is asked for, where its answer is not just taken as it is written."""

    SUM = auto()
    SUM_OR_NOTHING = auto()
    """A sum that may be zero."""
    COUNT = auto()
    NAME = auto()
    """Somebody's name: even what stands on a button may be meant as it is written."""
    OWN_WORDS = auto()
    """What somebody tells in their own words: nothing but a command or a cancel leads away from it."""

    @property
    def is_sum(self) -> bool:
        """Whether the answer is read as a sum of money."""
        return self in (Holds.SUM, Holds.SUM_OR_NOTHING)

    @property
    def is_name(self) -> bool:
        """Whether a button's text may be the answer."""
        return self in (Holds.NAME, Holds.OWN_WORDS)


@dataclass(frozen=True, slots=True)
class TextReader:
    """A line's own reader, tried before the grammar's frames. `leads_away` claims what answers no open question.

    What it makes of a question counts only where that just shows something, unless it `claims_questions`.
    """

    read: Reader
    leads_away: Reader | None = None
    claims_questions: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of notice that is pushed, and what draws it; None: it is the text `notice.<kind>` of the catalogues."""

    content: type[Content]
    draw: Draw | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A kind of message that is kept current where others read along: what reads its subject, and what draws that."""

    kind: str
    read: Read
    draw: Draw


def notices_of(
    *kinds: Iterable[type[Content]], drawn: Mapping[type[Content], Draw] | None = None
) -> tuple[Notice, ...]:
    """Return kinds with what draws them; a family's screen (a base class in `drawn`) is that of all its kinds."""
    screens = drawn or {}
    return tuple(
        Notice(content, next((screens[each] for each in content.__mro__ if each in screens), None))
        for content in chain.from_iterable(kinds)
    )


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A button of the main menu, in a row from above and a place from the left. It shows the intent's label.

    `acts` are the actions that it leads to: who does them most has it in the first row. Where there is no `row` it is
    in the menu of those alone.
    """

    intent: str
    row: int | None = None
    place: int = 1
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ChatLine:
    """What a journey says of itself. `routers` names the module with its `ROUTERS`, which needs aiogram."""

    name: str
    routers: str
    commands: tuple[Command, ...] = ()
    intents: tuple[ChatIntent, ...] = ()
    answers: Mapping[str, Holds] = field(default_factory=dict)
    readers: tuple[TextReader, ...] = ()
    notices: tuple[Notice, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    boards: tuple[Board, ...] = ()
    group_taps: tuple[str, ...] = ()
    """The verbs of buttons that work in groups and under messages of inline mode; others are told to go private."""
    admin_taps: tuple[str, ...] = ()
    """Those of them that act on the group itself."""
    member_taps: tuple[str, ...] = ()
    """Those of them that only a member of the group may do: Telegram is asked who is one, where it is not known."""
    naming_taps: tuple[str, ...] = ()
    """The verbs of buttons that carry the token of something: who guesses at them is stopped (`misses.py`)."""
    misses: tuple[ErrorCode, ...] = ()
    """How the line refuses a token of which there is nothing."""
    topics: tuple[str, ...] = ()
    """What people ask about this line; its routers' module lists what answers them (`TOPICS`)."""
    ways: Mapping[str, str] = field(default_factory=dict)
    """What a button under an offer opens, by the name of the core's way: an intent that may be tapped."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What all lines say together, looked up by name."""

    commands: Mapping[str, Command]
    intents: Mapping[str, ChatIntent]
    answers: Mapping[str, Holds]
    readers: tuple[TextReader, ...]
    notices: Mapping[str, Notice]
    """By kind."""
    menu: tuple[tuple[str, ...], ...]
    """The rows of the main menu, each with its intents."""
    acts: Mapping[str, str]
    """The intent of the menu that leads to an action."""
    topics: frozenset[str]
    """What people may ask."""
    ways: Mapping[str, str]
    """The intents that buttons under offers open, by the names of the ways."""
    boards: Mapping[str, Board]
    """By kind."""
    group_taps: frozenset[str]
    admin_taps: frozenset[str]
    member_taps: frozenset[str]
    naming_taps: frozenset[str]
    misses: frozenset[str]
    grammar: Grammar

    def named(self, menu: Menu) -> tuple[str, ...]:
        """Return the commands of one of Telegram's menus, in its order."""
        wanted = {menu, Menu.PRIVATE} if menu is Menu.OPERATORS else {menu}
        found = [command for command in self.commands.values() if not wanted.isdisjoint(command.menus)]
        return tuple(command.name for command in sorted(found, key=lambda command: command.rank))

    def labelled(self) -> Iterator[str]:
        """Yield the intents that stand on buttons."""
        return (intent.name for intent in self.intents.values() if intent.label)

    def may_be_tapped(self, name: str) -> bool:
        """Say whether a tap may name an intent."""
        intent = self.intents.get(name, _UNKNOWN)
        return intent.label or intent.tapped

    def intent(self, name: str) -> ChatIntent:
        """Return what is said of an intent; for one of which nothing is said, that nothing goes with it."""
        return self.intents.get(name, _UNKNOWN)


_UNKNOWN: Final = ChatIntent("")
T = TypeVar("T")


@cache
def vocabulary_of(lines: tuple[ChatLine, ...]) -> Vocabulary:
    """Return what lines say together. Raises ValueError: two of them say the same name."""
    intents = _by_name((intent.name, intent) for line in lines for intent in line.intents)
    commands = _by_name((command.name, command) for line in lines for command in line.commands)
    every = [entry for line in lines for entry in line.menu]
    entries = sorted((each for each in every if each.row is not None), key=lambda each: (each.row or 0, each.place))
    rows = dict.fromkeys(entry.row for entry in entries)
    return Vocabulary(
        commands=commands,
        intents=intents,
        answers=_by_name(item for line in lines for item in line.answers.items()),
        readers=tuple(reader for line in lines for reader in line.readers),
        notices=_by_name((notice.content.kind, notice) for line in lines for notice in line.notices),
        menu=tuple(tuple(entry.intent for entry in entries if entry.row == row) for row in rows),
        boards=_by_name((board.kind, board) for line in lines for board in line.boards),
        group_taps=frozenset(_by_name((verb, line) for line in lines for verb in line.group_taps)),
        admin_taps=frozenset(_by_name((verb, line) for line in lines for verb in line.admin_taps)),
        member_taps=frozenset(_by_name((verb, line) for line in lines for verb in line.member_taps)),
        naming_taps=frozenset(_by_name((verb, line) for line in lines for verb in line.naming_taps)),
        misses=frozenset(_by_name((code, line) for line in lines for code in line.misses)),
        acts=_by_name((action, entry.intent) for entry in every for action in entry.acts),
        ways=_by_name(item for line in lines for item in line.ways.items()),
        topics=frozenset(_by_name((topic, line) for line in lines for topic in line.topics)),
        grammar=Grammar(
            {command.name: command.reads for command in commands.values() if command.reads is not None},
            frozenset(intent.name for intent in intents.values() if intent.takes_sum),
        ),
    )


def _by_name(items: Iterable[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, item in items:
        if name in found:
            raise ValueError(f"two lines say what {name} is")
        found[name] = item
    return found
