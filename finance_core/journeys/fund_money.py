"""Funds where they meet loans: money that a fund pays is tried on what is overdue, once for each receipt."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from finance_core.funds.settlement import pay_due
from finance_core.journeys.money_in import debit_what_is_due
from finance_core.schedule.steps import Step
from finance_core.storage.unit import SYSTEM, Units

_DUE: Final = "SELECT FROM nav_order WHERE state = 'confirmed' AND pays_on <= :on"


async def _pay(units: Units, on: date) -> None:
    """Pay redemptions and distributions that are due, page by page."""
    while True:
        async with units.begin(SYSTEM) as unit:
            paid = await pay_due(unit, on)
            for customer_id, reference in paid:
                await debit_what_is_due(unit, customer_id, reference)
        if not paid:
            return


PAY: Final = Step("funds.pay", time(8, 30), "open", "funds", _pay, _DUE, rank=360)
