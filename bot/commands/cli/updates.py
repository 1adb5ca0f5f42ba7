"""`susu updates`: what people sent and could not be handled."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.commands.cli.shared import AsJson, group, settings_of, show

updates = group("Updates that were given up.")


@updates.command("dead")
def dead(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List updates that were given up: number, when, what its person was told, what went wrong."""
    from dataclasses import asdict

    from bot.commands.updates import dead as found

    given_up = asyncio.run(found(settings_of(), limit))
    lines = [
        f"{each.id:8} {each.finished_at:%Y-%m-%d %H:%M} {each.reference or '-':10} {each.lane:30} {each.error}"
        for each in given_up
    ]
    show({"updates": [asdict(each) for each in given_up]}, "\n".join(lines) or "None.", as_json=as_json)


@updates.command("replay")
def replay(number: Annotated[int, typer.Argument(help="Its number, as `susu updates dead` says it.")]) -> None:
    """Run an update again: it is at the head of its chat's queue, and a bot process takes it up at once."""
    from bot.commands.updates import run_again

    asyncio.run(run_again(settings_of(), number))
    typer.echo(f"Update {number} waits to be handled.")
