"""Savings circles as of a day, and what their rounds took in and paid, step by step.

Told from payments, payouts and the ledger by business date, all of which are only added to, so a closed day stays as it
was. Dues, which change when a place is closed, are not read.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.table import Asked, Family, Found, Grain, Report, Row, Takes, count, day, money, words
from finance_core.storage.unit import Unit

_CIRCLES: Final = text(
    """
    SELECT c.code, c.asset, CAST(c.started_at AT TIME ZONE CAST(:zone AS text) AS date) AS started_on,
        CASE WHEN CAST(c.ended_at AT TIME ZONE CAST(:zone AS text) AS date) <= :on THEN 'ended' ELSE 'running' END
            AS state,
        c.rounds, i.contributions, i.fines, o.rounds_paid, o.paid_out, o.commission, k.kept,
        i.contributions - o.out AS in_pots
    FROM circle c
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(p.contribution), 0) AS contributions, coalesce(sum(p.fine), 0) AS fines
            FROM circle_payment p WHERE p.circle_id = c.id AND p.on_date <= :on
        ) i
        CROSS JOIN LATERAL (
            SELECT count(DISTINCT p.round) FILTER (WHERE p.kind IN ('prize', 'late')) AS rounds_paid,
                coalesce(sum(p.amount) FILTER (WHERE p.kind IN ('prize', 'late')), 0) AS paid_out,
                coalesce(sum(p.amount) FILTER (WHERE p.kind = 'commission'), 0) AS commission,
                coalesce(sum(p.amount) FILTER (WHERE p.round IS NOT NULL), 0) AS out
            FROM circle_payout p WHERE p.circle_id = c.id AND p.on_date <= :on
        ) o
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(ledger_balance(a.id, CAST(:on AS date))), 0) AS kept
            FROM circle_pocket p JOIN account a ON a.code = '2031' AND a.book = 'INST' AND a.owner = p.id
            WHERE p.circle_id = c.id
        ) k
    WHERE c.kind = 'rotating' AND CAST(c.started_at AT TIME ZONE CAST(:zone AS text) AS date) <= :on
    ORDER BY c.code
    """
)
_ROUNDS: Final = text(
    """
    WITH moved AS (
        SELECT CAST(date_trunc(:grain, p.on_date) AS date) AS step, c.asset, p.contribution, p.fine,
            CASE WHEN p.on_date > r.due_on + CAST(t.terms ->> 'grace_days' AS integer) THEN p.contribution ELSE 0 END
                AS late, 0 AS pots, 0 AS paid_out, 0 AS commission, 0 AS refunded
        FROM circle_payment p JOIN circle c ON c.id = p.circle_id AND c.kind = 'rotating'
            JOIN product t ON t.code = c.product AND t.version = c.product_version
            JOIN circle_round r ON r.circle_id = p.circle_id AND r.nr = p.round
        WHERE p.on_date BETWEEN :since AND :upto
        UNION ALL
        SELECT CAST(date_trunc(:grain, p.on_date) AS date), c.asset, 0, 0, 0,
            CASE p.kind WHEN 'prize' THEN 1 ELSE 0 END,
            CASE WHEN p.kind IN ('prize', 'late') THEN p.amount ELSE 0 END,
            CASE p.kind WHEN 'commission' THEN p.amount ELSE 0 END,
            CASE p.kind WHEN 'refund' THEN p.amount ELSE 0 END
        FROM circle_payout p JOIN circle c ON c.id = p.circle_id AND c.kind = 'rotating'
        WHERE p.on_date BETWEEN :since AND :upto AND p.round IS NOT NULL
    )
    SELECT step, asset, sum(pots) AS pots, sum(contribution) AS contributions, sum(late) AS late, sum(fine) AS fines,
        sum(paid_out) AS paid_out, sum(commission) AS commission, sum(refunded) AS refunded
    FROM moved GROUP BY step, asset ORDER BY step, asset
    """
)
STATES: Final = ("running", "ended")


async def _circles(unit: Unit, asked: Asked) -> Found:
    rows: list[Row] = []
    for row in await unit.session.execute(_CIRCLES, {"on": asked.last_on, "zone": unit.zone.key}):
        sums = (row.contributions, row.paid_out, row.commission, row.in_pots, row.fines, row.kept)
        figures = (Money(int(amount), ASSETS[row.asset]) for amount in sums)
        rows.append((row.code, row.state, row.started_on, row.rounds, row.rounds_paid, *figures))
    return Found(rows)


async def _rounds(unit: Unit, asked: Asked) -> Found:
    values = {"since": asked.since, "upto": asked.last_on, "grain": asked.grain.value}
    rows: list[Row] = []
    for row in await unit.session.execute(_ROUNDS, values):
        sums = (row.contributions, row.late, row.fines, row.paid_out, row.commission, row.refunded)
        rows.append((row.step, int(row.pots), *(Money(int(amount), ASSETS[row.asset]) for amount in sums)))
    return Found(rows)


REPORT: Final = Report(
    "circles",
    "Savings circles that have started: what their places paid in, what was paid out, and what lies where.",
    Takes.DATE,
    (
        words("circle"),
        words("state"),
        day("started_on"),
        count("rounds"),
        count("rounds_paid"),
        *(money(name) for name in ("contributions", "paid_out", "commission", "in_pots", "fines", "kept")),
    ),
    _circles,
    family=Family.SERVICE,
    brief=("circle", "state", "rounds", "rounds_paid", "in_pots"),
    terms=STATES,
)
ROUNDS: Final = Report(
    "circle-rounds",
    "What the rounds of savings circles took in, of it late, and what they paid out.",
    Takes.PERIOD,
    (
        day("step"),
        count("pots"),
        *(money(name) for name in ("contributions", "late", "fines", "paid_out", "commission", "refunded")),
    ),
    _rounds,
    grain=Grain.MONTH,
    family=Family.SERVICE,
    brief=("step", "pots", "contributions", "late", "paid_out"),
)
