"""What falls due on a person's loans within days of a plan's run, and whether the money for it would be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.change_plus import queries
from finance_core.change_plus.product import fund_on_sale
from finance_core.journeys.plans import targets
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit

DAYS_BEFORE_DUE: Final = 4
"""So many days before a due day a plan looks whether it takes the money away that is wanted then."""

_DUE: Final = text(
    """
    WITH owing AS (
        SELECT l.automatic_debit AND l.debit_from_change_plus AS may_come_from_plus, i.due_on,
            i.principal + i.interest + i.late_interest + i.penalty + i.fee + i.late_fee
                - i.paid_principal - i.paid_interest - i.paid_penalty - i.paid_fee AS open
        FROM loan l JOIN instalment i ON i.loan_id = l.id
        WHERE l.customer_id = :customer AND l.asset = :asset AND l.state = 'active'
            AND i.settled_on IS NULL AND i.due_on <= :until
    )
    SELECT CAST(coalesce(sum(open), 0) AS bigint) AS open, max(due_on) AS due_on,
        CAST(coalesce(sum(open) FILTER (WHERE may_come_from_plus), 0) AS bigint) AS from_plus
    FROM owing
    """
)


@dataclass(frozen=True, slots=True)
class Due:
    """A sum that falls due by a day, and what would lack to it then."""

    sum: Money
    on: date
    lacking: Money


async def short_for(unit: Unit, customer_id: int, amount: Money, target: str, on: date) -> Due | None:
    """Return what falls due within `DAYS_BEFORE_DUE` of `on` and would be short of money once `amount` has gone where
    a plan puts it; None where it would not, or nothing does. What Change Plus holds counts where it may be debited.
    """
    bound = {"customer": customer_id, "asset": amount.asset.code, "until": on + timedelta(days=DAYS_BEFORE_DUE)}
    owing = (await unit.session.execute(_DUE, bound)).one()
    if not owing.open:
        return None
    wallet = await ledger.available(unit, ledger.customer_wallet(customer_id, amount.asset))
    reach = wallet.amount - amount.amount
    if owing.from_plus:
        held = (await queries.position(unit, await fund_on_sale(unit), customer_id)).can_leave
        kept = held.amount + (amount.amount if target == targets.CHANGE_PLUS else 0)
        reach += min(owing.from_plus, kept)
    if reach >= owing.open:
        return None
    lacking = Money(min(owing.open - reach, owing.open), amount.asset)
    return Due(Money(owing.open, amount.asset), owing.due_on, lacking)
