"""`susu nav`: prices of funds."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.cli.shared import group, settings_of

navs = group("Prices of funds.")


@navs.command("publish")
def publish_navs(file: Annotated[Path, typer.Argument(help="CSV with the header fund,date,nav.")]) -> None:
    """Publish the NAVs of a file, all of them or none."""
    from bot.commands.operations import publish_navs as publish

    count = asyncio.run(publish(settings_of(), file))
    typer.echo(f"{count} published.")
