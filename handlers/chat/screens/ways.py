"""Buttons that lead on from what is said: to an act, with what it is about, or to a question."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.chat.screens.base import CALLBACK_BYTES, Button
from handlers.locales import Translator


def act(t: Translator, intent: str, label: str | None = None, /, **slots: str) -> Button:
    """Return the button that opens an intent: `act(t, "repay", amount="200")`.

    Its words are the intent's own (`menu.<intent>`) where no `label` is given. What does not fit is left out.
    """
    return Button(label if label is not None else t(f"menu.{intent}"), opens(intent, slots))


def ask(t: Translator, topic: str, /, **slots: str) -> Button:
    """Return the button that asks a question, in its words: "Why was I refused?"."""
    return Button(t(f"topics.{topic}"), opens("ask", {"topic": topic, **slots}))


def talk_to_person(t: Translator, topic: str = "", mark: str = "") -> Button:
    """Return *Talk to a person*, about a question: its topic, and the mark of its answer (`LastAsked.mark`)."""
    about = {name: value for name, value in (("topic", topic), ("q", mark)) if value}
    return act(t, "talk_to_person", t("asking.person"), **about)


def opens(intent: str, slots: Mapping[str, str]) -> str:
    """Return `do:intent:slot=value…`; a slot that a colon would break, or that is too long, is left out."""
    data = f"do:{intent}"
    for name, value in slots.items():
        longer = f"{data}:{name}={value}"
        if ":" not in value and "=" not in value and len(longer.encode()) <= CALLBACK_BYTES:
            data = longer
    return data
