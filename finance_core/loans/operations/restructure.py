"""A new schedule on the same loan: a longer term, a payment holiday, a lower rate; arrears become principal.

Two operators agree on what is offered; it takes effect when the borrower agrees to it with their PIN, with the figures
of that day. The old schedule is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import func, insert, text
from sqlmodel import select

from finance_core import ledger
from finance_core.approvals import Action, Approval, Preview
from finance_core.catalogue import product_version
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.periods import PeriodUnit, add_periods
from finance_core.ledger import Account, Entry
from finance_core.loans import queries
from finance_core.loans.book import schedules
from finance_core.loans.book.entries import RECEIVABLES
from finance_core.loans.events import record
from finance_core.loans.models import InstalmentRow, Loan
from finance_core.loans.operations import common
from finance_core.loans.operations.models import OfferState, RestructureOffer
from finance_core.loans.operations.notices import Restructured, RestructureOffered
from finance_core.loans.parties import parties_to_subject
from finance_core.loans.products.product import loan_product
from finance_core.loans.products.product_terms import LoanProduct, is_bank_holiday
from finance_core.loans.repayment.repayment import bring_up_to_date, locked_active
from finance_core.loans.rules.price import all_in
from finance_core.loans.rules.schedule import Schedule, schedule
from finance_core.loans.rules.terms import Terms
from finance_core.notices import Urgency, cancel, enqueue
from finance_core.notices.contact_rules import WhyNot
from finance_core.storage.unit import Unit

ACTION: Final = "loan.restructure"
OFFER_LASTS: Final = timedelta(days=7)
MOST_INSTALMENTS: Final = 120
MOST_HOLIDAY: Final = 12
"""Periods without a payment before the new schedule's first one."""

