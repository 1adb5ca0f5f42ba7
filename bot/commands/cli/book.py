"""The book: its schema, its days, and whether it is right."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.cli.shared import FAILED, WRONG_CALL, AsJson, date_of, group, progress, settings_of, show, stop

Covers = Annotated[bool, typer.Option("--covers", help="Print which changes would be found, table by table.")]
SinceSeal = Annotated[bool, typer.Option("--since-seal", help="Look only at what was posted since the last seal.")]
Lanes = Annotated[int, typer.Option("--connections", min=1, max=16, help="How many queries run at once.")]

database = group("The database's schema.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to this Susu's schema, and open the book if this is its first day."""
    from bot.database import attached, prepare, wanted_revision

    settings = settings_of()
    with attached(settings) as (url, _):
        asyncio.run(prepare(settings, url))
    typer.echo(f"The schema is at {wanted_revision()}.")


def close_day(
    to: Annotated[str | None, typer.Option(help="Make sure that the book reaches this date, like 2026-03-13.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="The clock is right: live through all missed days, if there are several.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Close every business date that is over by the clock, in order."""
    from bot.commands.operations import close_days

    target = date_of(to) if to else None
    closing = asyncio.run(close_days(settings_of(), target, progress, yes=yes))
    words = f"{closing.dates_closed} closed; the book is open on {closing.open_on}."
    show({"open_on": closing.open_on, "dates_closed": closing.dates_closed}, words, as_json=as_json)


verification = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


@verification.callback(invoke_without_command=True)
def verify_alone(
    context: typer.Context,
    as_json: AsJson = False,
    covers: Covers = False,
    since_seal: SinceSeal = False,
    connections: Lanes = 2,
) -> None:
    """Recompute every balance, seal, equation and guard, and say what none covers; end with 1 if one is wrong."""
    if context.invoked_subcommand is not None:
        return
    if covers:
        show_coverage(as_json=as_json)
    else:
        _verify(connections, as_json=as_json, since_seal=since_seal)


def _verify(connections: int, *, as_json: bool, since_seal: bool) -> None:
    from bot.commands.operations import verify_books
    from finance_core.guarding import NOT_COVERED

    report = asyncio.run(verify_books(settings_of(), connections, since_seal=since_seal))
    checks = [{"name": check.name, "ok": check.ok, "wrong": check.wrong} for check in report.checks]
    unsaid = list(NOT_COVERED)
    words = f"{report}\nNot covered, column by column in `susu verify --covers`: {'; '.join(unsaid)}."
    show({"ok": report.ok, "checks": checks, "not_covered": unsaid}, words, as_json=as_json)
    if not report.ok:
        raise SystemExit(FAILED)


@verification.command("packet")
def verify_packet(
    file: Annotated[Path, typer.Argument(help="What *Check the packet* gives, as JSON; - is the input.")],
) -> None:
    """Draw a red packet's shares again from its seed, without a database; end with 1 if what was given does not fit."""
    from bot.commands.friends import verified_packet

    _verify_file(file, verified_packet)


@verification.command("draw")
def verify_draw(
    file: Annotated[Path, typer.Argument(help="What *Check the draw* gives, as JSON; - is the input.")],
) -> None:
    """Draw a circle's round again from its key and picks, without a database; end with 1 if it does not fit."""
    from bot.commands.circles import verified_draw

    _verify_file(file, verified_draw)


def _verify_file(file: Path, verified: Callable[[str], dict[str, Any]]) -> None:
    """Print what `verified` makes of a file's text; end with 1 where something does not fit, with 2 if malformed."""
    from bot.commands.quote_fields import Refused

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        found = verified(text)
    except (OSError, UnicodeDecodeError) as unreadable:
        stop(f"{file} cannot be read: {unreadable}", status=WRONG_CALL)
    except Refused as refusal:
        stop(refusal.as_json()["message"], status=WRONG_CALL)
    typer.echo(json.dumps(found))
    if not found["ok"]:
        stop(*found["wrong"], status=FAILED)


def show_coverage(*, as_json: bool) -> None:
    """Do what `susu verify --covers` does."""
    from finance_core.guarding import coverage

    tables = coverage()
    show({"tables": [asdict(each) for each in tables]}, "\n".join(map(str, tables)), as_json=as_json)
