"""What an operator sees of a person, by their permissions; each look is on record, and none is at one's own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, text
from sqlmodel import col, select

from finance_core.approvals import audit, require_no_party
from finance_core.approvals.freezing import parties_to_person
from finance_core.cases.models import ServiceCase
from finance_core.change_plus.product import fund_on_sale
from finance_core.customers.freezing import freeze_of, reason_of
from finance_core.customers.models import AccountFreeze, Customer
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, Role, permissions_of, require, roles_of
from finance_core.customers.service import display_name, phone_of, username_of
from finance_core.deposits.models import Deposit
from finance_core.journeys import my_money
from finance_core.journeys.office.models import CustomerNote
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans import queries as loans
from finance_core.loans.models import LoanState
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from finance_core.wallet import queries as wallet
from finance_core.wallet.service import send_reference, sum_of

LOOK: Final = "look"
ROWS_SHOWN: Final = 5
NOTICES_SHOWN: Final = 8
MOST_CARDS: Final = 120
"""That one operator opens within an hour: who taps through all people one by one gets no further."""
WITHIN: Final = timedelta(hours=1)
_DIGITS_BEFORE: Final = 3
_DIGITS_AFTER: Final = 2

_TIMES: Final = text(
    """
    SELECT count(*) FROM audit_line WHERE actor_id = :actor AND at > :since AND act = :act
        AND (CAST(:seen AS varchar) IS NULL OR details ->> 'at' = :seen)
    """
)
# What is finished is found by the chat, what waits by the person, what is on the wire by its lease.
_NOTICES: Final = text(
    """
    SELECT kind, urgency, reference, state, error, due_at, finished_at FROM (
        (SELECT * FROM outbox WHERE chat_id = :chat AND finished_at IS NOT NULL
            ORDER BY finished_at DESC LIMIT :most)
        UNION ALL
        (SELECT * FROM outbox WHERE customer_id = :customer AND state = 'pending' ORDER BY due_at LIMIT :most)
        UNION ALL
        (SELECT * FROM outbox WHERE chat_id = :chat AND lease_until IS NOT NULL AND state = 'sending' LIMIT :most)
    ) found WHERE customer_id = :customer ORDER BY id DESC LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan in words; `due_now` only for who may see amounts."""

    number: int
    product: str
    state: str
    days_late: int
    next_due_on: date | None
    due_now: Money | None


@dataclass(frozen=True, slots=True)
class DepositRow:
    """A deposit in words; `principal` only for who may see amounts."""

    days: int
    state: str
    matures_on: date
    principal: Money | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What somebody asked a person, without its texts."""

    number: str
    topic: str
    state: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A person as an operator with these permissions sees them."""

    customer: Customer
    name: str
    username: str | None
    phone: str | None
    """Masked: "+86•••••••00"."""
    roles: frozenset[Role]
    freeze: AccountFreeze | None
    frozen_because: str
    loans: tuple[LoanRow, ...]
    deposits: tuple[DepositRow, ...]
    cases: tuple[CaseRow, ...]
    notes: int
    holds: Money | None
    """All that the person has here; None for who may see no amounts."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice to the person, without its contents."""

    kind: str
    urgency: str
    reference: str | None
    state: str
    error: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A send of the person; `amount` only for who may see amounts. Who it went to is not told."""

    reference: str
    state: str
    sent_at: datetime
    amount: Money | None


async def require_may_look(
    unit: Unit, operator_id: int, customer_id: int, permission: Permission, at: str | None = None
) -> None:
    """Refuse a look at one's own account, or without the permission; put it on record, where `at` says what is seen.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `customer`.
    """
    await require(unit, operator_id, permission)
    require_no_party(await parties_to_person(unit, customer_id), operator_id)
    if at is not None:
        audit.record(unit, operator_id, LOOK, f"customer:{customer_id}", {"at": at})


async def require_not_too_often(unit: Unit, operator_id: int, act: str, most: int, seen: str | None = None) -> None:
    """Refuse an act that is on record `most` times in the hour. Raises RuleViolation: `searches_many` with `most`."""
    asked = {"actor": operator_id, "since": unit.now - WITHIN, "act": act, "seen": seen}
    if int(await unit.session.scalar(_TIMES, asked) or 0) >= most:
        raise RuleViolation(ErrorCode.SEARCHES_MANY, most=most)


async def card_of(unit: Unit, cipher: Cipher, operator_id: int, customer_id: int) -> Card:
    """Return a person's card for an operator. Raises as `require_may_look`, and RuleViolation: `searches_many`."""
    await require_not_too_often(unit, operator_id, LOOK, MOST_CARDS, "card")
    await require_may_look(unit, operator_id, customer_id, Permission.SEE_CUSTOMERS, at="card")
    customer, freeze = await by_id(unit, customer_id), await freeze_of(unit, customer_id)
    sees_amounts = await _sees_amounts(unit, operator_id)
    notes = select(func.count()).where(col(CustomerNote.customer_id) == customer_id)
    return Card(
        customer=customer,
        name=display_name(customer, cipher),
        username=username_of(customer, cipher),
        phone=masked(phone_of(customer, cipher)),
        roles=await roles_of(unit, customer_id),
        freeze=freeze,
        frozen_because=reason_of(freeze, cipher) if freeze is not None else "",
        loans=await _loans(unit, customer_id, sees_amounts=sees_amounts),
        deposits=await _deposits(unit, customer_id, sees_amounts=sees_amounts),
        cases=await _cases(unit, customer_id),
        notes=int(await unit.session.scalar(notes) or 0),
        holds=(await my_money.holdings(unit, await fund_on_sale(unit), customer_id)).total if sees_amounts else None,
    )


