"""The accounts of a circle's rounds, for Python and for set-based SQL (ACCOUNTING: 2030, 2031, 2032, 1150)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import Asset
from finance_core.ledger import Account
from finance_core.storage.unit import Unit

ROUND_POTS: Final = 2**32
"""A round's pot is owned by its circle's id times this, plus its number; in SQL `(circle_id << 32) + round`."""


def round_pot(circle_id: int, number: int, asset: Asset) -> Account:
    """Return the account in which a round's contributions wait for its receiver."""
    return Account("2030", circle_id * ROUND_POTS + number, asset)


def fund(circle_id: int, asset: Asset) -> Account:
    """Return the account of a circle's fines, which are shared at its end."""
    return Account("2032", circle_id, asset)


def pocket_account(pocket_id: int, asset: Asset) -> Account:
    """Return the account of what is kept outside the pots for a place: a deposit, what was paid ahead."""
    return Account("2031", pocket_id, asset)


def account_of(code: str, owner: str, asset: str) -> str:
    """Return SQL for the id of an account of the institution's book; NULL where it was never opened."""
    return f"""(
        SELECT acc.id FROM account acc
        WHERE acc.code = '{code}' AND acc.book = 'INST' AND acc.asset = {asset} AND acc.owner = {owner}
    )"""  # noqa: S608 - statements are code, not input


def opened(wanted: str) -> str:
    """Return the statement that opens those accounts of a select (`code`, `owner`, `asset`) that there are not yet."""
    return f"""
    SELECT ledger_accounts(array_agg(CAST('INST' AS varchar)), array_agg(CAST(w.code AS varchar)),
        array_agg(CAST(w.owner AS bigint)), array_agg(CAST(w.asset AS varchar)))
    FROM (SELECT DISTINCT code, owner, asset FROM ({wanted}) each) w
    WHERE NOT EXISTS (
        SELECT FROM account a WHERE a.code = w.code AND a.book = 'INST' AND a.asset = w.asset AND a.owner = w.owner)
    HAVING count(*) > 0
    """  # noqa: S608 - statements are code, not input


_POCKET: Final = text(
    """
    WITH made AS (
        INSERT INTO circle_pocket (circle_id, place, kind) VALUES (:circle, :place, :kind)
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT id FROM made
    UNION ALL
    SELECT id FROM circle_pocket WHERE circle_id = :circle AND place = :place AND kind = :kind
    """
)


async def pocket_of(unit: Unit, circle_id: int, place: int, kind: str) -> int:
    """Return the id of a place's pocket of a kind, made when it is first needed."""
    values = {"circle": circle_id, "place": place, "kind": kind}
    found: int | None = await unit.session.scalar(_POCKET, values)
    # Made by somebody else meanwhile: their row is seen by the next statement.
    return found if found is not None else int((await unit.session.execute(_POCKET, values)).scalar_one())
