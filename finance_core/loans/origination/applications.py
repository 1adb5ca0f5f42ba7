"""Applications: what a person asked for and was quoted, what was decided, and by whom.

The rules decide at once; what they refer, and what a person wants somebody to look at, waits for an officer
(`officer.py`). An offer ends: the rules' with its business day, an officer's after the product's days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import exists, func, update
from sqlmodel import col, select

from finance_core.catalogue import product_version
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.models import Customer
from finance_core.customers.roles import Permission, holders
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound
from finance_core.kernel.json import JsonValue
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.loans.origination.decision import Applicant, Concern, Decision, Outcome, decide
from finance_core.loans.origination.group_models import GroupLoanLine
from finance_core.loans.origination.models import ApplicationState, LoanApplication
from finance_core.loans.origination.notices import ApplicationIsLate, ApplicationOverdue, ApplicationWaits
from finance_core.loans.origination.quoting import Quote
from finance_core.loans.products.product import loan_product
from finance_core.notices import Notice, Urgency, cancel, enqueue_many
from finance_core.storage.unit import Unit

RULES: Final = "rules"
"""Who decided, where no officer did."""

DEADLINE: Final = timedelta(days=1)
"""Within which an officer decides (PRODUCTS §7)."""


_IS_OF_A_GROUP: Final = exists().where(col(GroupLoanLine.application_id) == col(LoanApplication.id))
"""An application that is a line of a group's: it is signed with the others (`group_loans`)."""


async def apply(
    unit: Unit, customer: Customer, offered: Quote, decided: Decision, *, refinances: bool = False
) -> LoanApplication:
    """Write an application down with what was decided on it; what is referred joins the officers' queue.

    Asked and answered the same on the same day, it is the same application.

    Raises:
        NotAllowed: `account_frozen`. Conflict: `application_waits`: one for this product is with an officer already.
    """
    await require_not_frozen(unit, customer.id)
    if decided.outcome is Outcome.REFERRED and await waiting(unit, customer.id, offered.product.code):
        raise Conflict(ErrorCode.APPLICATION_WAITS)
    known = await _known(unit, customer.id, offered, decided, refinances=refinances)
    if known is not None:
        return known
    application = LoanApplication(
        customer_id=customer.id,
        product=offered.product.code,
        product_version=offered.product.version,
        asset=offered.principal.asset.code,
        principal=offered.principal.amount,
        count=offered.tenor.count,
        unit=offered.tenor.unit,
        refinances=refinances,
        grade=offered.grade,
        all_in_rate=offered.all_in_rate,
        quoted=_quoted(offered),
        facts=_facts(asdict(decided.facts)),
        credit_limit=decided.limit.amount,
        reasons=[str(reason) for reason in decided.reasons],
        concerns=[str(concern) for concern in decided.concerns],
        state=decided.outcome,
        asked_at=unit.now,
    )
    unit.session.add(application)
    if decided.outcome is Outcome.REFERRED:
        await _queue(unit, application)
    else:
        _decided_by_rules(unit, application, decided.outcome)
    await unit.session.flush()
    return application


async def ask_a_person(unit: Unit, application_id: int, customer_id: int) -> LoanApplication:
    """Let an officer look at what the rules declined. Asked again, it stays in the queue.

    Raises:
        NotFound: `application`. Conflict: `application_waits`, `application_decided` (an officer has looked already).
    """
    application = await locked(unit, application_id, customer_id)
    if application.state == ApplicationState.REFERRED:
        return application
    if application.state != ApplicationState.DECLINED or application.decided_by != RULES:
        raise Conflict(ErrorCode.APPLICATION_DECIDED)
    if await waiting(unit, customer_id, application.product):
        raise Conflict(ErrorCode.APPLICATION_WAITS)
    application.concerns = [*application.concerns, str(Concern.ASKED)]
    application.decided_at = application.decided_by = None
    await _queue(unit, application)
    return application


