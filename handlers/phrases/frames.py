"""Frames: which sequences of tags mean which intent. The table itself is `frames.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast, get_args

Intent = Literal[
    "borrow", "repay", "invest", "withdraw", "send", "request", "balance", "owe", "history", "topup", "statement",
    "settings", "help", "circle", "cancel", "promise", "hardship", "ask", "out_of_scope",
    "packet", "split", "collect", "bills", "change_pin", "forgot_pin", "recovery_code", "name_contact",
    "change_phone", "move_account", "identity", "limits", "privacy", "my_data", "close_account", "keep_account",
    "terms", "prices", "consents", "offers_stop", "own_limits", "lock", "unlock",
    "circle_open", "circle_join", "circle_pay", "circle_my_turn", "circle_who_paid", "circle_skip", "circle_swap",
    "circle_bid", "circle_leave",
]  # fmt: skip
"""What a text may be understood as; the second half by `spoken_commands.py` or by `shared_money.py`."""

MONEY_INTENTS: Final = frozenset({"borrow", "repay", "invest", "withdraw", "send", "request", "topup"})
"""Intents whose card moves money in the end."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Any of `patterns` means `intent`, unless one of `but_not` occurs as well."""

    intent: Intent
    confidence: float
    patterns: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    hint: str | None = None


@cache
def frames() -> tuple[Frame, ...]:
    """Return the frames in the order in which they are tried, read from their file once."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["frame"]
    return tuple(
        Frame(
            intent=_intent(row["intent"]),
            confidence=row["confidence"],
            patterns=_lines(row["patterns"]),
            but_not=_lines(row.get("but_not", "")),
            hint=row.get("hint"),
        )
        for row in table
    )


def _intent(name: str) -> Intent:
    if name not in get_args(Intent):
        raise ValueError(f"frames.toml names an unknown intent: {name}")
    return cast("Intent", name)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
