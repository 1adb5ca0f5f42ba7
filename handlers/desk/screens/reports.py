"""Reports in the chat: the list by family, and a report in short with its figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from finance_core.kernel.money import Money
from finance_core.reports.table import TOTAL, Cell, Column, Family, Kind, Report, Row, Table
from handlers.chat.screens.base import Button, File, Screen
from handlers.chat.screens.cards import MOST_BUTTONS, choices, lines, page_of
from handlers.desk.screens.approvals import desk_row
from handlers.desk.screens.report_words import words_in
from handlers.locales import Html, Translator
from handlers.pictures import plots
from handlers.pictures.plot import Lines

_INSTANT: Final = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?: (?P<at>\d{2}:\d{2}):\d{2})?")
FORMATS: Final = ("xlsx", "csv")
REPORTS_ON_A_PAGE: Final = 4
MOST_LINES: Final = 12
"""A card of more is no longer read on a phone; the file has the rest."""


def families(t: Translator, readable: Iterable[Family]) -> Screen:
    """The families of reports that the person may read of."""
    named = [(t(f"reports.family_{name}"), f"reports:{name}") for name in readable]
    back = (desk_row(t),) if len(named) < MOST_BUTTONS else ()
    return Screen(t("reports.families"), (*choices(named, per_row=2), *back))


def family(t: Translator, name: Family, readable: Sequence[Report], start: int = 0) -> Screen:
    """The reports of a family that the person may read, from the `start`th on."""
    page, following = page_of(readable, start, REPORTS_ON_A_PAGE)
    buttons = [(title(t, each.name), f"report:{each.name}") for _, each in page]
    more = [(t("common.more"), f"reports:{name}:{following}")] if following is not None else []
    return Screen(t(f"reports.family_{name}"), (*choices([*buttons, *more], per_row=2), _back(t)))


def title(t: Translator, name: str) -> Html:
    """Return what a report is called."""
    return t(f"reports.title_{name.replace('-', '_')}")


def heading(t: Translator, column: Column) -> Html:
    """Return what a column is called."""
    return t(f"reports.column_{column.name}")


def table(t: Translator, found: Table) -> Screen:
    """A report in short, with its files a tap away."""
    rows = [_line(t, found, row) for row in found.rows[:MOST_LINES]]
    left = len(found.rows) - len(rows)
    text = lines(
        t("reports.heading", title=title(t, found.report.name), days=_days(t, found)),
        "",
        *(rows or [t("reports.empty")]),
        t("reports.more", count=left) if left > 0 else None,
        *(f"<b>{_total(t, found, row)}</b>" for row in found.totals),
    )
    return Screen(text, (_files(t, found), _back(t)))


def _days(t: Translator, found: Table) -> Html:
    asked = found.asked
    if asked.first_on is None:
        return t.shown(asked.last_on)
    return t("pictures.span", first=asked.first_on, last=asked.last_on)


def _total(t: Translator, found: Table, row: Row) -> Html:
    """Return a last line: which book's it is where there are several, and that it is a sum."""
    words = words_in(t, found.report, found.columns, row)
    book = next((place for place, column in enumerate(found.columns) if column.name == "book"), None)
    several = book is not None and len({each[book] for each in found.totals}) > 1
    whose = [t.shown(words[book])] if several and book is not None else []
    is_told = any(cell == TOTAL and _is_told(found, column) for column, cell in zip(found.columns, row, strict=True))
    label = [] if is_told or TOTAL not in row else [t("reports.cell_total")]
    return _begun(" · ".join([*whose, *label, _told(t, found, row)]))


def _line(t: Translator, found: Table, row: Row) -> Html:
    return _begun(_told(t, found, row))


def _begun(line: str) -> Html:
    return Html(line[:1].upper() + line[1:])


def _told(t: Translator, found: Table, row: Row) -> Html:
    """Return one row in short: the words first, then each figure with what it is; sums of nothing are left out."""
    words = words_in(t, found.report, found.columns, row)
    told = [(column, cell) for column, cell in zip(found.columns, words, strict=True) if _is_told(found, column)]
    texts = [_text(t, cell) for column, cell in told if column.kind in (Kind.TEXT, Kind.DATE) and cell]
    figures = [(column, cell) for column, cell in told if column.kind not in (Kind.TEXT, Kind.DATE)]
    figures = [pair for pair in figures if _says_something(pair[1])] or figures[-1:]
    said = [t("reports.figure", name=heading(t, column), value=_figure(t, column, cell)) for column, cell in figures]
    return Html(" · ".join([Html(" ".join(texts)), *said] if texts else said))


def _text(t: Translator, cell: Cell) -> Html:
    """Return words as they are, a day and an instant that stand among them as this language writes them."""
    found = _INSTANT.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return t.shown(cell)
    day = t.shown(date.fromisoformat(found["day"]))
    return Html(f"{day} {found['at']}") if found["at"] else day


def _says_something(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, Money) and cell.amount == 0)


def _is_told(found: Table, column: Column) -> bool:
    return column.name in found.report.brief


def _figure(t: Translator, column: Column, cell: Cell) -> str:
    match cell:
        case Decimal():
            return t.percent(cell)
        case Money():
            return t.money(cell)
        case int() if column.summed:
            return f"{cell:,}"
        case None:
            return "–"
        case _:
            return str(cell)


def _files(t: Translator, found: Table) -> tuple[Button, ...]:
    days = ":".join(str(day) for day in (found.asked.first_on, found.asked.last_on) if day)
    return tuple(Button(shape.upper(), f"reportfile:{shape}:{found.report.name}:{days}") for shape in FORMATS)


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t("reports.all"), "reports"), *desk_row(t))


def document(t: Translator, found: Table, file: File) -> Screen:
    """The whole report as a file."""
    return Screen(t("reports.heading", title=title(t, found.report.name), days=_days(t, found)), document=file)


def translated(t: Translator, found: Table) -> Table:
    """Return the table with the words in its cells in the reader's language, for a file: nothing is escaped there."""
    rows, totals = (
        [tuple(words_in(t, found.report, found.columns, row)) for row in each] for each in (found.rows, found.totals)
    )
    return Table(found.report, found.asked, rows, totals)


def with_par_picture(t: Translator, screen: Screen, series: Table) -> Screen:
    """The same, with portfolio at risk over time as a picture."""
    places = {column.name: place for place, column in enumerate(series.columns)}
    days = [row[places["on_date"]] for row in series.rows]
    shares = {
        name.upper(): [row[places[f"{name}_percent"]] for row in series.rows] for name in ("par1", "par30", "par90")
    }
    if not days:
        return screen
    return _with(screen, plots.portfolio_at_risk(t, days, shares))  # type: ignore[arg-type]


def with_vintage_picture(t: Translator, screen: Screen, found: Table) -> Screen:
    """The same, with the vintages as curves."""
    curves: dict[date, list[Decimal | None]] = {}
    for row in found.rows:
        assert isinstance(row[0], date)
        curves.setdefault(row[0], []).append(row[6])  # type: ignore[arg-type]
    return _with(screen, plots.vintages(t, curves)) if curves else screen


def _with(screen: Screen, plot: Lines) -> Screen:
    return Screen(screen.text, screen.buttons, picture=plot)
