"""A contract that is read before the PIN: what it says is what is then signed, and it says that it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from finance_core.loans.origination import contract, quoting, signing
from finance_core.loans.origination.contract import Contract, Paper
from finance_core.loans.origination.quoting import LIGHTNING
from handlers.loans.documents.contract import Names, contract_document, draft
from handlers.locales import translator
from tests.builders import SHANGHAI, a_customer, the_catalogue, yuan

if TYPE_CHECKING:
    from finance_core.storage.unit import Units

NAMES = Names("Ana", "Harbour Savings & Loans", {})


@pytest_asyncio.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


@pytest.mark.parametrize(("debit", "plus"), [(True, False), (True, True), (False, False)])
async def test_what_is_read_is_what_is_signed(units: Units, *, debit: bool, plus: bool) -> None:
    ana = await a_customer(units)
    agreed: list[Contract] = []

    async def write(signed: Contract) -> Paper:
        agreed.append(signed)
        return await contract.bare(signed)

    async with units.begin() as unit:
        quote = await quoting.quote(unit, ana, yuan(3000), 6, LIGHTNING, None)
        read = await signing.drafted(unit, ana.id, quote, automatic_debit=debit, from_change_plus=plus)
        await signing.sign(
            unit, ana.id, yuan(3000), 6, "signed", automatic_debit=debit, from_change_plus=plus, write=write
        )
    assert replace(agreed[0], loan_id=0) == read


@pytest.mark.parametrize(("language", "mark"), [("en", "not signed"), ("zh", "未签署")])
async def test_a_draft_is_the_contract_with_a_mark_where_its_number_and_its_signature_would_be(
    units: Units, language: str, mark: str
) -> None:
    ana, t = await a_customer(units), translator(language)
    async with units.begin() as unit:
        quote = await quoting.quote(unit, ana, yuan(3000), 6, LIGHTNING, None)
        read = await signing.drafted(unit, ana.id, quote, automatic_debit=True, from_change_plus=False)
    drafted, signed = draft(t, read, SHANGHAI, NAMES), contract_document(t, read, SHANGHAI, NAMES)
    assert drafted.blocks[:-1] == signed.blocks[:-1]
    for said in (drafted.title, drafted.subtitle, drafted.footer, drafted.blocks[-1][1].lower()):
        assert mark in said
    assert mark not in signed.as_text().lower()
