"""`python -m bot` is `susu`."""

from __future__ import annotations

from bot.cli import main

main()
