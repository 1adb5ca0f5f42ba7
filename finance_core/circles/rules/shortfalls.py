"""What is done about a pot that is not full (CIRCLES §5)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

WAITED_DAYS: Final = 7
"""After the due day: then what is there is paid, whatever the rule."""
GUARANTORS_DAYS: Final = 3
"""After the due day: then guarantors are asked."""


class ShortfallRule(StrEnum):
    """What a circle does about a round that is not paid in whole."""

    WAIT = "wait"  # seven days, then what is there is paid
    PAY = "pay"  # what is there is paid after the grace; what comes later goes to that round's receiver
    DEPOSIT = "deposit"  # the late member's own deposit is used, to be refilled
    GUARANTORS = "guarantors"  # who stands for the late one is asked, never debited
