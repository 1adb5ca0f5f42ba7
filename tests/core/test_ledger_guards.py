"""What stands between the book and whoever would write to it by another way than posting."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from finance_core import ledger
from finance_core.storage.unit import Unit, Units
from tests.ledger_cases import a_lived_in_book, assert_books_are_right, top_up

TABLES = ["chart", "compartment", "account", "balance", "entry", "transfer", "hold", "rollup", "rollup_tail", "seal"]
APPEND_ONLY = {"compartment": "book", "account": "owner", "entry": "kind", "transfer": "amount", "seal": "head"}


async def refused(unit: Unit, statement: str) -> str:
    with pytest.raises(DBAPIError) as failure:
        async with unit.session.begin_nested():
            await unit.session.execute(text(statement))
    return str(failure.value.orig)


@pytest.mark.parametrize("table", TABLES)
async def test_the_service_may_read_but_not_write_a_table_of_the_ledger(units: Units, table: str) -> None:
    async with units.begin() as unit:
        await unit.session.execute(text(f"SELECT * FROM {table}"))
        column = (
            await unit.session.execute(
                text("SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum = 2"),
                {"table": table},
            )
        ).scalar_one()
        for statement in (
            f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM {table}",
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
        ):
            assert "permission denied" in await refused(unit, statement)


@pytest.mark.parametrize(
    "call",
    ["ledger_apply('{1}', '{1}', '{2026-03-12}', '{1}', '{0}')", "ledger_lock_balances(ARRAY[1::bigint], now())"],
)
async def test_the_inner_functions_are_of_no_use_to_the_service(units: Units, call: str) -> None:
    async with units.begin() as unit:
        assert "permission denied" in await refused(unit, f"SELECT {call}")


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_not_even_the_owner_changes_what_was_written(
    units: Units, connection: AsyncConnection, table: str
) -> None:
    await a_lived_in_book(units)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    async with units.begin() as unit:
        column = APPEND_ONLY[table]
        for statement in (
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            assert "append-only" in await refused(unit, statement)
    await assert_books_are_right(units)


@pytest.mark.parametrize(
    ("debit", "credit", "says"),
    [
        ("code = '1030'", "code = 'F3010'", "ck_transfer_one_book"),
        ("code = '1030'", "code = 'U2010'", "ck_transfer_one_book"),
        ("code = '1030' AND asset = 'CNY'", "false", "null value"),
        ("code = '2010' AND owner = 1", "code = '2010' AND owner = 1", "ck_transfer_two_accounts"),
    ],
)
async def test_not_even_the_owner_moves_money_across_books(
    units: Units, connection: AsyncConnection, debit: str, credit: str, says: str
) -> None:
    await a_lived_in_book(units)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    async with units.begin() as unit:
        message = await refused(
            unit,
            f"""INSERT INTO transfer SELECT (SELECT max(id) FROM entry), 99,
                (SELECT id FROM account WHERE {debit}), (SELECT id FROM account WHERE {credit}), 1""",
        )
    assert says in message


async def test_the_balance_row_itself_refuses_to_fall_below_its_floor(
    units: Units, connection: AsyncConnection
) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("1.00"))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    async with units.begin() as unit:
        assert "ck_balance_floor" in await refused(unit, "UPDATE balance SET amount = -1")
        assert "ck_balance_floor" in await refused(unit, "UPDATE balance SET held = 101")


async def test_a_code_that_the_chart_lacks_opens_no_account(units: Units) -> None:
    async with units.begin() as unit:
        assert "fk_account_code" in await refused(unit, "SELECT ledger_account('2099', 1, 'CNY')")
        assert "ck_account_book_of_code" in await refused(unit, "SELECT ledger_account('2010', 1, 'CNY', 'FUND:1')")


async def test_the_chart_in_the_database_is_the_chart_in_the_code(units: Units) -> None:
    async with units.begin() as unit:
        rows = (await unit.session.execute(text("SELECT * FROM chart"))).mappings().all()
    assert {row["code"]: dict(row) for row in rows} == {
        line.code: {
            "code": line.code,
            "name": line.name,
            "kind": line.kind,
            "side": line.side,
            "owned_by": line.owned_by,
            "floored": line.floored,
            "client_money": line.client_money,
        }
        for line in ledger.CHART
    }


@pytest.mark.parametrize(
    "other", ["(SELECT max(id) + 1 FROM account)", "(SELECT id FROM account WHERE code = '2010' AND owner = 2)"]
)
async def test_an_id_that_is_not_the_accounts_that_is_meant_posts_nothing(units: Units, other: str) -> None:
    await a_lived_in_book(units)
    async with units.begin() as unit:
        call = f"""SELECT * FROM ledger_post_on(
            now(), 'system', true,
            ARRAY[(SELECT id FROM account WHERE code = '1030'), {other}], E'INST:1030:0:CNY\nINST:2010:1:CNY',
            '{{forged}}', '{{word}}', ARRAY[(SELECT open_on FROM book)], '{{true}}', NULL, NULL,
            '{{"{{}}"}}', NULL, '{{1}}', '{{1}}', '{{2}}', '{{5}}')"""
        assert "other ids than was known" in await refused(unit, call)
    await assert_books_are_right(units)
