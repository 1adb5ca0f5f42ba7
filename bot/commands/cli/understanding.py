"""`susu understand` and `susu phrases`: what the bot makes of a text, and how it learnt to."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.cli.shared import FAILED, WRONG_CALL, AsLines, answer_lines, group, stop

phrases = group("What people say: learn from the patterns which topic a question is about.")


def understand(
    text: Annotated[list[str] | None, typer.Argument(help="What a person writes.")] = None,
    lines: AsLines = False,
    why: Annotated[bool, typer.Option("--why", help="Say which n-grams decided, and the nearest pattern.")] = False,
    as_json: Annotated[bool, typer.Option("--json", hidden=True)] = False,  # noqa: ARG001 -- it is JSON in any case
) -> None:
    """Show what the bot makes of a text: the intent, its topic and slots, how sure it is."""
    from bot.commands.understand import run as answers

    if lines == bool(text):
        stop("give a text, or --lines and JSON objects on the input", status=WRONG_CALL)
    if lines:
        answer_lines(partial(answers, json_lines=True, why=why))
    else:
        typer.echo(next(answers([" ".join(text or ())], json_lines=False, why=why)))


@phrases.command()
def train(
    also: Annotated[
        Path | None, typer.Option(help="A CSV of texts and their categories, for topics that also.toml names.")
    ] = None,
) -> None:
    """Learn the topic model anew from the patterns, and write it where it is committed."""
    from handlers.phrases.topics.model import FILE

    try:
        from handlers.phrases.topics.training import trained

        packed = trained(also)
    except ImportError as missing:
        stop(f"{missing}: SciPy is a tool of development, `make setup` brings it", status=FAILED)
    FILE.write_bytes(packed)
    typer.echo(f"{FILE}: {len(packed):,} bytes")
