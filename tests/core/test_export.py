"""All that is held on a person, as one file: once, in time, theirs, and others only by the names that were seen."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

import pytest

from bot.delivery.attachments import write
from finance_core.cases import service as cases
from finance_core.cases.service import Question
from finance_core.customers import consents
from finance_core.customers.consents import Topic
from finance_core.kernel.clock import ManualClock
from finance_core.lines import DECLARED
from finance_core.privacy import export
from finance_core.storage.personal import Held, Kept, Why
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from handlers.loans.documents.contract import number
from tests.builders import CIPHER, SAID, a_customer, a_loan, an_operator, the_catalogue, verified, yuan


async def held_on(unit: Unit, customer_id: int) -> dict[str, bytes]:
    out = io.BytesIO()
    asked = await export.ask(unit, customer_id, f"export:{customer_id}")
    await write(unit, CIPHER, asked, out)
    with ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_asked_twice_in_a_row_it_is_one_and_it_is_sent_within_a_day(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        first = await export.ask(unit, ana.id, "one")
        assert (await export.ask(unit, ana.id, "two")).id == first.id
    clock.advance(minutes=60)
    async with units.begin() as unit:
        second = await export.ask(unit, ana.id, "three")
        assert second.id != first.id
        assert await export.wanted(unit, first.id) is not None
    clock.advance(hours=23)
    async with units.begin() as unit:
        assert await export.wanted(unit, first.id) is None
        assert await export.wanted(unit, second.id) is not None
        assert await export.wanted(unit, second.id + 1) is None


async def test_all_of_ones_own_is_there_opened_and_nothing_of_the_others_but_their_names(units: Units) -> None:
    await the_catalogue(units)
    ana, bo, olu = await a_customer(units, money=100), await a_customer(units, "Bo"), await an_operator(units)
    loan = await a_loan(units, ana, 1000)
    async with units.begin() as unit:
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(20), "for lunch", "token")
        await wallet.accept(unit, "token", bo.id)
        await consents.choose(unit, ana.id, Topic.NEWS, SAID, given=True)
        case = await cases.hand_over(unit, CIPHER, ana.id, Question("fees.what", "What does it cost?"), key="case")
        await cases.answer(unit, CIPHER, case.id, olu.id, "Nothing.", key="answer")
        held = await held_on(unit, ana.id)
        others = await held_on(unit, bo.id)
    await verified(units)
    [sent] = json.loads(held["send.json"])
    assert (sent["sent"], sent["amount"], sent["note"], sent["other"]) == (True, 2_000, "for lunch", "Bo")
    assert [each["written"] for each in json.loads(held["case_message.json"])] == ["What does it cost?", "Nothing."]
    assert {each["topic"] for each in json.loads(held["consent.json"])} == {"news", "debit"}
    assert json.loads(held["loan.json"])[0]["principal"] == 100_000
    [signed] = json.loads(held["loan_contract.json"])
    assert (signed["loan_id"], signed["text"], len(signed["sha256"])) == (loan.id, None, 64)
    assert held[f"statements/{number(loan.id)}.pdf"].startswith(b"%PDF")
    assert f"contracts/{number(loan.id)}.pdf" not in held, "its text opens under no secret: the rest comes all the same"
    whole = b"".join(held.values())
    assert b"pin_hash" not in whole
    assert b"customer_id" not in held["send.json"]
    for of_others in (str(bo.telegram_id).encode(), b"Olu"):
        assert of_others not in whole
    assert json.loads(others["send.json"])[0]["other"] == "Ana"
    assert "loan.json" not in others


def test_what_is_declared_is_shown_or_says_why_not() -> None:
    with pytest.raises(ValueError, match="either shown"):
        Held("toy", Why.ACCOUNT, Kept.GONE)
    with pytest.raises(ValueError, match="either shown"):
        Held("toy", Why.ACCOUNT, Kept.GONE, "SELECT 1", hidden="and hidden")
    assert len({held.name for held in DECLARED.held if held.select}) == len([h for h in DECLARED.held if h.select])


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (-5, "-5"), ("=1+1", "'=1+1"), ("@bo", "'@bo"), ("-5", "'-5"), ("lunch", "lunch"), ([1], "[1]")],
)
def test_no_cell_is_a_formula(value: object, cell: str) -> None:
    assert export._cell(value) == cell
