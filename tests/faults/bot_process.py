"""A real bot process, as `susu bot` runs it: `python -m tests.faults.bot_process [METHOD [after]]`.

The settings say the rest. With METHOD it kills itself (-9) just before it calls that method of the Bot API with DIE_AT
in its text: the commit is made by then, and its reply is not. With `after` it does so once the call is answered, and
nothing of that is recorded.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

from aiogram import Bot

from bot.logs import configure_logging
from bot.processes import conversation, rails
from bot.processes.run import run_bot
from bot.settings import Settings
from finance_core.wallet.rails import SANDBOX

DIE_AT = "is in your wallet"


def _dying(method_name: str, *, after: bool) -> Any:
    async def middleware(make_request: Any, bot: Bot, method: Any) -> Any:
        is_the_last = method.__api_method__ == method_name and DIE_AT in (getattr(method, "text", None) or "")
        if is_the_last and after:
            await make_request(bot, method)
        if is_the_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return await make_request(bot, method)

    return middleware


def _let_die_at(method_name: str, *, after: bool) -> None:
    """Make the process's bot die before such a call, or after it."""
    real = conversation.conversation_bot

    def mortal(token: str, api_url: str) -> Bot:
        bot = real(token, api_url)
        bot.session.middleware.register(_dying(method_name, after=after))
        return bot

    conversation.conversation_bot = mortal


if __name__ == "__main__":
    configure_logging(fmt="json")
    setattr(rails, "rail_of", lambda _: SANDBOX)  # noqa: B010 - the setting would keep it from this token, which is not the demo's
    if len(sys.argv) > 1:
        _let_die_at(sys.argv[1], after=sys.argv[2:] == ["after"])
    asyncio.run(run_bot(Settings()))