MOST_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class RestructureTerms:
    """What a restructure is to be: so many instalments, after so many periods without one, at this rate (percent)."""

    count: int
    holiday: int
    rate: Decimal

    def as_params(self) -> JsonObject:
        """Return the terms as an approval and an offer keep them; the rate as exact text."""
        return {"count": self.count, "holiday": self.holiday, "rate": f"{self.rate:f}"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a wanted comes to on a day. Amounts in minor units."""

    wanted: RestructureTerms
    balance: int
    """What the new schedule repays: principal outstanding, with the arrears that become principal."""
    capitalised: int
    terms: Terms
    schedule: Schedule

    @property
    def count(self) -> int:
        """Payments there are: one for a loan that is repaid at its end."""
        return len(self.schedule.instalments)

    @property
    def instalment(self) -> int:
        """The first instalment of the new schedule, in minor units."""
        return self.schedule.instalments[0].total

    @property
    def ends_on(self) -> date:
        """The last due day of the new schedule."""
        return self.schedule.instalments[-1].due_on

    @property
    def all_in_rate(self) -> Decimal:
        """What the balance costs from today on, as an effective annual rate with fees, in percent."""
        return all_in(self.terms, self.schedule)


# -- by two people ----------------------------------------------------------------------------------------------------


async def _preview(unit: Unit, subject: str, params: JsonObject) -> Preview:
    loan = await common.running(unit, subject)
    rows = await queries.instalments(unit, loan.id)
    planned = await plan(unit, loan, rows, terms_of(loan, params))
    return Preview(_as_it_is(loan, rows, unit.open_on), _as_it_would_be(loan, planned))


def _as_it_is(loan: Loan, rows: Sequence[InstalmentRow], on: date) -> JsonObject:
    owed = common.standing(rows)
    left = [row for row in rows if row.settled_on is None]
    ahead = next((row for row in left if row.due_on > on), left[-1])
    return {
        "outstanding": common.money(loan, owed.principal),
        "arrears": common.money(loan, owed.arrears),
        "count": len(left),
        "instalment": common.money(loan, ahead.principal + ahead.interest + ahead.fee),
        "ends_on": left[-1].due_on.isoformat(),
        "rate": f"{loan.annual_rate:f}",
    }


def _as_it_would_be(loan: Loan, planned: Plan) -> JsonObject:
    return {
        "outstanding": common.money(loan, planned.balance),
        "arrears": common.money(loan, 0),
        "count": planned.count,
        "instalment": common.money(loan, planned.instalment),
        "ends_on": planned.ends_on.isoformat(),
        "rate": f"{planned.wanted.rate:f}",
    }


async def _carry_out(unit: Unit, approval: Approval) -> JsonObject:
    loan = await common.running(unit, approval.subject)
    offer = await offered(unit, loan, terms_of(loan, approval.params), approval.idempotency_key)
    return {"offer": offer.id}


# -- the offer --------------------------------------------------------------------------------------------------------


async def offered(unit: Unit, loan: Loan, wanted: RestructureTerms, key: str) -> RestructureOffer:
    """Offer a new schedule to the borrower of a running, locked loan; an older offer for it ends."""
    older = await unit.session.scalar(
        select(RestructureOffer).where(RestructureOffer.loan_id == loan.id, RestructureOffer.state == OfferState.OPEN)
    )
    if older is not None:
        _settle(unit, older, OfferState.REPLACED)
        await unit.session.flush()
    offer = RestructureOffer(
        loan_id=loan.id,
        customer_id=loan.customer_id,
        params=dict(wanted.as_params()),
        state=OfferState.OPEN,
        offered_at=unit.now,
        expires_at=unit.now + OFFER_LASTS,
    )
    unit.session.add(offer)
    await unit.session.flush()
    record(unit, loan, "restructure_offered", {**wanted.as_params(), "offer": offer.id})
    until = offer.expires_at.astimezone(unit.zone).date()
    await common.tell(unit, loan, RestructureOffered(loan=loan.id, offer=offer.id, until_on=until), key)
    return offer


async def open_offer(unit: Unit, offer_id: int, customer_id: int) -> tuple[RestructureOffer, Loan]:
    """Return a person's own offer that waits for their answer, and its loan, both locked.

    Raises:
        NotFound: `plan_offer`, for another's too. Conflict: `plan_offer_settled`, `plan_offer_expired`, `loan_settled`.
    """
    statement = select(RestructureOffer).where(RestructureOffer.id == offer_id).with_for_update()
    offer = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if offer is None or offer.customer_id != customer_id:
        raise NotFound(ErrorCode.PLAN_OFFER)
    if offer.state != OfferState.OPEN:
        raise Conflict(ErrorCode.PLAN_OFFER_SETTLED)
    if unit.now >= offer.expires_at:
        raise Conflict(ErrorCode.PLAN_OFFER_EXPIRED)
    return offer, await locked_active(unit, offer.loan_id)


async def planned_today(unit: Unit, offer_id: int, customer_id: int) -> tuple[Loan, Plan]:
    """Return what a person's own open offer would make of the loan today. Raises as `open_offer` and `plan`."""
    offer, loan = await open_offer(unit, offer_id, customer_id)
    await bring_up_to_date(unit, loan)
    return loan, await plan(unit, loan, await queries.instalments(unit, loan.id), terms_of(loan, offer.params))


async def decline(unit: Unit, offer_id: int, customer_id: int) -> None:
    """Decline an offer: the loan stays as it is. Raises as `open_offer`."""
    offer, loan = await open_offer(unit, offer_id, customer_id)
    _settle(unit, offer, OfferState.DECLINED)
    record(unit, loan, "restructure_declined", {"offer": offer.id})


async def take(unit: Unit, offer_id: int, customer_id: int, key: str) -> Loan:
    """Agree to an offer: the new schedule takes effect today. The caller has checked the PIN.

    Arrears become principal, D 1100 C 1110, 1120, 1130; what of them is in suspense stays there until it is paid.

    Raises:
        As `open_offer` and `plan`.
    """
    offer, loan = await open_offer(unit, offer_id, customer_id)
    await bring_up_to_date(unit, loan)
    rows = await queries.instalments(unit, loan.id)
    planned = await plan(unit, loan, rows, terms_of(loan, offer.params))
    if planned.capitalised:
        await ledger.post(unit, _capitalisation(loan, rows, key))
    await _write(unit, loan, planned)
    _settle(unit, offer, OfferState.TAKEN)
    await unit.session.flush()
    await schedules.keep(unit, loan, "restructured")
    record(unit, loan, "restructured", {**planned.wanted.as_params(), "capitalised": planned.capitalised})
    await cancel(unit, about=f"loan:{loan.id}", because=WhyNot.SUPERSEDED)
    await _confirm(unit, loan, planned, offer.id)
    return loan


def _settle(unit: Unit, offer: RestructureOffer, state: OfferState) -> None:
    offer.state, offer.settled_at = state, unit.now


# -- the plan ---------------------------------------------------------------------------------------------------------


def terms_of(loan: Loan, params: JsonObject) -> RestructureTerms:
    """Return what params ask for: `count`, `holiday` (default 0), `rate` (percent as text; default: the loan's).

    Raises:
        InvalidInput: `restructure_count`, `restructure_holiday`, `restructure_rate` with `most`.
    """
    count, holiday = params.get("count"), params.get("holiday", 0)
    if type(count) is not int or not 1 <= count <= MOST_INSTALMENTS:
        raise InvalidInput(ErrorCode.RESTRUCTURE_COUNT, most=MOST_INSTALMENTS)
    if type(holiday) is not int or not 0 <= holiday <= MOST_HOLIDAY:
        raise InvalidInput(ErrorCode.RESTRUCTURE_HOLIDAY, most=MOST_HOLIDAY)
    return RestructureTerms(count, holiday, _rate(loan, params.get("rate")))


def _rate(loan: Loan, said: object) -> Decimal:
    try:
        rate = loan.annual_rate if said is None else Decimal(str(said))
    except InvalidOperation:
        rate = Decimal(-1)
    exponent = rate.as_tuple().exponent
    is_fine = isinstance(exponent, int) and (-exponent <= MOST_DECIMALS or rate == loan.annual_rate)
    if not (is_fine and 0 <= rate <= loan.annual_rate):
        raise InvalidInput(ErrorCode.RESTRUCTURE_RATE, most=f"{loan.annual_rate:f}")
    return rate


async def plan(unit: Unit, loan: Loan, rows: Sequence[InstalmentRow], wanted: RestructureTerms) -> Plan:
    """Return what `wanted` makes of a loan today; nothing is written.

    The due days go on as they were; a holiday makes the first period longer by so many. What is owed beside principal
    is in the balance.

    Raises:
        RuleViolation: `loan_undrawn`. InvalidTerms: such a schedule cannot be.
    """
    common.require_nothing_undrawn(loan)
    product = loan_product(await product_version(unit, loan.product, loan.product_version))
    owed = common.standing(rows)
    terms = Terms(
        principal=Money(owed.total, ASSETS[loan.asset]),
        annual_rate=wanted.rate,
        count=wanted.count,
        disbursed_on=unit.open_on,
        method=product.method,
        every=loan.every,
        unit=PeriodUnit(loan.unit),
        first_due_on=first_due_on(loan, rows, unit.open_on, wanted.holiday),
        interest_by=product.interest_by,
        day_count=product.day_count,
        rounding=product.rounding,
        fee_each_instalment=product.fees.each_instalment.amount,
        holiday_shift=product.holiday_shift,
        prepayment=product.prepayment,
    )
    return Plan(wanted, owed.total, owed.arrears, terms, schedule(terms, is_bank_holiday))


def first_due_on(loan: Loan, rows: Sequence[InstalmentRow], on: date, holiday: int) -> date:
    """Return the new schedule's first due day: the next of the old rhythm after `on`, `holiday` periods later.

    A loan due on each 12th, restructured on 20 May with a holiday of 2, is next due on 12 August.
    """
    unit, due_day = PeriodUnit(loan.unit), max(row.due_on.day for row in rows if row.settled_on is None)
    ahead = [row.due_on for row in rows if row.settled_on is None and row.due_on > on]
    first, steps = (ahead[0], 0) if ahead else (rows[-1].due_on, 0)
    while add_periods(first, steps * loan.every, unit, due_day) <= on:
        steps += 1
    return add_periods(first, (steps + holiday) * loan.every, unit, due_day)


# -- taking effect ----------------------------------------------------------------------------------------------------


def _capitalisation(loan: Loan, rows: Sequence[InstalmentRow], key: str) -> Entry:
    asset, owed = ASSETS[loan.asset], common.standing(rows)
    principal = Account("1100", loan.id, asset)
    transfers = [
        (principal, Account(RECEIVABLES[name], loan.id, asset), getattr(owed, name))
        for name in ("interest", "fee", "penalty")
    ]
    return Entry("loan.restructure", key, common.moves(asset, *transfers), common.about(loan))


_DROP_UNTOUCHED: Final = text(
    """
    DELETE FROM instalment WHERE loan_id = :loan AND settled_on IS NULL AND accrued_interest = 0 AND late_interest = 0
        AND penalty = 0 AND charged_fee = 0 AND late_fee = 0 AND paid_principal = 0
    """
)
# What was owed of an old instalment is principal of the new schedule now: of the old one only what was paid is left.
_CLOSE_OLD: Final = text(
    """
    UPDATE instalment SET principal = paid_principal, interest = accrued_interest, fee = charged_fee,
        paid_interest = accrued_interest + late_interest, paid_fee = charged_fee + late_fee, paid_penalty = penalty,
        penalty_exact = penalty * 36500, settled_on = :on,
        due_on = greatest(starts_on + 1, least(due_on, CAST(:on AS date)))
    WHERE loan_id = :loan AND settled_on IS NULL
    """
)


async def _write(unit: Unit, loan: Loan, planned: Plan) -> None:
    product = loan_product(await product_version(unit, loan.product, loan.product_version))
    await unit.session.execute(_DROP_UNTOUCHED, {"loan": loan.id})
    await unit.session.execute(_CLOSE_OLD, {"loan": loan.id, "on": unit.open_on})
    last = await unit.session.scalar(select(func.max(InstalmentRow.nr)).where(InstalmentRow.loan_id == loan.id))
    await unit.session.execute(insert(InstalmentRow), new_rows(loan.id, last or 0, unit.open_on, planned.schedule))
    _change_terms(loan, product, planned, unit.open_on)
    await unit.session.flush()


def new_rows(loan_id: int, after_nr: int, on: date, planned: Schedule) -> list[dict[str, object]]:
    """Return a schedule as rows of instalments numbered on from `after_nr`, the first period beginning on `on`."""
    starts = [on, *(line.due_on for line in planned.instalments)]
    return [
        {
            "loan_id": loan_id,
            "nr": after_nr + line.nr,
            "starts_on": starts_on,
            "due_on": line.due_on,
            "principal": line.principal,
            "interest": line.interest,
            "fee": line.fee,
        }
        for line, starts_on in zip(planned.instalments, starts, strict=False)
    ]


def _change_terms(loan: Loan, product: LoanProduct, planned: Plan, on: date) -> None:
    loan.capitalised += planned.capitalised
    loan.restructured_on = on
    loan.suspended_principal += loan.suspended_interest + loan.suspended_fee + loan.suspended_penalty
    loan.suspended_interest = loan.suspended_fee = loan.suspended_penalty = 0
    if planned.wanted.rate != loan.annual_rate:
        loan.annual_rate = planned.wanted.rate
        loan.penalty_rate = min(loan.penalty_rate, product.penalty_rate(planned.wanted.rate, on))


async def _confirm(unit: Unit, loan: Loan, planned: Plan, offer_id: int) -> None:
    await enqueue(
        unit,
        Restructured(
            sum=Money(planned.balance, ASSETS[loan.asset]),
            count=planned.count,
            first=Money(planned.instalment, ASSETS[loan.asset]),
            first_due_on=planned.schedule.instalments[0].due_on,
        ),
        urgency=Urgency.RECEIPT,
        key=f"loan.restructured:{offer_id}",
        customer_id=loan.customer_id,
        about=f"loan:{loan.id}",
    )


ACTIONS: Final = (
    Action(
        ACTION,
        Permission.PROPOSE_LOAN_CHANGE,
        Permission.APPROVE_LOAN_CHANGE,
        parties_to_subject,
        _preview,
        _carry_out,
    ),
)
