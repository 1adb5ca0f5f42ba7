"""What stands in a report's cells, in a reader's words: products, accounts, acts and subjects by their names.

Files and the command line have the codes beside the words; a chat has no room for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from finance_core.reports.table import TOTAL, Cell, Column, Report, Row
from handlers.loans.screens.borrow import product_name
from handlers.locales import Html, Translator

_KINDS: Final = ("reports.kind_{}", "loans.kind_{}", "history.{}", "operator.action_{}")
"""Where the name of a kind of entry is looked for, in this order."""


def words_in(t: Translator, report: Report, columns: tuple[Column, ...], row: Row) -> list[Cell]:
    """Return a row with each of its codes in words; figures, days and names of people as they are."""
    named = {column.name: cell for column, cell in zip(columns, row, strict=True)}
    return [_said(t, report, name, cell, named) for name, cell in named.items()]


def _said(t: Translator, report: Report, name: str, cell: Cell, row: Mapping[str, Cell]) -> Cell:
    if not isinstance(cell, str) or not cell:
        return cell
    if cell == TOTAL or cell in report.terms:
        return t(f"reports.cell_{cell.replace(' ', '_')}")
    if name == "account":
        return _known(t, f"reports.account_{row.get('code')}") or cell
    return _BY_COLUMN[name](t, cell) if name in _BY_COLUMN else cell


def _known(t: Translator, key: str, **values: object) -> Html | None:
    return t(key, **values) if t.has(key) else None


def _kind(t: Translator, cell: str) -> str:
    keys = (place.format(cell.replace(".", "_")) for place in _KINDS)
    return next((t(key) for key in keys if t.has(key)), None) or _known(t, f"support.kind_{cell}") or cell


def _act(t: Translator, cell: str) -> str:
    return _known(t, f"reports.act_{cell.replace('.', '_')}") or cell


def _topic(t: Translator, cell: str) -> str:
    return _known(t, f"topics.{cell}") or cell


def _subject(t: Translator, cell: str) -> str:
    """Return "customer 12" of `customer:12`, a report by its title."""
    kind, _, number = cell.partition(":")
    if kind == "report":
        return _known(t, f"reports.title_{number.replace('-', '_')}") or cell
    return _known(t, f"operator.subject_{kind}", number=number) or cell


def _book(t: Translator, cell: str) -> str:
    book, _, number = cell.partition(":")
    return _known(t, f"reports.book_{book}", number=number) or cell


_BY_COLUMN: Final[Mapping[str, Callable[[Translator, str], str]]] = {
    "product": product_name,
    "kind": _kind,
    "act": _act,
    "topic": _topic,
    "subject": _subject,
    "maker": _subject,
    "actor": _subject,
    "book": _book,
}
