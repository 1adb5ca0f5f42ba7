"""The words of a running broadcast: its states, what becomes of a recipient, why it pauses by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class RunState(StrEnum):
    """Where a run stands."""

    FREEZING = "freezing"  # its recipients are being written down
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    MISSED = "missed"  # it could not begin before its end


OVER: Final = (RunState.FINISHED, RunState.CANCELLED, RunState.MISSED)


class RecipientState(StrEnum):
    """What becomes of a recipient. The first three are on their way; everybody frozen is in one of the eight."""

    WAITING = "waiting"  # not looked at yet
    LATER = "later"  # may be sent it from an instant on: their hours, or the frequency of offers
    FED = "fed"  # in the outbox, or on the wire
    SENT = "sent"
    REFUSED = "refused"  # Telegram did not take it: the reason is `Refusal`
    UNKNOWN = "unknown"  # nobody knows whether it came
    SKIPPED = "skipped"  # was not sent it: the reason is `Skip`
    HELD = "held"  # held out


OPEN: Final = (RecipientState.WAITING, RecipientState.LATER, RecipientState.FED)
LEFT_OUT: Final = "left_out"
"""What counts who fell out when the recipients were frozen, by reason: they are none of them."""


class Refusal(StrEnum):
    """Why Telegram did not take it."""

    BLOCKED = "blocked"  # an old block, found now: it says nothing about the broadcast
    CONTENT = "content"  # what was sent


class Paused(StrEnum):
    """Why a run is paused. All but the first: by itself."""

    BY_HAND = "by_hand"
    CONTENT = "content"  # Telegram refuses what it says
    LEAVING = "leaving"  # too many wanted no more offers, or blocked the bot
    UNKNOWN = "unknown"  # of too many nobody knows whether it came
    SILENCE = "silence"  # nothing was sent for six hours
    PRICE = "price"  # a figure of its price has changed
    STARS = "stars"  # as many Stars were spent as may be
    RESTORED = "restored"  # the database is another than the one that it began in
