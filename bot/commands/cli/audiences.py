"""`susu audiences`: questions about customers, and how many they fit."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.cli.shared import WRONG_CALL, AsJson, group, settings_of, show, stop

audiences = group("Whom offers may go to: saved questions about customers, and tags.")


@audiences.command("list")
def list_audiences(as_json: AsJson = False) -> None:
    """List the saved audiences with their questions."""
    from bot.commands.audiences import listed

    found = asyncio.run(listed(settings_of()))
    rows = [{"name": name, "version": version, "question": question} for name, version, question in found]
    lines = [f"{name}, version {version}: {question}" for name, version, question in found]
    show({"audiences": rows}, "\n".join(lines) or "None is saved yet.", as_json=as_json)


@audiences.command("show")
def show_audience(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    version: Annotated[int | None, typer.Option(help="One of its versions, the newest when not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show an audience: its question, how many people it fits now, and who falls out of which offers."""
    from bot.commands import audiences as found

    told = asyncio.run(found.shown(settings_of(), name, version))
    show(found.as_json(told), "\n".join(told.lines), as_json=as_json)


@audiences.command("count")
def count_audience(
    question: Annotated[str, typer.Argument(help='As at the desk: "wallet > 100 and no active loan".')],
    as_json: AsJson = False,
) -> None:
    """Count how many people a question fits, without saving it."""
    from bot.commands import audiences as found
    from finance_core.kernel.errors import InvalidInput

    try:
        told = asyncio.run(found.counted(settings_of(), question))
    except InvalidInput as refused:
        stop(found.sentence(refused), status=WRONG_CALL)
    show(found.as_json(told), "\n".join(told.lines), as_json=as_json)


@audiences.command("tag")
def tag_customers(
    tag: Annotated[str, typer.Argument(help="A word; made where it is new.")],
    file: Annotated[Path, typer.Argument(help="CSV whose first line has customer, phone or username.")],
    as_json: AsJson = False,
) -> None:
    """Give the customers of a file a tag. Which lines named a customer is not told."""
    from bot.commands.audiences import tagged

    lines, people = asyncio.run(tagged(settings_of(), tag, file.read_text("utf-8-sig")))
    said = "fewer than 50" if people is None else f"{people:,}"
    show({"lines": lines, "people": people}, f"{lines:,} lines were read; {said} people have the tag.", as_json=as_json)
