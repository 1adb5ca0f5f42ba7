"""The auto-sweep: each evening, last of the day, what a wallet has beyond its owner's floor goes into Change Plus.

Kept back is what falls due within the next days: of the owner's loans, circles and plans, and what they were asked for
as somebody's guarantor. Each sum is an order like one given by hand, held against the tier, the holding cap and the
fund's day quota; a whole range of wallets is one statement and one entry.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.change_plus import entries, queries, service
from finance_core.change_plus.liquidity import lock_day_quota
from finance_core.change_plus.product import MoneyFund, fund_on_sale
from finance_core.customers.freezing import is_frozen
from finance_core.customers.rules import TIERS
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

DAYS_KEPT: Final = 3
"""What falls due within so many days stays in the wallet."""

_SWEPT: Final = "SELECT customer_id AS id FROM holding WHERE sweep_floor IS NOT NULL"
# A frozen wallet stays as it is.
_LOCK_PEOPLE: Final = text(
    f"""
    SELECT id FROM customer WHERE id > :after AND id <= :upto AND id IN (
        SELECT customer_id FROM holding WHERE fund_id = :fund AND sweep_floor IS NOT NULL
    ) AND NOT {is_frozen("customer.id")} ORDER BY id FOR NO KEY UPDATE
    """  # noqa: S608 - constants
)
_LOCK_WALLETS: Final = text(
    """
    SELECT ledger_lock(array_agg(id ORDER BY id), :now) FROM account
    WHERE code = '2010' AND book = 'INST' AND asset = :asset AND owner = ANY(:people)
    """
)
# The wallet beyond its floor and what falls due, but no more than the person's limit leaves room for, and in the order
# of ids no more than the fund takes that day.
_ORDER: Final = text(
    f"""
    WITH dues AS (
        SELECT l.customer_id, sum(i.principal + i.interest + i.late_interest + i.penalty + i.fee + i.late_fee
            - i.paid_principal - i.paid_interest - i.paid_penalty - i.paid_fee) AS amount
        FROM loan l JOIN instalment i ON i.loan_id = l.id
        WHERE l.customer_id = ANY(:people) AND l.state = 'active' AND i.settled_on IS NULL AND i.due_on <= :due_by
        GROUP BY l.customer_id
        UNION ALL
        SELECT customer_id, CASE WHEN goal - saved - amount < :minimum THEN goal - saved ELSE amount END FROM plan
        WHERE customer_id = ANY(:people) AND asset = :asset AND state = 'active' AND next_on <= :due_by
        UNION ALL
        SELECT customer_id, called - paid FROM guarantee WHERE customer_id = ANY(:people) AND state = 'bound'
        UNION ALL
        SELECT d.customer_id, d.amount - d.paid + d.fine - d.fine_paid
        FROM circle_due d JOIN circle c ON c.id = d.circle_id AND c.asset = :asset AND c.state IN ('running', 'ended')
        WHERE d.customer_id = ANY(:people) AND d.due_on <= :due_by
        UNION ALL
        SELECT s.customer_id, s.standing * r.share_price + r.social_amount
        FROM circle_saver s
            JOIN circle c ON c.id = s.circle_id AND c.asset = :asset AND c.state = 'running'
            JOIN circle_saving r ON r.circle_id = s.circle_id
            JOIN circle_meeting m ON m.circle_id = s.circle_id AND m.state = 'coming' AND m.held_on <= :due_by
            JOIN circle_member cm ON cm.circle_id = s.circle_id AND cm.customer_id = s.customer_id
                AND cm.automatic_debit AND cm.suspended_at IS NULL
        WHERE s.customer_id = ANY(:people) AND s.standing > 0 AND s.left_at IS NULL
    ), due AS (
        SELECT customer_id, CAST(sum(amount) AS bigint) AS amount FROM dues GROUP BY customer_id
    ), ordered AS (
        SELECT customer_id, sum(amount - cancelled) AS amount FROM fund_order
        WHERE customer_id = ANY(:people) AND fund_id = :fund AND state = 'pending' GROUP BY customer_id
    ), spare AS (
        SELECT h.customer_id, least(
                b.amount - b.held - h.sweep_floor - coalesce(due.amount, 0),
                least(CAST(:cap AS bigint), (CAST(:limits AS bigint[]))[c.tier + 1])
                    - coalesce(units.amount, 0) - coalesce(ordered.amount, 0)) AS amount
        FROM holding h
            JOIN customer c ON c.id = h.customer_id
            JOIN account a ON a.code = '2010' AND a.book = 'INST' AND a.asset = :asset AND a.owner = h.customer_id
            JOIN balance b ON b.account_id = a.id
            LEFT JOIN account u
                ON u.code = 'U2010' AND u.book = :register AND u.asset = :unit_asset AND u.owner = h.customer_id
            LEFT JOIN balance units ON units.account_id = u.id
            LEFT JOIN due ON due.customer_id = h.customer_id
            LEFT JOIN ordered ON ordered.customer_id = h.customer_id
        WHERE h.fund_id = :fund AND h.customer_id = ANY(:people) AND h.sweep_floor IS NOT NULL
    ), taken AS (
        SELECT customer_id, CAST(amount AS bigint) AS amount, sum(amount) OVER (ORDER BY customer_id) AS upto
        FROM spare WHERE amount >= :minimum
    ), asked AS (
        SELECT 'sweep:' || CAST(:on AS date) || ':' || customer_id AS key, customer_id, amount
        FROM taken WHERE upto <= :quota
    ), {entries.STAGE_SUBSCRIPTIONS}
    """  # noqa: S608 - constants
)
_TELL: Final = text(
    insert_notices(
        select="""
        SELECT c.id AS customer_id, c.zone, 'receipt.change_plus_swept' AS kind,
            jsonb_build_object('sum', jsonb_build_object('amount', o.amount, 'asset', CAST(:asset AS varchar)),
                'earns_on', o.confirm_on, 'seen_on', o.confirm_on + 1, 'reference', CAST(:reference AS varchar))
                AS params,
            'receipt.change_plus_swept:' || o.id AS key, 'fund_order:' || o.id AS about
        FROM fund_order o JOIN customer c ON c.id = o.customer_id
        WHERE o.customer_id = ANY(:people) AND o.key = 'sweep:' || CAST(:on AS date) || ':' || c.id
        """,
        urgency=Urgency.SYSTEM,
    )
)


async def _sweep(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await _sweep_range(unit, on, chunk)

    await in_chunks(units, "change_plus.sweep", on, _SWEPT, work)


async def _sweep_range(unit: Unit, on: date, chunk: Chunk) -> None:
    fund = await fund_on_sale(unit)
    where = {"after": chunk.after, "upto": chunk.upto, "fund": fund.number}
    people = list(await unit.session.scalars(_LOCK_PEOPLE, where))
    await lock_day_quota(unit, fund)
    await unit.session.execute(_LOCK_WALLETS, {"asset": fund.asset.code, "people": people, "now": unit.now})
    await ledger.stage(unit)
    await unit.session.execute(_ORDER, {**await _terms(unit, fund), "people": people, "on": on})
    about = {"fund": fund.number, "chunk": chunk.number}
    posted = await ledger.post_staged(unit, f"change_plus.sweep:{on}:{chunk.number}", "change_plus.swept", on, about)
    if posted is not None:
        told = {"asset": fund.asset.code, "reference": posted.reference, "people": people, "on": on, "now": unit.now}
        await unit.session.execute(_TELL, told)
        await wake(unit)


async def _terms(unit: Unit, fund: MoneyFund) -> dict[str, object]:
    """Return the figures that each sum is held against, in minor units."""
    cap = fund.holding_cap.amount
    limits = [tier.change_plus_limit.amount if tier.change_plus_limit is not None else cap for tier in TIERS]
    return {
        "fund": fund.number,
        "asset": fund.asset.code,
        "unit_asset": fund.unit_asset.code,
        "register": entries.register(fund.number),
        "cap": cap,
        "limits": limits,
        "minimum": fund.minimum.amount,
        "quota": (fund.day_quota - await queries.put_in_today(unit, fund)).amount,
        "confirm_on": service.dates_now(unit, fund).confirm_on,
        "due_by": unit.open_on + timedelta(days=DAYS_KEPT),
        "now": unit.now,
    }


SWEEP_UP: Final = Step("change_plus.sweep", time(20, 0), "open", "wealth", _sweep, _SWEPT, rank=910)
"""The last of the day: after what falls due was debited, and after the cut-off."""
