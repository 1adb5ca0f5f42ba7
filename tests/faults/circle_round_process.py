"""Lives through a part of a round and dies: `python -m tests.faults.circle_round_process URL DUE evening|morning NTH`.

In the evening the list and the draw, in the morning debits and payout, each at its hour; it kills itself (-9) just
before its NTH commit. DUE is the round's day.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import date, datetime, time, timedelta
from itertools import count

from sqlalchemy.orm import Session

from finance_core.circles import daily, timed
from finance_core.kernel.clock import ManualClock
from finance_core.storage import unit
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units
from tests.builders import CIPHER, SHANGHAI


def _die_before(nth: int) -> None:
    real, numbers = unit._committed, count(1)

    def committed(session: Session) -> None:
        if next(numbers) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        real(session)

    unit._committed = committed


async def _evening(clock: ManualClock, units: Units, due: date) -> None:
    for hour, work in zip((18, 20), timed.TIMED, strict=True):
        clock.set(datetime.combine(due - timedelta(days=1), time(hour), SHANGHAI))
        await work.run(units)


async def _morning(clock: ManualClock, units: Units, due: date) -> None:
    clock.set(datetime.combine(due, time(9), SHANGHAI))
    for step in (daily.DEBIT, daily.PAY):
        await step.run(units, due)


if __name__ == "__main__":
    url, due, part, nth = sys.argv[1:]
    _die_before(int(nth))
    day = date.fromisoformat(due)
    clock = ManualClock(datetime.combine(day, time(0), SHANGHAI))
    lives = {"evening": _evening, "morning": _morning}[part]
    asyncio.run(lives(clock, Units(create_engine(url), clock, CIPHER), day))
