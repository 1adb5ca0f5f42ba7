"""A delivery worker in a process of its own, to be killed: `python -m tests.faults.delivery_process DATABASE API`."""

from __future__ import annotations

import asyncio
import sys

from bot.delivery.loop import Delivery
from bot.delivery.push import delivery_bot
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units
from tests.push_api import TOKEN, read_board, render


async def deliver(database_url: str, api_url: str) -> None:
    """Deliver until killed."""
    units, bot = Units(create_engine(database_url)), delivery_bot(TOKEN, api_url)
    await Delivery(units, bot, render, read_board=read_board).run()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], sys.argv[2]))
