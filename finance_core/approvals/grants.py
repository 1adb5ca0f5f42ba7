"""Giving and taking roles takes two administrators. The first pair is made from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.approvals.actions import Action, Preview
from finance_core.approvals.models import Approval
from finance_core.approvals.notices import OfRole, RoleGranted, RoleRevoked
from finance_core.approvals.parties import Parties
from finance_core.customers import operators
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, Role, roles_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.kernel.json import JsonObject
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

GRANT: Final = "operator.grant"
REVOKE: Final = "operator.revoke"


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


async def _parties(_: Unit, subject: str, _params: JsonObject) -> Parties:
    return Parties(int(subject.rpartition(":")[2]))


async def _preview_grant(unit: Unit, subject: str, params: JsonObject) -> Preview:
    role, held = await _asked_for(unit, subject, params)
    if role in held:
        raise Conflict(ErrorCode.ROLE_HELD, role=role.value)
    return Preview(_roles(held), _roles(held | {role}))


async def _preview_revoke(unit: Unit, subject: str, params: JsonObject) -> Preview:
    role, held = await _asked_for(unit, subject, params)
    if role not in held:
        raise Conflict(ErrorCode.ROLE_NOT_HELD, role=role.value)
    return Preview(_roles(held), _roles(held - {role}))


async def _asked_for(unit: Unit, subject: str, params: JsonObject) -> tuple[Role, frozenset[Role]]:
    customer = await by_id(unit, int(subject.rpartition(":")[2]))
    return role_called(str(params["role"])), await roles_of(unit, customer.id)


def _roles(held: frozenset[Role]) -> JsonObject:
    return {"roles": sorted(role.value for role in held)}


async def _grant(unit: Unit, approval: Approval) -> JsonObject:
    role = Role(approval.params["role"])
    await operators.grant(unit, approval.subject_id, role)
    await tell(unit, RoleGranted, approval.subject_id, role)
    return {"role": role.value}


async def _revoke(unit: Unit, approval: Approval) -> JsonObject:
    role = Role(approval.params["role"])
    await operators.revoke(unit, approval.subject_id, role)
    await tell(unit, RoleRevoked, approval.subject_id, role)
    return {"role": role.value}


ACTIONS: Final = (
    Action(GRANT, Permission.PROPOSE_GRANT, Permission.APPROVE_GRANT, _parties, _preview_grant, _grant),
    Action(REVOKE, Permission.PROPOSE_GRANT, Permission.APPROVE_GRANT, _parties, _preview_revoke, _revoke),
)
