"""A text that goes on from the question before ("why?", 那6个月呢), read with that question's topic."""

from __future__ import annotations

from typing import Final

from handlers.chat.meaning import ASK, CONFIDENCE, TOPIC, TOPICS, Meaning
from handlers.chat.questions import Slots
from handlers.phrases.follow_ups import follows, is_bare
from handlers.phrases.said import Said

_BESIDE: Final = (TOPIC, TOPICS, CONFIDENCE)


def follow_up(text: Said, last_topic: str, last_slots: Slots) -> Meaning | None:
    """Return the question that a text asks after one about `last_topic`; None where it stands for itself.

    What says for itself, surely, what it is about goes on from nothing, unless all that it says is a sum or a term.
    """
    if text.text.startswith("/"):
        return None
    known = {name: value for name, value in last_slots.items() if name not in _BESIDE}
    found = follows(text.folded, last_topic, known)
    if found is None:
        return None
    topic, slots = found
    goes_on = topic != last_topic or slots == known or is_bare(text.folded) or not text.understood.sure
    return Meaning(ASK, {**slots, TOPIC: topic, TOPICS: topic}) if goes_on else None
