"""`susu report`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.cli.shared import WRONG_CALL, AsJson, date_of, settings_of, show, stop


def report(
    name: Annotated[str | None, typer.Argument(help="Which report; without one, what there is.")] = None,
    on: Annotated[str | None, typer.Option(help="As of the end of this date; default: the last closed one.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="A period's first date.")] = None,
    to: Annotated[str | None, typer.Option(help="A period's last date.")] = None,
    by: Annotated[str | None, typer.Option(help="A period's steps: day, week or month.")] = None,
    form: Annotated[str | None, typer.Option("--format", help="table, csv, xlsx or json.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file instead of the output.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a report as of any past date; later entries, reversals among them, do not change it."""
    from bot.commands import reports

    if name is None:
        show(reports.listing_json(), reports.listing(), as_json=as_json)
        return
    try:
        reports.require_report(name)
        shape = reports.chosen_format(form, output, as_json=as_json)
        on_date, first_on, last_on = (date_of(each) if each else None for each in (on, since, to))
        order = reports.Order(name, on_date, first_on, last_on, by, shape, output)
        reports.put_out(asyncio.run(reports.fetched(settings_of(), order)), order)
    except reports.WrongCall as wrong:
        stop(str(wrong), status=WRONG_CALL)
