"""Loading the catalogue, and finding the terms that hold on a day."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from finance_core.catalogue.models import ProductVersion
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.kernel.json import TomlTable
from finance_core.storage.unit import Unit

SHIPPED: Final = Path(__file__).with_name("products.toml")

Check = Callable[[str, TomlTable, date], None]
"""Parses a product's terms for its line; raises InvalidInput when they cannot be sold from a day on."""


async def apply_file(unit: Unit, path: Path, checks: Mapping[str, Check]) -> list[str]:
    """Load a catalogue; each product whose terms changed gets a new version from the book's day on.

    Returns the changed products as "code vN". Nothing is stored unless every changed product passes its line's check;
    what is on sale already passed it on its own day.

    Raises:
        InvalidInput: `catalogue_file` (not TOML, or no line), `product_line` (no such line), or what a check raises.
    """
    tables = _read(path)
    for code, terms in tables.items():
        if terms.get("line") not in checks:
            raise InvalidInput(
                ErrorCode.PRODUCT_LINE, product=code, line=str(terms.get("line")), known=", ".join(checks)
            )
    newest = {code: await _newest(unit, code) for code in tables}
    changed = {code: terms for code, terms in tables.items() if _differs(newest[code], terms)}
    for code, terms in changed.items():
        checks[terms["line"]](code, terms, unit.open_on)
    return [await _store(unit, code, terms, newest[code]) for code, terms in changed.items()]


async def product(unit: Unit, code: str) -> ProductVersion:
    """Return the version on sale on the book's day. Raises NotFound: `product`."""
    statement = (
        select(ProductVersion)
        .where(ProductVersion.code == code, ProductVersion.valid_from <= unit.open_on)
        .order_by(col(ProductVersion.version).desc())
        .limit(1)
    )
    found = await unit.session.scalar(statement)
    if found is None:
        raise NotFound(ErrorCode.PRODUCT, product=code)
    return found


async def products_of(unit: Unit, line: str) -> list[ProductVersion]:
    """Return what a line sells on the book's day, the newest version of each product, in the order of their numbers."""
    statement = (
        select(ProductVersion)
        .where(ProductVersion.line == line, ProductVersion.valid_from <= unit.open_on)
        .ext(distinct_on(col(ProductVersion.code)))
        .order_by(ProductVersion.code, col(ProductVersion.version).desc())
    )
    return sorted(await unit.session.scalars(statement), key=lambda sold: int(sold.terms["number"]))


async def product_version(unit: Unit, code: str, version: int) -> ProductVersion:
    """Return one version, for a contract that keeps it. Raises NotFound: `product`."""
    found = await unit.session.get(ProductVersion, (code, version))
    if found is None:
        raise NotFound(ErrorCode.PRODUCT, product=code)
    return found


async def _newest(unit: Unit, code: str) -> ProductVersion | None:
    return await unit.session.scalar(
        select(ProductVersion).where(ProductVersion.code == code).order_by(col(ProductVersion.version).desc()).limit(1)
    )


def _differs(newest: ProductVersion | None, terms: TomlTable) -> bool:
    return newest is None or newest.terms != terms


async def _store(unit: Unit, code: str, terms: TomlTable, newest: ProductVersion | None) -> str:
    version = newest.version + 1 if newest else 1
    unit.session.add(
        ProductVersion(
            code=code,
            version=version,
            line=terms["line"],
            terms=dict(terms),
            valid_from=unit.open_on,
            applied_at=unit.now,
        )
    )
    await unit.session.flush()
    return f"{code} v{version}"


def _read(path: Path) -> dict[str, TomlTable]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InvalidInput(ErrorCode.CATALOGUE_FILE, path=str(path), reason=str(fault)) from fault
    if not tables or not all(isinstance(terms, dict) for terms in tables.values()):
        raise InvalidInput(ErrorCode.CATALOGUE_FILE, path=str(path), reason="a table for each product is wanted")
    return tables
