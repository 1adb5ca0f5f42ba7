"""Who somebody is: handed in encrypted, looked at on record, found on another customer, never judged by oneself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from finance_core.account import identity
from finance_core.account.daily import LOOK_AFTER
from finance_core.account.expiry import LOOKED_BACK
from finance_core.account.identity import DOCUMENT, SELFIE
from finance_core.account.models import CheckState, IdentityCheck, Proof
from finance_core.account.pin_resets import proofs_of
from finance_core.account.rules import ASKED_AGAIN_BEFORE, DocumentKind, Refusal, checked_expiry, document_number
from finance_core.customers import operators
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Role
from finance_core.customers.service import out_limit
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from finance_core.storage.unit import Unit, Units
from tests.builders import CIPHER, a_customer, verified, yuan

PASSPORT, NUMBER = DocumentKind.PASSPORT, "e12-345 678"
UNTIL = date(2031, 5, 1)
FACE, PAPER = b"a face, made anew", b"a paper, made anew"


async def handed_in(unit: Unit, customer_id: int, number: str = NUMBER, until: date = UNTIL) -> IdentityCheck:
    await identity.keep_picture(unit, CIPHER, customer_id, DOCUMENT, PAPER)
    await identity.keep_picture(unit, CIPHER, customer_id, SELFIE, FACE)
    return await identity.submit(unit, CIPHER, customer_id, PASSPORT, number, until)


async def an_officer(units: Units, name: str = "Wei", role: Role = Role.CREDIT_OFFICER) -> int:
    person = await a_customer(units, name)
    async with units.begin() as unit:
        await operators.grant(unit, person.id, role)
    return person.id


@pytest.mark.parametrize("said", ["E12345678", " e12-345 678 ", "Ｅ１２３４５６７８", "e12.345.678"])
def test_a_number_is_compared_however_it_is_written(said: str) -> None:
    assert document_number(PASSPORT, said) == "E12345678"


@pytest.mark.parametrize("said", ["", "E1", "ABCDEFGH", "E12345678901", "E1234$678", "' OR 1=1 --"])
def test_what_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(InvalidInput, match="document_number"):
        document_number(PASSPORT, said)


def test_a_document_is_valid_until_its_last_day_ends() -> None:
    assert checked_expiry(UNTIL, UNTIL - timedelta(days=1)) == UNTIL
    with pytest.raises(InvalidInput, match="document_expired"):
        checked_expiry(UNTIL, UNTIL)


async def test_an_approved_document_lifts_to_tier_2_and_nothing_of_it_is_plain(units: Units) -> None:
    ana, wei = await a_customer(units), await an_officer(units)
    async with units.begin() as unit:
        check = await handed_in(unit, ana.id)
        kept = await unit.session.scalar(text("SELECT string_agg(encode(sealed, 'escape'), ' ') FROM identity_picture"))
        assert FACE.decode() not in str(kept)
        told = text("SELECT customer_id FROM outbox WHERE kind = 'operator.identity_waits'")
        assert list(await unit.session.scalars(told)) == [wei]
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="pictures_unseen"):
            await identity.approve(unit, CIPHER, check.id, wei)
        opened = await identity.open_pictures(unit, CIPHER, check.id, wei)
        assert [each.content for each in opened] == [PAPER, FACE]
        assert await identity.approve(unit, CIPHER, check.id, wei) == 2
        assert await identity.approve(unit, CIPHER, check.id, wei) == 2
        assert (await out_limit(unit, await by_id(unit, ana.id))).limit == yuan(200_000)
        looks = text("SELECT count(*) FROM audit_line WHERE act = 'open_identity' AND subject = :subject")
        assert await unit.session.scalar(looks, {"subject": f"customer:{ana.id}"}) == 1
    await verified(units)


async def test_nobody_without_the_permission_opens_pictures_whoever_reads_all(units: Units) -> None:
    ana, auditor = await a_customer(units), await an_officer(units, "Max", Role.AUDITOR)
    support = await an_officer(units, "Su", Role.SUPPORT)
    async with units.begin() as unit:
        check = await handed_in(unit, ana.id)
        for operator_id in (auditor, support):
            with pytest.raises(NotAllowed, match="no_permission"):
                await identity.open_pictures(unit, CIPHER, check.id, operator_id)


async def test_nobody_reviews_their_own_nor_under_another_name(units: Units) -> None:
    wei = await an_officer(units)
    other_name = await a_customer(units, "Not Wei")
    async with units.begin() as unit:
        own = await handed_in(unit, wei)
        same = await handed_in(unit, other_name.id, "E 1234 5678")
        for check in (own, same):
            with pytest.raises(NotAllowed, match="own_dealing"):
                await identity.look_at(unit, CIPHER, check.id, wei)
        assert [each.customer_id for each in await identity.queue(unit, wei)] == [other_name.id]


async def test_anothers_number_is_told_to_the_reviewer_and_never_approved_twice(units: Units) -> None:
    ana, bo, wei = await a_customer(units), await a_customer(units, "Bo"), await an_officer(units)
    async with units.begin() as unit:
        first = await handed_in(unit, ana.id)
        await identity.open_pictures(unit, CIPHER, first.id, wei)
        await identity.approve(unit, CIPHER, first.id, wei)
        second = await handed_in(unit, bo.id)
        assert (await identity.look_at(unit, CIPHER, second.id, wei)).others == (ana.id,)
        await identity.open_pictures(unit, CIPHER, second.id, wei)
    async with units.begin() as unit:
        with pytest.raises(RuleViolation, match="document_of_another"):
            await identity.approve(unit, CIPHER, second.id, wei)
    async with units.begin() as unit:
        await identity.refuse(unit, CIPHER, second.id, wei, Refusal.NOT_CONFIRMED)
        told = text("SELECT params FROM outbox WHERE kind = 'account.identity_refused'")
        assert list(await unit.session.scalars(told)) == [{"reason": "not_confirmed"}]
        assert (await by_id(unit, bo.id)).tier == 1


async def test_one_waits_at_a_time_and_both_pictures_are_needed(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        with pytest.raises(RuleViolation, match="pictures_missing"):
            await identity.submit(unit, CIPHER, ana.id, PASSPORT, NUMBER, UNTIL)
        await handed_in(unit, ana.id)
        with pytest.raises(Conflict, match="identity_waits"):
            await handed_in(unit, ana.id)


async def test_a_document_is_asked_for_again_30_days_before_it_expires_once(units: Units) -> None:
    ana, wei = await a_customer(units), await an_officer(units)
    async with units.begin() as unit:
        today = unit.open_on
        check = await handed_in(unit, ana.id, until=today + timedelta(days=31))
        await identity.open_pictures(unit, CIPHER, check.id, wei)
        await identity.approve(unit, CIPHER, check.id, wei)
    told = text("SELECT count(*) FROM outbox WHERE kind = 'account.identity_expires'")
    for day, count in ((today, 0), (today + timedelta(days=1), 1), (today + timedelta(days=2), 1)):
        await LOOK_AFTER.run(units, day)
        async with units.begin() as unit:
            assert await unit.session.scalar(told) == count
            assert (await identity.latest_of(unit, ana.id)).state == CheckState.APPROVED  # type: ignore[union-attr]


async def approved_until(units: Units, customer_id: int, officer_id: int, until: date, number: str = NUMBER) -> None:
    async with units.begin() as unit:
        check = await handed_in(unit, customer_id, number, until)
        await identity.open_pictures(unit, CIPHER, check.id, officer_id)
        await identity.approve(unit, CIPHER, check.id, officer_id)


async def tier_and_told(units: Units, customer_id: int) -> tuple[int, int]:
    told = text("SELECT count(*) FROM outbox WHERE kind = 'account.identity_expired' AND customer_id = :id")
    async with units.begin() as unit:
        return (await by_id(unit, customer_id)).tier, int(await unit.session.scalar(told, {"id": customer_id}) or 0)


async def test_with_an_expired_document_and_no_other_one_is_at_tier_1_again(units: Units) -> None:
    ana, bo, wei = await a_customer(units), await a_customer(units, "Bo"), await an_officer(units)
    async with units.begin() as unit:
        ends = unit.open_on + timedelta(days=2)
    await approved_until(units, ana.id, wei, ends)
    await approved_until(units, bo.id, wei, ends, "E7654321")
    await approved_until(units, bo.id, wei, UNTIL, "E7654322")
    for day, stands in ((ends, (2, 0)), (ends + timedelta(days=1), (1, 1)), (ends + timedelta(days=2), (1, 1))):
        await LOOK_AFTER.run(units, day)
        assert await tier_and_told(units, ana.id) == stands
    assert await tier_and_told(units, bo.id) == (2, 0), "the new one counts"
    async with units.begin() as unit:
        asked = text("SELECT customer_id FROM outbox WHERE kind = 'account.identity_expires'")
        assert list(await unit.session.scalars(asked)) == [ana.id], "who has renewed it is not asked"
        assert await proofs_of(unit, await by_id(unit, ana.id)) == (Proof.SELFIE,)
    await approved_until(units, ana.id, wei, UNTIL, "E7654323")
    assert await tier_and_told(units, ana.id) == (2, 1)
    await verified(units)


async def test_a_new_document_that_waits_for_us_keeps_the_tier_until_it_is_refused(units: Units) -> None:
    ana, wei = await a_customer(units), await an_officer(units)
    async with units.begin() as unit:
        ends = unit.open_on + timedelta(days=1)
    await approved_until(units, ana.id, wei, ends)
    async with units.begin() as unit:
        unit.open_on = ends + timedelta(days=20)
        check = await handed_in(unit, ana.id, "E7654321")
    await LOOK_AFTER.run(units, ends + timedelta(days=1))
    assert await tier_and_told(units, ana.id) == (2, 0)
    async with units.begin() as unit:
        unit.open_on = ends + timedelta(days=20)
        await identity.refuse(unit, CIPHER, check.id, wei, Refusal.UNREADABLE)
    assert await tier_and_told(units, ana.id) == (1, 1)


def test_the_step_looks_for_what_it_does() -> None:
    assert LOOK_AFTER.wanted is not None
    assert f"CAST(:on AS date) + {ASKED_AGAIN_BEFORE.days}" in LOOK_AFTER.wanted
    assert f"CAST(:on AS date) - {LOOKED_BACK.days} AND" in LOOK_AFTER.wanted


async def test_a_picture_that_is_never_handed_in_is_forgotten_after_a_day(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await identity.keep_picture(unit, CIPHER, ana.id, SELFIE, FACE)
        await identity.keep_picture(unit, CIPHER, ana.id, SELFIE, FACE)
        assert await unit.session.scalar(text("SELECT count(*) FROM identity_picture")) == 1
        old = "UPDATE identity_picture SET taken_at = taken_at - interval '25 hours'"
        await unit.session.execute(text(old))
    await LOOK_AFTER.run(units, date(2026, 3, 13))
    async with units.begin() as unit:
        assert await unit.session.scalar(text("SELECT count(*) FROM identity_picture")) == 0
