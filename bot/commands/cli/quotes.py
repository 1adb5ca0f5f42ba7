"""`susu quote`: figures without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer

from bot.commands.cli.shared import WRONG_CALL, AsLines, answer_lines, group, stop

AsTable = Annotated[bool, typer.Option("--table", help="A table to read instead of JSON.")]

quotes = group("Figures without a database: JSON in, JSON out.")


@quotes.command("loan")
def quote_loan(lines: AsLines = False, table: AsTable = False) -> None:
    """Compute a loan's schedule and its price: terms as JSON on the input."""
    from bot.commands.quote import loan_table
    from bot.commands.quote import quote_loan as answers

    if lines and table:
        stop("a table is of one loan: leave --lines or --table out", status=WRONG_CALL)
    _quote(answers, lines=lines, shown=loan_table if table else None)


@quotes.command("apr")
def quote_apr(lines: AsLines = False) -> None:
    """Compute an annual percentage rate: flows as JSON on the input."""
    from bot.commands.quote import quote_apr as answers

    _quote(answers, lines=lines)


@quotes.command("days")
def quote_days(lines: AsLines = False) -> None:
    """Count days between two dates by a convention: JSON on the input."""
    from bot.commands.quote import quote_days as answers

    _quote(answers, lines=lines)


@quotes.command("packet")
def quote_packet(lines: AsLines = False) -> None:
    """Draw a red packet's shares from a seed: JSON on the input."""
    from bot.commands.friends import quote_packet as answers

    _quote(answers, lines=lines)


@quotes.command("split")
def quote_split(lines: AsLines = False) -> None:
    """Split a bill by weights: JSON on the input."""
    from bot.commands.friends import quote_split as answers

    _quote(answers, lines=lines)


@quotes.command("auction")
def quote_auction(lines: AsLines = False) -> None:
    """Answer one round of a circle's auction with its prize, its dividends and what the bid costs."""
    from bot.commands.circles import quote_auction as answers

    _quote(answers, lines=lines)


@quotes.command("share-out")
def quote_share_out(lines: AsLines = False) -> None:
    """Answer what an accumulating circle has, and who owes it, with what each is paid."""
    from bot.commands.circles import quote_share_out as answers

    _quote(answers, lines=lines)


def _quote(
    answers: Callable[[Iterable[str]], Iterable[str]],
    *,
    lines: bool,
    shown: Callable[[dict[str, Any]], str] | None = None,
) -> None:
    """Answer the input's one object, as JSON or as `shown`, ending with 2 when it is refused; or each line, refusals
    included.
    """
    if lines:
        answer_lines(answers)
        return
    (answer,) = answers([sys.stdin.read()])
    answered = json.loads(answer)
    typer.echo(shown(answered) if shown is not None else answer)
    if "error" in answered:
        raise SystemExit(WRONG_CALL)
