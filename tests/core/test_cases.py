"""Handing over to a person: a case with a deadline, encrypted, one for twenty taps; its answer; who reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.cases import answering
from finance_core.cases import service as cases
from finance_core.cases.counts import Came, count
from finance_core.cases.models import CaseState
from finance_core.cases.rest import rests
from finance_core.cases.rules import CaseKind, kind_of, percent_of
from finance_core.cases.service import Question
from finance_core.customers import operators
from finance_core.customers.roles import Role
from finance_core.guarding import GUARDS
from finance_core.journeys import distress
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.loans.contact.notices import DueToday
from finance_core.notices import Urgency, enqueue
from finance_core.notices.content import opened
from finance_core.reports import topics
from finance_core.reports.table import asked, read
from finance_core.storage.unit import Unit, Units
from tests.builders import CIPHER, a_customer, a_loan, the_catalogue, yuan

WORDS = "why was I refused, I earn enough"
REFUSED = Question("loan.why_declined", WORDS, "0.91", ("loan.why_declined",), ("S8F3-K2QW",))


async def an_operator(units: Units, name: str = "Olu", role: Role = Role.SUPPORT) -> int:
    person = await a_customer(units, name)
    async with units.begin() as unit:
        await operators.grant(unit, person.id, role)
    return person.id


async def notices(unit: Unit, kind: str) -> list[int]:
    asked_for = text("SELECT customer_id FROM outbox WHERE kind = :kind ORDER BY id")
    return list(await unit.session.scalars(asked_for, {"kind": kind}))


def test_a_topic_says_what_a_case_is_and_a_confidence_is_whole_percent() -> None:
    kinds = [kind_of(topic) for topic in ("repay.early", "fraud.unrecognised", "complaint.make", "human.distress")]
    assert kinds == [CaseKind.QUESTION, CaseKind.DISPUTE, CaseKind.COMPLAINT, CaseKind.DISTRESS]
    assert [percent_of(said) for said in ("0.91", "", "nan", "inf", "7", "-1")] == [91, None, None, None, None, None]


@pytest.mark.parametrize(("topic", "days"), [("repay.early", 1), ("fraud.unrecognised", 4), ("complaint.make", 15)])
async def test_a_case_has_its_deadline_and_a_sunday_moves_it_to_monday(units: Units, topic: str, days: int) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        case = await cases.hand_over(unit, CIPHER, ana.id, Question(topic, "words"), key="a")
        assert case.due_at == unit.now + timedelta(days=days)


async def test_what_was_asked_is_kept_encrypted_and_twenty_taps_are_one_case(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units)
    for _ in range(3):
        async with units.begin() as unit:
            case = await cases.hand_over(unit, CIPHER, ana.id, REFUSED, key="one")
    async with units.begin() as unit:
        rows = (await unit.session.execute(text("SELECT c.*, m.* FROM service_case c, case_message m"))).all()
        assert len(rows) == 1
        assert b"refused" not in b"".join(value for value in rows[0] if isinstance(value, bytes))
        assert not any("refused" in value for value in rows[0] if isinstance(value, str))
        assert await notices(unit, "operator.case_waits") == [olu]
        more = await cases.hand_over(unit, CIPHER, ana.id, Question("loan.why_declined", "still why?"), key="two")
        assert more.id == case.id
        seen = await answering.look_at(unit, CIPHER, case.id, olu)
        assert [written.text for written in seen.written] == [WORDS, "still why?"]
        assert (seen.answered, seen.references, seen.case.confidence) == (("loan.why_declined",), ("S8F3-K2QW",), 91)
        assert (await ledger.verify(unit, GUARDS)).ok


async def test_the_answer_goes_to_the_person_and_names_the_question(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units)
    async with units.begin() as unit:
        case = await cases.hand_over(unit, CIPHER, ana.id, REFUSED, key="one")
        with pytest.raises(InvalidInput, match="answer_length"):
            await answering.answer(unit, CIPHER, case.id, olu, "  ", key="empty")
        for _ in range(2):
            await answering.answer(unit, CIPHER, case.id, olu, "your income was missing", key="answer")
        assert case.state == CaseState.ANSWERED
        params = await unit.session.scalar(text("SELECT params FROM outbox WHERE kind = 'case.answered'"))
        assert await notices(unit, "case.answered") == [ana.id]
        assert "income" not in str(params)
        told = opened(params, CIPHER)
        assert (told["question"], told["answer"]) == (WORDS, "your income was missing")
        assert [each.id for each in await answering.queue(unit, olu)] == []
        again = await cases.hand_over(unit, CIPHER, ana.id, REFUSED, key="one")
        assert again.id == case.id, "the old button is the old case"
        other = await cases.hand_over(unit, CIPHER, ana.id, REFUSED, key="another day")
        assert other.id != case.id
        closed = await answering.close(unit, other.id, olu)
        assert closed.state == CaseState.CLOSED
        with pytest.raises(NotFound, match="case"):
            await answering.look_at(unit, CIPHER, other.id, olu)


async def test_an_operator_reads_their_own_cases_only_and_nobody_their_own_question(units: Units) -> None:
    ana, olu, mei = await a_customer(units), await an_operator(units), await an_operator(units, "Mei")
    treasurer = await an_operator(units, "Tre", Role.TREASURER)
    async with units.begin() as unit:
        case = await cases.hand_over(unit, CIPHER, ana.id, REFUSED, key="one")
        own = await cases.hand_over(unit, CIPHER, olu, REFUSED, key="own")
        assert await cases.ahead_of(unit, own) == 1
        assert [each.id for each in await answering.queue(unit, olu)] == [case.id]
        await answering.look_at(unit, CIPHER, case.id, olu)
        with pytest.raises(Conflict, match="case_of_another"):
            await answering.look_at(unit, CIPHER, case.id, mei)
        with pytest.raises(NotAllowed, match="own_dealing"):
            await answering.look_at(unit, CIPHER, own.id, olu)
        with pytest.raises(NotAllowed, match="no_permission"):
            await answering.queue(unit, treasurer)
        with pytest.raises(NotFound, match="case"):
            await cases.add(unit, CIPHER, mei, case.id, "let me in", key="forged")


async def test_who_is_not_well_comes_first_and_reminders_rest_a_week(units: Units) -> None:
    await the_catalogue(units)
    ana, bo, olu = await a_customer(units, money=100, tier=2), await a_customer(units, "Bo"), await an_operator(units)
    loan = await a_loan(units, ana)
    at_rest = text(f"SELECT {rests(':who')}")
    async with units.begin() as unit:
        reminder = DueToday(
            loan=loan.id, due_on=unit.open_on, days=0, automatic=True, sum=yuan(5), grace=3, besides=yuan(0)
        )
        about = f"loan:{loan.id}"
        await enqueue(unit, reminder, urgency=Urgency.REMINDER, key="r", customer_id=ana.id, about=about)
        earlier = await cases.hand_over(unit, CIPHER, bo.id, REFUSED, key="earlier")
        case = await distress.hand_over(unit, CIPHER, ana.id, Question("human.distress", "no more"), key="d")
        assert [each.id for each in await answering.queue(unit, olu)] == [case.id, earlier.id]
        urgent = text("SELECT urgency FROM outbox WHERE kind = 'operator.case_waits' ORDER BY id")
        assert list(await unit.session.scalars(urgent)) == ["receipt", "security"]
        silenced = text("SELECT state, error FROM outbox WHERE key = 'r'")
        assert tuple((await unit.session.execute(silenced)).one()) == ("cancelled", "rest")
        assert await unit.session.scalar(at_rest, {"who": ana.id, "now": unit.now})
        assert not await unit.session.scalar(at_rest, {"who": bo.id, "now": unit.now})
        assert not await unit.session.scalar(at_rest, {"who": ana.id, "now": unit.now + timedelta(days=7)})


async def test_questions_are_counted_by_day_and_topic_without_texts(units: Units) -> None:
    async with units.begin() as unit:
        for came in (Came.ASKED, Came.ASKED, Came.NOT_HELPED):
            await count(unit, "repay.early", came)
        await count(unit, "", Came.UNSURE)
        on = unit.open_on
        question = asked(topics.REPORT, (on, on), None, (on, on), None)
        table = await read(unit, topics.REPORT, question)
    assert table.rows == [(on, "repay.early", 2, 0, 1, 0), (on, "unknown", 0, 1, 0, 0)]
