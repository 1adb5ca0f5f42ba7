"""A dispatching process for tests of several: `python -m tests.faults.dispatch_process DATABASE API [METHOD]`."""

from __future__ import annotations

import asyncio
import sys

from bot.logs import configure_logging
from tests.faults.dispatch_support import serve

if __name__ == "__main__":
    configure_logging(fmt="json")
    asyncio.run(serve(sys.argv[1], sys.argv[2], die_before=sys.argv[3] if len(sys.argv) > 3 else None))
