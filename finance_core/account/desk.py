"""What accounts bring to the desk: documents to be looked at within a day, and forgotten PINs whose proof is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import text

from finance_core.account import identity, reset_review
from finance_core.customers.roles import Permission
from finance_core.customers.same_person import accounts_of
from finance_core.desk import Entry, Figure, Source
from finance_core.desk.figures import counted
from finance_core.kernel.calendars import banking
from finance_core.kernel.deadlines import deadline
from finance_core.storage.unit import Unit

REVIEWED_WITHIN: Final = timedelta(days=1)
"""A document (PRODUCTS §7); on a holiday it waits for the next working day."""


async def _identities(unit: Unit, operator_id: int, _: frozenset[Permission]) -> Sequence[Entry]:
    own = await accounts_of(unit, operator_id)
    return [
        Entry(
            "identity",
            check.id,
            check.kind,
            check.submitted_at,
            deadline(check.submitted_at, REVIEWED_WITHIN, unit.zone, banking()),
        )
        for check in await identity.queue(unit, operator_id)
        if check.customer_id not in own
    ]


async def _pin_resets(unit: Unit, operator_id: int, _: frozenset[Permission]) -> Sequence[Entry]:
    own = await accounts_of(unit, operator_id)
    return [
        Entry("pin_reset", reset.id, reset.proof, reset.proved_at or reset.asked_at, reset.ends_at)
        for reset in await reset_review.waiting(unit, operator_id)
        if reset.customer_id not in own
    ]


IDENTITIES: Final = Source("identity", Permission.REVIEW_IDENTITY, _identities)
PIN_RESETS: Final = Source("pin_reset", Permission.OPEN_IDENTITY, _pin_resets)

FIGURES: Final = (
    Figure(
        "identities_waiting",
        Permission.REVIEW_IDENTITY,
        counted(text("SELECT count(*) FROM identity_check WHERE state = 'submitted'")),
    ),
    Figure(
        "resets_waiting",
        Permission.OPEN_IDENTITY,
        counted(text("SELECT count(*) FROM pin_reset WHERE state = 'proved' AND ends_at > :now")),
    ),
)
