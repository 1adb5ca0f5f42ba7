"""What `susu verify` proves of the funds, beside the ledger's own equations (mirrors, units held, a unit at 1.00)."""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

_BALANCE: Final = """
    SELECT coalesce(sum(b.amount), 0) FROM account a JOIN balance b ON b.account_id = a.id
    WHERE a.code = '{code}' AND a.book = {book} AND a.asset = {asset} AND a.owner = o.id
"""
_WAITING: Final = """
    SELECT o.id AS fund_order, o.state, waiting.amount AS expected, booked.amount AS found, payable.amount AS payable
    FROM fund_order o JOIN fund f ON f.id = o.fund_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN o.kind = '{kind}' AND o.state = 'pending' THEN o.amount - o.cancelled ELSE 0 END AS amount
        ) waiting
        CROSS JOIN LATERAL ({booked}) booked (amount)
        CROSS JOIN LATERAL ({payable}) payable (amount)
    WHERE waiting.amount <> booked.amount OR payable.amount <> 0 ORDER BY o.id
"""
_ORDERED: Final = _BALANCE.format(code="2051", book="'INST'", asset="f.asset")
_LEAVING: Final = _BALANCE.format(code="U2015", book="'REG:' || f.id", asset="f.unit_asset")
_PAYABLE: Final = _BALANCE.format(code="F2010", book="'FUND:' || f.id", asset="f.asset")

# What the entries of some kinds, and their reversals, credited to each account of a code, less what they debited.
_CREDITED: Final = """
    SELECT a.book, a.owner, sum(leg.amount) AS amount
    FROM entry e
        LEFT JOIN entry undone ON undone.id = e.reverses
        JOIN transfer t ON t.entry_id = e.id
        CROSS JOIN LATERAL (VALUES (t.credit_id, t.amount), (t.debit_id, -t.amount)) leg (account_id, amount)
        JOIN account a ON a.id = leg.account_id
    WHERE a.code = '{code}' AND coalesce(undone.kind, e.kind) LIKE '{kind}'
    GROUP BY a.book, a.owner
"""
_PAID_OUT: Final = _CREDITED.format(code="F3010", kind="change_plus.income%")
_RESIDUE: Final = _CREDITED.format(code="F2050", kind="%")
_ADVANCED: Final = _CREDITED.format(code="1200", kind="%")
_GROWN: Final = _CREDITED.format(code="U2010", kind="change_plus.income%")
_INCOME_UNDER_WAY: Final = """
    SELECT FROM fund_income WHERE fund_id = f.id AND units IS NOT NULL AND paid_on IS NULL
    UNION ALL SELECT FROM income_correction WHERE fund_id = f.id AND done_on IS NULL
"""

EQUATIONS: Final = (
    Equation(
        "Change Plus orders: each is of whom its entry says",
        """
        SELECT o.id AS fund_order, e.about ->> 'customer' AS expected, o.customer_id AS found
        FROM fund_order o JOIN entry e ON e.key = o.key
        WHERE CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM o.customer_id ORDER BY o.id
        """,
    ),
    Equation(
        "fund orders: 2051 is what waits to be confirmed, and nothing stays payable (F2010)",
        _WAITING.format(kind="subscription", booked=_ORDERED, payable=_PAYABLE),
    ),
    Equation(
        "fund redemptions: U2015 is what waits to be redeemed",
        _WAITING.format(kind="redemption", booked=_LEAVING, payable="SELECT 0"),
    ),
    Equation(
        "fund advances: 1200 is what fast redemptions were advanced and the fund has not paid back",
        f"""
        SELECT f.id AS fund, due.amount AS expected, -coalesce(booked.amount, 0) AS found
        FROM fund f
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(amount), 0) AS amount FROM fund_order
                WHERE fund_id = f.id AND kind = 'fast' AND state = 'confirmed'
            ) due
            LEFT JOIN ({_ADVANCED}) booked ON booked.owner = f.id
        WHERE due.amount <> -coalesce(booked.amount, 0)
        """,  # noqa: S608 - constants
    ),
    Equation(
        "fund income: what holders were paid and the residue (F2050) are what the fund earned",
        f"""
        SELECT f.id AS fund, earned.amount AS earned, coalesce(paid.amount, 0) AS paid,
            coalesce(residue.amount, 0) AS residue
        FROM fund f
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(income), 0) AS amount FROM fund_income WHERE fund_id = f.id AND paid_on IS NOT NULL
            ) earned
            LEFT JOIN ({_PAID_OUT}) paid ON paid.owner = f.id
            LEFT JOIN ({_RESIDUE}) residue ON residue.owner = f.id
        WHERE earned.amount <> coalesce(paid.amount, 0) + coalesce(residue.amount, 0)
            AND NOT EXISTS ({_INCOME_UNDER_WAY})
        """,  # noqa: S608 - constants
    ),
    Equation(
        "fund income: what each holding has earned is what its units grew by",
        f"""
        SELECT h.fund_id AS fund, h.customer_id AS customer, h.earned AS expected, coalesce(grown.amount, 0) AS found
        FROM holding h
            LEFT JOIN ({_GROWN}) grown ON grown.owner = h.customer_id AND grown.book = 'REG:' || h.fund_id
        WHERE h.earned <> coalesce(grown.amount, 0) ORDER BY h.fund_id, h.customer_id
        """,  # noqa: S608 - constants
    ),
    # Cents paid are cut from sums with 8 decimals, so all that is left over is known but for the ninth decimal:
    # at most 0.00000001 a holder (and the fund) a day, and twice that for a correction.
    Equation(
        "fund residue: F2050 is the fractions that holders carry, less the fund's own and what holders owe",
        f"""
        SELECT f.id AS fund, coalesce(residue.amount, 0) AS residue, carried.amount AS carried, f.carry AS own_carry
        FROM fund f
            LEFT JOIN ({_RESIDUE}) residue ON residue.owner = f.id
            CROSS JOIN LATERAL (SELECT coalesce(sum(carried * 0.00000001 - owed * 0.01), 0), count(*) FROM holding
                WHERE fund_id = f.id) carried (amount, holders)
            CROSS JOIN LATERAL (
                SELECT (SELECT count(*) FROM fund_income WHERE fund_id = f.id AND paid_on IS NOT NULL)
                    + 2 * (SELECT count(*) FROM income_correction WHERE fund_id = f.id)
            ) days (number)
        WHERE abs(coalesce(residue.amount, 0) * 0.01 + f.carry - carried.amount)
                > 0.00000001 * days.number * (carried.holders + 1)
            AND NOT EXISTS ({_INCOME_UNDER_WAY})
        """,  # noqa: S608 - constants
    ),
    Equation(
        "fund income: no day was left out",
        """
        SELECT fund_id AS fund, on_date, before FROM (
            SELECT fund_id, on_date, lag(on_date) OVER (PARTITION BY fund_id ORDER BY on_date) AS before
            FROM fund_income WHERE paid_on IS NOT NULL
        ) paid
        WHERE before IS NOT NULL AND on_date <> before + 1
        """,
    ),
)
