"""Maker and checker: proposed by one, decided by another, carried out once; and the record of who did what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from finance_core import approvals
from finance_core.approvals import Approval, ApprovalState, audit, grants
from finance_core.approvals.daily import TIMED
from finance_core.customers import operators
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role, roles_of
from finance_core.customers.same_person import accounts_of
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, FinanceError, InvalidInput, NotAllowed, NotFound
from finance_core.lines import ACTIONS
from finance_core.storage.unit import Actor, Unit, Units
from tests.builders import a_customer, an_operator

GRANT: Final = ACTIONS.called(grants.GRANT)
WHY: Final = "she joins the counter"


@asynccontextmanager
async def acting(units: Units, who: Customer) -> AsyncIterator[Unit]:
    async with units.begin(Actor("operator", who.id)) as unit:
        yield unit


async def proposed(
    units: Units, maker: Customer, whom: Customer, role: Role = Role.SUPPORT, key: str = "first"
) -> Approval:
    params: Mapping[str, Any] = {"role": role.value}
    async with acting(units, maker) as unit:
        return await approvals.propose(unit, maker.id, GRANT, f"customer:{whom.id}", params, WHY, key)


async def test_what_one_proposes_and_another_approves_is_carried_out(units: Units) -> None:
    olu, mei, ana = await an_operator(units, "Olu"), await an_operator(units, "Mei"), await a_customer(units)
    made = await proposed(units, olu, ana)
    assert (made.before, made.after) == ({"roles": []}, {"roles": ["support"]})
    async with acting(units, mei) as unit:
        done = await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)
        assert done.state == ApprovalState.APPROVED
        assert await roles_of(unit, ana.id) == {Role.SUPPORT}
        [held] = [held for held in await operators.all_roles(unit) if held.customer_id == ana.id]
        assert held.granted_by == f"operator:{mei.id}"


async def test_nobody_approves_or_refuses_what_they_made(units: Units) -> None:
    olu, ana = await an_operator(units, "Olu"), await a_customer(units)
    made = await proposed(units, olu, ana)
    async with acting(units, olu) as unit:
        with pytest.raises(NotAllowed, match="own_proposal"):
            await approvals.approve(unit, ACTIONS, made.id, olu.id, made.version)
        with pytest.raises(NotAllowed, match="own_proposal"):
            await approvals.refuse(unit, ACTIONS, made.id, olu.id, "no reason at all")
        assert await roles_of(unit, ana.id) == set()


async def test_the_table_itself_refuses_one_person_on_both_sides(units: Units) -> None:
    olu, ana = await an_operator(units, "Olu"), await a_customer(units)
    made = await proposed(units, olu, ana)
    with pytest.raises(IntegrityError, match="ck_approval_decided_by_another"):
        async with units.begin() as unit:
            await unit.session.execute(
                text("UPDATE approval SET state = 'refused', decided_by = maker_id, decided_at = now() WHERE id = :id"),
                {"id": made.id},
            )


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.ADMINISTRATOR)])
async def test_without_the_permission_nobody_proposes_or_approves(units: Units, role: Role | None) -> None:
    olu, ana = await an_operator(units, "Olu"), await a_customer(units)
    eve = await an_operator(units, "Eve", role) if role else await a_customer(units, "Eve")
    made = await proposed(units, olu, ana)
    with pytest.raises(NotAllowed, match="no_permission"):
        await proposed(units, eve, eve, Role.ADMINISTRATOR, "forged")
    async with acting(units, eve) as unit:
        with pytest.raises(NotAllowed, match="no_permission"):
            await approvals.approve(unit, ACTIONS, made.id, eve.id, made.version)
        with pytest.raises(NotAllowed, match="no_permission"):
            await approvals.refuse(unit, ACTIONS, made.id, eve.id, "because I can")


async def test_what_is_approved_again_is_answered_and_not_done_again(units: Units) -> None:
    olu, mei, ana = await an_operator(units, "Olu"), await an_operator(units, "Mei"), await a_customer(units)
    made = await proposed(units, olu, ana)
    for _ in range(3):
        async with acting(units, mei) as unit:
            assert (await approvals.approve(unit, ACTIONS, made.id, mei.id, 1)).state == ApprovalState.APPROVED
    async with units.begin() as unit:
        held = [held for held in await operators.all_roles(unit) if held.customer_id == ana.id]
        acts = [line.act for line in await audit.read(unit, subject=f"customer:{ana.id}")]
    assert len(held) == 1
    assert acts == ["propose", "approve"]


async def test_twenty_checkers_at_once_carry_it_out_once(cloned_units: Units) -> None:
    units = cloned_units
    olu, ana = await an_operator(units, "Olu"), await a_customer(units)
    checkers = [await an_operator(units, f"Mei{number}") for number in range(4)]
    made = await proposed(units, olu, ana)

    async def tap(checker: Customer) -> str:
        async with acting(units, checker) as unit:
            return (await approvals.approve(unit, ACTIONS, made.id, checker.id, made.version)).state

    states = await asyncio.gather(*(tap(checkers[number % len(checkers)]) for number in range(20)))
    async with units.begin() as unit:
        lines = await audit.read(unit, subject=f"customer:{ana.id}")
        given = await unit.session.scalar(
            text("SELECT count(*) FROM operator_role WHERE customer_id = :id"), {"id": ana.id}
        )
    assert set(states) == {ApprovalState.APPROVED}
    assert [line.act for line in lines] == ["propose", "approve"]
    assert given == 1


async def test_the_same_key_is_the_same_proposal_and_the_same_act_is_open_once(units: Units) -> None:
    olu, ana = await an_operator(units, "Olu"), await a_customer(units)
    first = await proposed(units, olu, ana)
    assert (await proposed(units, olu, ana)).id == first.id
    with pytest.raises(Conflict, match="approval_open"):
        await proposed(units, olu, ana, Role.AUDITOR, "second")


@pytest.mark.parametrize("why", ["her", "困难", " 他住院了 "])
def test_a_short_reason_is_one(why: str) -> None:
    assert approvals.checked_reason(why) == why.strip()


@pytest.mark.parametrize("why", ["", "  ", "ok", "难", "x" * 501])
async def test_a_proposal_without_a_reason_is_refused(units: Units, why: str) -> None:
    olu, ana = await an_operator(units, "Olu"), await a_customer(units)
    async with acting(units, olu) as unit:
        with pytest.raises(InvalidInput, match="reason_form"):
            await approvals.propose(unit, olu.id, GRANT, f"customer:{ana.id}", {"role": "support"}, why, "no reason")


async def test_figures_that_have_moved_since_they_were_seen_are_not_approved(units: Units) -> None:
    olu, mei, ana = await an_operator(units, "Olu"), await an_operator(units, "Mei"), await a_customer(units)
    made = await proposed(units, olu, ana)
    async with acting(units, mei) as unit:
        await operators.grant(unit, ana.id, Role.AUDITOR)
        with pytest.raises(Conflict, match="approval_outdated"):
            await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)
        looked = await approvals.look(unit, ACTIONS, made.id, mei.id)
        assert looked.obstacle is None
        assert looked.approval.before == {"roles": ["auditor"]}
        with pytest.raises(Conflict, match="approval_outdated"):
            await approvals.approve(unit, ACTIONS, made.id, mei.id, 1)
        assert (await approvals.approve(unit, ACTIONS, made.id, mei.id, 2)).state == ApprovalState.APPROVED


async def test_what_can_no_longer_be_done_says_so_on_its_card_and_is_not_done(units: Units) -> None:
    olu, mei, ana = await an_operator(units, "Olu"), await an_operator(units, "Mei"), await a_customer(units)
    made = await proposed(units, olu, ana)
    async with acting(units, mei) as unit:
        await operators.grant(unit, ana.id, Role.SUPPORT)
        obstacle = (await approvals.look(unit, ACTIONS, made.id, mei.id)).obstacle
        assert isinstance(obstacle, FinanceError)
        assert obstacle.code == ErrorCode.ROLE_HELD
        with pytest.raises(Conflict, match="role_held"):
            await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)


async def test_a_maker_who_lost_the_role_has_nothing_approved(units: Units) -> None:
    olu, mei, ana = await an_operator(units, "Olu"), await an_operator(units, "Mei"), await a_customer(units)
    made = await proposed(units, olu, ana)
    async with acting(units, mei) as unit:
        await operators.revoke(unit, olu.id, Role.ADMINISTRATOR)
        with pytest.raises(NotAllowed, match="maker_lost_permission"):
            await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)
        assert (await approvals.refuse(unit, ACTIONS, made.id, mei.id, "he has left")).state == ApprovalState.REFUSED


async def test_a_checker_who_lost_the_role_decides_nothing(units: Units) -> None:
    olu, mei, ana = await an_operator(units, "Olu"), await an_operator(units, "Mei"), await a_customer(units)
    made = await proposed(units, olu, ana)
    async with acting(units, mei) as unit:
        await operators.revoke(unit, mei.id, Role.ADMINISTRATOR)
        with pytest.raises(NotAllowed, match="no_permission"):
            await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)


async def test_a_refusal_has_a_reason_and_ends_the_proposal(units: Units) -> None:
    olu, mei, ana = await an_operator(units, "Olu"), await an_operator(units, "Mei"), await a_customer(units)
    made = await proposed(units, olu, ana)
    async with acting(units, mei) as unit:
        with pytest.raises(InvalidInput, match="reason_form"):
            await approvals.refuse(unit, ACTIONS, made.id, mei.id, " ")
        refused = await approvals.refuse(unit, ACTIONS, made.id, mei.id, "she is a customer")
        assert (refused.state, refused.answer) == (ApprovalState.REFUSED, "she is a customer")
        with pytest.raises(Conflict, match="approval_settled"):
            await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)
    assert (await proposed(units, olu, ana, key="again")).id != made.id


async def test_a_maker_takes_a_proposal_back_and_nobody_elses(units: Units) -> None:
    olu, mei, ana = await an_operator(units, "Olu"), await an_operator(units, "Mei"), await a_customer(units)
    made = await proposed(units, olu, ana)
    async with acting(units, mei) as unit:
        with pytest.raises(NotAllowed, match="not_yours"):
            await approvals.withdraw(unit, made.id, mei.id)
    async with acting(units, olu) as unit:
        assert (await approvals.withdraw(unit, made.id, olu.id)).state == ApprovalState.WITHDRAWN
    async with acting(units, mei) as unit:
        with pytest.raises(Conflict, match="approval_settled"):
            await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)


async def test_what_nobody_decides_on_expires_at_its_deadline(units: Units, clock: ManualClock) -> None:
    olu, mei, ana = await an_operator(units, "Olu"), await an_operator(units, "Mei"), await a_customer(units)
    made = await proposed(units, olu, ana)
    [work] = TIMED
    async with units.begin() as unit:
        assert await work.next_due(unit) == made.due_at
    clock.set(made.due_at)
    async with acting(units, mei) as unit:
        with pytest.raises(Conflict, match="approval_expired"):
            await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)
    assert await work.run(units) == 1
    assert await work.run(units) == 0
    async with units.begin() as unit:
        assert (await approvals.approval(unit, made.id)).state == ApprovalState.EXPIRED
        assert await work.next_due(unit) is None


async def test_the_queue_is_by_age_and_shown_to_who_may_see_it(units: Units, clock: ManualClock) -> None:
    olu, mei = await an_operator(units, "Olu"), await an_operator(units, "Mei", Role.AUDITOR)
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    older = await proposed(units, olu, ana, key="older")
    clock.set(clock.now() + timedelta(hours=1))
    newer = await proposed(units, olu, bo, key="newer")
    async with units.begin() as unit:
        assert [each.id for each in await approvals.waiting(unit, mei.id)] == [older.id, newer.id]
        assert [each.id for each in await approvals.by_maker(unit, olu.id)] == [newer.id, older.id]
        with pytest.raises(NotAllowed, match="no_permission"):
            await approvals.waiting(unit, ana.id)
        with pytest.raises(NotAllowed, match="no_permission"):
            await approvals.look(unit, ACTIONS, older.id, ana.id)


async def test_who_may_decide_is_told_and_the_maker_hears_what_became_of_it(units: Units) -> None:
    olu, mei, sam = [await an_operator(units, name) for name in ("Olu", "Mei", "Sam")]
    await an_operator(units, "Aud", Role.AUDITOR)
    made = await proposed(units, olu, await a_customer(units))
    async with acting(units, mei) as unit:
        await approvals.refuse(unit, ACTIONS, made.id, mei.id, "not now")
    async with units.begin() as unit:
        rows = await unit.session.execute(
            text("SELECT customer_id, kind FROM outbox WHERE about = :about ORDER BY id"),
            {"about": f"approval:{made.id}"},
        )
        assert [tuple(row) for row in rows] == [
            (mei.id, "operator.approval_waits"),
            (sam.id, "operator.approval_waits"),
            (olu.id, "operator.approval_decided"),
        ]


async def test_a_role_or_a_person_that_does_not_exist_cannot_be_proposed(units: Units) -> None:
    olu, ana = await an_operator(units, "Olu"), await a_customer(units)
    async with acting(units, olu) as unit:
        with pytest.raises(InvalidInput, match="role_unknown"):
            await approvals.propose(unit, olu.id, GRANT, f"customer:{ana.id}", {"role": "king"}, WHY, "king")
        with pytest.raises(NotFound, match="customer"):
            await approvals.propose(unit, olu.id, GRANT, "customer:999999", {"role": "support"}, WHY, "nobody")
        with pytest.raises(NotFound, match="approval_action"):
            await approvals.propose(unit, olu.id, ACTIONS.called("loan.forgive_all"), "loan:1", {}, WHY, "forged")


async def test_a_role_is_taken_by_one_administrator_at_once_and_on_record(units: Units) -> None:
    olu, sam, bo = await an_operator(units, "Olu"), await an_operator(units, "Sam"), await a_customer(units, "Bo")
    async with acting(units, olu) as unit:
        await grants.take(unit, sam.id, Role.ADMINISTRATOR, actor_id=olu.id, why="his phone is lost")
        assert await roles_of(unit, sam.id) == set()
        [line] = await audit.read(unit, subject=f"customer:{sam.id}")
        assert (line.actor_id, line.act) == (olu.id, grants.REVOKE)
        assert line.details == {"role": "administrator", "why": "his phone is lost"}
    async with acting(units, bo) as unit:
        with pytest.raises(NotAllowed, match="no_permission"):
            await grants.take(unit, olu.id, Role.ADMINISTRATOR, actor_id=bo.id)
    async with acting(units, olu) as unit:
        with pytest.raises(Conflict, match="last_administrator"):
            await grants.take(unit, olu.id, Role.ADMINISTRATOR, actor_id=olu.id)


@pytest.mark.parametrize("sql", ["UPDATE audit_line SET act = 'x'", "DELETE FROM audit_line"])
async def test_the_record_cannot_be_changed_by_the_service(units: Units, sql: str) -> None:
    async with units.begin() as unit:
        audit.record(unit, 7, "look", "customer:5", {"at": "loans"})
    with pytest.raises(DBAPIError, match=r"permission denied|append-only"):
        async with units.begin() as unit:
            await unit.session.execute(text(sql))


async def test_the_record_is_read_by_actor_by_subject_and_by_time(units: Units, clock: ManualClock) -> None:
    async with units.begin() as unit:
        audit.record(unit, 7, "look", "customer:5")
        audit.record(unit, 8, "look", "customer:6")
    later = clock.now() + timedelta(days=1)
    clock.set(later)
    async with units.begin() as unit:
        audit.record(unit, 7, "approve", "loan:3", {"approval": 1})
    async with units.begin() as unit:
        assert [line.subject for line in await audit.read(unit, actor_id=7)] == ["customer:5", "loan:3"]
        assert [line.actor_id for line in await audit.read(unit, subject="customer:6")] == [8]
        assert [line.act for line in await audit.read(unit, since=later)] == ["approve"]
        assert len(await audit.read(unit, until=later)) == 2
        assert len(await audit.read(unit, limit=1)) == 1


async def test_the_other_accounts_named_with_a_role_are_one_person_with_it_from_then_on(units: Units) -> None:
    olu, mei = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    bo, twin = await a_customer(units, "Bo"), await a_customer(units, "Twin")
    params: Mapping[str, Any] = {"role": "support", grants.ACCOUNTS: [twin.id]}
    async with acting(units, olu) as unit:
        made = await approvals.propose(unit, olu.id, GRANT, f"customer:{bo.id}", params, WHY, "with another account")
        assert (made.before[grants.ACCOUNTS], made.after[grants.ACCOUNTS]) == ([], [twin.id])
        assert await accounts_of(unit, bo.id) == {bo.id}, "nothing stands before a second person has looked"
    async with acting(units, mei) as unit:
        await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)
    async with units.begin() as unit:
        assert await accounts_of(unit, bo.id) == {bo.id, twin.id}
    async with acting(units, mei) as unit:
        again: Mapping[str, Any] = {"role": "auditor", grants.ACCOUNTS: [twin.id]}
        other = await approvals.propose(unit, mei.id, GRANT, f"customer:{bo.id}", again, WHY, "named once more")
    async with acting(units, olu) as unit:
        done = await approvals.approve(unit, ACTIONS, other.id, olu.id, other.version)
        assert done.state == ApprovalState.APPROVED


async def test_no_role_is_asked_for_with_an_account_that_nobody_has(units: Units) -> None:
    olu, ana = await an_operator(units, "Olu"), await a_customer(units)
    params: Mapping[str, Any] = {"role": "support", grants.ACCOUNTS: [987_654]}
    with pytest.raises(NotFound, match="customer"):
        async with acting(units, olu) as unit:
            await approvals.propose(unit, olu.id, GRANT, f"customer:{ana.id}", params, WHY, "k")
