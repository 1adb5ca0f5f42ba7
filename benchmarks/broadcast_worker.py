"""A worker that delivers, to be killed: `python -m benchmarks.broadcast_worker DATABASE API`."""

from __future__ import annotations

import asyncio
import sys

from bot.delivery.loop import Delivery
from bot.delivery.push import delivery_bot
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units
from handlers.notices.rendering import render


async def deliver(database_url: str, api_url: str) -> None:
    """Deliver until killed."""
    await Delivery(Units(create_engine(database_url)), delivery_bot("77:benchmark", api_url), render).run()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], sys.argv[2]))
