"""Commands that start with a stroke: what their names mean. Their arguments are read like free text."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.frames import Intent

COMMANDS: Final[dict[str, Intent]] = {
    "borrow": "borrow", "loan": "borrow", "quote": "borrow",
    "repay": "repay", "pay": "repay", "promise": "promise", "hardship": "hardship",
    "invest": "invest", "save": "invest", "change": "invest",
    "withdraw": "withdraw", "redeem": "withdraw", "takeout": "withdraw", "cashout": "withdraw",
    "send": "send", "transfer": "send",
    "request": "request", "ask": "request", "collect": "request",
    "balance": "balance", "wallet": "balance",
    "owe": "owe", "due": "owe", "loans": "owe",
    "history": "history", "transactions": "history",
    "topup": "topup", "deposit": "invest",
    "statement": "statement", "export": "statement",
    "settings": "settings", "language": "settings", "lang": "settings", "pin": "settings", "lock": "settings",
    "help": "help", "start": "help", "menu": "help", "support": "help",
    "circle": "circle", "circles": "circle", "susu": "circle",
    "cancel": "cancel", "stop": "cancel",
}  # fmt: skip

_COMMAND: Final = re.compile(r"\s*/([a-z_]+)(?:@[a-z0-9_]+)?(?=\s|$)")


def split_command(folded: str) -> tuple[Intent | None, int] | None:
    """Return a command's intent and where its arguments begin: no intent if it is unknown, None if it is no command."""
    match = _COMMAND.match(folded)
    return (COMMANDS.get(match[1]), match.end()) if match else None
