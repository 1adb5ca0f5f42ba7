"""`susu products`: the catalogue."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.cli.shared import group, settings_of

products = group("The catalogue of products.")


@products.command("apply")
def apply(file: Annotated[Path | None, typer.Argument(help="A TOML file; default: the shipped one.")] = None) -> None:
    """Load a catalogue: each product whose terms changed gets a new version from the book's day on."""
    from bot.commands.operations import apply_products

    changed = asyncio.run(apply_products(settings_of(), file))
    typer.echo("\n".join(changed) or "Nothing changed.")
