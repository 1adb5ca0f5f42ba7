"""A forgotten PIN: the phone and a proof, two operators, 72 hours; the old PIN or *It wasn't me* undoes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from finance_core import approvals
from finance_core.account import pin_resets, recovery, reset_review
from finance_core.account.identity import OPENED
from finance_core.account.models import PinReset, Proof, ResetState
from finance_core.account.two_people import ACTION
from finance_core.approvals import Approval, audit
from finance_core.customers import operators
from finance_core.customers.freezing import freeze_of
from finance_core.customers.models import Customer
from finance_core.customers.pin import set_pin, unpeppered
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Role
from finance_core.customers.service import phone_of, require_may_send_out
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound, RuleViolation
from finance_core.lines import ACTIONS
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import CIPHER, a_customer, verified, yuan

OLD, NEW = "the hash of the old PIN", "the hash of the new PIN"


async def with_pin(units: Units, name: str = "Ana", *, tier: int = 1, money: int = 0) -> Customer:
    person = await a_customer(units, name, tier=tier, money=money)
    async with units.begin() as unit:
        await set_pin(unit, CIPHER, person.id, OLD)
        return await by_id(unit, person.id)


async def an_operator(units: Units, name: str, role: Role) -> int:
    person = await a_customer(units, name)
    async with units.begin() as unit:
        await operators.grant(unit, person.id, role)
    return person.id


async def asked(unit: Unit, person: Customer, proof: Proof) -> PinReset:
    phone = phone_of(await by_id(unit, person.id), CIPHER) or ""
    me = person.telegram_id
    return await pin_resets.ask(unit, CIPHER, person.id, proof, raw_phone=phone, contact_user_id=me)


async def a_code(unit: Unit, person: Customer) -> str:
    code = await recovery.make_code(unit, CIPHER, person.id)
    await recovery.code_hidden(unit, person.id)
    return code


async def agreed(units: Units, reset: PinReset, su: int, wei: int) -> Approval:
    async with units.begin() as unit:
        action = ACTIONS.called(ACTION)
        made = await approvals.propose(unit, su, action, f"pin_reset:{reset.id}", {}, "compared", f"k{reset.id}")
        return await approvals.approve(unit, ACTIONS, made.id, wei, made.version)


async def a_reset_that_is_set(units: Units, person: Customer) -> PinReset:
    su, wei = await an_operator(units, "Su", Role.SUPPORT), await an_operator(units, "Wei", Role.CREDIT_OFFICER)
    async with units.begin() as unit:
        code = await a_code(unit, person)
        reset = await asked(unit, person, Proof.CODE)
        assert await pin_resets.prove_by_code(unit, CIPHER, person.id, code.lower().replace("-", " "))
    await agreed(units, reset, su, wei)
    async with units.begin() as unit:
        await pin_resets.set_new_pin(unit, CIPHER, person.id, NEW)
    return reset


async def pin_of(unit: Unit, person_id: int) -> str | None:
    return unpeppered(CIPHER, person_id, (await by_id(unit, person_id)).pin_hash or "")


async def told(unit: Unit, kind: str) -> list[int]:
    rows = text("SELECT customer_id FROM outbox WHERE kind = :kind ORDER BY id")
    return list(await unit.session.scalars(rows, {"kind": kind}))


async def test_with_a_code_and_two_operators_a_new_pin_is_set_and_nothing_leaves_for_72_hours(units: Units) -> None:
    ana, bo, cy = await with_pin(units, money=500), await a_customer(units, "Bo"), await a_customer(units, "Cy")
    async with units.begin() as unit:
        sent, _ = await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(1), "", "before-it")
        await wallet.accept(unit, sent.token, bo.id)
    await a_reset_that_is_set(units, ana)
    async with units.begin() as unit:
        assert await pin_of(unit, ana.id) == NEW
        for kind in ("reset_asked", "reset_approved", "reset_done"):
            assert await told(unit, f"account.{kind}") == [ana.id]
        with pytest.raises(NotAllowed, match="outflow_held"):
            await require_may_send_out(unit, ana.id, yuan(1))
    async with units.begin() as unit:
        unit.now += timedelta(hours=72)
        await wallet.withdraw(unit, ana.id, yuan(1), "w", SANDBOX)
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(1), "", "paid-before")
        for payee in (cy.id, None):
            with pytest.raises(NotAllowed, match="changes_held"):
                await wallet.send(unit, CIPHER, ana.id, payee, yuan(1), "", f"new-{payee}")
        unit.now += timedelta(days=4)
        await wallet.send(unit, CIPHER, ana.id, cy.id, yuan(1), "", "free-again")
    await verified(units)


async def test_not_me_gives_the_old_pin_back_and_locks(units: Units) -> None:
    ana, eve = await with_pin(units), await a_customer(units, "Eve")
    reset = await a_reset_that_is_set(units, ana)
    async with units.begin() as unit:
        with pytest.raises(NotFound, match="pin_reset"):
            await pin_resets.not_me(unit, CIPHER, eve.id, reset.id)
        await pin_resets.not_me(unit, CIPHER, ana.id, reset.id)
        assert await pin_of(unit, ana.id) == OLD
        assert await freeze_of(unit, ana.id) is not None
        assert not await pin_resets.not_me(unit, CIPHER, ana.id, reset.id), "said once more, nothing changes"
        assert await told(unit, "account.reset_stopped") == [ana.id]


async def test_after_seven_days_the_old_pin_is_just_a_wrong_one(units: Units) -> None:
    ana = await with_pin(units)
    reset = await a_reset_that_is_set(units, ana)
    async with units.begin() as unit:
        unit.now += timedelta(days=7)
        assert await pin_resets.watched(unit, ana.id) is None
        with pytest.raises(NotFound, match="pin_reset"):
            await pin_resets.not_me(unit, CIPHER, ana.id, reset.id)


async def test_only_ones_own_phone_that_is_held_begins_it(units: Units) -> None:
    ana, eve = await with_pin(units, tier=2), await a_customer(units, "Eve")
    async with units.begin() as unit:
        phone, me = phone_of(await by_id(unit, ana.id), CIPHER) or "", ana.telegram_id
        for shared, by, code in (
            (phone, eve.telegram_id, "contact_not_yours"),
            (phone, None, "contact_not_yours"),
            (phone_of(await by_id(unit, eve.id), CIPHER) or "", me, "phone_differs"),
        ):
            with pytest.raises(NotAllowed, match=code):
                await pin_resets.ask(unit, CIPHER, ana.id, Proof.SELFIE, raw_phone=shared, contact_user_id=by)


async def test_a_code_that_still_stands_in_the_chat_proves_nothing(units: Units) -> None:
    ana = await with_pin(units)
    async with units.begin() as unit:
        await recovery.make_code(unit, CIPHER, ana.id)
        assert await pin_resets.proofs_of(unit, await by_id(unit, ana.id)) == ()
        with pytest.raises(RuleViolation, match="reset_proof"):
            await asked(unit, ana, Proof.CODE)


async def test_the_fifth_wrong_code_stops_it_and_a_code_works_once(units: Units) -> None:
    ana = await with_pin(units)
    async with units.begin() as unit:
        await a_code(unit, ana)
        reset = await asked(unit, ana, Proof.CODE)
        tries = [await pin_resets.prove_by_code(unit, CIPHER, ana.id, "AAAA-AAAA-AAAA-AAAA") for _ in range(5)]
        assert (tries, reset.state) == ([False] * 5, ResetState.STOPPED)
        code = await a_code(unit, ana)
        await asked(unit, ana, Proof.CODE)
        assert await pin_resets.prove_by_code(unit, CIPHER, ana.id, code)
        assert not await recovery.has_code(unit, ana.id)


async def test_a_named_contact_confirms_or_stops_it_and_nobody_else_does(units: Units) -> None:
    ana, bo, eve = await with_pin(units), await a_customer(units, "Bo"), await a_customer(units, "Eve")
    async with units.begin() as unit:
        await recovery.name_contact(unit, ana.id, bo.id)
        assert await pin_resets.proofs_of(unit, await by_id(unit, ana.id)) == ()
        await recovery.answer_naming(unit, bo.id, ana.id, agrees=True)
        reset = await asked(unit, ana, Proof.CONTACT)
        assert await told(unit, "account.contact_asked") == [bo.id]
        for other in (eve.id, ana.id):
            with pytest.raises(NotFound, match="pin_reset"):
                await pin_resets.answer_of_contact(unit, CIPHER, other, reset.id, is_theirs=True)
        await pin_resets.answer_of_contact(unit, CIPHER, bo.id, reset.id, is_theirs=False)
        assert reset.state == ResetState.STOPPED


async def test_nobody_resets_alone_and_both_compare_the_selfie(units: Units) -> None:
    ana = await with_pin(units, tier=2)
    su, wei = await an_operator(units, "Su", Role.SUPPORT), await an_operator(units, "Wei", Role.CREDIT_OFFICER)
    both = await an_operator(units, "Both", Role.ADMINISTRATOR)
    async with units.begin() as unit:
        reset = await asked(unit, ana, Proof.SELFIE)
        assert len(pin_resets.digits_of(reset, CIPHER)) == 4
        await pin_resets.prove_by_selfie(unit, CIPHER, ana.id, b"a selfie")
        assert await told(unit, "operator.reset_waits") == [su, both]
        assert [each.purpose for each in await reset_review.pictures_of(unit, CIPHER, reset)] == ["reset"]
    async with units.begin() as unit:
        action = ACTIONS.called(ACTION)
        made = await approvals.propose(unit, both, action, f"pin_reset:{reset.id}", {}, "compared", "k")
        with pytest.raises(NotAllowed, match="own_proposal"):
            await approvals.approve(unit, ACTIONS, made.id, both, made.version)
        with pytest.raises(NotAllowed, match="no_permission"):
            await approvals.approve(unit, ACTIONS, made.id, su, made.version)
        for opener in (None, both, wei):
            if opener is not None:
                audit.record(unit, opener, OPENED, f"customer:{ana.id}", {"reset": reset.id})
            if opener != wei:
                with pytest.raises(Conflict, match="pictures_unseen"):
                    await approvals.approve(unit, ACTIONS, made.id, wei, made.version)
        await approvals.approve(unit, ACTIONS, made.id, wei, made.version)
        assert (await pin_resets.by_number(unit, reset.id)).state == ResetState.APPROVED


async def test_an_operator_does_not_help_themselves_or_whom_they_vouch_for(units: Units) -> None:
    ana, su = await with_pin(units), await an_operator(units, "Su", Role.SUPPORT)
    async with units.begin() as unit:
        await recovery.name_contact(unit, ana.id, su)
        await recovery.answer_naming(unit, su, ana.id, agrees=True)
        reset = await asked(unit, ana, Proof.CONTACT)
        await pin_resets.answer_of_contact(unit, CIPHER, su, reset.id, is_theirs=True)
        with pytest.raises(NotAllowed, match="own_dealing"):
            await reset_review.looked_at(unit, reset.id, su)
        with pytest.raises(NotAllowed, match="own_dealing"):
            await approvals.propose(unit, su, ACTIONS.called(ACTION), f"pin_reset:{reset.id}", {}, "well", "k")


async def test_a_refused_reset_leaves_the_pin_and_three_a_week_are_enough(units: Units) -> None:
    ana, su = await with_pin(units, tier=2), await an_operator(units, "Su", Role.SUPPORT)
    async with units.begin() as unit:
        reset = await asked(unit, ana, Proof.SELFIE)
        await pin_resets.prove_by_selfie(unit, CIPHER, ana.id, b"a selfie")
        with pytest.raises(Conflict, match="reset_open"):
            await asked(unit, ana, Proof.SELFIE)
        await reset_review.refuse(unit, reset.id, su)
        assert await pin_of(unit, ana.id) == OLD
        await asked(unit, ana, Proof.SELFIE)
        await asked(unit, ana, Proof.SELFIE)
        with pytest.raises(RuleViolation, match="reset_often"):
            await asked(unit, ana, Proof.SELFIE)
