"""Operators from the command line: the first pair of administrators, proposals of later roles, taking one at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.database import opened
from bot.settings import Settings
from finance_core.approvals import audit, grants, propose
from finance_core.approvals.notices import RoleGranted
from finance_core.customers import operators
from finance_core.customers.models import Customer, OperatorRole
from finance_core.customers.queries import by_id, by_phone, by_username
from finance_core.customers.roles import Role
from finance_core.customers.rules import normalised_phone
from finance_core.customers.same_person import say_all_same_person, say_same_person
from finance_core.customers.service import username_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound, RuleViolation
from finance_core.kernel.json import JsonObject
from finance_core.lines import ACTIONS
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

PAIR: Final = 2
"""Administrators that it takes to propose and to approve; until then the command line makes them."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What became of a wish: the role is held now, or it waits for a second administrator as a proposal."""

    who: str
    role: Role
    approval_id: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds."""

    customer_id: int
    name: str
    """@username, "-" without one."""
    role: str
    granted_by: str
    granted_on: str


async def grant(
    settings: Settings, who: str, role_name: str, *, by: str | None, why: str | None, accounts: Sequence[str] = ()
) -> Granted:
    """Give a role: at once while there is no pair of administrators, later as a proposal of one of them.

    Args:
        who: @username, a phone in E.164 form, or a customer's number; of somebody who has joined. So is `by`.
        accounts: the person's other accounts, each said in the same ways.

    Raises:
        InvalidInput: `role_unknown`, `phone_form`, `reason_form`. NotFound: `customer`.
        RuleViolation: `grant_takes_two`. Conflict: `role_held`, `approval_open`. NotAllowed: `no_permission` of `by`.
    """
    role = grants.role_called(role_name)
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        customer = await person_called(unit, database.cipher, who)
        others = sorted({(await person_called(unit, database.cipher, each)).id for each in accounts} - {customer.id})
        if role is Role.ADMINISTRATOR and await _administrators(unit) < PAIR:
            await operators.grant(unit, customer.id, role)
            await say_all_same_person(unit, customer.id, others)
            audit.record(unit, audit.NOBODY, grants.GRANT, f"customer:{customer.id}", {"role": role.value})
            await grants.tell(unit, RoleGranted, customer.id, role, also=await _all_administrators(unit))
            return Granted(who, role, None)
        if by is None or why is None:
            raise RuleViolation(ErrorCode.GRANT_TAKES_TWO)
        maker = await person_called(unit, database.cipher, by)
        params: JsonObject = {"role": role.value, grants.ACCOUNTS: others}
        key = f"cli:grant:{maker.id}:{customer.id}:{role}:{unit.now.isoformat()}"
        made = await propose(unit, maker.id, ACTIONS.called(grants.GRANT), f"customer:{customer.id}", params, why, key)
        return Granted(who, role, made.id)


async def same_person(settings: Settings, who: str, other: str) -> None:
    """Keep that two accounts are one person's, who deals with neither as an operator.

    Raises:
        InvalidInput: `phone_form`. NotFound: `customer`. Conflict: `same_person_stands`.
    """
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        first, second = [await person_called(unit, database.cipher, each) for each in (who, other)]
        await say_same_person(unit, first.id, second.id)
        audit.record(unit, audit.NOBODY, "same_person", f"customer:{first.id}", {"other": second.id})


async def revoke(settings: Settings, who: str, role_name: str) -> Role:
    """Remove a role at once: a lost phone does not wait for a second person. Every administrator is told.

    Raises:
        InvalidInput: `role_unknown`, `phone_form`. NotFound: `customer`.
        Conflict: `role_not_held`, `last_administrator`.
    """
    role = grants.role_called(role_name)
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        customer = await person_called(unit, database.cipher, who)
        await grants.take(unit, customer.id, role)
    return role


async def holders(settings: Settings) -> list[Held]:
    """Return every role that is held now, by person."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        return [await _held(unit, database.cipher, held) for held in await operators.all_roles(unit)]


async def _held(unit: Unit, cipher: Cipher, held: OperatorRole) -> Held:
    username = username_of(await by_id(unit, held.customer_id), cipher)
    return Held(
        customer_id=held.customer_id,
        name=f"@{username}" if username else "-",
        role=held.role,
        granted_by=held.granted_by,
        granted_on=held.granted_at.date().isoformat(),
    )


async def person_called(unit: Unit, cipher: Cipher, who: str) -> Customer:
    """Return who is called by @username, +phone or number. Raises NotFound: `customer`. InvalidInput: `phone_form`."""
    if who.startswith("+"):
        found = await by_phone(unit, normalised_phone(who), cipher)
    elif who.isascii() and who.isdecimal():
        found = await by_id(unit, int(who))
    else:
        found = await by_username(unit, who, cipher)
    if found is None or not found.has_joined:
        raise NotFound(ErrorCode.CUSTOMER)
    return found


async def _all_administrators(unit: Unit) -> list[int]:
    return [held.customer_id for held in await operators.all_roles(unit) if held.role == Role.ADMINISTRATOR]


async def _administrators(unit: Unit) -> int:
    return len(await _all_administrators(unit))