async def withdraw(unit: Unit, application_id: int, customer_id: int) -> LoanApplication:
    """Take an application back while it waits. Raises NotFound: `application`. Conflict: `application_decided`."""
    application = await locked(unit, application_id, customer_id)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    if application.state != ApplicationState.REFERRED:
        raise Conflict(ErrorCode.APPLICATION_DECIDED)
    application.state, application.decided_at = ApplicationState.WITHDRAWN, unit.now
    await call_off_lateness(unit, application, because="withdrawn")
    return application


async def let_go(unit: Unit, application: LoanApplication, into: ApplicationState) -> None:
    """End what is not signed: an offer goes `into` that state, what waits for an officer is taken back."""
    if application.state == ApplicationState.APPROVED:
        application.state = into
    elif application.state == ApplicationState.REFERRED:
        application.state, application.decided_at = ApplicationState.WITHDRAWN, unit.now
        await call_off_lateness(unit, application, because="withdrawn")
    await unit.session.flush()


async def waiting(unit: Unit, customer_id: int, product: str) -> LoanApplication | None:
    """Return the application for a product that waits for an officer."""
    statement = select(LoanApplication).where(
        LoanApplication.customer_id == customer_id,
        LoanApplication.product == product,
        LoanApplication.state == ApplicationState.REFERRED,
    )
    return await unit.session.scalar(statement)


async def latest(unit: Unit, customer_id: int, *states: ApplicationState) -> LoanApplication | None:
    """Return a person's latest application; of those in `states` when given, the one that came to it last."""
    statement = select(LoanApplication).where(LoanApplication.customer_id == customer_id)
    if states:
        statement = statement.where(col(LoanApplication.state).in_(states))
    newest = func.coalesce(LoanApplication.decided_at, LoanApplication.referred_at, LoanApplication.asked_at)
    return await unit.session.scalar(statement.order_by(newest.desc(), col(LoanApplication.id).desc()).limit(1))


async def offers(unit: Unit, customer_id: int) -> list[LoanApplication]:
    """Return what a person may still sign alone, by the rules or by an officer, the newest first."""
    statement = select(LoanApplication).where(
        ~_IS_OF_A_GROUP,
        LoanApplication.customer_id == customer_id,
        LoanApplication.state == ApplicationState.APPROVED,
        col(LoanApplication.expires_at) > unit.now,
    )
    return list(await unit.session.scalars(statement.order_by(col(LoanApplication.id).desc())))


async def all_waiting(unit: Unit, customer_id: int) -> list[LoanApplication]:
    """Return a person's applications that wait for an officer, the one that has waited longest first."""
    statement = select(LoanApplication).where(
        LoanApplication.customer_id == customer_id, LoanApplication.state == ApplicationState.REFERRED
    )
    return list(await unit.session.scalars(statement.order_by(col(LoanApplication.referred_at))))


async def of_product(unit: Unit, customer_id: int, product: str) -> list[LoanApplication]:
    """Return a person's applications for a product, oldest first: what was asked, and the limit of its day."""
    statement = select(LoanApplication).where(
        LoanApplication.customer_id == customer_id, LoanApplication.product == product
    )
    return list(await unit.session.scalars(statement.order_by(col(LoanApplication.id))))


async def as_decided(unit: Unit, application: LoanApplication) -> Decision | None:
    """Return what the rules said of an application on its day, from the facts that it keeps; None where it keeps
    those of another release.
    """
    facts = applicant_of(application.facts, ASSETS[application.asset])
    if facts is None:
        return None
    product = loan_product(await product_version(unit, application.product, application.product_version))
    asset, on = ASSETS[application.asset], application.asked_at.astimezone(unit.zone).date()
    monthly = Money(application.quoted["monthly"], asset)
    principal = Money(application.principal, asset)
    return decide(facts, product, principal, monthly, on, refinances=application.refinances)


