"""`susu`, the one command. Every heavy import is inside the command that needs it, so that help comes at once."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, cast

import typer

if TYPE_CHECKING:
    from io import BufferedReader

    from bot.settings import Settings

WRONG_CALL: Final = 2
FAILED: Final = 1
_BLOCK_BYTES: Final = 1 << 16
_EXPLAINED: Final = {"ServerError", "WrongSchema", "GaveUp", "StoreTaken"}
"""Errors whose text is for the person at the terminal; by name, since importing their classes costs a second."""


def _group(words: str) -> typer.Typer:
    return typer.Typer(
        help=words,
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


app = _group("Susu: a micro-finance service that lives in a chat.")
database = _group("The database's schema.")
quotes = _group("Figures without a database: JSON in, JSON out.")
products = _group("The catalogue of products.")
calendars = _group("Dealing and banking days.")
operators = _group("Who runs the institution, and in which role.")
navs = _group("Prices of funds.")
app.add_typer(database, name="db")
app.add_typer(quotes, name="quote")
app.add_typer(products, name="products")
app.add_typer(calendars, name="calendars")
app.add_typer(operators, name="operators")
app.add_typer(navs, name="nav")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AsLines = Annotated[bool, typer.Option("--lines", help="One JSON object on each line of the input, and of the output.")]
AsTable = Annotated[bool, typer.Option("--table", help="A table to read instead of JSON.")]
Supervised = Annotated[bool, typer.Option("--supervised", hidden=True)]
Port = Annotated[int | None, typer.Option(help="The port of the sandbox and its chat page (SUSU_SANDBOX_PORT).")]


def main() -> None:
    """Run the command line; end with 0, 1 (it failed) or 2 (the call or a setting is wrong)."""
    try:
        app(prog_name="susu")
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:  # noqa: BLE001 - what is not foreseen is raised again
        _explain(error)


def _explain(error: Exception) -> NoReturn:
    """End with a sentence for what is foreseen; what is not keeps its traceback."""
    from bot.settings import BadSettings
    from finance_core.kernel.calendar_file import BadCalendars
    from finance_core.kernel.errors import FinanceError, InvalidInput

    match error:
        case BadSettings(problems=problems) | BadCalendars(problems=problems):
            _stop(*problems, status=WRONG_CALL)
        case InvalidInput():
            _stop(str(error), status=WRONG_CALL)
        case FinanceError():
            _stop(str(error), status=FAILED)
    if type(error).__name__ in _EXPLAINED:
        _stop(str(error), status=FAILED)
    raise error


def _stop(*problems: str, status: int) -> NoReturn:
    for problem in problems:
        typer.echo(f"susu: {problem}", err=True)
    raise SystemExit(status)


def _settings(*, logs: bool = True, **overrides: Any) -> Settings:
    import os

    from bot.settings import load_settings, unknown_settings

    for hint in unknown_settings(os.environ):
        typer.echo(f"susu: {hint}", err=True)
    settings = load_settings(**{name: value for name, value in overrides.items() if value is not None})
    if logs:
        from bot.logs import configure_logging

        configure_logging(level=settings.log_level, fmt=settings.log_format)
    return settings


def _run_process(
    name: str, body: Callable[[Settings], Awaitable[None]], settings: Settings, *, supervised: bool, loads: str = "bot"
) -> None:
    """Run a process until it is told to stop. What it `loads` takes seconds, during which a signal ends it at once."""
    from bot.logs import configure_logging
    from bot.processes.loading import load
    from bot.processes.supervisor import end_with_parent

    configure_logging(level=settings.log_level, fmt=settings.log_format, process=name)
    if supervised:
        end_with_parent()
    load(loads)
    asyncio.run(_until_told(body(settings)))


async def _until_told(body: Awaitable[None]) -> None:
    """Run `body` to its end, or cancel it on SIGTERM or SIGINT and let it clean up."""
    import signal

    task = asyncio.ensure_future(body)
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    telling = asyncio.ensure_future(told.wait())
    await asyncio.wait([task, telling], return_when=asyncio.FIRST_COMPLETED)
    for each in (task, telling):
        each.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
    _leave_at_once()


def _leave_at_once() -> NoReturn:
    """End the process, whose work is done and put away, though a thread may still be loading a library."""
    import logging
    import os

    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


# -- processes --------------------------------------------------------------------------------------------------------


@app.command()
def demo(
    port: Port = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over: forget every person, message and amount.")
    ] = False,
) -> None:
    """Run everything on this machine, with a sandbox in Telegram's place, and print the chat page's address."""
    from bot.processes import hosting

    settings = _settings(logs=False, sandbox_port=port)
    if fresh:
        hosting.wipe(settings)
    asyncio.run(hosting.demo(settings, _tell))


@app.command()
def run() -> None:
    """Run everything on this machine, against the real Telegram (or SUSU_TELEGRAM_API_URL)."""
    from bot.processes import hosting

    asyncio.run(hosting.run(_settings(logs=False), _tell))


def _tell(line: str) -> None:
    typer.echo(line)


@app.command()
def bot(supervised: Supervised = False) -> None:
    """Run one bot process: intake and dispatch."""
    from bot.processes.run import run_bot

    _run_process(
        "bot",
        lambda settings: run_bot(settings, wait=supervised),
        _settings(logs=False),
        supervised=supervised,
        loads="bot.processes.conversation",
    )


@app.command()
def worker(supervised: Supervised = False) -> None:
    """Run one worker process: the scheduler and delivery."""
    from bot.processes.run import run_worker

    _run_process(
        "worker",
        lambda settings: run_worker(settings, wait=supervised),
        _settings(logs=False),
        supervised=supervised,
        loads="bot.delivery.loop",
    )


@app.command(hidden=True)
def web(supervised: Supervised = False) -> None:
    """Run the web process that Telegram's webhook calls."""
    from bot.processes.run import run_web

    _run_process(
        "web", lambda settings: run_web(settings, wait=supervised), _settings(logs=False), supervised=supervised
    )


