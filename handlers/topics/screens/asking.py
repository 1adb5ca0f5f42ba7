"""An answer with what stands beneath it; what is asked back where it is not clear what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act, ask, talk_to_person
from handlers.locales import Translator

JUDGED: Final = "helped"
"""The verb of the thumbs: `helped:yes:mark`, `helped:no:mark`."""
MOST_OFFERED: Final = 3


def answer(t: Translator, text: str, buttons: Sequence[Button], topic: str, mark: str) -> Screen:
    """An answer with its buttons, the thumbs, and *Talk to a person* last."""
    thumbs = (
        Button(t("asking.helped"), f"{JUDGED}:yes:{mark}"),
        Button(t("asking.not_helped"), f"{JUDGED}:no:{mark}"),
    )
    return Screen(text, (*((button,) for button in buttons), thumbs, (talk_to_person(t, topic, mark),)))


def no_answer(t: Translator, topic: str, mark: str) -> Screen:
    """A question that nobody here answers in words: a person does."""
    return Screen(t("asking.no_answer"), ((talk_to_person(t, topic, mark),), (act(t, "help"), act(t, "menu"))))


def which(t: Translator, topics: Sequence[str], slots: Mapping[str, str], mark: str, *, again: bool) -> Screen:
    """Ask back with the questions that may have been meant; `again`: the one before was not clear either."""
    text = lines(t("asking.which"), t("asking.rather_a_person") if again else None)
    return Screen(text, (*_questions(t, topics, slots), (talk_to_person(t, "", mark),)))


def not_helped(t: Translator, topics: Sequence[str], topic: str, mark: str) -> Screen:
    """The answer did not help: what else may have been meant, and a person."""
    return Screen(t("asking.sorry"), (*_questions(t, topics, {}), (talk_to_person(t, topic, mark),)))


def _questions(t: Translator, topics: Sequence[str], slots: Mapping[str, str]) -> tuple[tuple[Button, ...], ...]:
    return tuple((ask(t, topic, **slots),) for topic in topics[:MOST_OFFERED])
