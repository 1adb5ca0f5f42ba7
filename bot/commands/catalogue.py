"""Loading the catalogue of products: each line's own check looks at its terms first."""

from __future__ import annotations

from pathlib import Path

from finance_core import catalogue
from finance_core.catalogue.service import SHIPPED
from finance_core.lines import CHECKS
from finance_core.storage.unit import Units


async def load_catalogue(units: Units, file: Path | None = None) -> list[str]:
    """Load `file` (the shipped one by default) from the book's day on, and return what changed, as "code vN".

    Raises:
        InvalidInput: it is no catalogue, or terms in it cannot be sold; then nothing is changed.
    """
    async with units.begin() as unit:
        return await catalogue.apply_file(unit, file or SHIPPED, CHECKS)