async def officers_offer(unit: Unit, customer_id: int, product: str | None = None) -> LoanApplication | None:
    """Return what an officer has approved (of a product) and the person may still sign, the latest one."""
    of_product = () if product is None else (LoanApplication.product == product,)
    statement = select(LoanApplication).where(
        LoanApplication.customer_id == customer_id,
        *of_product,
        LoanApplication.state == ApplicationState.APPROVED,
        LoanApplication.decided_by != RULES,
        ~_IS_OF_A_GROUP,
        col(LoanApplication.expires_at) > unit.now,
    )
    return await unit.session.scalar(statement.order_by(col(LoanApplication.id).desc()).limit(1))


async def of_customer(unit: Unit, application_id: int, customer_id: int) -> LoanApplication:
    """Return a person's own application. Raises NotFound: `application`, for another's too."""
    return _own(await unit.session.get(LoanApplication, application_id), customer_id)


async def locked(unit: Unit, application_id: int, customer_id: int | None = None) -> LoanApplication:
    """Return an application with its row locked until the unit ends; a person's own, when given.

    Raises:
        NotFound: `application`.
    """
    statement = select(LoanApplication).where(LoanApplication.id == application_id).with_for_update()
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    return _own(found, customer_id)


def require_usable(unit: Unit, application: LoanApplication, principal: Money) -> None:
    """Refuse an offer that cannot be signed for `principal`.

    Raises:
        Conflict: `offer_gone` (replaced, signed, taken back), `offer_expired`, `offer_is_less` with `approved`.
    """
    if application.state == ApplicationState.EXPIRED or is_expired(unit, application):
        raise Conflict(ErrorCode.OFFER_EXPIRED)
    if application.state != ApplicationState.APPROVED:
        raise Conflict(ErrorCode.OFFER_GONE)
    approved = Money(application.approved_principal or 0, ASSETS[application.asset])
    if principal > approved:
        raise Conflict(ErrorCode.OFFER_IS_LESS, approved=approved)


def is_expired(unit: Unit, application: LoanApplication) -> bool:
    """Say whether an offer's time is over, its row marked or not yet."""
    return application.expires_at is not None and unit.now >= application.expires_at


def principal_of(application: LoanApplication) -> Money:
    """Return what is offered: the sum that was approved, else the one that was asked for."""
    return Money(application.approved_principal or application.principal, ASSETS[application.asset])


def _own(application: LoanApplication | None, customer_id: int | None) -> LoanApplication:
    if application is None or customer_id not in (None, application.customer_id):
        raise NotFound(ErrorCode.APPLICATION)
    return application


def _decided_by_rules(unit: Unit, application: LoanApplication, outcome: Outcome) -> None:
    application.decided_at, application.decided_by = unit.now, RULES
    if outcome is Outcome.APPROVED:
        application.approved_principal, application.expires_at = application.principal, end_of(unit, unit.open_on)


def end_of(unit: Unit, day: date) -> datetime:
    """Return the instant at which a business day ends, on the institution's wall."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=unit.zone)


def due_at(application: LoanApplication) -> datetime:
    """Return the instant by which an officer decides on an application."""
    return (application.referred_at or application.asked_at) + DEADLINE


async def call_off_lateness(unit: Unit, application: LoanApplication, because: str) -> None:
    """Let nobody be told that it is late: it is decided, or taken back."""
    await cancel(unit, about=f"application:{application.id}", kinds=_OF_LATENESS, because=because)


_OF_LATENESS: Final = (ApplicationIsLate.kind, ApplicationOverdue.kind)


def _lateness(application: LoanApplication, officers: Sequence[int]) -> list[Notice]:
    """Return what is told once the deadline is over, unless it is called off: to who applied, and to the officers."""
    principal, late_from = principal_of(application), due_at(application)
    to_applicant = ApplicationIsLate(sum=principal, application=application.id)
    to_officer = ApplicationOverdue(sum=principal, application=application.id)
    return [
        Notice(
            customer_id=whom,
            content=to_applicant if whom == application.customer_id else to_officer,
            urgency=Urgency.REMINDER,
            key=f"application.late:{application.id}:{late_from.isoformat()}:{whom}",
            about=f"application:{application.id}",
            not_before=late_from,
        )
        for whom in (application.customer_id, *officers)
    ]


async def _queue(unit: Unit, application: LoanApplication) -> None:
    """Put an application into the officers' queue and tell them; it is told, too, when nobody decides in time."""
    application.state, application.referred_at = ApplicationState.REFERRED, unit.now
    unit.session.add(application)
    await unit.session.flush()
    officers = [
        officer for officer in await holders(unit, Permission.DECIDE_APPLICATIONS) if officer != application.customer_id
    ]
    told = [
        Notice(
            customer_id=officer,
            content=ApplicationWaits(sum=principal_of(application), application=application.id),
            urgency=Urgency.SYSTEM,
            key=f"officer.application:{application.id}:{unit.now.isoformat()}:{officer}",
            about=f"application:{application.id}",
        )
        for officer in officers
    ]
    await enqueue_many(unit, [*told, *_lateness(application, officers)])


