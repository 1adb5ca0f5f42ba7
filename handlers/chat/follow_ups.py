"""A text that goes on from the question before ("why?", 那6个月呢), read with that question's topic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from handlers.chat import open_cards
from handlers.chat.meaning import ASK, CONFIDENCE, TOPIC, TOPICS, Meaning
from handlers.chat.questions import Slots
from handlers.chat.topics import followed
from handlers.phrases.follow_ups import follows, is_bare
from handlers.phrases.said import Said

_BESIDE: Final = (TOPIC, TOPICS, CONFIDENCE)
_PRICED: Final = {"borrow": "loan.interest"}
"""What a question after an open card is about, by the act of the card: "and over 12?" asks the price of a loan."""


def before(data: Mapping[str, Any], now: datetime) -> tuple[str, Slots] | None:
    """Return the topic and the slots that a short question may go on from: of the last question, or of an open card."""
    asked = followed(data, now)
    if asked is not None and asked.topic:
        return asked.topic, asked.slots
    card = open_cards.offered_in(data)
    if card is None or card.said is None or card.said[0] not in _PRICED or now >= card.until:
        return None
    return _PRICED[card.said[0]], card.said[1]


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
