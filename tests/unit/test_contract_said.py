"""A contract's number as an operator copies it from a card, in either language."""

from __future__ import annotations

import pytest

from handlers.desk.people import contract_said


@pytest.mark.parametrize(
    "said", ["Loan 15", "loan #15", "LOAN15", "contract 15", "借款 15", "借款15号", "合同 15", "合同：15"]
)
def test_a_contract_is_found_by_the_words_of_the_cards(said: str) -> None:
    assert contract_said(said) == "15"


@pytest.mark.parametrize("said", ["Ana", "loan", "loan of Ana", "15", "loan 1 5", "@loan15", "贷款"])
def test_what_names_no_contract_is_searched_by_as_it_is(said: str) -> None:
    assert contract_said(said) is None


def test_a_long_number_is_a_contracts_too() -> None:
    assert contract_said("loan 1234567") == "1234567"