async def replace_others(unit: Unit, signed: LoanApplication) -> None:
    """End what the rules offered beside the offer that was taken: it was meant instead, not as well."""
    await unit.session.execute(
        update(LoanApplication)
        .where(
            col(LoanApplication.customer_id) == signed.customer_id,
            col(LoanApplication.product) == signed.product,
            col(LoanApplication.state) == ApplicationState.APPROVED,
            col(LoanApplication.id) != signed.id,
        )
        .values(state=ApplicationState.REPLACED)
    )


async def _known(
    unit: Unit, customer_id: int, offered: Quote, decided: Decision, *, refinances: bool
) -> LoanApplication | None:
    statement = select(LoanApplication).where(
        ~_IS_OF_A_GROUP,
        LoanApplication.customer_id == customer_id,
        LoanApplication.product == offered.product.code,
        LoanApplication.product_version == offered.product.version,
        LoanApplication.principal == offered.principal.amount,
        LoanApplication.count == offered.tenor.count,
        LoanApplication.unit == offered.tenor.unit,
        LoanApplication.refinances == refinances,
        LoanApplication.state == decided.outcome,
        LoanApplication.decided_by == RULES,
        LoanApplication.all_in_rate == offered.all_in_rate,
        LoanApplication.reasons == [str(reason) for reason in decided.reasons],
        LoanApplication.asked_at >= end_of(unit, unit.open_on - timedelta(days=1)),
    )
    return await unit.session.scalar(statement.order_by(col(LoanApplication.id).desc()).limit(1))


def _quoted(offered: Quote) -> dict[str, JsonValue]:
    """Return what the person was shown, as JSON: rates as text, amounts in minor units."""
    return {
        "all_in_rate": str(offered.all_in_rate),
        "annual_rate": str(offered.terms.annual_rate),
        "cost": offered.cost.amount,
        "withheld": offered.withheld.amount,
        "monthly": offered.monthly.amount,
        "schedule": [
            [line.nr, line.due_on.isoformat(), line.principal, line.interest, line.fee]
            for line in offered.schedule.instalments
        ],
    }


def _facts(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: object) -> object:
    if isinstance(value, dict) and value.keys() == {"amount", "asset"}:
        return value["amount"]
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value


def applicant_of(facts: Mapping[str, Any], asset: Asset) -> Applicant | None:
    """Return the facts that an application keeps as a decision looks at them; None where they are of another shape."""
    kinds = {field.name: str(field.type).partition(" ")[0] for field in fields(Applicant)}
    wanted = {field.name for field in fields(Applicant) if field.default is MISSING}
    if not wanted <= facts.keys() <= kinds.keys():
        return None
    return Applicant(**{name: _as_fact(kinds[name], value, asset) for name, value in facts.items()})


def _as_fact(kind: str, kept: Any, asset: Asset) -> Any:
    if kept is None:
        return None
    return Money(kept, asset) if kind == "Money" else date.fromisoformat(kept) if kind == "date" else kept
