"""All that a person has, over the products: each gives a small query, and here they are added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Row, text

from finance_core import ledger
from finance_core.change_plus import entries
from finance_core.change_plus import queries as change_plus
from finance_core.change_plus.product import MoneyFund
from finance_core.change_plus.queries import Position
from finance_core.deposits import queries as deposits
from finance_core.friends import queries as friends
from finance_core.funds import queries as funds
from finance_core.kernel.money import Asset, Money
from finance_core.storage.unit import Unit
from finance_core.wallet import queries as wallet
from finance_core.wallet.queries import WalletBalance


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a person has in one asset, by product."""

    wallet: WalletBalance
    change_plus: Position
    funds: Money
    """At their last NAVs, money in orders included."""
    in_pots: Money
    """Put into red packets and collections that are not over."""
    deposits: Money
    """Principal; the interest comes when they end."""

    @property
    def total(self) -> Money:
        """All that the person owns here, over the products; what they owe is not taken off."""
        in_wallet = self.wallet.available + self.wallet.on_its_way
        return in_wallet + self.in_pots + self.change_plus.total + self.funds + self.deposits


@dataclass(frozen=True, slots=True)
class Worth:
    """What a person owned and what they owed at the end of a day."""

    owned: Money
    owed: Money

    @property
    def net(self) -> Money:
        """What is really theirs: a loan adds as much to one side as to the other."""
        return self.owned - self.owed


async def holdings(unit: Unit, fund: MoneyFund, customer_id: int) -> Holdings:
    """Return what a person has in the asset of `fund` (Change Plus), by product."""
    asset = fund.asset
    return Holdings(
        wallet=await wallet.balance(unit, customer_id, asset),
        change_plus=await change_plus.position(unit, fund, customer_id),
        funds=await funds.total_of(unit, customer_id, asset.code),
        in_pots=await friends.in_pots(unit, customer_id, asset),
        deposits=(await deposits.standing(unit, customer_id, asset)).principal,
    )


# Accounts whose balance is worth its amount: money in the wallet, on its way or ordered, units at 1.00, deposits,
# shares of one's red packets (each in a pot of its own, once in one for the packet).
_PLAIN: Final = """
    SELECT a.id, CAST(NULL AS bigint) AS fund, b.sign, b.amount FROM account a JOIN balance b ON b.account_id = a.id
    WHERE (a.code = '2010' AND a.asset = :asset AND a.owner = :customer)
        OR (a.code = 'U2010' AND a.book = :register AND a.asset = :unit_asset AND a.owner = :customer)
        OR (a.code = '2015' AND a.asset = :asset AND a.owner IN (SELECT id FROM send WHERE sender_id = :customer))
        OR (a.code = '2020' AND a.asset = :asset AND a.owner IN (
            SELECT pot.owner FROM packet p JOIN packet_share s ON s.packet_id = p.id
                CROSS JOIN LATERAL (VALUES (p.id), ((p.id << 32) + s.nr)) pot (owner)
            WHERE p.sender_id = :customer))
        OR (a.code = '2040' AND a.asset = :asset
            AND a.owner IN (SELECT id FROM deposit WHERE customer_id = :customer))
        OR ((a.code = '2051' AND a.asset = :asset OR a.code = 'U2015' AND a.book = :register)
            AND a.owner IN (SELECT id FROM fund_order WHERE customer_id = :customer AND fund_id = :fund))
"""
# Of funds at an unknown price: money ordered or not paid yet; units, worth that of the last NAV up to the day.
_OF_FUNDS: Final = """
    SELECT a.id, CAST(NULL AS bigint) AS fund, b.sign, b.amount FROM account a JOIN balance b ON b.account_id = a.id
    WHERE a.code IN ('2051', 'F2010') AND a.asset = :asset
        AND a.owner IN (SELECT id FROM nav_order WHERE customer_id = :customer)
    UNION ALL
    SELECT a.id, f.id, b.sign, b.amount
    FROM nav_fund f
        JOIN account a ON a.book = 'REG:' || f.id AND a.asset = f.unit_asset AND f.asset = :asset
            AND (a.code = 'U2010' AND a.owner = :customer
                OR a.code = 'U2015' AND a.owner IN (SELECT id FROM nav_order WHERE customer_id = :customer))
        JOIN balance b ON b.account_id = a.id
"""
# Gifts lie in one pot with those of others, so it is the gifts that count, from their day to the collection's end.
_GIFTS: Final = text(
    """
    SELECT g.amount, e.business_date AS given_on, ended.business_date AS ended_on
    FROM gift g JOIN cause c ON c.id = g.cause_id JOIN entry e ON e.key = concat_ws(chr(58), 'gift', g.id)
        LEFT JOIN entry ended ON ended.key = concat_ws(chr(58), 'cause', c.id, 'ended')
    WHERE g.giver_id = :customer AND c.asset = :asset
    """
)
# What is owed: a loan's principal, interest, fees and penalty, written off or not; a wallet that was overdrawn.
_OWED: Final = """
    SELECT a.id, CAST(NULL AS bigint) AS fund, b.sign, b.amount FROM account a JOIN balance b ON b.account_id = a.id
    WHERE a.asset = :asset AND (a.code IN ('1100', '1110', '1120', '1130', '9010')
            AND a.owner IN (SELECT id FROM loan WHERE customer_id = :customer)
        OR a.code = '1140' AND a.owner = :customer)
"""
# What an account held at the end of a day is what it holds now, less what the days after it moved.
_WORTH: Final = """
    WITH mine AS ({mine}), moved AS (
        SELECT mine.fund, moves.business_date AS day, -mine.sign * moves.amount AS amount
        FROM mine CROSS JOIN LATERAL {moves} moves
        WHERE moves.business_date > :first
    ), held AS (
        SELECT fund, sum(amount) AS amount FROM mine GROUP BY fund
    )
    SELECT CAST(days.day AS date) AS day, CAST(coalesce(sum(round(left_over.amount * CASE
            WHEN held.fund IS NULL THEN 1 ELSE coalesce(price.nav, 0) END)), 0) AS bigint) AS amount
    FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') days (day)
        LEFT JOIN held ON true
        LEFT JOIN LATERAL (
            SELECT held.amount - coalesce(sum(moved.amount), 0) AS amount FROM moved
            WHERE moved.fund IS NOT DISTINCT FROM held.fund AND moved.day > CAST(days.day AS date)
        ) left_over ON true
        LEFT JOIN LATERAL (
            SELECT nav FROM nav_price p WHERE p.fund_id = held.fund AND p.on_date <= CAST(days.day AS date)
            ORDER BY p.on_date DESC, p.version DESC LIMIT 1
        ) price ON true
    GROUP BY days.day ORDER BY days.day
"""
_MOVES: Final = ledger.movements_of("mine.id")
_BY_DAY: Final = text(_WORTH.format(mine=f"{_PLAIN} UNION ALL {_OF_FUNDS}", moves=_MOVES))
_OWED_BY_DAY: Final = text(_WORTH.format(mine=_OWED, moves=_MOVES))
_FUNDS_BY_DAY: Final = text(_WORTH.format(mine=_OF_FUNDS, moves=_MOVES))
# What left the wallet for funds by the end of a day, less what came back from them.
_PAID_BY_DAY: Final = text(
    f"""
    WITH moved AS (
        SELECT moves.business_date AS day, -moves.amount AS amount
        FROM account a CROSS JOIN LATERAL {ledger.movements_of("a.id")} moves
        WHERE a.code = '2010' AND a.asset = :asset AND a.owner = :customer AND moves.kind LIKE 'fund.%'
    )
    SELECT CAST(days.day AS date) AS day, CAST(coalesce(sum(moved.amount), 0) AS bigint) AS amount
    FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') days (day)
        LEFT JOIN moved ON moved.day <= CAST(days.day AS date)
    GROUP BY days.day ORDER BY days.day
    """  # noqa: S608 - constants
)


