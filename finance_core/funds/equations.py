"""What `susu verify` proves of funds with a NAV, beside the ledger's own equations (mirrors, units held)."""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

_BALANCE: Final = """
    SELECT coalesce(sum(b.amount), 0) FROM account a JOIN balance b ON b.account_id = a.id
    WHERE a.code = '{code}' AND a.book = {book} AND a.asset = {asset} AND a.owner = o.id
"""
_SET_ASIDE: Final = """
    SELECT o.id AS nav_order, o.kind, o.state, expected.amount AS expected, booked.amount AS found
    FROM nav_order o JOIN nav_fund f ON f.id = o.fund_id
        CROSS JOIN LATERAL (SELECT {expected}) expected (amount)
        CROSS JOIN LATERAL ({booked}) booked (amount)
    WHERE expected.amount <> booked.amount ORDER BY o.id
"""
_WAITING: Final = "CASE WHEN o.kind = 'subscription' AND o.state = 'pending' THEN o.amount ELSE 0 END"
_LEAVING: Final = "CASE WHEN o.kind IN ('redemption', 'switch') AND o.state = 'pending' THEN o.amount ELSE 0 END"
_PAYABLE: Final = """
    CASE WHEN o.kind = 'redemption' AND o.state = 'confirmed' THEN o.net
        WHEN o.kind = 'dividend' AND (o.state = 'pending' OR o.state = 'confirmed' AND o.pays_on IS NOT NULL)
        THEN o.amount ELSE 0 END
"""

# Balances of the funds' own books, which have no balance rows: liabilities and equity by their credit side.
_BOOKED: Final = """
    SELECT a.book, a.code, sum(leg.amount) AS amount
    FROM transfer t
        CROSS JOIN LATERAL (VALUES (t.credit_id, t.amount), (t.debit_id, -t.amount)) leg (account_id, amount)
        JOIN account a ON a.id = leg.account_id
    WHERE a.book LIKE 'FUND:%' OR a.code = 'U1000'
    GROUP BY a.book, a.code
"""

# Orders that were priced since the books were valued: each may be half a cent (or half a unit's cent) off.
_ROUNDED_SINCE: Final = """
    SELECT count(*) FROM nav_order o
    WHERE f.id IN (o.fund_id, o.to_fund_id) AND o.confirmed_on > f.valued_on
"""

EQUATIONS: Final = (
    Equation(
        "fund orders: each is of whom and of which fund its entry says",
        """
        SELECT o.id AS nav_order, e.about ->> 'customer' AS expected, o.customer_id AS found
        FROM nav_order o JOIN entry e ON e.key = o.key
        WHERE CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM o.customer_id
            OR CAST(e.about ->> 'fund' AS bigint) IS DISTINCT FROM o.fund_id ORDER BY o.id
        """,
    ),
    Equation(
        "NAV fund orders: 2051 is what waits to be priced",
        _SET_ASIDE.format(expected=_WAITING, booked=_BALANCE.format(code="2051", book="'INST'", asset="f.asset")),
    ),
    Equation(
        "NAV fund orders: U2015 is the units that wait to be priced",
        _SET_ASIDE.format(
            expected=_LEAVING, booked=_BALANCE.format(code="U2015", book="'REG:' || f.id", asset="f.unit_asset")
        ),
    ),
    Equation(
        "NAV fund orders: F2010 is what the fund owes for orders that are priced",
        _SET_ASIDE.format(
            expected=_PAYABLE, booked=_BALANCE.format(code="F2010", book="'FUND:' || f.id", asset="f.asset")
        ),
    ),
    # F4010 - F5010 is left out: what was earned since the valuation is in no price yet.
    Equation(
        "NAV funds: holders' capital (F3010) is units in issue × NAV, to half a cent and half a cent an order",
        f"""
        SELECT f.id AS fund, f.valued_on, f.valued_nav, coalesce(capital.amount, 0) AS capital,
            -coalesce(units.amount, 0) AS units, since.orders
        FROM nav_fund f
            LEFT JOIN ({_BOOKED}) capital ON capital.book = 'FUND:' || f.id AND capital.code = 'F3010'
            LEFT JOIN ({_BOOKED}) units ON units.book = 'REG:' || f.id AND units.code = 'U1000'
            CROSS JOIN LATERAL ({_ROUNDED_SINCE}) since (orders)
        WHERE abs(coalesce(capital.amount, 0) + coalesce(units.amount, 0) * coalesce(f.valued_nav, 0))
            > 0.5 * (1 + since.orders)
        """,  # noqa: S608 - constants
    ),
    Equation(
        "NAV funds: what rounding units left (F2060) is at most half a cent and half a unit's cent an order",
        f"""
        SELECT f.id AS fund, rounding.amount AS rounding, since.orders
        FROM nav_fund f
            JOIN ({_BOOKED}) rounding ON rounding.book = 'FUND:' || f.id AND rounding.code = 'F2060'
            CROSS JOIN LATERAL ({_ROUNDED_SINCE}) since (orders)
        WHERE abs(rounding.amount) > 0.5 * (1 + coalesce(f.valued_nav, 0)) * since.orders
        """,  # noqa: S608 - constants
    ),
    Equation(
        "NAV funds: the units of a person's lots are the units they hold",
        """
        SELECT f.id AS fund, customer_id AS customer, coalesce(lots.units, 0) AS lots, coalesce(held.units, 0) AS held
        FROM (
            SELECT fund_id, customer_id, sum(units_left) AS units FROM nav_lot GROUP BY fund_id, customer_id
        ) lots
        FULL JOIN (
            SELECT f.id AS fund_id, a.owner AS customer_id, b.amount AS units
            FROM nav_fund f JOIN account a ON a.code = 'U2010' AND a.book = 'REG:' || f.id
                JOIN balance b ON b.account_id = a.id
        ) held USING (fund_id, customer_id)
        JOIN nav_fund f ON f.id = fund_id
        WHERE coalesce(lots.units, 0) <> coalesce(held.units, 0)
        """,
    ),
    Equation(
        "NAV fund orders: each was priced by the NAV that holds for its day",
        """
        SELECT o.id AS nav_order, o.priced_on, o.nav, o.to_nav FROM nav_order o
        WHERE o.nav IS NOT NULL AND (o.nav <> (
            SELECT nav FROM nav_price p WHERE p.fund_id = o.fund_id AND p.on_date = o.priced_on
            ORDER BY version DESC LIMIT 1
        ) OR o.to_nav <> (
            SELECT nav FROM nav_price p WHERE p.fund_id = o.to_fund_id AND p.on_date = o.priced_on
            ORDER BY version DESC LIMIT 1
        ))
        """,
    ),
)
