"""A contract is signed and its principal paid out: one unit of work, keyed by the intent."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlmodel import select

from finance_core import ledger
from finance_core.customers import consents
from finance_core.customers.consents import Topic, Wording
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked as lock_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotAllowed, RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.ledger import Posted
from finance_core.loans import queries
from finance_core.loans.book import entries, schedules
from finance_core.loans.events import record
from finance_core.loans.models import InstalmentRow, Loan, LoanState
from finance_core.loans.origination import applications, contract, credit_lines, guarantees
from finance_core.loans.origination.contract import Contract, StandsFor, Surety, Write, bare, contract_of
from finance_core.loans.origination.decision import OFFICERS_CANNOT, Decision, Reason
from finance_core.loans.origination.models import ApplicationState, LoanApplication
from finance_core.loans.origination.notices import LoanReceipt
from finance_core.loans.origination.quoting import LIGHTNING, Quote, decision, quote
from finance_core.loans.products.product_terms import is_bank_holiday
from finance_core.loans.repayment.repayment import repay
from finance_core.loans.rules.schedule import Schedule, schedule
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

OFFICER: Final = "operator:"


async def sign(  # noqa: PLR0913 - what a person agrees to, given by name
    unit: Unit,
    customer_id: int,
    principal: Money,
    count: int | None,
    key: str,
    *,
    automatic_debit: bool,
    from_change_plus: bool,
    product: str = LIGHTNING,
    period: PeriodUnit | None = None,
    application_id: int | None = None,
    refinances: bool = False,
    pay_out: Money | None = None,
    stands_for: tuple[StandsFor, ...] = (),
    write: Write = bare,
) -> tuple[Loan, str]:
    """Sign the contract and pay the principal out into the wallet; return the loan and the receipt's reference.

    What was quoted is computed anew, under the customer's lock, so that two at once cannot both pass "one at a time".

    Args:
        application_id: the offer that is taken; None applies and decides now.
        refinances: the loan of the same product that runs is paid off out of what is paid out.
        pay_out: how much of a line is drawn at once; None: all of it.
        stands_for: whose loans, taken together with this one, the borrower stands for.
        write: puts the contract on paper.

    Raises:
        RuleViolation: `loan_declined` with `reasons`, `loan_referred` (an officer has to look first),
            `refinance_too_small` with `settlement`, `guarantors_missing` with `least`. Conflict: `offer_expired`,
            `offer_gone`, `offer_is_less`. NotAllowed: `account_frozen`, `adult_unconfirmed`. NotFound: `application`.
            InvalidInput as `quote`, and `draw_range` with least and most.
    """
    customer = await lock_customer(unit, customer_id)
    signed = await known(unit, key)
    if signed is not None:
        return signed
    await require_may_sign(unit, customer)
    offered = await quote(unit, customer, principal, count, product, period)
    application = await _accepted(unit, customer, offered, application_id, refinances=refinances)
    old = await _loan_to_pay_off(unit, customer_id, offered) if refinances else None
    loan = loan_of(
        unit,
        customer_id,
        offered,
        key,
        paid_out=credit_lines.first_draw(offered, pay_out),
        automatic_debit=automatic_debit,
        from_change_plus=from_change_plus,
    )
    unit.session.add(loan)
    await unit.session.flush()
    plan = await write_instalments(unit, loan, offered)
    sureties = await guarantees.bind(unit, application, loan, offered.product)
    agreed = contract_of(loan, offered, plan, refinances=refinances, sureties=sureties, stands_for=stands_for)
    posted = await pay_out_by(unit, customer, loan, agreed, write)
    await credit_lines.open_line(unit, loan)
    application.state, application.loan_id = ApplicationState.SIGNED, loan.id
    await applications.replace_others(unit, application)
    record(unit, loan, "disbursed", {"reference": posted.reference, "amount": loan.principal})
    if old is not None:
        record(unit, old, "refinanced", {"loan": loan.id})
        await repay(unit, old.id, None, f"{key}:refinance")
    await tell(unit, loan, plan, posted.reference)
    return loan, posted.reference


async def require_may_sign(unit: Unit, customer: Customer) -> None:
    """Refuse the signature of who is frozen, or has not said to be 18.

    Raises NotAllowed: `account_frozen`, `adult_unconfirmed`.
    """
    await require_not_frozen(unit, customer.id)
    if customer.adult_confirmed_at is None:
        raise NotAllowed(ErrorCode.ADULT_UNCONFIRMED)


async def pay_out_by(unit: Unit, customer: Customer, loan: Loan, agreed: Contract, write: Write) -> Posted:
    """Put a contract on paper, keep it with the consent to be debited, and pay out what is lent by it."""
    paper = await write(agreed)
    await contract.keep(unit, agreed, paper)
    if loan.automatic_debit:
        wording = Wording(f"contract {paper.sha256}", str(loan.product_version), customer.language, "contract")
        await consents.choose(unit, customer.id, Topic.DEBIT, wording, given=True, about=f"loan:{loan.id}")
    [posted] = await ledger.post(unit, entries.disbursement(loan, paper.sha256))
    return posted


async def drafted(  # noqa: PLR0913 - as `sign`
    unit: Unit,
    customer_id: int,
    offered: Quote,
    *,
    automatic_debit: bool,
    from_change_plus: bool,
    application_id: int | None = None,
    refinances: bool = False,
    pay_out: Money | None = None,
    together: tuple[tuple[Surety, ...], tuple[StandsFor, ...]] | None = None,
) -> Contract:
    """Return what would be signed now, by the same computation; its number is 0, as there is none. Changes nothing.

    Args:
        together: of a group that borrows together: who will stand for it, and for whom the borrower will.

    Raises InvalidInput: `draw_range` with least and most.
    """
    paid_out = credit_lines.first_draw(offered, pay_out)
    loan = loan_of(
        unit,
        customer_id,
        offered,
        "",
        paid_out=paid_out,
        automatic_debit=automatic_debit,
        from_change_plus=from_change_plus,
    )
    loan.id = 0
    plan = schedule(offered.product.terms_of(loan), is_bank_holiday)
    if together is not None:
        sureties, stands_for = together
    else:
        standing = await guarantees.of_application(unit, application_id) if application_id is not None else []
        sureties, stands_for = guarantees.sureties(standing, loan), ()
    return contract_of(loan, offered, plan, refinances=refinances, sureties=sureties, stands_for=stands_for)


async def known(unit: Unit, key: str) -> tuple[Loan, str] | None:
    """Return the loan that was signed under this key already, with its receipt."""
    loan = await unit.session.scalar(select(Loan).where(Loan.key == key))
    posted = await ledger.find(unit, f"{key}:disbursed") if loan is not None else None
    return (loan, posted.reference) if loan is not None and posted is not None else None


async def choose_automatic_debit(
    unit: Unit, loan_id: int, customer_id: int, wording: Wording, *, consent: bool
) -> Loan:
    """Give or withdraw the consent to be debited on due days. Withdrawn consent changes nothing of what is owed."""
    loan = await queries.by_id(unit, loan_id, customer_id)
    if loan.automatic_debit == consent:
        return loan
    loan.automatic_debit = consent
    await consents.choose(unit, customer_id, Topic.DEBIT, wording, given=consent, about=f"loan:{loan.id}")
    record(unit, loan, "debit_consent" if consent else "debit_consent_withdrawn", {})
    return loan


async def _accepted(
    unit: Unit, customer: Customer, offered: Quote, application_id: int | None, *, refinances: bool
) -> LoanApplication:
    """Return the application that the contract takes up, decided on anew as things stand now.

    An officer's approval overrules what is a matter of judgement, and nothing else.
    """
    decided = await decision(unit, customer, offered, refinances=refinances)
    if application_id is None:
        application = await applications.apply(unit, customer, offered, decided, refinances=refinances)
    else:
        application = await applications.locked(unit, application_id, customer.id)
        applications.require_usable(unit, application, offered.principal)
        if application.product != offered.product.code:
            raise InvalidInput(ErrorCode.OFFER_OTHER_PRODUCT)
    against = _against(application, decided, offered.principal)
    if against:
        raise RuleViolation(ErrorCode.LOAN_DECLINED, reasons=", ".join(against))
    if decided.concerns and not _by_officer(application):
        raise RuleViolation(ErrorCode.LOAN_REFERRED)
    return application


def holds(application: LoanApplication, decided: Decision, principal: Money) -> bool:
    """Say whether an approved application may be signed, by what is decided of it now."""
    is_referred = decided.concerns and not _by_officer(application)
    is_approved = application.state == ApplicationState.APPROVED
    return is_approved and not is_referred and not _against(application, decided, principal)


def _against(application: LoanApplication, decided: Decision, principal: Money) -> list[Reason]:
    """Return what stands against signing now; an officer's approval overrules what is a matter of judgement."""
    by_officer, is_above_tier = _by_officer(application), principal > decided.tier_room
    return [
        reason
        for reason in decided.reasons
        if not by_officer or reason in OFFICERS_CANNOT or (reason is Reason.ABOVE_LIMIT and is_above_tier)
    ]