async def value_by_day(unit: Unit, fund: MoneyFund, customer_id: int, days: int) -> dict[date, Money]:
    """Return what a person owned at the end of each of the last `days` days in wallet, packets and collections, Change
    Plus, deposits and funds; units of a fund at the last NAV that there is of a day up to it.
    """
    values = {
        "fund": fund.number,
        "unit_asset": fund.unit_asset.code,
        "register": entries.register(fund.number),
        **_last_days(unit, customer_id, fund.asset, days),
    }
    rows = (await unit.session.execute(_BY_DAY, values)).all()
    gifts = (await unit.session.execute(_GIFTS, {"customer": customer_id, "asset": fund.asset.code})).all()
    return {row.day: Money(row.amount + _in_collections(gifts, row.day), fund.asset) for row in rows}


def _in_collections(gifts: Sequence[Row[Any]], day: date) -> int:
    return sum(gift.amount for gift in gifts if gift.given_on <= day and (gift.ended_on is None or day < gift.ended_on))


async def worth_by_day(unit: Unit, fund: MoneyFund, customer_id: int, days: int) -> dict[date, Worth]:
    """Return the same with what was owed at the end of each day: what would have settled all loans."""
    owned = await value_by_day(unit, fund, customer_id, days)
    owed = await unit.session.execute(_OWED_BY_DAY, _last_days(unit, customer_id, fund.asset, days))
    return {row.day: Worth(owned[row.day], Money(row.amount, fund.asset)) for row in owed}


async def funds_by_day(unit: Unit, asset: Asset, customer_id: int, days: int) -> dict[date, tuple[Money, Money]]:
    """Return what a person's funds were worth at the end of each of the last `days` days, money in orders included, and
    what had been paid for them less what had come back: the difference is the gain.
    """
    values = _last_days(unit, customer_id, asset, days)
    worth = (await unit.session.execute(_FUNDS_BY_DAY, values)).all()
    paid = (await unit.session.execute(_PAID_BY_DAY, values)).all()
    return {
        held.day: (Money(held.amount, asset), Money(put.amount, asset)) for held, put in zip(worth, paid, strict=True)
    }


def _last_days(unit: Unit, customer_id: int, asset: Asset, days: int) -> dict[str, object]:
    return {
        "customer": customer_id,
        "asset": asset.code,
        "first": unit.open_on - timedelta(days=days - 1),
        "last": unit.open_on,
    }
