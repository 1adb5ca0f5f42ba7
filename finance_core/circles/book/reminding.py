"""Reminders of contributions at 08:00, in one push with those of loans, and guarantors who are asked at 10:00."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.cases.rest import rests
from finance_core.circles.book.notices import OF_CIRCLE, money
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.notices.contact_rules import DEBT
from finance_core.storage.unit import Unit

# Two days and one day before; on the morning itself where the period is under a week; and once when the grace is over.
# Who has paid ahead is not reminded.
_TOLD: Final = """
    FROM circle_due d JOIN circle c ON c.id = d.circle_id
        JOIN product t ON t.code = c.product AND t.version = c.product_version
        JOIN circle_member m ON m.circle_id = d.circle_id AND m.customer_id = d.customer_id
    WHERE d.paid < d.amount AND c.kind = 'rotating' AND c.state = 'running' AND m.suspended_at IS NULL
        AND d.due_on BETWEEN CAST(:on AS date) - 60 AND CAST(:on AS date) + 2
        AND CASE WHEN d.due_on > :on THEN c.period <> 'day'
            WHEN d.due_on = :on THEN c.period = 'day'
            ELSE d.is_late AND d.due_on + CAST(t.terms ->> 'grace_days' AS integer) + 1 = :on END
        AND NOT EXISTS (
            SELECT FROM circle_pocket k JOIN account a ON a.code = '2031' AND a.book = 'INST' AND a.owner = k.id
                JOIN balance b ON b.account_id = a.id
            WHERE k.circle_id = d.circle_id AND k.place = d.place AND k.kind = 'ahead'
                AND b.amount >= d.amount - d.paid)
"""
TOLD: Final = f"SELECT DISTINCT d.customer_id AS id {_TOLD}"
"""A select of everybody who is reminded on the day `:on`."""
_REMIND: Final = text(
    insert_notices(
        given=f"""
        WITH told AS (
            SELECT d.circle_id, d.customer_id, d.due_on, m.automatic_debit,
                sum(d.amount - d.paid) AS contribution, sum(d.fine - d.fine_paid) AS fine
            {_TOLD} AND d.customer_id = ANY(:people)
            GROUP BY d.circle_id, d.customer_id, d.due_on, m.automatic_debit
        )
        """,
        select=f"""
        SELECT w.customer_id, u.zone,
            CASE WHEN w.due_on < :on THEN 'circle.late' WHEN w.due_on = :on THEN 'circle.due_today'
                ELSE 'circle.due_soon' END AS kind,
            jsonb_build_object({OF_CIRCLE}, 'sum', {money("w.contribution + w.fine")}, 'due_on', w.due_on,
                'days', abs(w.due_on - CAST(:on AS date)), 'automatic', w.automatic_debit)
                || CASE WHEN w.due_on < :on THEN jsonb_build_object('fine', {money("w.fine")}) ELSE '{{}}' END
                AS params,
            'circle.reminder:' || c.id || ':' || w.customer_id || ':' || w.due_on || ':' || CAST(:on AS date) AS key,
            'circle:' || c.id || ':' || w.customer_id AS about,
            CASE WHEN {rests("w.customer_id")} THEN 'rest' END AS silenced_because
        FROM told w JOIN circle c ON c.id = w.circle_id JOIN customer u ON u.id = w.customer_id
        """,  # noqa: S608 - constants
        urgency=Urgency.REMINDER,
        merge_key=DEBT,
        silenced=True,
    )
)
_UNPAID: Final = """
    FROM circle_due d JOIN circle c ON c.id = d.circle_id
        JOIN product t ON t.code = c.product AND t.version = c.product_version
        JOIN circle_guarantor g ON g.circle_id = d.circle_id AND g.place = d.place
            AND g.agreed_at IS NOT NULL AND g.freed_at IS NULL
    WHERE d.paid < d.amount AND d.guarantors_on IS NULL AND c.kind = 'rotating' AND c.state = 'running'
        AND d.due_on + CAST(t.terms ->> 'guarantors_after_days' AS integer) <= :on
"""
UNPAID: Final = f"SELECT DISTINCT d.circle_id AS id {_UNPAID}"
"""A select of the circles in which guarantors are asked on the day `:on`."""
# Each is asked for an equal part of what is missing, and never for more than they stand for in all.
_ASK: Final = text(
    insert_notices(
        given=f"""
        WITH missing AS (
            SELECT d.circle_id, d.round, d.place, max(d.amount - d.paid) AS amount, count(*) AS people
            {_UNPAID} AND d.circle_id = ANY(:circles)
            GROUP BY d.circle_id, d.round, d.place
        ), marked AS (
            UPDATE circle_due d SET guarantors_on = :on FROM missing m
            WHERE d.circle_id = m.circle_id AND d.round = m.round AND d.place = m.place
        ), asked AS (
            SELECT g.id, sum(div(m.amount + m.people - 1, m.people)) AS amount
            FROM missing m JOIN circle_guarantor g ON g.circle_id = m.circle_id AND g.place = m.place
                AND g.agreed_at IS NOT NULL AND g.freed_at IS NULL
            GROUP BY g.id
        ), called AS (
            UPDATE circle_guarantor g SET called = least(g.most, g.called + a.amount) FROM asked a
            WHERE g.id = a.id AND g.called < g.most
            RETURNING g.id, g.circle_id, g.place, g.customer_id, least(g.most, a.amount) AS amount
        )
        """,  # noqa: S608 - constants
        select=f"""
        SELECT g.customer_id, u.zone, 'circle.guarantor_asked' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'sum', {money("g.amount")}, 'name', jsonb_build_object(
                'sealed', translate(encode(late.name_sealed, 'base64'), E'\n', ''),
                'place', 'customer.name:' || late.id)) AS params,
            'circle.guarantor_asked:' || g.id || ':' || CAST(:on AS date) AS key, 'circle_guarantor:' || g.id AS about
        FROM called g JOIN circle c ON c.id = g.circle_id JOIN customer u ON u.id = g.customer_id
            JOIN circle_place l ON l.circle_id = g.circle_id AND l.nr = g.place
            JOIN customer late ON late.id = l.customer_id
        """,  # noqa: S608 - constants
        urgency=Urgency.REMINDER,
    )
)


async def remind(unit: Unit, people: list[int], on: date) -> None:
    """Remind these people of what falls due, and tell who has become late."""
    await unit.session.execute(_REMIND, {"people": people, "on": on, "now": unit.now})
    await wake(unit)


async def ask_guarantors(unit: Unit, circles: list[int], on: date) -> None:
    """Ask who stands for places that have not paid for three days; nobody is debited."""
    await unit.session.execute(_ASK, {"circles": circles, "on": on, "now": unit.now})
    await wake(unit)