def _by_officer(application: LoanApplication) -> bool:
    return (application.decided_by or "").startswith(OFFICER)


async def takes_to_pay_off(unit: Unit, customer_id: int, product: str) -> Money | None:
    """Return what it takes today to pay the running loan of a product off; None where none runs."""
    old = await _running(unit, customer_id, product)
    return (await queries.view(unit, old)).settlement if old is not None else None


def require_pays_off(offered: Quote, settlement: Money) -> None:
    """Refuse a loan that does not pay the running one off. Raises RuleViolation: `refinance_too_small`."""
    if offered.principal - offered.withheld < settlement:
        raise RuleViolation(ErrorCode.REFINANCE_TOO_SMALL, settlement=settlement)


async def _running(unit: Unit, customer_id: int, product: str) -> Loan | None:
    running = await queries.of_customer(unit, customer_id, LoanState.ACTIVE)
    return next((loan for loan in running if loan.product == product), None)


async def _loan_to_pay_off(unit: Unit, customer_id: int, offered: Quote) -> Loan | None:
    """Return the running loan of the same product, None where it is paid by now; what is left of the new one must be
    at least what it takes.
    """
    old = await _running(unit, customer_id, offered.product.code)
    if old is not None:
        require_pays_off(offered, (await queries.view(unit, old)).settlement)
    return old


