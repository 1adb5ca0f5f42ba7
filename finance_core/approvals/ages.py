"""A No to the question of age stands until an operator corrects it: one person, with a reason, on record."""

from __future__ import annotations

from typing import Final

from finance_core.approvals import audit
from finance_core.approvals.notices import AgeCorrected
from finance_core.approvals.parties import Parties, require_no_party
from finance_core.customers import service as customers
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, require
from finance_core.desk import open_entry, settle_entry
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

CORRECT_AGE: Final = "customer.correct_age"


def entry_key(customer: Customer) -> str:
    """Return the key of the queue's entry about a No that may be a slip."""
    assert customer.adult_denied_at is not None
    return f"age:{customer.id}:{customer.adult_denied_at.isoformat()}"


async def ask_for_correction(unit: Unit, customer: Customer) -> None:
    """Put a person's No to the question of age into the operators' queue: they say that it was a slip.

    Nothing is done for who has said no No.
    """
    if customer.adult_denied_at is not None:
        await open_entry(
            unit,
            "age",
            f"customer:{customer.id}",
            permission=Permission.CORRECT_AGE,
            key=entry_key(customer),
            customer_id=customer.id,
        )


async def correct_age(unit: Unit, customer_id: int, *, actor_id: int, why: str) -> None:
    """Forget the No of a person, who is told and asked for their age anew; it is on record when they said it and why.

    Raises:
        NotAllowed: `no_permission`; `own_dealing`: it is the operator's own. NotFound: `customer`.
        Conflict: `age_not_denied`: there is no No to be corrected.
    """
    await require(unit, actor_id, Permission.CORRECT_AGE)
    require_no_party(Parties(customer_id), actor_id)
    customer = await by_id(unit, customer_id)
    if customer.adult_denied_at is not None:
        await settle_entry(unit, entry_key(customer), by=actor_id)
    said_at = await customers.forget_denied_age(unit, customer_id)
    audit.record(unit, actor_id, CORRECT_AGE, f"customer:{customer_id}", {"said_at": said_at.isoformat(), "why": why})
    await enqueue(
        unit,
        AgeCorrected(said_on=said_at.astimezone(unit.zone).date()),
        urgency=Urgency.SYSTEM,
        key=f"customer.age_corrected:{customer_id}:{said_at.isoformat()}",
        customer_id=customer_id,
    )
