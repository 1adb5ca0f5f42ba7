"""`verify` finds what somebody with all rights did to the tables behind the ledger's back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from finance_core import ledger
from finance_core.kernel.errors import IntegrityFault
from finance_core.ledger import Account, Entry, Equation, Transfer, equations, verification
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units
from tests.ledger_cases import ANA, a_lived_in_book, next_day, yuan

ANA_ID = "(SELECT id FROM account WHERE code = '2010' AND owner = 1)"
BO_ID = "(SELECT id FROM account WHERE code = '2010' AND owner = 2)"
FIRST_SEND = "(SELECT id FROM entry WHERE key = 'send')"

TAMPERING: list[tuple[Equation, str]] = [
    (
        equations.TRANSFERS_STAY_IN_ONE_BOOK,
        f"UPDATE transfer SET credit_id = (SELECT id FROM account WHERE code = 'F3010') WHERE entry_id = {FIRST_SEND}",
    ),
    (equations.TRANSFERS_STAY_IN_ONE_BOOK, f"DELETE FROM transfer WHERE entry_id = {FIRST_SEND}"),
    (equations.TRANSFERS_STAY_IN_ONE_BOOK, "DELETE FROM entry WHERE key = 'send'"),
    (
        equations.DEBITS_EQUAL_CREDITS,
        f"UPDATE transfer SET debit_id = (SELECT id FROM account WHERE code = 'U1000') WHERE entry_id = {FIRST_SEND}",
    ),
    (equations.BALANCES_ARE_THEIR_TRANSFERS, f"UPDATE balance SET amount = amount + 1 WHERE account_id = {ANA_ID}"),
    (equations.BALANCES_ARE_THEIR_TRANSFERS, f"UPDATE transfer SET amount = 1 WHERE entry_id = {FIRST_SEND}"),
    (equations.BALANCES_ARE_THEIR_TRANSFERS, f"DELETE FROM balance WHERE account_id = {BO_ID}"),
    (equations.OPENINGS_ARE_THEIR_TRANSFERS, f"UPDATE balance SET opening = opening + 1 WHERE account_id = {ANA_ID}"),
    (equations.OPENINGS_ARE_THEIR_TRANSFERS, f"UPDATE balance SET moved_on = moved_on - 2 WHERE account_id = {ANA_ID}"),
    (equations.FLOORS_HOLD, f"UPDATE balance SET floor = amount + 1 WHERE account_id = {ANA_ID}"),
    (equations.FLOORS_HOLD, f"UPDATE balance SET amount = -1 WHERE account_id = {ANA_ID}"),
    (equations.HELD_IS_THE_LIVE_HOLDS, f"UPDATE balance SET held = 0 WHERE account_id = {BO_ID}"),
    (equations.HELD_IS_THE_LIVE_HOLDS, "UPDATE hold SET amount = amount + 1 WHERE state = 'held'"),
    (equations.HELD_IS_THE_LIVE_HOLDS, "DELETE FROM hold WHERE state = 'held'"),
    (equations.CAPTURES_STAND, f"UPDATE hold SET entry_id = {FIRST_SEND}, amount = 1 WHERE state = 'captured'"),
    (equations.CAPTURES_STAND, "UPDATE hold SET entry_id = 0 WHERE state = 'captured'"),
    (equations.ROLLUPS_ARE_THEIR_TRANSFERS, "UPDATE rollup SET debits = debits + 1"),
    (equations.ROLLUPS_ARE_THEIR_TRANSFERS, "DELETE FROM rollup_tail"),
    (equations.ROLLUPS_ARE_THEIR_TRANSFERS, "UPDATE rollup SET business_date = business_date + 1"),
    (equations.ENTRIES_MATCH_THEIR_HASH, "UPDATE entry SET about = '{\"payee\": 3}' WHERE key = 'send'"),
    (equations.ENTRIES_MATCH_THEIR_HASH, "UPDATE entry SET posted_at = posted_at + interval '1 second'"),
    (equations.ENTRIES_MATCH_THEIR_HASH, "UPDATE entry SET actor = 'customer:3' WHERE key = 'send'"),
    (equations.ENTRIES_MATCH_THEIR_HASH, "UPDATE entry SET value_on = business_date WHERE key = 'send'"),
    (equations.ENTRIES_MATCH_THEIR_HASH, "UPDATE entry SET key = 'sent' WHERE key = 'send'"),
    (equations.ENTRIES_MATCH_THEIR_HASH, "UPDATE entry SET reference = 'SAAA-AAAA' WHERE key = 'send'"),
    (equations.ENTRIES_MATCH_THEIR_HASH, "UPDATE entry SET business_date = business_date + 1 WHERE key = 'send'"),
    (equations.ENTRIES_MATCH_THEIR_HASH, f"UPDATE account SET owner = 99 WHERE id = {ANA_ID}"),
    (equations.ENTRIES_MATCH_THEIR_HASH, f"UPDATE transfer SET amount = 1 WHERE entry_id = {FIRST_SEND}"),
    (equations.SEALS_CHAIN, "UPDATE seal SET head = sha256('forged') WHERE business_date = '2026-03-12'"),
    (equations.SEALS_CHAIN, "DELETE FROM seal WHERE business_date = '2026-03-12'"),
    (equations.SEALS_CHAIN, "UPDATE seal SET entries = entries + 1"),
    (equations.SEALS_CHAIN, "UPDATE entry SET content_hash = sha256('forged') WHERE key = 'send'"),
    (equations.SEALS_CHAIN, "DELETE FROM entry WHERE key = 'mended'"),
    (equations.PAST_DAYS_ARE_SEALED, "DELETE FROM seal WHERE business_date = '2026-03-13'"),
    (equations.PAST_DAYS_ARE_SEALED, "UPDATE entry SET business_date = '2026-04-01' WHERE key = 'goodwill'"),
    (
        equations.REVERSALS_MIRROR,
        "UPDATE transfer SET amount = 1 WHERE entry_id = (SELECT id FROM entry WHERE key = 'mended')",
    ),
    (equations.REVERSALS_MIRROR, f"UPDATE entry SET reverses = {FIRST_SEND} WHERE key = 'mended'"),
    (
        equations.FUND_MIRRORS,
        "DELETE FROM transfer WHERE credit_id = (SELECT id FROM account WHERE code = 'F3010')",
    ),
    (
        equations.UNITS_ARE_HELD,
        "UPDATE transfer SET credit_id = 0 WHERE credit_id = (SELECT id FROM account WHERE code = 'U2010')",
    ),
    (
        equations.CHANGE_PLUS_IS_WORTH_ONE,
        "UPDATE transfer SET amount = 9999 WHERE credit_id = (SELECT id FROM account WHERE code = 'F3010')",
    ),
    (
        equations.CLIENT_MONEY_IS_COVERED,
        "UPDATE account SET code = '5030' WHERE code = '1030'",
    ),
]


async def test_a_book_that_was_only_posted_to_is_right(units: Units) -> None:
    await a_lived_in_book(units)
    async with units.begin() as unit:
        report = await ledger.verify(unit)
    assert report.ok, report
    assert report.first_wrong is None
    report.require()
    assert len(report.checks) == len(ledger.LEDGER_EQUATIONS)


@pytest.mark.parametrize(("equation", "statement"), TAMPERING)
async def test_verify_finds_what_was_tampered_with(
    units: Units,
    connection: AsyncConnection,
    monkeypatch: pytest.MonkeyPatch,
    equation: Equation,
    statement: str,
) -> None:
    await a_lived_in_book(units)
    await _tamper(connection, statement)
    async with units.begin() as unit:
        report = await ledger.verify(unit)
    monkeypatch.setattr(verification, "ENTRIES_OF_A_PART", 2)
    in_parts = await verification.verify_on([connection], ledger.LEDGER_EQUATIONS)
    assert [check.ok for check in in_parts.checks] == [check.ok for check in report.checks]
    found = {check.name: check.wrong for check in report.checks if not check.ok}
    assert found.get(equation.name), report
    assert report.first_wrong is not None
    with pytest.raises(IntegrityFault):
        report.require()


def test_each_equation_of_the_ledger_is_tried_by_tampering() -> None:
    assert {equation for equation, _ in TAMPERING} == set(ledger.LEDGER_EQUATIONS)


SWEEP = "(SELECT id FROM entry WHERE key = 'sweep')"
SINCE_THE_SEAL: list[tuple[Equation, str]] = [
    (equations.TRANSFERS_STAY_IN_ONE_BOOK, f"DELETE FROM transfer WHERE entry_id = {SWEEP}"),
    (equations.TRANSFERS_STAY_IN_ONE_BOOK, "DELETE FROM entry WHERE key = 'capital'"),
    (equations.MOVED_SINCE_THE_SEAL, f"UPDATE balance SET amount = amount + 1 WHERE account_id = {BO_ID}"),
    (equations.MOVED_SINCE_THE_SEAL, f"UPDATE balance SET moved_on = moved_on - 1 WHERE account_id = {BO_ID}"),
    (equations.MOVED_SINCE_THE_SEAL, f"UPDATE transfer SET amount = 1 WHERE credit_id = {BO_ID}"),
    (equations.FLOORS_HOLD, f"UPDATE balance SET floor = amount + 1 WHERE account_id = {ANA_ID}"),
    (equations.HELD_IS_THE_LIVE_HOLDS, "DELETE FROM hold WHERE state = 'held'"),
    (equations.ROLLED_UP_SINCE_THE_SEAL, "DELETE FROM rollup_tail"),
    (equations.ROLLED_UP_SINCE_THE_SEAL, f"UPDATE transfer SET amount = 1 WHERE entry_id = {SWEEP}"),
    (equations.ENTRIES_MATCH_THEIR_HASH, "UPDATE entry SET actor = 'customer:3' WHERE key = 'sweep'"),
]


@pytest.mark.parametrize(("equation", "statement"), SINCE_THE_SEAL)
async def test_what_was_tampered_with_since_the_seal_is_found_without_looking_at_what_is_older(
    units: Units, connection: AsyncConnection, equation: Equation, statement: str
) -> None:
    await a_lived_in_book(units)
    await _tamper(connection, statement)
    report = await _since_the_seal(connection)
    found = {check.name: check.wrong for check in report.checks if not check.ok}
    assert found.get(equation.name), report


async def test_what_is_older_than_the_seal_is_believed(units: Units, connection: AsyncConnection) -> None:
    await a_lived_in_book(units)
    assert (await _since_the_seal(connection)).ok
    await _tamper(connection, "UPDATE entry SET actor = 'customer:3' WHERE key = 'send'")
    assert (await _since_the_seal(connection)).ok


async def test_where_nothing_was_posted_since_the_seal_nothing_is_looked_at(
    units: Units, connection: AsyncConnection
) -> None:
    await a_lived_in_book(units)
    await next_day(units)
    await _tamper(connection, "UPDATE entry SET actor = 'customer:3' WHERE key = 'send'")
    assert (await _since_the_seal(connection)).ok


def test_each_equation_since_the_seal_is_tried_by_tampering() -> None:
    assert {equation for equation, _ in SINCE_THE_SEAL} == set(equations.EQUATIONS_SINCE_THE_SEAL)


async def test_several_connections_see_one_moment_and_find_the_same(
    cloned_url: str, cloned_units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "ENTRIES_OF_A_PART", 2)
    await a_lived_in_book(cloned_units)
    fails = Equation("no money is there", "SELECT 1 AS money FROM balance")
    engine = create_engine(cloned_url, pool_size=3)
    report = await ledger.verify_at_once(engine, [fails], 3)
    assert [check.name for check in report.checks] == [*(each.name for each in ledger.LEDGER_EQUATIONS), fails.name]
    assert [check.name for check in report.checks if not check.ok] == [fails.name]
    assert (await ledger.verify_since_seal(engine, 3)).ok
    await engine.dispose()


async def test_a_book_without_an_entry_is_right(connection: AsyncConnection) -> None:
    assert (await verification.verify_on([connection], ledger.LEDGER_EQUATIONS)).ok


async def _since_the_seal(connection: AsyncConnection) -> ledger.VerifyReport:
    first = (await connection.execute(text(equations.FIRST_SINCE_THE_SEAL))).scalar_one()
    return await verification.verify_on([connection], equations.EQUATIONS_SINCE_THE_SEAL, first)


async def test_client_money_that_cash_does_not_cover_at_the_seal_is_found(units: Units) -> None:
    """A loan paid out makes client money without cash; the day's sweep is to bring it, and is left out on day two."""
    loan = Entry("loans.disburse", "loan", (Transfer(Account("1100", 5), ANA, yuan("100.00")),))
    sweep = Entry("safeguarding.sweep", "sweep", (Transfer(Account("1020"), Account("1010"), yuan("100.00")),))
    async with units.begin() as unit:
        await ledger.post(unit, loan)
        assert (await ledger.verify(unit)).ok, "an open day is not judged yet"
        await ledger.post(unit, sweep)
    await next_day(units)
    async with units.begin() as unit:
        assert (await ledger.verify(unit)).ok
        await ledger.post(unit, replace(loan, key="second loan"))
    await next_day(units)
    async with units.begin() as unit:
        wrong = (await ledger.verify(unit)).first_wrong
    assert wrong is not None
    assert wrong.name == equations.CLIENT_MONEY_IS_COVERED.name
    assert wrong.wrong is not None
    assert (wrong.wrong["segregated"], wrong.wrong["client_money"]) == (10000, 20000)


