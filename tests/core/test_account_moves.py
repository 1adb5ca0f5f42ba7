"""Another phone and another Telegram account: with the PIN, told to the old chat, undone from there, held meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from finance_core.account import moves
from finance_core.customers import operators
from finance_core.customers import service as customers
from finance_core.customers.freezing import freeze_of
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id, by_phone
from finance_core.customers.roles import Role
from finance_core.customers.service import phone_of
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound
from finance_core.storage.unit import Unit, Units
from tests.builders import CIPHER, a_customer, verified, yuan

NEW_PHONE = "+8613911112222"


async def a_stranger(units: Units, telegram_id: int = 9_900_001) -> Customer:
    async with units.begin() as unit:
        return await customers.start(
            unit,
            CIPHER,
            telegram_id=telegram_id,
            chat_id=telegram_id,
            first_name="Ana anew",
            username=None,
            language="zh",
        )


async def phone(unit: Unit, person_id: int) -> str:
    return phone_of(await by_id(unit, person_id), CIPHER) or ""


async def moved(unit: Unit, stranger: Customer, account: Customer) -> int:
    number = await phone(unit, account.id)
    return (await moves.move_here(unit, CIPHER, stranger.id, account.id, raw_phone=number)).id


async def told(unit: Unit, kind: str) -> list[int]:
    rows = text("SELECT customer_id FROM outbox WHERE kind = :kind ORDER BY id")
    return list(await unit.session.scalars(rows, {"kind": kind}))


async def test_another_phone_takes_the_old_ones_place_and_is_undone_from_the_chat(units: Units) -> None:
    ana = await a_customer(units, money=100)
    async with units.begin() as unit:
        old, me = await phone(unit, ana.id), ana.telegram_id
        with pytest.raises(Conflict, match="phone_same"):
            await moves.change_phone(unit, CIPHER, ana.id, raw_phone=old, contact_user_id=me)
        with pytest.raises(NotAllowed, match="contact_not_yours"):
            await moves.change_phone(unit, CIPHER, ana.id, raw_phone=NEW_PHONE, contact_user_id=me + 1)
        move = await moves.change_phone(unit, CIPHER, ana.id, raw_phone=NEW_PHONE, contact_user_id=me)
        assert await phone(unit, ana.id) == NEW_PHONE
        assert await told(unit, "account.phone_changed") == [ana.id]
        with pytest.raises(NotAllowed, match="outflow_held"):
            await customers.require_may_send_out(unit, ana.id, yuan(1))
        with pytest.raises(NotAllowed, match="changes_held"):
            await moves.change_phone(unit, CIPHER, ana.id, raw_phone=old, contact_user_id=me)
        assert await moves.not_me(unit, CIPHER, ana.id, move.id)
        assert not await moves.not_me(unit, CIPHER, ana.id, move.id)
        assert await phone(unit, ana.id) == old
        assert (await by_phone(unit, old, CIPHER)) is not None
        with pytest.raises(NotAllowed, match="account_frozen"):
            await customers.require_may_send_out(unit, ana.id, yuan(1))
    await verified(units)


async def test_an_account_moves_with_all_it_has_and_the_old_chat_is_told(units: Units) -> None:
    ana, stranger = await a_customer(units, money=100), await a_stranger(units)
    async with units.begin() as unit:
        await moved(unit, stranger, ana)
        here, there = await by_id(unit, ana.id), await by_id(unit, stranger.id)
        assert (here.telegram_id, here.chat_id) == (9_900_001, 9_900_001)
        assert (there.telegram_id, there.language) == (ana.telegram_id, "en")
        assert await told(unit, "account.moved") == [stranger.id]
        with pytest.raises(NotAllowed, match="outflow_held"):
            await customers.require_may_send_out(unit, ana.id, yuan(1))
    await verified(units)


async def test_the_old_chat_takes_it_back_and_nothing_leaves(units: Units) -> None:
    ana, stranger, eve = await a_customer(units), await a_stranger(units), await a_customer(units, "Eve")
    async with units.begin() as unit:
        move = await moved(unit, stranger, ana)
        with pytest.raises(NotFound, match="move"):
            await moves.not_me(unit, CIPHER, eve.id, move)
        await moves.not_me(unit, CIPHER, stranger.id, move)
        back = await by_id(unit, ana.id)
        assert back.telegram_id == ana.telegram_id
        assert await freeze_of(unit, ana.id) is not None
        assert await told(unit, "account.move_stopped") == [ana.id, stranger.id]
        assert not await moves.not_me(unit, CIPHER, ana.id, move), "said once more in the old chat, nothing changes"
        with pytest.raises(NotFound, match="move"):
            await moves.not_me(unit, CIPHER, stranger.id, move)
        assert await told(unit, "account.move_stopped") == [ana.id, stranger.id]


async def test_it_is_too_late_after_seven_days(units: Units) -> None:
    ana, stranger = await a_customer(units), await a_stranger(units)
    async with units.begin() as unit:
        move = await moved(unit, stranger, ana)
        unit.now += timedelta(days=7)
        with pytest.raises(NotFound, match="move"):
            await moves.not_me(unit, CIPHER, stranger.id, move)


async def test_it_takes_ones_own_phone_and_an_empty_telegram_and_no_role(units: Units) -> None:
    ana, bo, stranger = await a_customer(units), await a_customer(units, "Bo"), await a_stranger(units)
    async with units.begin() as unit:
        number = await phone(unit, ana.id)
        for person, by, code in (
            (stranger, ana.telegram_id, "contact_not_yours"),
            (bo, bo.telegram_id, "move_joined"),
        ):
            with pytest.raises(NotAllowed, match=code):
                await moves.account_of_phone(unit, CIPHER, person, raw_phone=number, contact_user_id=by)
        me = stranger.telegram_id
        with pytest.raises(NotFound, match="account_to_move"):
            await moves.account_of_phone(unit, CIPHER, stranger, raw_phone=NEW_PHONE, contact_user_id=me)
        await operators.grant(unit, ana.id, Role.SUPPORT)
        with pytest.raises(NotAllowed, match="move_operator"):
            await moved(unit, stranger, ana)


async def test_an_account_that_was_moved_does_not_move_again_at_once(units: Units) -> None:
    ana, first, second = await a_customer(units), await a_stranger(units), await a_stranger(units, 9_900_002)
    async with units.begin() as unit:
        await moved(unit, first, ana)
        with pytest.raises(NotAllowed, match="changes_held"):
            await moved(unit, second, ana)
