"""Goodwill: money for what went wrong, paid to who complained. It takes two people, and is linked to the case."""

from __future__ import annotations

from typing import Final, cast

from sqlmodel import col, select

from finance_core import ledger
from finance_core.approvals import Action, Approval, ApprovalState, Parties, Preview
from finance_core.cases import events
from finance_core.cases.models import CaseEventKind, ServiceCase
from finance_core.cases.notices import GoodwillPaid
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.ledger import Account, Entry, Transfer, customer_wallet
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

ACTION: Final = "case.goodwill"
MOST: Final = Money(200_000, BASE_CURRENCY)
"""Of one payment."""


async def _case(unit: Unit, subject: str) -> ServiceCase:
    """Return the case of a subject, `case:5`, locked. Raises NotFound: `case`."""
    number = int(subject.rpartition(":")[2])
    case = await unit.session.scalar(select(ServiceCase).where(ServiceCase.id == number).with_for_update())
    if case is None:
        raise NotFound(ErrorCode.CASE)
    return case


async def _parties(unit: Unit, subject: str, _params: JsonObject) -> Parties:
    return Parties((await _case(unit, subject)).customer_id)


async def paid_on(unit: Unit, case_id: int) -> Money:
    """Return what has been paid as goodwill on a case."""
    statement = select(Approval.params).where(
        Approval.action == ACTION,
        Approval.subject == f"case:{case_id}",
        col(Approval.state) == ApprovalState.APPROVED,
    )
    paid = [Money.of_json(params["sum"]).amount for params in await unit.session.scalars(statement)]
    return Money(sum(paid), BASE_CURRENCY)


def asked_sum(params: JsonObject) -> Money:
    """Return the sum that a proposal names.

    Raises:
        InvalidInput: `amount_unclear`, `amount_not_positive`; `goodwill_most` with `most`.
    """
    try:
        asked = Money.of_json(cast("JsonObject", params["sum"]))
    except (KeyError, TypeError, ValueError):
        raise InvalidInput(ErrorCode.AMOUNT_UNCLEAR) from None
    if asked.asset != BASE_CURRENCY or asked.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if asked > MOST:
        raise InvalidInput(ErrorCode.GOODWILL_MOST, most=MOST)
    return asked


async def _preview(unit: Unit, subject: str, params: JsonObject) -> Preview:
    case, asked = await _case(unit, subject), asked_sum(params)
    before = await paid_on(unit, case.id)
    return Preview(
        {"goodwill": before.as_json()}, {"goodwill": Money(before.amount + asked.amount, BASE_CURRENCY).as_json()}
    )


async def _carry_out(unit: Unit, approval: Approval) -> JsonObject:
    case, asked = await _case(unit, approval.subject), asked_sum(approval.params)
    [posted] = await ledger.post(unit, _entry(case, asked, approval.idempotency_key))
    events.record(unit, case, CaseEventKind.GOODWILL, approval.maker_id)
    await enqueue(
        unit,
        GoodwillPaid(case=case.id, sum=asked, reference=posted.reference),
        urgency=Urgency.SYSTEM,
        key=f"{GoodwillPaid.kind}:{posted.reference}",
        customer_id=case.customer_id,
        about=f"case:{case.id}",
        reference=posted.reference,
    )
    return {"reference": posted.reference}


def _entry(case: ServiceCase, paid: Money, key: str) -> Entry:
    """Goodwill goes to the person's wallet: D 5040 C 2010."""
    move = Transfer(Account("5040", asset=paid.asset), customer_wallet(case.customer_id, paid.asset), paid)
    return Entry(ACTION, key, (move,), {"customer": case.customer_id, "case": case.id})


ACTIONS: Final = (
    Action(ACTION, Permission.PROPOSE_GOODWILL, Permission.APPROVE_GOODWILL, _parties, _preview, _carry_out),
)
