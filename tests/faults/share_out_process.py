"""Pays a share-out and dies: `python -m tests.faults.share_out_process URL NOW SHARE_OUT NTH before|after`.

It kills itself (-9) just before its NTH commit, or just after it. NOW is the business instant, as ISO text.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from finance_core.journeys.saving_circles import sharing_out
from finance_core.kernel.clock import ManualClock
from finance_core.storage import unit
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units


def _die_at(nth: int, *, after: bool) -> None:
    real, numbers = unit._committed, count(1)

    def committed(session: Session) -> None:
        is_the_last = next(numbers) == nth
        if is_the_last and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        real(session)
        if is_the_last:
            os.kill(os.getpid(), signal.SIGKILL)

    unit._committed = committed


if __name__ == "__main__":
    url, now, share_out, nth, when = sys.argv[1:]
    _die_at(int(nth), after=when == "after")
    units = Units(create_engine(url), ManualClock(datetime.fromisoformat(now)))
    asyncio.run(sharing_out.pay(units, int(share_out)))