def loan_of(
    unit: Unit,
    customer_id: int,
    offered: Quote,
    key: str,
    *,
    paid_out: Money,
    automatic_debit: bool,
    from_change_plus: bool,
) -> Loan:
    """Return the row of a loan as it is signed now; it is in no session yet."""
    product, terms, today = offered.product, offered.terms, unit.open_on
    draws = product.draws if paid_out < offered.principal else None
    return Loan(
        key=key,
        customer_id=customer_id,
        product=product.code,
        product_version=product.version,
        product_number=product.number,
        grade=offered.grade,
        asset=product.asset.code,
        principal=paid_out.amount,
        annual_rate=terms.annual_rate,
        penalty_rate=product.penalty_rate(terms.annual_rate, today),
        grace_days=product.grace_days,
        all_in_rate=offered.all_in_rate,
        count=offered.tenor.count,
        unit=offered.tenor.unit,
        every=offered.tenor.every,
        automatic_debit=automatic_debit,
        debit_from_change_plus=from_change_plus,
        signed_at=unit.now,
        disbursed_on=today,
        cooling_off_until=today + timedelta(days=product.cooling_off_days),
        state=LoanState.ACTIVE,
        late_fee=product.fees.late.amount,
        fee_deferred=terms.fee_at_disbursement,
        fee_ends_on=offered.schedule.instalments[-1].due_on if terms.fee_at_disbursement else None,
        undrawn=(offered.principal - paid_out).amount,
        draws_left=draws.most - 1 if draws else 0,
        draw_until=today + timedelta(days=draws.within_days) if draws else None,
    )


async def write_instalments(unit: Unit, loan: Loan, offered: Quote) -> Schedule:
    """Write down the schedule of what is paid out now, and return it."""
    plan = schedule(offered.product.terms_of(loan), is_bank_holiday)
    starts_on = loan.disbursed_on
    for line in plan.instalments:
        unit.session.add(
            InstalmentRow(
                loan_id=loan.id,
                nr=line.nr,
                starts_on=starts_on,
                due_on=line.due_on,
                principal=line.principal,
                interest=line.interest,
                fee=line.fee,
            )
        )
        starts_on = line.due_on
    record(unit, loan, "signed", {"all_in_rate": str(loan.all_in_rate)})
    await schedules.keep(unit, loan, "signed")
    return plan


async def tell(unit: Unit, loan: Loan, plan: Schedule, reference: str) -> None:
    """Give the borrower the receipt of what was paid out."""
    asset = plan.asset
    await enqueue(
        unit,
        LoanReceipt(
            sum=Money(loan.principal - loan.fee_deferred, asset),
            reference=reference,
            first_due_on=plan.instalments[0].due_on,
            first=Money(plan.instalments[0].total, asset),
            cooling_off_until=loan.cooling_off_until,
            balance=await ledger.balance(unit, ledger.customer_wallet(loan.customer_id, asset)),
        ),
        customer_id=loan.customer_id,
        urgency=Urgency.RECEIPT,
        key=f"receipt.loan:{loan.id}",
        about=f"loan:{loan.id}",
    )