@app.command()
def sandbox(
    port: Port = None,
    supervised: Supervised = False,
    with_book: Annotated[bool, typer.Option("--demo", hidden=True)] = False,
) -> None:
    """Run the sandbox alone: a Bot API server and its chat page, for any bot."""
    from bot.processes.hosting import require_free_port
    from bot.processes.run import run_sandbox

    settings = _settings(logs=False, sandbox_port=port)
    require_free_port(settings.sandbox_port)
    _run_process(
        "page",
        lambda settings: run_sandbox(settings, tell=_tell, demo=with_book),
        settings,
        supervised=supervised,
        loads="bot.sandbox.app",
    )


# -- the book ---------------------------------------------------------------------------------------------------------


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to this Susu's schema, and open the book if this is its first day."""
    from bot.database import attached, prepare, wanted_revision

    settings = _settings()
    with attached(settings) as (url, _):
        asyncio.run(prepare(settings, url))
    typer.echo(f"The schema is at {wanted_revision()}.")


@app.command("close-day")
def close_day(
    to: Annotated[str | None, typer.Option(help="Make sure that the book reaches this date, like 2026-03-13.")] = None,
    as_json: AsJson = False,
) -> None:
    """Close every business date that is over by the clock, in order."""
    from bot.commands.operations import close_days

    target = _date(to) if to else None
    closing = asyncio.run(close_days(_settings(), target, _progress))
    words = f"{closing.dates_closed} closed; the book is open on {closing.open_on}."
    _print({"open_on": closing.open_on, "dates_closed": closing.dates_closed}, words, as_json=as_json)


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Recompute every balance, seal and equation; end with 1 and the first wrong thing when one does not hold."""
    from bot.commands.operations import verify_books

    report = asyncio.run(verify_books(_settings()))
    checks = [{"name": check.name, "ok": check.ok, "wrong": check.wrong} for check in report.checks]
    _print({"ok": report.ok, "checks": checks}, str(report), as_json=as_json)
    if not report.ok:
        raise SystemExit(FAILED)


@products.command("apply")
def apply(file: Annotated[Path | None, typer.Argument(help="A TOML file; default: the shipped one.")] = None) -> None:
    """Load a catalogue: each product whose terms changed gets a new version from the book's day on."""
    from bot.commands.operations import apply_products

    changed = asyncio.run(apply_products(_settings(), file))
    typer.echo("\n".join(changed) or "Nothing changed.")


@calendars.command("apply")
def apply_calendars(
    file: Annotated[Path, typer.Argument(help="A TOML file: a table for each year, as docs/operating.md has it.")],
) -> None:
    """Load the weekends, holidays and make-up days of years: every process deals and pays by them from then on."""
    from bot.commands.operations import apply_calendar_file

    changed = asyncio.run(apply_calendar_file(_settings(), file))
    typer.echo("\n".join(changed) or "Nothing changed.")


