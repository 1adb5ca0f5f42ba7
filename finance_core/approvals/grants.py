"""Giving a role takes two administrators, the first pair is made from the command line; taking one takes one.

Who gets one is asked for their other accounts: nobody deals with what is their own, whatever name it bears.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.approvals import audit
from finance_core.approvals.actions import Action, Preview
from finance_core.approvals.models import Approval
from finance_core.approvals.notices import OfRole, RoleGranted, RoleRevoked
from finance_core.approvals.parties import Parties
from finance_core.customers import operators
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, Role, require, roles_of
from finance_core.customers.same_person import accounts_of, say_all_same_person
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.kernel.json import JsonObject
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

GRANT: Final = "operator.grant"
REVOKE: Final = "operator.revoke"
ACCOUNTS: Final = "accounts"
"""The other accounts of who gets a role, among what a proposal says; it lacks only where nobody asked for them."""


def role_called(name: str) -> Role:
    """Return the role of that name. Raises InvalidInput: `role_unknown` with `known`."""
    try:
        return Role(name)
    except ValueError:
        raise InvalidInput(ErrorCode.ROLE_UNKNOWN, known=", ".join(Role)) from None


async def tell(unit: Unit, what: type[OfRole], customer_id: int, role: Role, also: Sequence[int] = ()) -> None:
    """Tell a person, and `also` others, that a role was given (RoleGranted) or taken (RoleRevoked): their security."""
    for told in dict.fromkeys((customer_id, *also)):
        await enqueue(
            unit,
            what(subject=f"customer:{customer_id}", role=role.value),
            urgency=Urgency.SECURITY,
            key=f"{what.kind}:{customer_id}:{role.value}:{unit.now.isoformat()}:{told}",
            customer_id=told,
        )


async def take(
    unit: Unit, customer_id: int, role: Role, *, actor_id: int = audit.NOBODY, why: str | None = None
) -> None:
    """Take a role at once: a lost phone does not wait for a second person. It is on record; administrators are told.

    Args:
        actor_id: the administrator who takes it; nobody for the command line.

    Raises:
        NotAllowed: `no_permission`. NotFound: `customer`. Conflict: `role_not_held`, `last_administrator`.
    """
    if actor_id != audit.NOBODY:
        await require(unit, actor_id, Permission.PROPOSE_GRANT)
    administrators = [held.customer_id for held in await operators.all_roles(unit) if held.role == Role.ADMINISTRATOR]
    await operators.revoke(unit, customer_id, role)
    details = {"role": role.value} if why is None else {"role": role.value, "why": why}
    audit.record(unit, actor_id, REVOKE, f"customer:{customer_id}", details)
    await tell(unit, RoleRevoked, customer_id, role, also=administrators)


async def _parties(_: Unit, subject: str, _params: JsonObject) -> Parties:
    return Parties(int(subject.rpartition(":")[2]))


async def _preview_grant(unit: Unit, subject: str, params: JsonObject) -> Preview:
    role, held = await _asked_for(unit, subject, params)
    if role in held:
        raise Conflict(ErrorCode.ROLE_HELD, role=role.value)
    before, after = _roles(held), _roles(held | {role})
    if ACCOUNTS in params:
        customer_id = int(subject.rpartition(":")[2])
        known = await accounts_of(unit, customer_id) - {customer_id}
        said = {(await by_id(unit, account)).id for account in accounts_said(params)} - {customer_id}
        before, after = {**before, ACCOUNTS: sorted(known)}, {**after, ACCOUNTS: sorted(known | said)}
    return Preview(before, after)


def accounts_said(params: JsonObject) -> frozenset[int]:
    """Return the other accounts that were named as the person's when the role was asked for, by customer id."""
    said = params.get(ACCOUNTS, [])
    return frozenset(int(str(each)) for each in said) if isinstance(said, list) else frozenset()


async def _asked_for(unit: Unit, subject: str, params: JsonObject) -> tuple[Role, frozenset[Role]]:
    customer = await by_id(unit, int(subject.rpartition(":")[2]))
    return role_called(str(params["role"])), await roles_of(unit, customer.id)


def _roles(held: frozenset[Role]) -> JsonObject:
    return {"roles": sorted(role.value for role in held)}


async def _grant(unit: Unit, approval: Approval) -> JsonObject:
    role = Role(approval.params["role"])
    await operators.grant(unit, approval.subject_id, role)
    await say_all_same_person(unit, approval.subject_id, accounts_said(approval.params))
    await tell(unit, RoleGranted, approval.subject_id, role)
    return {"role": role.value}


ACTIONS: Final = (Action(GRANT, Permission.PROPOSE_GRANT, Permission.APPROVE_GRANT, _parties, _preview_grant, _grant),)
