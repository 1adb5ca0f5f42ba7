"""Roles: given, held several at once, taken; what a role grants, and that nothing else is granted."""

from __future__ import annotations

import pytest

from finance_core.customers import operators
from finance_core.customers.roles import GRANTED, Permission, Role, allowed, holders, may, require, roles_of
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.storage.unit import Units
from tests.builders import a_customer


def test_a_name_that_is_no_role_grants_nothing() -> None:
    assert not any(allowed(name, permission) for name in ("", "operator", "root") for permission in Permission)


def test_an_auditor_reads_all_and_changes_nothing() -> None:
    reads = {permission for permission in Permission if permission.startswith("see_")}
    assert GRANTED[Role.AUDITOR] == reads


def test_each_role_says_what_it_grants_and_each_permission_is_granted_to_somebody() -> None:
    assert GRANTED.keys() == set(Role)
    assert frozenset().union(*(granted for role, granted in GRANTED.items() if role is not Role.ADMINISTRATOR))
    assert GRANTED[Role.ADMINISTRATOR] == set(Permission)


async def test_a_person_without_a_role_may_nothing(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        assert not any([await may(unit, ana.id, permission) for permission in Permission])
        with pytest.raises(NotAllowed, match="no_permission"):
            await require(unit, ana.id, Permission.SEE_LOANS)


async def test_a_person_with_two_roles_may_what_either_grants_until_it_is_taken(units: Units) -> None:
    olu = await a_customer(units, "Olu")
    async with units.begin() as unit:
        await operators.grant(unit, olu.id, Role.SUPPORT)
        await operators.grant(unit, olu.id, Role.TREASURER)
    async with units.begin() as unit:
        assert await roles_of(unit, olu.id) == {Role.SUPPORT, Role.TREASURER}
        assert await may(unit, olu.id, Permission.SEE_CUSTOMERS)
        assert await may(unit, olu.id, Permission.APPROVE_WRITE_OFF)
        await operators.revoke(unit, olu.id, Role.TREASURER)
        assert not await may(unit, olu.id, Permission.APPROVE_WRITE_OFF)
        assert await holders(unit, Permission.SEE_CUSTOMERS) == [olu.id]
        assert await holders(unit, Permission.APPROVE_WRITE_OFF) == []


async def test_a_role_is_given_once_and_may_be_given_again_after_it_was_taken(units: Units) -> None:
    olu = await a_customer(units, "Olu")
    async with units.begin() as unit:
        await operators.grant(unit, olu.id, Role.SUPPORT)
        with pytest.raises(Conflict, match="role_held"):
            await operators.grant(unit, olu.id, Role.SUPPORT)
        await operators.revoke(unit, olu.id, Role.SUPPORT)
        with pytest.raises(Conflict, match="role_not_held"):
            await operators.revoke(unit, olu.id, Role.SUPPORT)
        await operators.grant(unit, olu.id, Role.SUPPORT)
        assert [held.role for held in await operators.all_roles(unit)] == ["support"]


async def test_the_last_administrator_stays(units: Units) -> None:
    olu, mei = await a_customer(units, "Olu"), await a_customer(units, "Mei")
    async with units.begin() as unit:
        await operators.grant(unit, olu.id, Role.ADMINISTRATOR)
        await operators.grant(unit, mei.id, Role.ADMINISTRATOR)
        await operators.revoke(unit, olu.id, Role.ADMINISTRATOR)
        with pytest.raises(Conflict, match="last_administrator"):
            await operators.revoke(unit, mei.id, Role.ADMINISTRATOR)
        assert await operators.operator_ids(unit) == [mei.id]
