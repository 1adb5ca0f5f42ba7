"""What is understood of a text: an intent with its slots, and how sure one is of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from handlers.phrases.frames import Intent
from handlers.phrases.slots import Slot

SURE: Final = 0.75
"""From here on one may act: show the card. Below, ask with two or three buttons (`alternatives`)."""

OUT_OF_SCOPE: Final = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood.

    `slots` holds only what was said: amount (plain decimal text: "3000", "1000.5"), asset (a currency's code), count
    (int), unit (day, week, month), payee, note, when. `candidates` are the readings of a sum that must be asked back.
    `hint` says which kind of out of scope it is ("lend": to or from a friend; "request": somebody owes them; "others":
    what somebody else has), or which side of a loan is meant ("early": paying ahead, "schedule", "loan": its statement
    and not the wallet's). `later` is the day ahead for which it is said ("tomorrow"), as written. `topics` are what a
    question (`ask`) may be about, the likeliest first; its `confidence` is how likely that is the right one.
    """

    intent: Intent
    slots: dict[str, Slot] = field(default_factory=dict)
    confidence: float = 1.0
    alternatives: tuple[Intent, ...] = ()
    candidates: tuple[str, ...] = ()
    hint: str | None = None
    later: str | None = None
    topics: tuple[str, ...] = ()

    @property
    def topic(self) -> str | None:
        """What is asked about, as far as one can say: the likeliest of `topics`."""
        return self.topics[0] if self.topics else None

    @property
    def sure(self) -> bool:
        """Whether one may act on it without asking."""
        return self.confidence >= SURE
