"""`python -m bot` is `susu`."""

from __future__ import annotations

from bot.commands.cli import main

main()