async def notices_of(unit: Unit, operator_id: int, customer_id: int) -> Sequence[Told]:
    """Return the latest notices to a person, newest first, whatever became of them. Raises as `require_may_look`."""
    await require_may_look(unit, operator_id, customer_id, Permission.SEE_CUSTOMERS, at="notices")
    chat = (await by_id(unit, customer_id)).chat_id
    rows = await unit.session.execute(_NOTICES, {"chat": chat, "customer": customer_id, "most": NOTICES_SHOWN})
    return [
        Told(row.kind, row.urgency, row.reference, row.state, row.error, _when(unit, row.due_at, row.finished_at))
        for row in rows
    ]


def _when(unit: Unit, due_at: datetime, finished_at: datetime | None) -> datetime:
    """Return when a notice was dealt with, or is due. Where time was moved, the machine's says nothing to people."""
    return finished_at if finished_at is not None and unit.now == unit.wall else due_at


async def sends_of(unit: Unit, operator_id: int, customer_id: int) -> Sequence[Sent]:
    """Return the latest sends of a person, newest first. Raises as `require_may_look`."""
    await require_may_look(unit, operator_id, customer_id, Permission.SEE_CUSTOMERS, at="sends")
    sees_amounts = await _sees_amounts(unit, operator_id)
    sent = await wallet.sends_of(unit, customer_id, ROWS_SHOWN)
    return [
        Sent(await send_reference(unit, each), each.state, each.sent_at, sum_of(each) if sees_amounts else None)
        for each in sent
    ]


def masked(phone: str | None) -> str | None:
    """Return a phone with only its beginning and its last digits: "+86•••••••••00"."""
    if phone is None:
        return None
    hidden = "•" * max(len(phone) - _DIGITS_BEFORE - _DIGITS_AFTER, 0)
    return f"{phone[:_DIGITS_BEFORE]}{hidden}{phone[-_DIGITS_AFTER:]}"


async def _sees_amounts(unit: Unit, operator_id: int) -> bool:
    return Permission.SEE_AMOUNTS in permissions_of(await roles_of(unit, operator_id))


async def _loans(unit: Unit, customer_id: int, *, sees_amounts: bool) -> tuple[LoanRow, ...]:
    latest = sorted(await loans.of_customer(unit, customer_id), key=lambda loan: (loan.state != "active", -loan.id))
    rows = []
    for loan in latest[:ROWS_SHOWN]:
        view = await loans.view(unit, loan)
        runs = loan.state == LoanState.ACTIVE
        late, due_on = (view.days_past_due, view.next_due_on) if runs else (0, None)
        due = view.due_now if runs and sees_amounts else None
        rows.append(LoanRow(loan.id, loan.product, loan.state, late, due_on, due))
    return tuple(rows)


async def _deposits(unit: Unit, customer_id: int, *, sees_amounts: bool) -> tuple[DepositRow, ...]:
    rows = select(Deposit).where(Deposit.customer_id == customer_id).order_by(col(Deposit.id).desc()).limit(ROWS_SHOWN)
    return tuple(
        DepositRow(
            each.days, each.state, each.matures_on, Money(each.principal, ASSETS[each.asset]) if sees_amounts else None
        )
        for each in await unit.session.scalars(rows)
    )


async def _cases(unit: Unit, customer_id: int) -> tuple[CaseRow, ...]:
    rows = select(ServiceCase).where(ServiceCase.customer_id == customer_id).order_by(col(ServiceCase.id).desc())
    return tuple(
        CaseRow(each.number, each.topic, each.state, each.due_at)
        for each in await unit.session.scalars(rows.limit(ROWS_SHOWN))
    )
