"""Loading the catalogue, and finding the terms that hold on a day."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from finance_core.catalogue.models import ProductVersion
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.storage.unit import Unit

SHIPPED: Final = Path(__file__).with_name("products.toml")

Check = Callable[[str, dict[str, Any]], None]
"""Parses a product's terms for its line; raises InvalidInput when they are not sellable."""


async def apply_file(unit: Unit, path: Path, checks: Mapping[str, Check]) -> list[str]:
    """Load a catalogue; each product whose terms changed gets a new version from the book's day on.

    Returns the changed products as "code vN". Nothing is stored unless every product passes its line's check.

    Raises:
        InvalidInput: `catalogue_file` (not TOML, or no line), `product_line` (no such line), or what a check raises.
    """
    tables = _read(path)
    for code, terms in tables.items():
        if terms.get("line") not in checks:
            raise InvalidInput("product_line", product=code, line=str(terms.get("line")), known=", ".join(checks))
        checks[terms["line"]](code, terms)
    return [changed for code, terms in tables.items() if (changed := await _store(unit, code, terms))]


async def product(unit: Unit, code: str) -> ProductVersion:
    """Return the version on sale on the book's day. Raises NotFound: `product`."""
    statement = (
        select(ProductVersion)
        .where(ProductVersion.code == code, ProductVersion.valid_from <= unit.open_on)
        .order_by(ProductVersion.version.desc())
        .limit(1)
    )
    found = await unit.session.scalar(statement)
    if found is None:
        raise NotFound("product", product=code)
    return found


async def product_version(unit: Unit, code: str, version: int) -> ProductVersion:
    """Return one version, for a contract that keeps it. Raises NotFound: `product`."""
    found = await unit.session.get(ProductVersion, (code, version))
    if found is None:
        raise NotFound("product", product=code)
    return found


async def _store(unit: Unit, code: str, terms: dict[str, Any]) -> str | None:
    newest = await unit.session.scalar(
        select(ProductVersion).where(ProductVersion.code == code).order_by(ProductVersion.version.desc()).limit(1)
    )
    if newest is not None and newest.terms == terms:
        return None
    version = newest.version + 1 if newest else 1
    unit.session.add(
        ProductVersion(
            code=code, version=version, line=terms["line"], terms=terms, valid_from=unit.open_on, applied_at=unit.now
        )
    )
    await unit.session.flush()
    return f"{code} v{version}"


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InvalidInput("catalogue_file", path=str(path), reason=str(fault)) from fault
    if not tables or not all(isinstance(terms, dict) for terms in tables.values()):
        raise InvalidInput("catalogue_file", path=str(path), reason="a table for each product is wanted")
    return tables
