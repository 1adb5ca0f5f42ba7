"""What ends at an instant before or beside the rounds: votes after their days, confirmations of a new total."""

from __future__ import annotations

from typing import Final

from finance_core.circles.agenda import end_over
from finance_core.circles.going import lapse
from finance_core.circles.timed import at_instants
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

_MOTIONS: Final = "SELECT id, ends_at AS at FROM circle_motion WHERE state = 'open'"
_CONFIRMATIONS: Final = "SELECT id, confirm_until AS at FROM circle WHERE state = 'confirming'"


async def _end_motion(unit: Unit, _cipher: Cipher | None, motion_id: int) -> None:
    await end_over(unit, motion_id)


async def _let_lapse(unit: Unit, cipher: Cipher | None, circle_id: int) -> None:
    if cipher is not None:  # who waits may get a place, whose picks are encrypted
        await lapse(unit, cipher, circle_id)


TIMED: Final = (
    at_instants("circles.votes", _MOTIONS, _MOTIONS, _end_motion),
    at_instants("circles.confirmations", _CONFIRMATIONS, _CONFIRMATIONS, _let_lapse),
)
