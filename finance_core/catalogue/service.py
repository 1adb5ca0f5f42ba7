"""Loading the catalogue, and finding the terms that hold on a day."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from finance_core.catalogue.models import ProductVersion
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import MAX_AMOUNT
from finance_core.storage.unit import Unit

SHIPPED: Final = Path(__file__).with_name("products.toml")

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

_ON_SALE: Final = "products on sale"
"""Under which a session holds what it has read of them."""

Check = Callable[[str, TomlTable, date], None]
"""Parses a product's terms for its line; raises InvalidInput when they cannot be sold from a day on."""


async def apply_file(unit: Unit, path: Path, checks: Mapping[str, Check]) -> list[str]:
    """Load a catalogue; each product whose terms changed gets a new version from the book's day on.

    Returns the changed products as "code vN". Nothing is stored unless every changed product passes its line's check;
    what is on sale already passed it on its own day.

    Raises:
        InvalidInput: `catalogue_file` (not TOML, or no line), `product_line` (no such line), what a check raises, or
            `product_terms`: another product of the line has, or had, the number, which names accounts in the book.
    """
    tables = _read(path)
    for code, terms in tables.items():
        if not isinstance(terms.get("line"), str) or terms["line"] not in checks:
            raise InvalidInput(
                ErrorCode.PRODUCT_LINE, product=code, line=str(terms.get("line")), known=", ".join(checks)
            )
    newest = await _newest(unit, tables)
    changed = {code: terms for code, terms in tables.items() if _differs(newest.get(code), terms)}
    for code, terms in changed.items():
        checks[terms["line"]](code, terms, unit.open_on)
    await _require_numbers_of_their_own(unit, changed)
    return await _store(unit, changed, newest)


async def product(unit: Unit, code: str) -> ProductVersion:
    """Return the version on sale on the book's day, read once in a unit. Raises NotFound: `product`."""
    known: dict[tuple[str, date], ProductVersion] = unit.session.info.setdefault(_ON_SALE, {})
    found = known.get((code, unit.open_on)) or await _on_sale(unit, code)
    if found is None:
        raise NotFound(ErrorCode.PRODUCT, product=code)
    return known.setdefault((code, unit.open_on), found)


async def _on_sale(unit: Unit, code: str) -> ProductVersion | None:
    statement = (
        select(ProductVersion)
        .where(ProductVersion.code == code, ProductVersion.valid_from <= unit.open_on)
        .order_by(col(ProductVersion.version).desc())
        .limit(1)
    )
    return await unit.session.scalar(statement)


async def products_of(unit: Unit, line: str) -> list[ProductVersion]:
    """Return what a line sells on the book's day, the newest version of each product, in the order of their numbers."""
    statement = (
        select(ProductVersion)
        .where(ProductVersion.line == line, ProductVersion.valid_from <= unit.open_on)
        .ext(distinct_on(col(ProductVersion.code)))
        .order_by(ProductVersion.code, col(ProductVersion.version).desc())
    )
    return sorted(await unit.session.scalars(statement), key=lambda sold: int(sold.terms["number"]))


async def names(unit: Unit) -> dict[str, dict[str, str]]:
    """Return what products that are named in the catalogue are called, by code and language, by their newest terms."""
    codes = await unit.session.scalars(select(ProductVersion.code).distinct())
    newest = await _newest(unit, codes.all())
    return {code: dict(sold.terms["name"]) for code, sold in newest.items() if isinstance(sold.terms.get("name"), dict)}


async def product_version(unit: Unit, code: str, version: int) -> ProductVersion:
    """Return one version, for a contract that keeps it. Raises NotFound: `product`."""
    found = await unit.session.get(ProductVersion, (code, version))
    if found is None:
        raise NotFound(ErrorCode.PRODUCT, product=code)
    return found


async def _newest(unit: Unit, codes: Iterable[str]) -> dict[str, ProductVersion]:
    statement = (
        select(ProductVersion)
        .where(col(ProductVersion.code).in_(codes))
        .ext(distinct_on(col(ProductVersion.code)))
        .order_by(ProductVersion.code, col(ProductVersion.version).desc())
    )
    return {version.code: version for version in await unit.session.scalars(statement)}


def _differs(newest: ProductVersion | None, terms: TomlTable) -> bool:
    return newest is None or newest.terms != terms


async def _require_numbers_of_their_own(unit: Unit, changed: Mapping[str, TomlTable]) -> None:
    number_said = ProductVersion.terms["number"].as_string()
    kept = await unit.session.execute(select(ProductVersion.line, number_said, ProductVersion.code).distinct())
    owners = {(line, int(number)): code for line, number, code in kept}
    for code, terms in changed.items():
        owner = owners.setdefault((terms["line"], int(terms["number"])), code)
        if owner != code:
            raise InvalidInput(ErrorCode.PRODUCT_TERMS, product=code, field="number", reason=f"{owner} has it already")


async def _store(unit: Unit, changed: Mapping[str, TomlTable], newest: Mapping[str, ProductVersion]) -> list[str]:
    versions = [
        ProductVersion(
            code=code,
            version=newest[code].version + 1 if code in newest else 1,
            line=terms["line"],
            terms=dict(terms),
            valid_from=unit.open_on,
            applied_at=unit.now,
        )
        for code, terms in changed.items()
    ]
    unit.session.add_all(versions)
    await unit.session.flush()
    unit.session.info.pop(_ON_SALE, None)
    return [f"{each.code} v{each.version}" for each in versions]


def _not_kept(code: str, terms: object) -> str | None:
    """Return why a product cannot be kept as JSON, None when it can: its code and all of its values are plain."""
    if not _CODE.fullmatch(code):
        return f"{code[:40]!r} is no code of a product: small letters, digits and _"
    for value in _values(terms):
        if isinstance(value, str) and not value.isprintable():
            return f"{code} has a text with characters that are not seen"
        if not isinstance(value, str | bool | int):
            return f'{code} has {value!r}: numbers with decimals and days are text in quotes, such as "0.05"'
        if type(value) is int and abs(value) > MAX_AMOUNT:
            return f"{code} has a number that is too large"
    return None


def _values(table: object) -> Iterator[object]:
    """Yield the names and the values of a table, of all tables and lists in it too."""
    if isinstance(table, dict):
        yield from table
    for each in table.values() if isinstance(table, dict) else table if isinstance(table, list) else ():
        if isinstance(each, dict | list):
            yield from _values(each)
        else:
            yield each


def _read(path: Path) -> dict[str, TomlTable]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:  # ValueError: no UTF-8, no TOML, a number of 5,000 digits
        raise InvalidInput(ErrorCode.CATALOGUE_FILE, path=str(path), reason=str(fault)) from fault
    for code, terms in tables.items():
        if (reason := _not_kept(code, terms)) is not None:
            raise InvalidInput(ErrorCode.CATALOGUE_FILE, path=str(path), reason=reason)
    if not tables or not all(isinstance(terms, dict) for terms in tables.values()):
        raise InvalidInput(ErrorCode.CATALOGUE_FILE, path=str(path), reason="a table for each product is wanted")
    return tables
