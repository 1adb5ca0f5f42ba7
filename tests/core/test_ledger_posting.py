"""Posting: what is written once, what is refused, and what is answered."""

from __future__ import annotations

import pytest

from finance_core import ledger
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.storage.unit import Units

RAIL = Account("1030")
ANA, BO = Account("2010", 1), Account("2010", 2)


def yuan(amount: str) -> Money:
    return Money.of(amount, CNY)


def top_up(amount: str, key: str = "t1", to: Account = ANA) -> Entry:
    return Entry("wallet.top_up", key, (Transfer(RAIL, to, yuan(amount)),), {"rail": "sandbox"})


def send(amount: str, key: str = "s1") -> Entry:
    return Entry("wallet.send", key, (Transfer(ANA, BO, yuan(amount)),))


async def test_a_top_up_is_seen_on_both_accounts(units: Units) -> None:
    async with units.begin() as unit:
        (receipt,) = await ledger.post(unit, top_up("100.00"))
        found = await ledger.balances(unit, [ANA, RAIL, BO])
        report = await ledger.verify(unit)
    assert not receipt.replayed
    assert receipt.reference == ledger.reference_of(receipt.entry_id)
    assert found == {ANA: yuan("100.00"), RAIL: yuan("100.00"), BO: yuan("0")}
    assert report.ok, report


async def test_more_than_the_balance_is_refused_and_nothing_of_the_batch_is_written(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("100.00"))
        with pytest.raises(ledger.InsufficientFunds) as refusal:
            await ledger.post(unit, send("60.00"), send("60.00", "s2"))
        assert (await ledger.balance(unit, ANA)) == yuan("100.00")
        assert (refusal.value.available, refusal.value.requested) == (4000, 6000)
        report = await ledger.verify(unit)
    assert report.ok, report
