"""`susu operators`: the first pair at once, later roles by two people, taking a role at once with everybody told."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands import operators as desk
from bot.settings import Settings, load_settings
from finance_core.approvals import audit, waiting
from finance_core.customers.roles import Role, roles_of
from finance_core.customers.service import username_of
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer

TOLD = text("SELECT customer_id FROM outbox WHERE kind = :kind ORDER BY customer_id")


@pytest.fixture
def settings(cloned_url: str, tmp_path: Path) -> Settings:
    return load_settings(
        _env_file=None, database_url=cloned_url, data_dir=tmp_path, secret_key="a secret for tests only"
    )


async def test_the_first_two_administrators_are_made_at_once_and_the_third_is_proposed(
    cloned_units: Units, settings: Settings
) -> None:
    olu, mei, sam = [await a_customer(cloned_units, name) for name in ("Olu", "Mei", "Sam")]
    for first in (olu, mei):
        assert (
            await desk.grant(settings, f"@{username_of(first, CIPHER)}", "administrator", by=None, why=None)
        ).approval_id is None
    with pytest.raises(RuleViolation, match="grant_takes_two"):
        await desk.grant(settings, str(sam.id), "administrator", by=None, why=None)
    request = await desk.grant(settings, str(sam.id), "administrator", by=str(olu.id), why="our new colleague")
    async with cloned_units.begin() as unit:
        assert await roles_of(unit, sam.id) == set()
        assert [each.id for each in await waiting(unit, mei.id)] == [request.approval_id]
        assert [line.act for line in await audit.read(unit)] == ["operator.grant", "operator.grant", "propose"]
    listed = await desk.holders(settings)
    assert [(held.name, held.role, held.granted_by) for held in listed] == [
        (f"@{username_of(olu, CIPHER)}", "administrator", "system:0"),
        (f"@{username_of(mei, CIPHER)}", "administrator", "system:0"),
    ]


async def test_any_other_role_takes_two_from_the_first_day_on(cloned_units: Units, settings: Settings) -> None:
    olu, ana = await a_customer(cloned_units, "Olu"), await a_customer(cloned_units)
    await desk.grant(settings, str(olu.id), "administrator", by=None, why=None)
    with pytest.raises(RuleViolation, match="grant_takes_two"):
        await desk.grant(settings, str(ana.id), "support", by=None, why=None)
    with pytest.raises(NotAllowed, match="no_permission"):
        await desk.grant(settings, str(ana.id), "support", by=str(ana.id), why="I would like to")


async def test_a_role_is_taken_at_once_and_administrators_are_told(cloned_units: Units, settings: Settings) -> None:
    olu, mei = await a_customer(cloned_units, "Olu"), await a_customer(cloned_units, "Mei")
    for first in (olu, mei):
        await desk.grant(settings, str(first.id), "administrator", by=None, why=None)
    assert await desk.revoke(settings, str(mei.id), "administrator") is Role.ADMINISTRATOR
    async with cloned_units.begin() as unit:
        assert await roles_of(unit, mei.id) == set()
        assert list(await unit.session.scalars(TOLD, {"kind": "operator.role_revoked"})) == [olu.id, mei.id]
    with pytest.raises(Conflict, match="last_administrator"):
        await desk.revoke(settings, str(olu.id), "administrator")


async def test_what_is_no_role_or_nobody_who_has_joined_is_refused(cloned_units: Units, settings: Settings) -> None:
    ana = await a_customer(cloned_units)
    with pytest.raises(InvalidInput, match="role_unknown"):
        await desk.grant(settings, str(ana.id), "emperor", by=None, why=None)
    for nobody in ("@nobody_at_all", "+8613800000000", "999999"):
        with pytest.raises(NotFound, match="customer"):
            await desk.grant(settings, nobody, "administrator", by=None, why=None)
