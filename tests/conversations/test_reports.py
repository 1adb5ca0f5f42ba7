"""Reports in the chat: who may read them, a table in short, files, pictures; and a person's own repayment curve."""

from __future__ import annotations

import csv
import io
from itertools import count
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image

from finance_core.customers import operators
from finance_core.customers.roles import Role
from tests.builders import a_loan
from tests.conversations.harness import Person, Seen
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True
_update_ids = count(980_000_001)
PICTURE_SECONDS = 30.0
"""The first one waits for the renderer to start; on a busy machine that takes a while."""


async def an_operator(susu: Susu, name: str, role: Role, language: str = "en") -> Person:
    person = await susu.resident(name, language=language)
    async with susu.units.begin() as unit:
        await operators.grant(unit, (await susu.customer(person)).id, role)
    return person


async def content(susu: Susu, seen: Seen, kind: str) -> bytes:
    answer = await susu.sandbox.http.get(seen.json[kind]["url"])
    assert answer.status_code == 200
    return answer.content


async def reports_read(susu: Susu, person: Person) -> list[Any]:
    looks = "SELECT array_agg(subject ORDER BY id) FROM audit_line WHERE actor_id = :actor AND act = 'look'"
    return list(await susu.value(looks, actor=(await susu.customer(person)).id) or [])


async def test_reports_are_for_those_who_may_read_them(susu: Susu) -> None:
    ana, mei = await susu.resident("Ana"), await an_operator(susu, "Mei", Role.SUPPORT)
    for person in (ana, mei):
        await person.says("/report")
        await person.sees("You do not have the permission for that")
        await person.says("/report par")
        await person.sees("You do not have the permission for that")
        assert await reports_read(susu, person) == []


async def test_a_report_is_found_by_its_family_and_comes_as_a_table_and_files(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    async with susu.units.begin() as unit:
        assert unit.open_on.isoformat() == "2026-03-12"
    await a_loan(susu.units, await susu.customer(ana))
    olu = await an_operator(susu, "Olu", Role.AUDITOR)
    await olu.says("/report")
    card = await olu.sees("As of the last closed day")
    assert len(card.labels) == 6
    await olu.taps("General ledger")
    await olu.sees("General ledger")
    await olu.taps("Trial balance")
    await olu.sees("Trial balance · Wed 11 Mar 2026")
    await olu.says("/report trial-balance 2026-03-12")
    card = await olu.sees("Loan principal · debit balance ¥3,000.00")
    assert "\nTotal · debit balance" in card
    await olu.taps("XLSX")
    workbook = load_workbook(io.BytesIO(await content(susu, await olu.sees("Trial balance · Thu"), "document")))
    sheet = workbook.worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["book", "code", "account"]
    assert [row[7].value for row in sheet.iter_rows() if row[1].value == "1100"] == [3000]
    await olu.taps("CSV", card)
    rows = csv.reader(
        io.StringIO((await content(susu, await olu.sees("Trial balance · Thu"), "document")).decode("utf-8-sig"))
    )
    assert ["institution", "1100", "Loan principal", "CNY", "0.00"] in [row[:5] for row in rows]
    assert await reports_read(susu, olu) == ["report:trial-balance"] * 4


async def test_portfolio_at_risk_comes_with_a_picture_in_both_languages(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await a_loan(susu.units, await susu.customer(ana))
    for language, words in (("en", "Portfolio at risk.*PAR30 0.00%"), ("zh", "风险贷款.*PAR30 0.00%")):
        olu = await an_operator(susu, "Olu", Role.CREDIT_OFFICER, language)
        await olu.says("/report par 2026-03-12")
        seen = await olu.sees(words, within_seconds=PICTURE_SECONDS)
        picture = Image.open(io.BytesIO(await content(susu, seen, "photo")))
        assert picture.size == (720, 540)


async def test_the_desk_leads_to_reports(susu: Susu) -> None:
    olu = await an_operator(susu, "Olu", Role.TREASURER)
    await olu.says("/operator")
    await olu.sees("Treasurer|treasurer")
    await olu.taps("Reports")
    await olu.sees("As of the last closed day")


async def test_the_audit_log_is_for_auditors(susu: Susu) -> None:
    officer, auditor = await an_operator(susu, "Bo", Role.CREDIT_OFFICER), await an_operator(susu, "Xi", Role.AUDITOR)
    await officer.says("/report")
    await officer.sees("As of the last closed day")
    await officer.taps("Records")
    assert "Audit log" not in (await officer.sees("Records")).labels
    await officer.says("/report audit")
    await officer.sees("You do not have the permission for that")
    await auditor.says("/report audit 2026-03-12")
    await auditor.sees("Audit log")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("/report weather", "There is no such report.*As of the last closed day"),
        ("/report par tomorrow", "“tomorrow” isn't a day; write one like 2026-03-31"),
        ("/report par 2030-01-01", "has not come yet; the book is open on"),
        ("/report income-statement 2026-03-12 2026-03-01", "before it begins"),
    ],
)
async def test_a_wrong_call_is_answered_with_what_is_wrong(susu: Susu, words: str, told: str) -> None:
    olu = await an_operator(susu, "Olu", Role.AUDITOR)
    await olu.says(words)
    await olu.sees(told)


async def test_a_persons_own_curve_is_drawn_for_them_alone(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    loan = await a_loan(susu.units, await susu.customer(ana))
    await ana.says("/loans")
    await ana.sees("Loan of")
    await ana.taps("Schedule")
    await ana.sees("1. 12 Apr", within_seconds=PICTURE_SECONDS)
    await ana.taps("Repayment progress")
    await presses(susu, bo, f"curve:{loan.id}")
    words = "¥3,000.00 of principal is left.*Planned for today: ¥3,000.00"
    seen = await ana.sees(words, within_seconds=PICTURE_SECONDS)
    assert Image.open(io.BytesIO(await content(susu, seen, "photo"))).size == (720, 540)
    await bo.sees("There is no such loan")


async def presses(susu: Susu, person: Person, data: str) -> None:
    """Press a button of a card of one's own."""
    user = {"id": person.id, "is_bot": False, "first_name": person.name}
    message = {"message_id": 1, "date": 1, "chat": {"id": person.chat_id, "type": "private"}, "text": "card"}
    query = {"id": "77", "from": user, "chat_instance": "1", "message": message, "data": data}
    await susu.inbox.store([{"update_id": next(_update_ids), "callback_query": query}])
