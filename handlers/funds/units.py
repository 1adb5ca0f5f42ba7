"""How many units of a fund are meant: all of them, a number, those worth a sum; a bare number is asked back."""

from __future__ import annotations

from typing import Final

from aiogram.types import CallbackQuery, Message

from finance_core import ledger
from finance_core.funds import entries, queries
from finance_core.funds.product import NavFundTerms
from finance_core.funds.rules import units_for, value_of
from finance_core.kernel.money import Money
from handlers.chat.meaning import as_said
from handlers.chat.questions import Slots
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.funds.screens.funds import Readings
from handlers.phrases.readers.funds import counts_units

NUMBER: Final = "number"
"""The slot of a number that may be either units or money, beside `amount` (units) and `worth` (money)."""

_HOW_MANY: Final = ("amount", "worth", NUMBER, "all")


def how_many(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Slots:
    """Return what was said of how many units, to go along on a button; a bare number stays one."""
    said = {name: slots[name] for name in _HOW_MANY if name in slots}
    return {NUMBER: said["amount"]} if "amount" in said and _is_bare(event, talk) else said


async def held_units(talk: Talk, fund: NavFundTerms) -> Money:
    """Return the units that somebody can sell."""
    return await ledger.available(talk.unit, entries.units_of(talk.customer.id, fund))


async def said_units(
    event: Message | CallbackQuery, talk: Talk, fund: NavFundTerms, slots: Slots
) -> Money | Readings | None:
    """Return the units that were said, None when none were: all, a number, or those worth a sum at the last NAV.

    A number that a text has without a word for units or money is asked back where there are as many of both.
    """
    held = await held_units(talk, fund)
    if "all" in slots:
        return held
    worth, price = money_slot(slots, "worth", fund.asset), await queries.latest_nav(talk.unit, fund)
    if worth is not None and price is not None:
        return min(fund.units(units_for(worth.amount, price.nav)), held)
    said = how_many(event, talk, slots)
    units = money_slot(said, NUMBER if NUMBER in said else "amount", fund.unit_asset)
    if units is None or price is None or NUMBER not in said:
        return units
    money = Money(units.amount, fund.asset)
    value = Money(value_of(units.amount, price.nav), fund.asset)
    readings = Readings(units, value, money, fund.units(units_for(money.amount, price.nav)))
    return _the_only_one(readings, held) or readings


def _the_only_one(readings: Readings, held: Money) -> Money | None:
    """Return the reading for which enough is held, where that is one alone; a number that is neither stays units."""
    enough = [units for units in (readings.units, readings.bought) if units <= held]
    return None if len(enough) > 1 else enough[0] if enough else readings.units


def _is_bare(event: Message | CallbackQuery, talk: Talk) -> bool:
    """Say whether a number stands in a text of the person's own words, neither called units nor asked for as such."""
    if not isinstance(event, Message) or talk.answered is not None or talk.changed:
        return False
    return not counts_units(as_said(event.text or "", talk.customer.language))
