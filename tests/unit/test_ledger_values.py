"""Accounts, transfers and entries that make no sense cannot be made."""

from __future__ import annotations

import pytest

from finance_core.kernel.money import CHANGE_PLUS_UNIT, CNY, JPY, Money
from finance_core.ledger import BY_CODE, CHART, Account, Entry, Transfer
from tests.ledger_cases import ANA, BO, RAIL, yuan


def test_a_code_that_the_chart_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="no account 2099"):
        Account("2099", 1)


@pytest.mark.parametrize(
    ("code", "book"),
    [("2010", "FUND:1"), ("F1010", "INST"), ("U2010", "FUND:1"), ("F1010", "REG:1"), ("2010", "INST2")],
)
def test_an_account_outside_its_codes_book_is_refused(code: str, book: str) -> None:
    with pytest.raises(ValueError, match="does not belong to book"):
        Account(code, 1, CNY, book)


def test_the_institutions_own_account_has_no_owner() -> None:
    with pytest.raises(ValueError, match="no owner"):
        Account("3010", 5)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_transfer_of_nothing_or_less_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Transfer(RAIL, ANA, Money(amount, CNY))


def test_a_transfer_across_books_is_refused() -> None:
    with pytest.raises(ValueError, match="one book"):
        Transfer(ANA, Account("F3010", 1, CNY, "FUND:1"), yuan("1"))


def test_a_transfer_across_assets_is_refused() -> None:
    with pytest.raises(ValueError, match="one asset"):
        Transfer(RAIL, Account("2010", 1, JPY), yuan("1"))
    with pytest.raises(ValueError, match="one asset"):
        Transfer(RAIL, ANA, Money(1, CHANGE_PLUS_UNIT))


def test_a_transfer_to_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="two accounts"):
        Transfer(ANA, ANA, yuan("1"))


def test_an_entry_without_transfers_is_refused() -> None:
    with pytest.raises(ValueError, match="moves something"):
        Entry("wallet.send", "k", ())


def test_an_account_is_named_by_its_path() -> None:
    assert BO.path == "INST:2010:2:CNY"


def test_the_chart_names_each_code_once() -> None:
    assert len(BY_CODE) == len(CHART)
