"""Loading the catalogue of products: each line's own check looks at its terms first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from finance_core import catalogue
from finance_core.catalogue.service import SHIPPED, Check
from finance_core.change_plus.product import check as check_fund
from finance_core.deposits.product import check as check_deposit
from finance_core.funds.product import check as check_nav_fund
from finance_core.loans.products.product import check as check_loan
from finance_core.storage.unit import Units

CHECKS: Final[Mapping[str, Check]] = {
    "loans": check_loan,
    "wealth": lambda code, terms, _: check_fund(code, terms),
    "funds": lambda code, terms, _: check_nav_fund(code, terms),
    "deposits": lambda code, terms, _: check_deposit(code, terms),
}


async def load_catalogue(units: Units, file: Path | None = None) -> list[str]:
    """Load `file` (the shipped one by default) from the book's day on, and return what changed, as "code vN".

    Raises:
        InvalidInput: it is no catalogue, or terms in it cannot be sold; then nothing is changed.
    """
    async with units.begin() as unit:
        return await catalogue.apply_file(unit, file or SHIPPED, CHECKS)
