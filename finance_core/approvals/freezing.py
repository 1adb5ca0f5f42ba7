"""Freezing an account takes one operator and a reason; lifting that takes two. The person is told of both at once.

What a freeze stops stands in `finance_core/customers/freezing`.
"""

from __future__ import annotations

from typing import Final

from finance_core.approvals import audit
from finance_core.approvals.actions import Action, Preview
from finance_core.approvals.models import Approval
from finance_core.approvals.notices import AccountFrozen, AccountUnfrozen
from finance_core.approvals.parties import Parties, require_no_party
from finance_core.approvals.service import checked_reason
from finance_core.customers import freezing
from finance_core.customers.models import AccountFreeze
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, require
from finance_core.customers.same_person import accounts_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.json import JsonObject
from finance_core.notices import Urgency, enqueue
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

FREEZE: Final = "customer.freeze"
UNFREEZE: Final = "customer.unfreeze"
STATE: Final = "account_state"
"""The figure of a proposal: `frozen` or `open`."""


async def freeze(unit: Unit, cipher: Cipher, customer_id: int, why: str, *, actor_id: int = audit.NOBODY) -> None:
    """Freeze an account; the person is told, with what to do. It is on record who did it.

    Args:
        why: 3 to 500 characters, for operators; it is kept encrypted.
        actor_id: the operator; nobody where the service itself does it.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `customer`. InvalidInput: `reason_form`.
        Conflict: `freeze_stands`.
    """
    if actor_id != audit.NOBODY:
        await require_may_freeze(unit, actor_id, customer_id)
    begun = await freezing.begin_freeze(unit, cipher, customer_id, checked_reason(why), by=actor_id)
    audit.record(unit, actor_id, FREEZE, f"customer:{customer_id}", {"freeze": begun.id})
    await _tell(unit, begun, AccountFrozen(on=unit.local_now().date()))


async def require_may_freeze(unit: Unit, actor_id: int, customer_id: int) -> None:
    """Refuse who may not freeze an account, or one that is frozen. Raises as `freeze`."""
    await require(unit, actor_id, Permission.FREEZE)
    require_no_party(await parties_to_person(unit, customer_id), actor_id)
    if await freezing.freeze_of(unit, customer_id) is not None:
        raise Conflict(ErrorCode.FREEZE_STANDS)


async def parties_to_person(unit: Unit, customer_id: int) -> Parties:
    """Return whose account it is, under whatever name: none of them deals with it. Raises NotFound: `customer`."""
    customer = await by_id(unit, customer_id)
    return Parties(customer.id, await accounts_of(unit, customer.id))


async def _parties(unit: Unit, subject: str, _params: JsonObject) -> Parties:
    return await parties_to_person(unit, _customer_in(subject))


async def _preview(unit: Unit, subject: str, _params: JsonObject) -> Preview:
    if await freezing.freeze_of(unit, _customer_in(subject)) is None:
        raise Conflict(ErrorCode.ACCOUNT_NOT_FROZEN)
    return Preview({STATE: "frozen"}, {STATE: "open"})


async def _unfreeze(unit: Unit, approval: Approval) -> JsonObject:
    lifted = await freezing.end_freeze(unit, approval.subject_id, by=unit.actor.id, approval_id=approval.id)
    await _tell(unit, lifted, AccountUnfrozen(on=unit.local_now().date()))
    return {"freeze": lifted.id}


async def _tell(unit: Unit, freeze_: AccountFreeze, told: AccountFrozen | AccountUnfrozen) -> None:
    await enqueue(
        unit,
        told,
        urgency=Urgency.SECURITY,
        key=f"{told.kind}:{freeze_.id}",
        customer_id=freeze_.customer_id,
    )


def _customer_in(subject: str) -> int:
    return int(subject.rpartition(":")[2])


ACTIONS: Final = (
    Action(UNFREEZE, Permission.PROPOSE_UNFREEZE, Permission.APPROVE_UNFREEZE, _parties, _preview, _unfreeze),
)
