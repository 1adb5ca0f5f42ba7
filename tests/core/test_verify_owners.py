"""`verify` names whose something has become, when somebody with all rights made it another's."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from finance_core import ledger
from finance_core.deposits import service as deposits
from finance_core.lines import EQUATIONS
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from tests.builders import CIPHER, a_customer, a_loan, the_catalogue, verified, yuan
from tests.wealth_cases import put_in

TAMPERING = {
    "loans: each was paid out to its borrower": "UPDATE loan SET customer_id = {eve}",
    "deposits: each is whose money opened it": "UPDATE deposit SET customer_id = {eve}",
    "Change Plus orders: each is of whom its entry says": "UPDATE fund_order SET customer_id = {eve}",
    "sends: each left the wallet of its sender": "UPDATE send SET sender_id = {eve} WHERE state = 'waiting'",
    "sends: 2015 is what waits to be taken": "UPDATE send SET amount = amount + 1 WHERE state = 'waiting'",
    "sends: what was taken went to its payee, and nothing else is settled so":
        "UPDATE send SET payee_id = {eve} WHERE state = 'accepted'",
    "requests: what is paid has its entry, and nothing else has one": "UPDATE money_request SET state = 'paid'",
}  # fmt: skip


async def a_life(units: Units) -> int:
    """Let Ana borrow, save, send and ask; return the id of Eve, who did nothing."""
    await the_catalogue(units)
    ana, bo = await a_customer(units, "Ana", money=1_000, tier=2), await a_customer(units, "Bo", tier=2)
    eve = await a_customer(units, "Eve")
    await a_loan(units, ana)
    await put_in(units, ana, 100)
    async with units.begin() as unit:
        await deposits.open_deposit(unit, ana.id, yuan(100), 90, "a deposit")
        taken, _ = await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(10), "", wallet.new_token())
        await wallet.accept(unit, taken.token, bo.id)
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(20), "", wallet.new_token())
        await wallet.request(unit, CIPHER, ana.id, bo.id, yuan(5), "", wallet.new_token())
    return eve.id


async def test_each_change_of_an_owner_is_named(units: Units, connection: AsyncConnection) -> None:
    eve = await a_life(units)
    await verified(units)
    for equation, statement in TAMPERING.items():
        undone = await connection.begin_nested()
        await connection.execute(text("SET LOCAL ROLE NONE"))
        await connection.execute(text(statement.format(eve=eve)))
        async with units.begin() as unit:
            report = await ledger.verify(unit, EQUATIONS)
        await undone.rollback()
        assert equation in [check.name for check in report.checks if not check.ok], equation
    await verified(units)


def test_no_two_equations_have_one_name() -> None:
    names = [equation.name for equation in EQUATIONS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", TAMPERING)
def test_what_is_tried_here_is_an_equation_of_the_lines(name: str) -> None:
    assert name in [equation.name for equation in EQUATIONS]
