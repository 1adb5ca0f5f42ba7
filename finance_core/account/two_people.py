"""What takes two people of an account: agreeing to the reset of a PIN."""

from __future__ import annotations

from typing import Final

from finance_core.account import pin_resets, reset_review
from finance_core.account.identity import require_opened, same_people
from finance_core.account.models import PinReset, Proof
from finance_core.approvals import Action, Approval, Parties, Preview
from finance_core.approvals import audit as record
from finance_core.customers.roles import Permission
from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Unit

ACTION: Final = "account.pin_reset"


async def _reset(unit: Unit, subject: str) -> PinReset:
    return await pin_resets.by_number(unit, int(subject.rpartition(":")[2]))


async def _parties(unit: Unit, subject: str, _: JsonObject) -> Parties:
    reset = await _reset(unit, subject)
    contact = frozenset({reset.contact_id} if reset.contact_id is not None else ())
    return Parties(reset.customer_id, contact | await same_people(unit, reset.customer_id))


async def _preview(unit: Unit, subject: str, _: JsonObject) -> Preview:
    reset = await _reset(unit, subject)
    reset_review.require_proved(unit, reset)
    return Preview({"proof": reset.proof, "pin": "forgotten"}, {"proof": reset.proof, "pin": "anew"})


async def _carry_out(unit: Unit, approval: Approval) -> JsonObject:
    """Agree. Where a selfie is the proof, both have opened it: they compare it, each for themselves."""
    reset = await _reset(unit, approval.subject)
    if reset.proof == Proof.SELFIE:
        for operator_id in (approval.maker_id, unit.actor.id):
            await require_opened(unit, operator_id, reset.customer_id, {"reset": reset.id})
    await reset_review.agreed(unit, reset)
    record.record(unit, unit.actor.id, "pin_reset", f"customer:{reset.customer_id}", {"reset": reset.id})
    return {"reset": reset.id}


ACTIONS: Final = (
    Action(ACTION, Permission.PROPOSE_PIN_RESET, Permission.APPROVE_PIN_RESET, _parties, _preview, _carry_out),
)
