"""What people ask: a topic, and what answers it from the person's own book.

A line names its topics in `line.py` (`ChatLine.topics`), and its `routers.py` lists what answers them (`TOPICS`). An
answer reads and never writes; it takes its figures from the queries and rules that the screens use.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.chat.questions import Slots
from handlers.chat.screens.base import Button
from handlers.chat.talk import Talk


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
