"""Deposits where they meet loans: what comes out of them pays what is overdue."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from finance_core.deposits import maturity, service
from finance_core.deposits.service import TakenEarly
from finance_core.journeys.money_in import debit_what_is_due
from finance_core.kernel.money import Money
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units


async def take_early(unit: Unit, deposit_id: int, customer_id: int, part: Money | None, key: str) -> TakenEarly:
    """Take money out of a deposit before its maturity, then debit what is overdue. Raises as `service.take_early`."""
    taken = await service.take_early(unit, deposit_id, customer_id, part, key)
    await debit_what_is_due(unit, customer_id, taken.reference)
    return taken


async def _end_matured(units: Units, on: date) -> None:
    """On banking days end what has matured; what is paid is tried on what its owner owes."""

    async def work(unit: Unit, chunk: Chunk) -> None:
        for customer_id, reference in await maturity.end_matured(unit, on, chunk):
            await debit_what_is_due(unit, customer_id, reference)

    if maturity.is_banking_day(on):
        await in_chunks(units, "deposits.mature", on, maturity.MATURED, work)


MATURE: Final = Step("deposits.mature", time(8, 30), "open", "deposits", _end_matured, maturity.MATURED, rank=340)
