"""What an operator may write for the words that the database, or the languages here, know."""

from __future__ import annotations

from zoneinfo import available_timezones

from finance_core import catalogue
from finance_core.offers.audiences import tags
from finance_core.storage.unit import Unit
from handlers.desk.offers.questions import Names
from handlers.loans.screens.borrow import product_name
from handlers.locales import codes, translator


async def names(unit: Unit) -> Names:
    """Return the words of facts by what may be written for each, folded."""
    return {
        "language": {code: code for code in codes()},
        "zone": {zone.casefold(): zone for zone in sorted(available_timezones())},
        "loan_product": await _sold(unit, "loans"),
        "fund": await _sold(unit, "funds"),
        "tag": {each.tag.name: each.tag.name for each in await tags.tags(unit)},
    }


async def _sold(unit: Unit, line: str) -> dict[str, str]:
    """Return what a line sells, by code and by the product's names in all languages."""
    known = await catalogue.names(unit)
    found: dict[str, str] = {}
    for code in [sold.code for sold in await catalogue.products_of(unit, line)]:
        called = {*known.get(code, {}).values(), *(str(product_name(translator(each), code)) for each in codes())}
        found |= {name.casefold(): code for name in (code, *called)}
    return found
