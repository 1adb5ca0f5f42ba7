"""The facts of one person that a decision looks at, gathered in one statement."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import text

from finance_core.customers.freezing import is_frozen
from finance_core.customers.models import Customer
from finance_core.customers.rules import TIERS
from finance_core.kernel.money import Money
from finance_core.loans.origination.decision import Applicant
from finance_core.loans.origination.self_limits import blocked_until
from finance_core.loans.products.product_terms import LoanProduct
from finance_core.storage.unit import Unit

A_MONTH: Final = timedelta(days=30)

_LEFT_OF_DUE: Final = "i.principal + i.interest + i.fee - i.paid_principal - i.paid_interest - i.paid_fee"
_FACTS: Final = text(
    f"""
    WITH mine AS (
        SELECT l.*, l.product = :product AS is_same, l.funding_circle IS NULL AS is_ours,
            owed.principal + l.undrawn AS owed, owed.soon, owed.since,
            owed.ends_on, (SELECT coalesce(sum(b.amount), 0) FROM account a JOIN balance b ON b.account_id = a.id
                WHERE a.book = 'INST' AND a.code = '9010' AND a.owner = l.id AND a.asset = l.asset) AS memo
        FROM loan l CROSS JOIN LATERAL (
            SELECT coalesce(sum(i.principal - i.paid_principal), 0) AS principal,
                coalesce(sum({_LEFT_OF_DUE})
                    FILTER (WHERE i.due_on <= :soon), 0) AS soon,
                min(i.due_on) FILTER (WHERE i.due_on < :on) AS since,
                max(i.due_on) AS ends_on
            FROM instalment i WHERE i.loan_id = l.id AND i.settled_on IS NULL
        ) owed
        WHERE l.customer_id = :customer AND l.state <> 'void'
    ), late AS (
        SELECT a.since, least(lead(a.from_on, 1, CAST(:on AS date)) OVER (PARTITION BY a.loan_id ORDER BY a.from_on),
            CAST(:on AS date), mine.ended_on) AS until
        FROM arrears a JOIN mine ON mine.id = a.loan_id AND mine.is_ours
    )
    SELECT count(*) FILTER (WHERE state = 'settled' AND is_ours) AS repaid,
        count(*) FILTER (WHERE state = 'settled' AND is_same) AS repaid_same,
        count(*) FILTER (WHERE state = 'active' AND is_same) AS open_same,
        max(ends_on) FILTER (WHERE state = 'active' AND is_same) AS open_ends_on,
        coalesce(sum(principal + capitalised + undrawn - owed) FILTER (WHERE state = 'active' AND is_same) * 100
            / sum(principal + capitalised) FILTER (WHERE state = 'active' AND is_same), 0) AS open_repaid_percent,
        coalesce(sum(owed) FILTER (WHERE state = 'active' AND is_same), 0) AS open_owed,
        coalesce(sum(owed) FILTER (WHERE state = 'active' AND is_ours), 0) AS owed,
        coalesce(sum(soon) FILTER (WHERE state = 'active' AND is_same), 0) AS open_soon,
        coalesce(sum(soon) FILTER (WHERE state = 'active'), 0) AS soon,
        coalesce(max(CAST(:on AS date) - since) FILTER (WHERE state = 'active' AND is_ours), 0) AS days_past_due,
        coalesce(bool_or(state = 'written_off' AND is_ours AND memo > 0), false) AS written_off,
        coalesce(bool_or(state = 'written_off' AND is_ours AND memo = 0 AND NOT EXISTS (SELECT 1 FROM mine later
            WHERE later.state = 'settled' AND later.disbursed_on >= mine.ended_on)), false) AS recovered,
        (SELECT coalesce(max(until - since), 0) FROM late
            WHERE since IS NOT NULL AND until >= :looked_back) AS worst_days_lately,
        {is_frozen(":customer")} AS is_frozen,
        (SELECT coalesce(sum((SELECT coalesce(sum({_LEFT_OF_DUE}), 0) FROM instalment i
                WHERE i.loan_id = g.loan_id AND i.settled_on IS NULL AND i.due_on <= :soon) / g.share_of), 0)
            FROM guarantee g JOIN loan stood ON stood.id = g.loan_id AND stood.state = 'active'
            WHERE g.customer_id = :customer AND g.state = 'bound') AS stood_for,
        (SELECT CASE WHEN s.next_on <= CAST(:on AS date) THEN s.next_limit ELSE s.own_limit END
            FROM self_limit s WHERE s.customer_id = :customer ORDER BY s.id DESC LIMIT 1) AS own_limit
    FROM mine
    """  # noqa: S608 - constants
)


async def applicant(unit: Unit, customer: Customer, product: LoanProduct) -> Applicant:
    """Return what a decision on a loan of `product` looks at, as of the unit's business date.

    What circles lent counts in what falls due within a month, and in nothing else: it is between their members. The
    shares of loans that they stand for count there too.
    """
    on, asset = unit.open_on, product.asset
    looked_back = on - timedelta(days=product.referral.within_days)
    values = {"customer": customer.id, "product": product.code, "on": on, "soon": on + A_MONTH}
    row = (await unit.session.execute(_FACTS, {**values, "looked_back": looked_back})).one()
    return Applicant(
        tier=customer.tier,
        tier_limit=TIERS[customer.tier].loan_limit,
        loans_repaid=row.repaid,
        repaid_of_product=row.repaid_same,
        open_of_product=row.open_same,
        open_ends_on=row.open_ends_on,
        open_repaid_percent=int(row.open_repaid_percent),
        open_owed=Money(int(row.open_owed), asset),
        owed=Money(int(row.owed), asset),
        open_instalments=Money(int(row.open_soon), asset),
        own_instalments=Money(int(row.soon + row.stood_for), asset),
        days_past_due=row.days_past_due,
        written_off=row.written_off,
        worst_days_lately=row.worst_days_lately,
        income=None if customer.monthly_income is None else Money(customer.monthly_income, asset),
        other_instalments=Money(customer.other_instalments or 0, asset),
        excluded_until=await blocked_until(unit, customer.id),
        is_frozen=row.is_frozen,
        own_limit=None if row.own_limit is None else Money(int(row.own_limit), asset),
        recovered=row.recovered,
    )
