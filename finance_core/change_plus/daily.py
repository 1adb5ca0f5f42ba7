"""What Change Plus does each day by itself: the income at night, its notice at 08:00, orders confirmed at 08:30.

Standard redemptions, whose money may pay what is overdue, are paid by `journeys.change_plus`.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from finance_core.change_plus.correction import CORRECTIONS
from finance_core.change_plus.income import incomes_have_come, pay_incomes
from finance_core.change_plus.notifications import TOLD_AT, tell_incomes
from finance_core.change_plus.settlement import confirm_subscriptions, raise_cash, settle_with_funds
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Units

_ORDERED: Final = "SELECT FROM fund_order"
"""Of a fund that nobody has ever given an order for, nothing is to be moved."""


async def _money_in(units: Units, on: date) -> None:
    await confirm_subscriptions(units, on)
    await raise_cash(units, on)


INCOME: Final = Step(
    "wealth.income", time(0, 5), "close", "wealth", pay_incomes, "SELECT FROM fund", incomes_have_come, rank=120
)
TELL: Final = Step("wealth.tell", TOLD_AT, "open", "wealth", tell_incomes, "SELECT FROM holding", rank=220)
MONEY_IN: Final = Step("wealth.money_in", time(8, 30), "open", "wealth", _money_in, _ORDERED, rank=310)
SETTLE: Final = Step("wealth.settle", time(8, 30), "open", "wealth", settle_with_funds, _ORDERED, rank=330)
"""After redemptions, which `journeys.change_plus` pays between the two."""
TIMED: Final = (CORRECTIONS,)
