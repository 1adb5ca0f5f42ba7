"""A No to the question of age stands, and who corrects it is neither the person nor without the right to."""

from __future__ import annotations

import pytest

from finance_core.approvals import audit
from finance_core.approvals.ages import CORRECT_AGE, correct_age
from finance_core.customers import service as customers
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Role
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, an_operator


async def test_a_no_outlasts_a_yes_until_somebody_else_corrects_it(units: Units) -> None:
    mei, olu = await a_customer(units, "Mei"), await an_operator(units, "Olu", Role.SUPPORT)
    async with units.begin() as unit:
        ana = await customers.start(
            unit, CIPHER, telegram_id=5, chat_id=5, first_name="Ana", username="ana", language="en"
        )
        await customers.deny_adult(unit, ana.id)
        with pytest.raises(NotAllowed, match="age_denied"):
            await customers.confirm_adult(unit, ana.id)
        with pytest.raises(NotAllowed, match="no_permission"):
            await correct_age(unit, ana.id, actor_id=mei.id, why="she is my friend")
        with pytest.raises(NotAllowed, match="own_dealing"):
            await correct_age(unit, olu.id, actor_id=olu.id, why="it is me")
        await correct_age(unit, ana.id, actor_id=olu.id, why="her passport")
        record = await audit.read(unit, subject=f"customer:{ana.id}")
        assert [line.details["why"] for line in record if line.act == CORRECT_AGE] == ["her passport"]
        with pytest.raises(Conflict, match="age_not_denied"):
            await correct_age(unit, ana.id, actor_id=olu.id, why="again")
        await customers.confirm_adult(unit, ana.id)
        await customers.deny_adult(unit, ana.id)
        assert (await by_id(unit, ana.id)).adult_denied_at is None
