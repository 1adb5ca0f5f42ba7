"""`susu calendars`: dealing and banking days."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.cli.shared import group, settings_of

calendars = group("Dealing and banking days.")


@calendars.command("apply")
def apply(
    file: Annotated[Path, typer.Argument(help="A TOML file: a table for each year, as docs/operating.md has it.")],
) -> None:
    """Load the weekends, holidays and make-up days of years: every process deals and pays by them from then on."""
    from bot.commands.operations import apply_calendar_file

    changed = asyncio.run(apply_calendar_file(settings_of(), file))
    typer.echo("\n".join(changed) or "Nothing changed.")
