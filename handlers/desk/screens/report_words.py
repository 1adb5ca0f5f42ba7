"""What stands in a report's cells, in a reader's words: products, accounts, acts and subjects by their names.

Files and the command line have the codes beside the words; a chat has no room for both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from finance_core.kernel.money import Money
from finance_core.reports.table import TOTAL, Cell, Column, Report, Row
from handlers.loans.screens.borrow import product_name
from handlers.locales import Html, Translator

_KINDS: Final = ("reports.kind_{}", "loans.kind_{}", "history.{}", "operator.action_{}")
"""Where the name of a kind of entry is looked for, in this order."""

OF_PRODUCTS: Final = ("product", "fund")
"""Columns that hold codes of products."""
_OF_SAVING: Final = {"change_plus": "wealth.name_change_plus", "term_deposit": "wealth.name_deposits"}
"""What saving is called; a fund's names are the catalogue's own."""

EVERYBODY: Final = "customers"
"""What was looked for among all people is about."""
DETAILS: Final = (
    *("at", "loan", "to", "reset", "reason", "note", "freeze", "day", "rate", "customer", "check", "state", "case"),
    *("by", "found", "more", "until", "sum", "why", "said_at", "topics", "references"),
)
"""What a line of the audit may say beside its act and subject; anything else keeps its own name."""


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


def _product(t: Translator, cell: str) -> str:
    return t(_OF_SAVING[cell]) if cell in _OF_SAVING else product_name(t, cell)


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
    if kind == EVERYBODY:
        return t("reports.subject_customers")
    if kind == "report":
        return _known(t, f"reports.title_{number.replace('-', '_')}") or cell
    return _known(t, f"operator.subject_{kind}", number=number) or cell


def _book(t: Translator, cell: str) -> str:
    book, _, number = cell.partition(":")
    return _known(t, f"reports.book_{book}", number=number) or cell


def _bucket(t: Translator, cell: str) -> str:
    return t("reports.days_late", days=cell) if any(map(str.isdigit, cell)) else cell


def _details(t: Translator, cell: str) -> str:
    """Return what a line of the audit has beside its act and subject, without the marks of JSON."""
    found = json.loads(cell)
    return "; ".join(_detail(t, name, value) for name, value in found.items())


def _detail(t: Translator, name: str, value: Any) -> str:
    match value:
        case {"amount": _, "asset": _}:
            said: Any = t.money(Money.of_json(value))
        case list():
            said = ", ".join(map(str, value)) or "–"
        case bool():
            said = t("common.yes" if value else "common.no")
        case _:
            said = value
    return f"{t(f'reports.detail_{name}') if name in DETAILS else name}: {said}"


_BY_COLUMN: Final[Mapping[str, Callable[[Translator, str], str]]] = {
    **dict.fromkeys(OF_PRODUCTS, _product),
    "kind": _kind,
    "movement": _kind,
    "days_past_due": _bucket,
    "details": _details,
    "act": _act,
    "topic": _topic,
    "subject": _subject,
    "maker": _subject,
    "actor": _subject,
    "book": _book,
}
