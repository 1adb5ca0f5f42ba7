"""What people ask: a topic, what answers it from the person's own book, and what was asked last.

A line names its topics in `line.py` (`ChatLine.topics`), and its `routers.py` lists what answers them (`TOPICS`). An
answer reads and never writes; it takes its figures from the queries and rules that the screens use. Its buttons are
made by `screens/ways.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from aiogram.fsm.context import FSMContext

from handlers.chat.meaning import CONFIDENCE, TOPIC, TOPICS
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Button
from handlers.chat.talk import Talk
from handlers.lines import vocabulary

MOST_CHARACTERS: Final = 600
"""What an answer may be long, as it is read."""
FOLLOWED_FOR: Final = timedelta(minutes=10)
"""How long "why?" and "and if I …?" are about the last topic."""

_ASKED: Final = "asked"
_UNANSWERED: Final = "unanswered"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was understood: its topic, and what it said beside it (a sum, a count, a fund, a person)."""

    topic: str
    slots: Slots
    text: str = ""
    """As it was written; empty where a button asked it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question: at most 600 characters of Telegram HTML, and one to three buttons, the act first.

    *Talk to a person* and the thumbs are put beneath by whoever shows it.
    """

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's name (`repay.early`) and what answers it."""

    name: str
    answer: Callable[[Talk, Asked], Awaitable[Answer]]


Topics: TypeAlias = Mapping[str, Topic]


def answered_by(topics: Iterable[Topic]) -> Topics:
    """Return topics by their names. Raises ValueError: two have the same, or no line says that it is asked."""
    named: dict[str, Topic] = {}
    for topic in topics:
        if topic.name in named or topic.name not in vocabulary().topics:
            raise ValueError(f"{topic.name} is answered twice, or by no line")
        named[topic.name] = topic
    return named


def asked_of(slots: Slots, text: str = "") -> Asked:
    """Return the question that an `ask`'s slots are."""
    beside = {name: value for name, value in slots.items() if name not in (TOPIC, TOPICS, CONFIDENCE)}
    return Asked(slots.get(TOPIC, ""), beside, text)


def guesses_in(slots: Slots) -> tuple[str, ...]:
    """Return the topics that may have been meant, the best first."""
    guesses = (slots.get(TOPIC, ""), *slots.get(TOPICS, "").split(","))
    return tuple(dict.fromkeys(guess for guess in guesses if guess in vocabulary().topics))


# -- what was asked last ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LastAsked:
    """The last question of a conversation, answered or not; `topic` is empty where it was not clear which."""

    topic: str
    slots: Slots
    at: datetime
    source: int = 0
    """The message that asked it, or beneath which it was tapped."""
    text: str = ""
    guesses: tuple[str, ...] = ()
    confidence: str = ""
    references: tuple[str, ...] = ()
    """The movements that the answer named."""
    is_judged: bool = False
    """Whether it was said that the answer did not help."""

    @property
    def mark(self) -> str:
        """What the buttons beneath its answer carry: a later question's answer has another."""
        return f"{int(self.at.timestamp()) % 0xFFFFFF:x}{self.source:x}"

    def naming(self, references: tuple[str, ...]) -> LastAsked:
        """Return the question with the movements that its answer names."""
        return replace(self, references=references)

    def with_words(self, more: str) -> LastAsked:
        """Return the question with what was written after it."""
        return replace(self, text="\n".join(part for part in (self.text, more) if part))


async def remember_asked(state: FSMContext, asked: LastAsked) -> None:
    """Keep the question, for what follows it within ten minutes and for whoever is asked for help with it."""
    kept = {
        "topic": asked.topic,
        "slots": dict(asked.slots),
        "at": asked.at.isoformat(),
        "source": asked.source,
        "text": asked.text,
        "guesses": list(asked.guesses),
        "confidence": asked.confidence,
        "references": list(asked.references),
        "judged": asked.is_judged,
    }
    await state.update_data({_ASKED: kept})


async def judge(state: FSMContext, asked: LastAsked) -> None:
    """Note that it was said of the last question's answer that it did not help."""
    await remember_asked(state, replace(asked, is_judged=True))


def asked_in(data: Mapping[str, Any]) -> LastAsked | None:
    """Return the last question that a conversation's data holds, however old; None where there is none."""
    kept = data.get(_ASKED)
    if kept is None:
        return None
    return LastAsked(
        kept["topic"],
        kept["slots"],
        datetime.fromisoformat(kept["at"]),
        kept["source"],
        kept["text"],
        tuple(kept["guesses"]),
        kept["confidence"],
        tuple(kept["references"]),
        kept["judged"],
    )


def followed(data: Mapping[str, Any], now: datetime) -> LastAsked | None:
    """Return the question that a short text may go on from ("why?"): one with a topic, within ten minutes."""
    asked = asked_in(data)
    return asked if asked is not None and asked.topic and now - asked.at <= FOLLOWED_FOR else None


async def count_unanswered(state: FSMContext) -> int:
    """Count a question that got no sure answer; return how many in a row did not."""
    count = int((await state.get_data()).get(_UNANSWERED, 0)) + 1
    await state.update_data({_UNANSWERED: count})
    return count


async def forget_unanswered(state: FSMContext) -> None:
    """Begin to count anew: a question was answered."""
    data = await state.get_data()
    if data.pop(_UNANSWERED, None) is not None:
        await state.set_data(data)
