"""What the commands share: how they are grouped, common options, settings, and how they speak and stop."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, cast

import typer

if TYPE_CHECKING:
    from io import BufferedReader

    from bot.settings import Settings

WRONG_CALL: Final = 2
FAILED: Final = 1
_BLOCK_BYTES: Final = 1 << 16

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AsLines = Annotated[bool, typer.Option("--lines", help="One JSON object on each line of the input, and of the output.")]


def group(words: str) -> typer.Typer:
    """Return a group of commands: help in plain text, and no traceback for people."""
    return typer.Typer(
        help=words,
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def stop(*problems: str, status: int) -> NoReturn:
    """End with a line for each problem."""
    for problem in problems:
        typer.echo(f"susu: {problem}", err=True)
    raise SystemExit(status)


def settings_of(*, logs: bool = True, **overrides: Any) -> Settings:
    """Return the settings, with what the command line overrides; with `logs` the log is set up by them."""
    import os

    from bot.settings import load_settings, unknown_settings

    for hint in unknown_settings(os.environ):
        typer.echo(f"susu: {hint}", err=True)
    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    if logs:
        from bot.logs import configure_logging

        configure_logging(level=settings.log_level, fmt=settings.log_format)
    return settings


def answer_lines(answers: Callable[[Iterable[str]], Iterable[str]]) -> None:
    """Answer line by line, what has arrived together in one write: flushing each line costs as much as its quote."""
    for lines in _arriving_lines():
        answered = answers(line for line in lines if line.strip())
        sys.stdout.write("".join(f"{answer}\n" for answer in answered))
        sys.stdout.flush()


def _arriving_lines() -> Iterator[list[str]]:
    arriving, rest = cast("BufferedReader", sys.stdin.buffer), b""
    while block := arriving.read1(_BLOCK_BYTES):
        *lines, rest = (rest + block).split(b"\n")
        yield [line.decode(errors="replace") for line in lines]
    yield [rest.decode(errors="replace")]


def date_of(text: str) -> date:
    """Return the date that was given; stop when it is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        stop(f"{text!r} is no date; give one like 2026-03-13", status=WRONG_CALL)


def tell(line: str) -> None:
    """Say a line on the output."""
    typer.echo(line)


def progress(line: str) -> None:
    """Say how far a long task is, beside its output."""
    typer.echo(line, err=True)


def show(data: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print what a command found, for a person or as JSON."""
    typer.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)