async def test_one_wrong_account_is_named_and_the_rest_is_found_right(
    units: Units, connection: AsyncConnection
) -> None:
    await a_lived_in_book(units)
    await _tamper(connection, f"UPDATE balance SET amount = amount + 1 WHERE account_id = {BO_ID}")
    async with units.begin() as unit:
        report = await ledger.verify(unit)
    wrong = [check for check in report.checks if not check.ok]
    assert [check.name for check in wrong] == [equations.BALANCES_ARE_THEIR_TRANSFERS.name]
    assert wrong[0].wrong is not None
    assert (wrong[0].wrong["code"], wrong[0].wrong["owner"]) == ("2010", 2)
    assert "owner=2" in str(report)


async def test_a_products_equation_is_looked_at_after_the_ledgers(units: Units) -> None:
    holds = Equation("no loan is negative", "SELECT 1 AS loan WHERE false")
    fails = Equation("every loan has a schedule", "SELECT 5 AS loan, 'a:b' AS note, '2026-03-12'::date AS due_on")
    async with units.begin() as unit:
        report = await ledger.verify(unit, [holds, fails])
    assert not report.ok
    assert report.first_wrong is not None
    assert report.first_wrong.name == "every loan has a schedule"
    assert report.first_wrong.wrong is not None
    assert report.first_wrong.wrong["note"] == "a:b"


async def _tamper(connection: AsyncConnection, statement: str) -> None:
    """Do `statement` as the owner, with triggers off and without the constraints that would stand in the way."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    for table in ("account", "entry", "transfer", "seal"):
        await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    for table, constraint in (
        ("balance", "floor"),
        ("balance", "credit_line"),
        ("transfer", "one_book"),
    ):
        await connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{constraint}"))
    done = await connection.execute(text(statement.replace(":", "\\:")))
    assert done.rowcount > 0, "the tampering found nothing to tamper with"
    await connection.execute(text("SET LOCAL ROLE susu_app"))
