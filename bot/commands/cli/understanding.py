"""`susu understand`: what the bot makes of a text."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from bot.commands.cli.shared import WRONG_CALL, AsLines, answer_lines, stop


def understand(
    text: Annotated[list[str] | None, typer.Argument(help="What a person writes.")] = None, lines: AsLines = False
) -> None:
    """Show what the bot makes of a text: the intent, its slots, how sure it is."""
    from bot.commands.understand import run as answers

    if lines == bool(text):
        stop("give a text, or --lines and JSON objects on the input", status=WRONG_CALL)
    if lines:
        answer_lines(partial(answers, json_lines=True))
    else:
        typer.echo(next(answers([" ".join(text or ())], json_lines=False)))
