"""`susu`, the one command. Every heavy import is inside the command that needs it, so that help comes at once.

The commands are in modules by what they are about; here they are put together, in the order in which help lists them.
"""

from __future__ import annotations

from typing import Final, NoReturn

from bot.commands.cli import (
    audiences,
    book,
    broadcasts,
    calendars,
    circles,
    erasures,
    navs,
    operators,
    processes,
    products,
    quotes,
    reports,
    secrets,
    understanding,
    updates,
)
from bot.commands.cli.shared import FAILED, WRONG_CALL, group, stop

_EXPLAINED: Final = {"ServerError", "WrongSchema", "WrongSecret", "GaveUp", "StoreTaken", "BadErasureList"}
"""Errors whose text is for the person at the terminal; by name, since importing their classes costs a second."""

app = group("Susu: a micro-finance service that lives in a chat.")
for _command in (processes.demo, processes.run, processes.bot, processes.worker):
    app.command()(_command)
app.command(hidden=True)(processes.web)
for _command in (processes.sandbox, book.close_day, processes.doctor, reports.report):
    app.command()(_command)
app.command()(secrets.rotate_secret)
app.command()(understanding.understand)
app.add_typer(book.verification, name="verify")
app.add_typer(book.database, name="db")
app.add_typer(quotes.quotes, name="quote")
app.add_typer(products.products, name="products")
app.add_typer(calendars.calendars, name="calendars")
app.add_typer(operators.operators, name="operators")
app.add_typer(circles.circles, name="circles")
app.add_typer(audiences.audiences, name="audiences")
app.add_typer(navs.navs, name="nav")
app.add_typer(updates.updates, name="updates")
app.add_typer(broadcasts.broadcasts, name="broadcasts")
app.add_typer(broadcasts.notices, name="notices")
app.add_typer(erasures.erasures, name="erasures")
app.add_typer(understanding.phrases, name="phrases")


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
            stop(*problems, status=WRONG_CALL)
        case InvalidInput():
            stop(str(error), status=WRONG_CALL)
        case FinanceError():
            stop(str(error), status=FAILED)
    if type(error).__name__ in _EXPLAINED:
        stop(str(error), status=FAILED)
    raise error
