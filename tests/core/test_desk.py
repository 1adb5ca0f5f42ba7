"""The operators' one queue: what may be dealt with, by deadline, each with its owner; the card of a Monday morning."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from finance_core import approvals
from finance_core.approvals import ages, grants
from finance_core.cases import answering
from finance_core.cases import service as cases
from finance_core.cases.service import Question
from finance_core.customers import service as customers
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, Role
from finance_core.customers.same_person import say_same_person
from finance_core.desk import absence, figures, open_entry, queue, settle_entry
from finance_core.desk.queue import Entry
from finance_core.journeys import distress
from finance_core.kernel.calendars import banking
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.deadlines import deadline, last_working_evening
from finance_core.kernel.errors import NotAllowed, NotFound
from finance_core.kernel.money import Money
from finance_core.lines import ACTIONS, FIGURES, SOURCES
from finance_core.loans.contact import hardship
from finance_core.loans.contact.rules import HardshipReason
from finance_core.storage.unit import Units
from handlers.desk.screens.queue import OPENED_BY
from tests.builders import CIPHER, SHANGHAI, a_customer, a_loan, an_operator, the_catalogue, verified, yuan
from tests.core.test_identity import handed_in


async def waits_for(units: Units, operator_id: int) -> list[Entry]:
    async with units.begin() as unit:
        return await queue.queue(unit, operator_id, SOURCES.values())


async def names_for(units: Units, operator_id: int) -> list[str]:
    return [each.source for each in await waits_for(units, operator_id)]


def test_since_friday_evening_on_a_monday_and_before_the_holidays_after_them() -> None:
    monday = datetime(2026, 3, 16, 9, 0, tzinfo=SHANGHAI)
    assert last_working_evening(monday, 18, SHANGHAI, banking()) == datetime(2026, 3, 13, 18, tzinfo=SHANGHAI)
    after = datetime(2026, 10, 8, 9, 0, tzinfo=SHANGHAI)
    assert last_working_evening(after, 18, SHANGHAI, banking()) == datetime(2026, 9, 30, 18, tzinfo=SHANGHAI)
    unknown = datetime(2099, 1, 5, 9, 0, tzinfo=SHANGHAI)  # a Monday of a year without a calendar
    assert last_working_evening(unknown, 18, SHANGHAI, banking()) == datetime(2099, 1, 2, 18, tzinfo=SHANGHAI)
    saturday = deadline(datetime(2099, 1, 2, 9, tzinfo=SHANGHAI), timedelta(days=1), SHANGHAI, banking())
    assert saturday == datetime(2099, 1, 5, 9, tzinfo=SHANGHAI)


async def test_one_queue_holds_what_ones_roles_may_deal_with_who_is_not_well_first(units: Units) -> None:
    await the_catalogue(units)
    ana, bo = await a_customer(units, money=100, tier=2), await a_customer(units, "Bo")
    admin, sup = await an_operator(units, "Ada"), await an_operator(units, "Sup", Role.SUPPORT)
    officer = await an_operator(units, "Off", Role.CREDIT_OFFICER)
    loan = await a_loan(units, ana)
    async with units.begin() as unit:
        await cases.hand_over(unit, CIPHER, ana.id, Question("complaint.make", "rude"), key="c")
        await cases.hand_over(unit, CIPHER, ana.id, Question("not_ours.card", "card"), key="q")
        await hardship.open_case(
            unit, CIPHER, loan.id, reason=HardshipReason.ILLNESS, note="", can_pay=yuan(100), key="h"
        )
        await approvals.propose(
            unit, admin.id, ACTIONS.called(grants.GRANT), f"customer:{bo.id}", {"role": "support"}, "she answers", "p"
        )
        await distress.hand_over(unit, CIPHER, bo.id, Question("human.distress", "no more"), key="d")
    found = await waits_for(units, sup.id)
    assert [(each.source, each.what) for each in found] == [
        ("case", "human.distress"),
        ("case", "not_ours.card"),
        ("case", "complaint.make"),
    ]
    assert await names_for(units, officer.id) == ["hardship"]
    assert await names_for(units, admin.id) == ["case", "case", "hardship", "case"], "one's own proposal is another's"
    async with units.begin() as unit:
        with pytest.raises(NotAllowed, match="no_permission"):
            await queue.queue(unit, bo.id, SOURCES.values())


async def test_an_entry_is_somebodys_is_given_and_looked_after_while_they_are_away(
    units: Units, clock: ManualClock
) -> None:
    maker, ada, eve = await an_operator(units, "Max"), await an_operator(units, "Ada"), await an_operator(units, "Eve")
    sup, bo = await an_operator(units, "Sup", Role.SUPPORT), await a_customer(units, "Bo")
    async with units.begin() as unit:
        made = await approvals.propose(
            unit, maker.id, ACTIONS.called(grants.GRANT), f"customer:{bo.id}", {"role": "support"}, "she answers", "p"
        )
        mine = await queue.entry_for(unit, ada.id, SOURCES, "proposal", made.id)
        await queue.give(unit, SOURCES, mine, ada.id, ada.id)
        for nobody in (sup.id, maker.id):
            with pytest.raises(NotAllowed, match="colleague_cannot"):
                await queue.give(unit, SOURCES, mine, ada.id, nobody)
        with pytest.raises(NotFound, match="desk_entry"):
            await queue.entry_for(unit, ada.id, SOURCES, "proposal", 999)
        others = [maker.id, ada.id, eve.id, sup.id]
        assert await queue.colleagues(unit, ada.id, SOURCES, mine, others) == [eve.id]
    assert [each.owner_id for each in await waits_for(units, eve.id)] == [ada.id]
    async with units.begin() as unit:
        await absence.go_away(unit, ada.id, eve.id, unit.now + timedelta(days=1))
    assert [each.stands_in_for for each in await waits_for(units, eve.id)] == [ada.id]
    async with units.begin() as unit:
        await absence.come_back(unit, ada.id)
        await queue.give(unit, SOURCES, mine, ada.id, eve.id)
    [entry] = await waits_for(units, eve.id)
    assert (entry.owner_id, entry.stands_in_for) == (eve.id, None)
    async with units.begin() as unit:
        acts = await unit.session.scalars(
            text("SELECT act FROM audit_line WHERE act IN ('give_entry', 'away', 'back')")
        )
        assert sorted(acts) == ["away", "back", "give_entry", "give_entry"]
        given = text("SELECT customer_id FROM outbox WHERE kind = 'operator.entry_given'")
        assert list(await unit.session.scalars(given)) == [eve.id]
    await verified(units)


async def test_a_case_in_the_queue_is_given_as_a_case(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    mei = await an_operator(units, "Mei", Role.SUPPORT)
    async with units.begin() as unit:
        case = await cases.hand_over(unit, CIPHER, ana.id, Question("not_ours.card", "card"), key="q")
        entry = await queue.entry_for(unit, olu.id, SOURCES, "case", case.id)
        await queue.give(unit, SOURCES, entry, olu.id, olu.id)
        await queue.give(unit, SOURCES, entry, olu.id, mei.id)
        assert (await answering.look_at(unit, CIPHER, case.id, mei.id)).case.officer_id == mei.id


async def test_what_has_no_table_of_its_own_is_put_into_the_queue_and_taken_out(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    tre = await an_operator(units, "Tre", Role.TREASURER)
    async with units.begin() as unit:
        await say_same_person(unit, tre.id, ana.id)
        for _ in range(2):
            await open_entry(
                unit,
                "age",
                f"customer:{ana.id}",
                permission=Permission.SEE_DESK,
                key="one",
                customer_id=ana.id,
                within=timedelta(days=3),
            )
        told = text("SELECT customer_id FROM outbox WHERE kind = 'operator.entry_waits'")
        assert list(await unit.session.scalars(told)) == [olu.id], "not to whose it is under another name"
    [entry] = await waits_for(units, olu.id)
    assert (entry.what, entry.leads_to) == ("age", f"customer:{ana.id}")
    assert entry.due_at == datetime(2026, 3, 16, 10, 0, tzinfo=SHANGHAI), "no Sunday"
    assert await waits_for(units, tre.id) == []
    async with units.begin() as unit:
        assert await settle_entry(unit, "one", by=olu.id)
        assert not await settle_entry(unit, "one", by=olu.id)
    assert await waits_for(units, olu.id) == []
    await verified(units)


async def test_a_document_waits_in_the_queue_for_who_reviews_and_not_for_whose_it_is(units: Units) -> None:
    ana, wei = await a_customer(units), await an_operator(units, "Wei", Role.CREDIT_OFFICER)
    twin, sup = await an_operator(units, "Twin", Role.CREDIT_OFFICER), await an_operator(units, "Sup", Role.SUPPORT)
    async with units.begin() as unit:
        check = await handed_in(unit, ana.id)
        await say_same_person(unit, twin.id, ana.id)
    [entry] = await waits_for(units, wei.id)
    assert (entry.source, entry.number, entry.what) == ("identity", check.id, "passport")
    assert entry.due_at == datetime(2026, 3, 13, 10, 0, tzinfo=SHANGHAI)
    assert await waits_for(units, twin.id) == await waits_for(units, sup.id) == []


def test_each_source_of_the_queue_has_a_tap_that_opens_it() -> None:
    assert SOURCES.keys() == {*OPENED_BY, "entry"}


async def test_who_says_that_under_18_was_a_slip_waits_in_the_queue_until_it_is_corrected(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu", Role.SUPPORT)
    async with units.begin() as unit:
        await ages.ask_for_correction(unit, ana)
        await unit.session.execute(text("UPDATE customer SET adult_confirmed_at = NULL WHERE id = :id"), {"id": ana.id})
        await customers.deny_adult(unit, ana.id)
        await ages.ask_for_correction(unit, await by_id(unit, ana.id))
    assert await names_for(units, olu.id) == ["entry"]
    async with units.begin() as unit:
        await ages.correct_age(unit, ana.id, actor_id=olu.id, why="a slip")
    assert await names_for(units, olu.id) == []


async def test_the_card_of_a_monday_tells_each_what_their_roles_may_see(units: Units, clock: ManualClock) -> None:
    await the_catalogue(units)
    ana, bo = await a_customer(units, money=100, tier=2), await a_customer(units, "Bo")
    sup, mark = await an_operator(units, "Sup", Role.SUPPORT), await an_operator(units, "Mar", Role.MARKETING)
    admin = await an_operator(units, "Ada")
    await a_loan(units, ana)
    async with units.begin() as unit:
        await cases.hand_over(unit, CIPHER, bo.id, Question("complaint.make", "rude"), key="c")
        await unit.session.execute(
            text(
                "INSERT INTO loan_event (loan_id, kind, on_date, at, details)"
                " SELECT id, 'debit_short', '2026-03-12', :now, '{}' FROM loan"
            ),
            {"now": unit.now},
        )
        await unit.session.execute(text("UPDATE loan SET overdue_since = '2026-03-12'"))

    async def card(operator_id: int) -> dict[str, int | Money]:
        async with units.begin() as unit:
            found = await figures.card(unit, operator_id, FIGURES)
            assert found.since == datetime(2026, 3, 11, 18, 0, tzinfo=SHANGHAI)
            return {each.figure.name: each.value for each in found.readings}

    theirs = await card(sup.id)
    assert (theirs["cases_new"], theirs["cases_waiting"], theirs["complaints_due"]) == (1, 1, 0)
    assert (theirs["loans_late"], theirs["loans_newly_late"], theirs["payments_failed"]) == (1, 1, 1)
    assert not {"steps_held", "updates_dead", "applications_waiting"} & theirs.keys()
    assert set(await card(mark.id)) == {"days_behind", "days_closed"}
    assert set(await card(admin.id)) == {figure.name for figure in FIGURES}
