"""Outbox → Telegram, by python-telegram-bot, paced. Knows no aiogram: it starts without paying for that import."""

from __future__ import annotations

import os

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot's own switch to its coming `retry_after` type
