"""Who answers cases: asking back, passing on, standing in, own accounts; deadlines, reminders, what did not arrive."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import text

from finance_core import approvals
from finance_core.cases import answering, daily, goodwill
from finance_core.cases import service as cases
from finance_core.cases.counts import Came, count
from finance_core.cases.models import CaseState, ServiceCase
from finance_core.cases.rules import CaseKind, due_at
from finance_core.cases.service import Question
from finance_core.customers.roles import Role
from finance_core.customers.same_person import accounts_of, say_same_person
from finance_core.desk import absence
from finance_core.kernel.calendars import banking
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.lines import ACTIONS
from finance_core.notices import outcomes
from finance_core.notices.claims import claim
from finance_core.reports import cases as cases_report
from finance_core.reports import topics
from finance_core.reports.table import asked, read
from finance_core.storage.unit import Unit, Units
from tests.builders import CIPHER, SHANGHAI, a_customer, an_operator, balance, verified, yuan

COMPLAINT = Question("complaint.make", "your man was rude")
CARD = Question("not_ours.card", "where is my card")


async def told(units: Units, kind: str) -> list[int]:
    async with units.begin() as unit:
        rows = text("SELECT customer_id FROM outbox WHERE kind = :kind ORDER BY id")
        return list(await unit.session.scalars(rows, {"kind": kind}))


async def a_case(units: Units, customer_id: int, question: Question = CARD, key: str = "one") -> ServiceCase:
    async with units.begin() as unit:
        return await cases.hand_over(unit, CIPHER, customer_id, question, key=key)


async def answers(unit: Unit, case: ServiceCase, operator_id: int, key: str = "answer") -> answering.Answered:
    return await answering.answer(unit, CIPHER, case.id, operator_id, "we are sorry", key=key)


async def acts_on(units: Units, case: ServiceCase) -> list[str]:
    async with units.begin() as unit:
        rows = text("SELECT act FROM audit_line WHERE details ->> 'case' = :case ORDER BY id")
        return list(await unit.session.scalars(rows, {"case": str(case.id)}))


async def test_what_is_asked_back_waits_for_the_persons_next_words_which_go_to_the_case(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    case = await a_case(units, ana.id)
    async with units.begin() as unit:
        assert await cases.asked_back(unit, ana.id) is None
        await answering.ask_back(unit, CIPHER, case.id, olu.id, "which machine?", key="ask")
        assert await cases.asked_back(unit, ana.id) == case.id
    assert await told(units, "case.asked") == [ana.id]
    async with units.begin() as unit:
        for _ in range(2):
            again = await cases.add(unit, CIPHER, ana.id, case.id, "the one at the station", key="reply")
        assert (again.state, again.asked_at) == (CaseState.OPEN, None)
        assert await cases.asked_back(unit, ana.id) is None
        seen = await answering.look_at(unit, CIPHER, case.id, olu.id)
        words = [(each.is_answer, each.text) for each in seen.written]
        assert words[1:] == [(True, "which machine?"), (False, "the one at the station")]
    assert await told(units, "operator.case_added") == [olu.id]
    assert await acts_on(units, case) == ["ask_back", "look"]


async def test_nothing_is_asked_back_of_a_case_that_is_answered(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    case = await a_case(units, ana.id)
    async with units.begin() as unit:
        await answers(unit, case, olu.id)
        with pytest.raises(Conflict, match="case_answered"):
            await answering.ask_back(unit, CIPHER, case.id, olu.id, "which one?", key="ask")


async def test_a_case_is_passed_on_or_taken_over_and_each_is_told_and_on_record(units: Units) -> None:
    ana, olu, mei = (
        await a_customer(units),
        await an_operator(units, "Olu", Role.SUPPORT),
        await an_operator(units, "Mei", Role.SUPPORT),
    )
    treasurer = await an_operator(units, "Tre", Role.TREASURER)
    case = await a_case(units, ana.id)
    async with units.begin() as unit:
        await answering.look_at(unit, CIPHER, case.id, olu.id)
        for nobody in (treasurer.id, ana.id):
            with pytest.raises(NotAllowed, match="colleague_cannot"):
                await answering.pass_on(unit, case.id, olu.id, nobody)
        await answering.pass_on(unit, case.id, olu.id, mei.id)
        with pytest.raises(Conflict, match="case_of_another"):
            await answering.look_at(unit, CIPHER, case.id, olu.id)
        await answering.take_over(unit, case.id, olu.id)
        assert (await answering.look_at(unit, CIPHER, case.id, olu.id)).case.officer_id == olu.id
    assert await told(units, "operator.case_passed_on") == [mei.id]
    assert await told(units, "operator.case_taken_over") == [mei.id]
    assert await acts_on(units, case) == ["look", "pass_case_on", "take_case_over", "look"]


async def test_a_colleague_stands_in_while_somebody_is_away_and_no_longer(units: Units, clock: ManualClock) -> None:
    ana, olu, mei = (
        await a_customer(units),
        await an_operator(units, "Olu", Role.SUPPORT),
        await an_operator(units, "Mei", Role.SUPPORT),
    )
    case = await a_case(units, ana.id)
    async with units.begin() as unit:
        await answering.look_at(unit, CIPHER, case.id, olu.id)
        until = unit.now + timedelta(days=2)
        with pytest.raises(NotAllowed, match="colleague_cannot"):
            await absence.go_away(unit, olu.id, ana.id, until)
        with pytest.raises(InvalidInput, match="away_until"):
            await absence.go_away(unit, olu.id, mei.id, unit.now)
        await absence.go_away(unit, olu.id, mei.id, until)
        seen = await answering.look_at(unit, CIPHER, case.id, mei.id)
        assert (seen.stands_in_for, seen.case.officer_id) == (olu.id, olu.id)
        with pytest.raises(NotAllowed, match="colleague_cannot"):
            await absence.go_away(unit, mei.id, olu.id, until)
        await cases.add(unit, CIPHER, ana.id, case.id, "one more thing", key="more")
    assert await told(units, "operator.stands_in") == [mei.id]
    assert await told(units, "operator.case_added") == [mei.id], "who stands in is told"
    clock.advance(days=2)
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="case_of_another"):
            await answering.look_at(unit, CIPHER, case.id, mei.id)


async def test_nobody_answers_the_case_of_an_account_that_is_theirs_under_another_name(units: Units) -> None:
    hidden, olu = await a_customer(units, "Hidden"), await an_operator(units, "Olu", Role.SUPPORT)
    mei = await an_operator(units, "Mei", Role.SUPPORT)
    async with units.begin() as unit:
        await say_same_person(unit, olu.id, hidden.id)
        assert await accounts_of(unit, hidden.id) == {olu.id, hidden.id}
        for other in (hidden, olu):
            with pytest.raises(Conflict, match="same_person_stands"):
                await say_same_person(unit, olu.id, other.id)
    case = await a_case(units, hidden.id)
    assert await told(units, "operator.case_waits") == [mei.id]
    async with units.begin() as unit:
        assert await answering.queue(unit, olu.id) == []
        for act in (answering.look_at(unit, CIPHER, case.id, olu.id), answering.take_over(unit, case.id, olu.id)):
            with pytest.raises(NotAllowed, match="own_dealing"):
                await act
        with pytest.raises(NotAllowed, match="colleague_cannot"):
            await answering.pass_on(unit, case.id, mei.id, olu.id)
    async with units.begin() as unit:
        await answering.look_at(unit, CIPHER, case.id, mei.id)


# -- deadlines --------------------------------------------------------------------------------------------------------


def test_a_deadline_in_the_new_years_holidays_moves_to_the_next_working_day() -> None:
    asked_at = datetime(2026, 2, 13, 15, 0, tzinfo=SHANGHAI)  # the Friday before the Spring Festival
    due = due_at(CaseKind.QUESTION, asked_at, SHANGHAI, banking()).astimezone(SHANGHAI)
    assert banking().is_open(due.date())
    assert (due.date(), due.hour) == (banking().on_or_after(date(2026, 2, 14)), 15)
    assert due_at(CaseKind.DISTRESS, asked_at, SHANGHAI, banking()) == asked_at + timedelta(days=1)


@pytest.mark.parametrize("opened_on", [date(2026, 1, 1) + timedelta(days=number) for number in range(0, 360, 7)])
def test_a_complaint_is_answered_within_the_15_days_of_the_contract_whatever_holiday_comes(opened_on: date) -> None:
    opened_at = datetime.combine(opened_on, time(10), tzinfo=SHANGHAI)
    due = due_at(CaseKind.COMPLAINT, opened_at, SHANGHAI, banking()).astimezone(SHANGHAI)
    assert opened_at < due <= opened_at + timedelta(days=15)
    assert banking().is_open(due.date()) or due.date().year > 2026


async def test_operators_are_reminded_of_a_complaint_five_days_and_one_before_and_when_it_is_late(
    units: Units, clock: ManualClock
) -> None:
    ana, olu, mei = (
        await a_customer(units),
        await an_operator(units, "Olu", Role.SUPPORT),
        await an_operator(units, "Mei", Role.SUPPORT),
    )
    case = await a_case(units, ana.id, COMPLAINT)
    [work] = daily.TIMED
    for days, expected in ((9, 0), (1, 2), (3, 2), (1, 4), (1, 6), (5, 6)):
        clock.advance(days=days)
        await work.run(units)
        assert len(await told(units, "operator.case_due")) == expected, days
    async with units.begin() as unit:
        assert await work.next_due(unit) is None
        last = await unit.session.scalar(text("SELECT params FROM outbox WHERE kind LIKE '%case_due' ORDER BY id DESC"))
        assert last is not None
        assert last["is_overdue"] is True
        seen = await answering.look_at(unit, CIPHER, case.id, olu.id)
        assert seen.case.id == case.id
    assert set(await told(units, "operator.case_due")) == {olu.id, mei.id}


async def test_who_has_a_case_is_reminded_alone_and_nobody_once_it_is_answered(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    olu = await an_operator(units, "Olu", Role.SUPPORT)
    await an_operator(units, "Mei", Role.SUPPORT)
    dispute = Question("fraud.unrecognised", "not mine")
    first, second = await a_case(units, ana.id, dispute), await a_case(units, bo.id, dispute, "two")
    async with units.begin() as unit:
        await answering.look_at(unit, CIPHER, first.id, olu.id)
        await answers(unit, second, olu.id)
    clock.advance(days=3)
    [work] = daily.TIMED
    assert await work.run(units) == 1
    assert await told(units, "operator.case_due") == [olu.id]


async def test_a_case_is_taken_up_again_within_thirty_days_of_its_answer(units: Units, clock: ManualClock) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    case = await a_case(units, ana.id, COMPLAINT)
    async with units.begin() as unit:
        await answers(unit, case, olu.id)
        await answering.close(unit, case.id, olu.id)
    clock.advance(days=30)
    async with units.begin() as unit:
        with pytest.raises(NotFound, match="case"):
            await cases.reopen(unit, olu.id, case.id)
        own = await cases.own_case(unit, CIPHER, ana.id, case.id)
        assert own.may_reopen
        again = await cases.reopen(unit, ana.id, case.id)
        assert (again.state, again.closed_at, again.officer_id) == (CaseState.OPEN, None, olu.id)
        assert unit.now + timedelta(days=12) < again.due_at <= unit.now + timedelta(days=15)
        assert [each.id for each in await cases.lately_of(unit, ana.id)] == [case.id]
    assert await told(units, "operator.case_reopened") == [olu.id]
    async with units.begin() as unit:
        await answers(unit, case, olu.id, "second")
    clock.advance(days=30, seconds=1)
    async with units.begin() as unit:
        with pytest.raises(RuleViolation, match="case_over"):
            await cases.reopen(unit, ana.id, case.id)
        assert await cases.lately_of(unit, ana.id) == []


# -- goodwill ---------------------------------------------------------------------------------------------------------


async def test_goodwill_takes_two_is_linked_to_its_case_and_the_book_holds(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    tre = await an_operator(units, "Tre", Role.TREASURER)
    case = await a_case(units, ana.id, COMPLAINT)
    action, subject = ACTIONS.called(goodwill.ACTION), f"case:{case.id}"
    fifty = {"sum": yuan(50).as_json()}
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="goodwill_most"):
            await approvals.propose(unit, olu.id, action, subject, {"sum": yuan(2_001).as_json()}, "rude", "much")
        made = await approvals.propose(unit, olu.id, action, subject, fifty, "our man was rude", "pay")
        assert made.after["goodwill"] == yuan(50).as_json()
        with pytest.raises(NotAllowed, match="own_proposal"):
            await approvals.approve(unit, ACTIONS, made.id, olu.id, made.version)
    async with units.begin() as unit:
        for _ in range(3):
            await approvals.approve(unit, ACTIONS, made.id, tre.id, made.version)
        assert await goodwill.paid_on(unit, case.id) == yuan(50)
        about = await unit.session.scalar(text("SELECT about FROM entry WHERE kind = 'case.goodwill'"))
        assert about == {"customer": ana.id, "case": case.id}
    assert await balance(units, ana) == yuan(50)
    assert await told(units, "receipt.goodwill") == [ana.id]
    await verified(units)


async def test_who_is_the_complainer_under_another_name_neither_proposes_nor_approves_goodwill(units: Units) -> None:
    hidden, olu = await a_customer(units, "Hidden"), await an_operator(units, "Olu", Role.ADMINISTRATOR)
    async with units.begin() as unit:
        await say_same_person(unit, olu.id, hidden.id)
    case = await a_case(units, hidden.id, COMPLAINT)
    async with units.begin() as unit:
        action = ACTIONS.called(goodwill.ACTION)
        with pytest.raises(NotAllowed, match="own_dealing"):
            await approvals.propose(unit, olu.id, action, f"case:{case.id}", {"sum": yuan(5).as_json()}, "why", "pay")


async def test_two_accounts_of_one_person_do_not_make_and_approve(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu")
    twin = await an_operator(units, "Twin")
    case = await a_case(units, ana.id, COMPLAINT)
    async with units.begin() as unit:
        await say_same_person(unit, olu.id, twin.id)
        action, five = ACTIONS.called(goodwill.ACTION), {"sum": yuan(5).as_json()}
        made = await approvals.propose(unit, olu.id, action, f"case:{case.id}", five, "why", "pay")
        with pytest.raises(NotAllowed, match="own_proposal"):
            await approvals.approve(unit, ACTIONS, made.id, twin.id, made.version)


# -- what did not arrive, what is forgotten, what is counted ----------------------------------------------------------


async def test_who_answered_is_told_that_the_person_has_blocked_the_bot(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    case = await a_case(units, ana.id)
    async with units.begin() as unit:
        await unit.session.execute(text("DELETE FROM outbox"))
        sent = await answers(unit, case, olu.id)
        assert not sent.is_unreachable
    async with units.begin() as unit:
        [one] = (await claim(unit, worker=5, limit=1)).claims
        assert await outcomes.on_the_wire(unit, 5, one)
        await outcomes.unreachable(unit, 5, one, "Forbidden: bot was blocked by the user")
    assert await told(units, "operator.not_arrived") == [olu.id]
    async with units.begin() as unit:
        assert (await answering.look_at(unit, CIPHER, case.id, olu.id)).delivery == "refused"
        again = await answers(unit, case, olu.id, "again")
        assert again.is_unreachable, "it is known by now, and said at once"
    async with units.begin() as unit:
        await claim(unit, worker=5, limit=5)
    assert await told(units, "operator.not_arrived") == [olu.id, olu.id]
    async with units.begin() as unit:
        own = await cases.own_case(unit, CIPHER, ana.id, case.id)
        assert own.written[-1].text == "we are sorry", "it is there when they come back"


async def test_twenty_cases_at_once_are_twenty_and_all_who_answer_hear_of_each(cloned_units: Units) -> None:
    people = [await a_customer(cloned_units, f"P{number}") for number in range(20)]
    olu = await an_operator(cloned_units, "Olu", Role.SUPPORT)
    made = await asyncio.gather(*(a_case(cloned_units, who.id, key=f"of {who.id}") for who in people for _ in (1, 2)))
    assert len({case.id for case in made}) == 20
    async with cloned_units.begin() as unit:
        assert len(await answering.queue(unit, olu.id)) == 20
    assert await told(cloned_units, "operator.case_waits") == [olu.id] * 20
    await verified(cloned_units)


async def test_texts_are_forgotten_after_400_days_those_of_complaints_after_five_years(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    plain, complaint = await a_case(units, ana.id), await a_case(units, ana.id, COMPLAINT, "two")
    async with units.begin() as unit:
        for case in (plain, complaint):
            await answers(unit, case, olu.id, f"answer {case.id}")
        on = unit.open_on
        assert await daily.forget(unit, on + timedelta(days=400)) == 0
        assert await daily.forget(unit, on + timedelta(days=402)) == 3
        assert await daily.forget(unit, on + timedelta(days=402)) == 0
        assert await daily.forget(unit, on + timedelta(days=1_828)) == 3
        assert await unit.session.scalar(text("SELECT count(*) FROM case_message")) == 0
        report = await unit.session.execute(text("SELECT count(*) FROM service_case WHERE answered_sealed IS NULL"))
        assert report.scalar_one() == 2
    await verified(units)


async def test_cases_are_counted_by_day_and_kind_and_topics_by_what_is_to_be_written(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    case = await a_case(units, ana.id, COMPLAINT)
    async with units.begin() as unit:
        await answers(unit, case, olu.id)
        await cases.reopen(unit, ana.id, case.id)
        on = unit.open_on
        question = asked(cases_report.REPORT, (on, on), None, (on, on), None)
        table = await read(unit, cases_report.REPORT, question)
        assert table.rows == [(on, "complaint", 1, 1, 0, 0, 1, 0, 0)]
        to_write = await read(unit, topics.TO_WRITE, question)
        assert to_write.rows == [], "a person was wanted, and no words were"
        for topic, came in (("repay.early", Came.ASKED), ("repay.early", Came.NOT_HELPED), ("", Came.UNSURE)):
            await count(unit, topic, came)
        to_write = await read(unit, topics.TO_WRITE, question)
        assert [row[:6] for row in to_write.rows] == [("repay.early", 1, 1, 0, 1, 0), ("unknown", 1, 0, 1, 0, 0)]
        assert (await unit.session.execute(text("SELECT count(*) FROM case_event"))).scalar_one() == 3


async def test_a_question_that_is_a_complaint_is_due_by_its_rule_told_and_counted_from_then_on(
    units: Units, clock: ManualClock
) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    case, other = await a_case(units, ana.id), await a_case(units, ana.id, Question("repay.early", "why"), "two")
    clock.advance(hours=5)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = open_on + 1"))
    for _ in range(2):
        async with units.begin() as unit:
            turned = await answering.turn_into(unit, case.id, olu.id, CaseKind.COMPLAINT)
            assert turned.kind == CaseKind.COMPLAINT
            assert turned.due_at == due_at(CaseKind.COMPLAINT, case.opened_at, SHANGHAI, banking())
            assert turned.remind_at == turned.due_at - timedelta(days=5)
    assert await told(units, "case.turned") == [ana.id]
    assert await acts_on(units, case) == ["make_it_a_complaint"]
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="case_kind"):
            await answering.turn_into(unit, case.id, olu.id, CaseKind.DISPUTE)
        with pytest.raises(Conflict, match="case_kind"):
            await answering.turn_into(unit, other.id, olu.id, CaseKind.DISTRESS)
        await answers(unit, other, olu.id)
        with pytest.raises(Conflict, match="case_kind"):
            await answering.turn_into(unit, other.id, olu.id, CaseKind.DISPUTE)
        on = unit.open_on
        question = asked(cases_report.REPORT, (day_before := on - timedelta(days=1), on), None, (day_before, on), None)
        table = await read(unit, cases_report.REPORT, question)
        assert [row[:4] for row in table.rows] == [
            (day_before, "question", 2, 0),
            (on, "complaint", 1, 0),
            (on, "question", 0, 1),
        ]
    await verified(units)


async def test_an_operator_abroad_hears_of_a_case_by_the_institutions_day_and_sleeps_by_its_night(
    units: Units, clock: ManualClock
) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    due = text("SELECT due_at FROM outbox WHERE kind IN ('operator.case_waits', 'case.answered') ORDER BY id DESC")
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE customer SET zone = 'Europe/London' WHERE id = :id"), {"id": olu.id})
    first = await a_case(units, ana.id)
    async with units.begin() as unit:
        assert await unit.session.scalar(due) == unit.now, "10:00 in Shanghai, 2:00 in London"
    clock.advance(hours=14)
    async with units.begin() as unit:
        await answers(unit, first, olu.id)
        assert await unit.session.scalar(due) == unit.now, "who has asked waits for no morning"
    clock.advance(hours=7)
    await a_case(units, ana.id, Question("wallet.refund", "x"), "three")
    async with units.begin() as unit:
        assert await unit.session.scalar(due) == unit.now + timedelta(hours=1), "7:00 in Shanghai"