@operators.command("grant")
def grant(
    who: Annotated[str, typer.Argument(help="@username, +phone or customer number; they have joined in the chat.")],
    role: Annotated[str, typer.Argument(help="administrator, credit_officer, treasurer, support, auditor, marketing")],
    by: Annotated[str | None, typer.Option(help="The administrator who proposes it; another one approves.")] = None,
    why: Annotated[str | None, typer.Option(help="The reason, which stays on record.")] = None,
) -> None:
    """Give a role: the first two administrators at once, every later role as a proposal that another one approves."""
    from bot.commands import operators as desk

    granted = asyncio.run(desk.grant(_settings(), who, role, by=by, why=why))
    if granted.approval_id is None:
        typer.echo(f"{granted.who} is {granted.role} now.")
    else:
        typer.echo(f"Proposal {granted.approval_id} waits for another administrator: /operator in the chat.")


@operators.command("revoke")
def revoke(
    who: Annotated[str, typer.Argument(help="@username, +phone or customer number.")],
    role: Annotated[str, typer.Argument(help="The role that is taken.")],
) -> None:
    """Take a role at once; every administrator is told."""
    from bot.commands import operators as desk

    taken = asyncio.run(desk.revoke(_settings(), who, role))
    typer.echo(f"{who} is {taken} no more.")


@operators.command("list")
def list_operators(as_json: AsJson = False) -> None:
    """List who holds which role."""
    from dataclasses import asdict

    from bot.commands import operators as desk

    held = asyncio.run(desk.holders(_settings()))
    lines = [f"{one.role:15} {one.name:20} customer {one.customer_id}, since {one.granted_on}" for one in held]
    _print({"operators": [asdict(one) for one in held]}, "\n".join(lines) or "Nobody yet.", as_json=as_json)


@navs.command("publish")
def publish_navs(file: Annotated[Path, typer.Argument(help="CSV with the header fund,date,nav.")]) -> None:
    """Publish the NAVs of a file, all of them or none."""
    from bot.commands.operations import publish_navs as publish

    count = asyncio.run(publish(_settings(), file))
    typer.echo(f"{count} published.")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what works on this machine and what does not, and how to mend it."""
    from bot.commands.doctor import examine

    findings = asyncio.run(examine(_settings()))
    lines = [f"{finding.mark} {finding.name}: {finding.words}" for finding in findings]
    _print({"findings": [finding.as_json() for finding in findings]}, "\n".join(lines), as_json=as_json)
    if not all(finding.ok for finding in findings):
        raise SystemExit(FAILED)


@app.command("report")
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
        _print(reports.listing_json(), reports.listing(), as_json=as_json)
        return
    try:
        reports.require_report(name)
        shape = reports.chosen_format(form, output, as_json=as_json)
        on_date, first_on, last_on = (_date(each) if each else None for each in (on, since, to))
        order = reports.Order(name, on_date, first_on, last_on, by, shape, output)
        reports.put_out(asyncio.run(reports.fetched(_settings(), order)), order)
    except reports.WrongCall as wrong:
        _stop(str(wrong), status=WRONG_CALL)


# -- figures and words, without a database ----------------------------------------------------------------------------


@app.command()
def understand(
    text: Annotated[list[str] | None, typer.Argument(help="What a person writes.")] = None, lines: AsLines = False
) -> None:
    """Show what the bot makes of a text: the intent, its slots, how sure it is."""
    from bot.commands.understand import run as answers

    if lines == bool(text):
        _stop("give a text, or --lines and JSON objects on the input", status=WRONG_CALL)
    if lines:
        _answer_lines(partial(answers, json_lines=True))
    else:
        typer.echo(next(answers([" ".join(text or ())], json_lines=False)))


@quotes.command("loan")
def quote_loan(lines: AsLines = False, table: AsTable = False) -> None:
    """Compute a loan's schedule and its price: terms as JSON on the input."""
    from bot.commands.quote import loan_table
    from bot.commands.quote import quote_loan as answers

    if lines and table:
        _stop("a table is of one loan: leave --lines or --table out", status=WRONG_CALL)
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
        _answer_lines(answers)
        return
    (answer,) = answers([sys.stdin.read()])
    answered = json.loads(answer)
    typer.echo(shown(answered) if shown is not None else answer)
    if "error" in answered:
        raise SystemExit(WRONG_CALL)


def _answer_lines(answers: Callable[[Iterable[str]], Iterable[str]]) -> None:
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


def _date(text: str) -> Any:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        _stop(f"{text!r} is no date; give one like 2026-03-13", status=WRONG_CALL)


def _progress(line: str) -> None:
    typer.echo(line, err=True)


def _print(data: dict[str, Any], text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)
