"""Joint liability: people who stand for a loan, each for a share, each asked privately before it can be signed.

All are named together, so that each knows the share from the start; one refusal and others have to be named. When the
borrower is overdue beyond the product's days each is asked for the share of what is overdue; nobody is ever debited.
Who has paid has a claim on the borrower, kept as a memo (D 9030 C 9039), which the borrower can pay back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from finance_core import ledger
from finance_core.customers import queries as customers
from finance_core.customers.blocking import require_reaches
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.models import Customer
from finance_core.customers.service import username_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.loans import queries
from finance_core.loans.events import record
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.origination import applications, notifications
from finance_core.loans.origination.applicants import applicant
from finance_core.loans.origination.contract import Surety
from finance_core.loans.origination.group_lines import group_of
from finance_core.loans.origination.models import ApplicationState, Guarantee, GuaranteeState, LoanApplication
from finance_core.loans.origination.quoting import product_named
from finance_core.loans.origination.self_limits import require_may_take_on
from finance_core.loans.products.product_terms import LoanProduct
from finance_core.loans.repayment.repayment import repay
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody stands for, as of today."""

    guarantee: Guarantee
    borrower: Customer
    principal: Money
    at_most: Money
    loan: Loan | None
    """None while the contract is not signed."""
    to_pay: Money
    """What is asked for now."""
    claim: Money
    """What has been paid for the borrower and not been paid back."""


# -- before signing -------------------------------------------------------------------------------------------------


async def name(
    unit: Unit, cipher: Cipher, application_id: int, customer_id: int, guarantors: Sequence[int]
) -> list[Guarantee]:
    """Ask people to stand for a loan that is offered, each for an equal share of all that it repays.

    Who was named before is let go. The offer holds for the product's days from now on.

    Raises:
        NotFound: `application`. Conflict: `offer_gone` (also of a group's line, which its members stand for),
            `offer_expired`, `guarantors_asked` (all have been asked already and none has refused).
        InvalidInput: `guarantors_count` with least and most; `guarantor_is_borrower`; `guarantor_not_ready` (has not
            joined, or owes something overdue) with `customer`.
    """
    application = await applications.locked(unit, application_id, customer_id)
    applications.require_usable(unit, application, applications.principal_of(application))
    if await group_of(unit, application.id) is not None:
        raise Conflict(ErrorCode.OFFER_GONE)
    product = await product_named(unit, application.product)
    people = await _checked(unit, cipher, product, customer_id, guarantors)
    before = await of_application(unit, application.id)
    if before and not any(each.state == GuaranteeState.REFUSED for each in before):
        raise Conflict(ErrorCode.GUARANTORS_ASKED)
    for each in before:
        each.state = GuaranteeState.VOID
    application.expires_at = applications.end_of(unit, unit.open_on + timedelta(days=product.offer_days))
    asked = _shares(unit, application, people)
    unit.session.add_all(asked)
    await unit.session.flush()
    await notifications.asked(unit, application, asked)
    return asked


async def answer(unit: Unit, guarantee_id: int, guarantor_id: int, *, accepts: bool) -> Guarantee:
    """Accept or refuse to stand; the applicant is told. The caller has checked the PIN of who accepts.

    Raises:
        NotFound: `guarantee`. NotAllowed: `account_frozen` of who accepts.
        Conflict: `guarantee_answered`, `offer_gone`, `offer_expired`.
        RuleViolation: `self_excluded` with `until`: who takes on no debt of their own stands for nobody's.
    """
    guarantee = await _locked(unit, guarantee_id, guarantor_id)
    application = await applications.locked(unit, guarantee.application_id)
    if guarantee.state != GuaranteeState.ASKED:
        raise Conflict(ErrorCode.GUARANTEE_ANSWERED)
    applications.require_usable(unit, application, applications.principal_of(application))
    if accepts:
        await require_not_frozen(unit, guarantor_id)
        await require_may_take_on(unit, guarantor_id)
    guarantee.state = GuaranteeState.ACCEPTED if accepts else GuaranteeState.REFUSED
    guarantee.answered_at = unit.now
    await unit.session.flush()
    await notifications.answered(unit, application, guarantee, await of_application(unit, application.id))
    return guarantee


async def bind(unit: Unit, application: LoanApplication, loan: Loan, product: LoanProduct) -> tuple[Surety, ...]:
    """Bind to a loan those who stand for it, as it is signed; nobody where the product wants none.

    Raises:
        RuleViolation: `guarantors_missing` with `least`: not everybody has accepted.
    """
    if product.guarantees is None:
        return ()
    standing = await of_application(unit, application.id)
    if len(standing) < product.guarantees.least or not is_complete(standing):
        raise RuleViolation(ErrorCode.GUARANTORS_MISSING, least=product.guarantees.least)
    for each in standing:
        each.loan_id, each.state = loan.id, GuaranteeState.BOUND
    return sureties(standing, loan)


def sureties(standing: Sequence[Guarantee], loan: Loan) -> tuple[Surety, ...]:
    """Return who stands for a loan as its contract names them."""
    asset = ASSETS[loan.asset]
    return tuple(Surety(each.customer_id, Money(each.at_most, asset)) for each in standing)


def is_complete(standing: Sequence[Guarantee]) -> bool:
    """Say whether everybody who was asked has accepted."""
    return bool(standing) and all(each.state == GuaranteeState.ACCEPTED for each in standing)


async def of_application(unit: Unit, application_id: int) -> list[Guarantee]:
    """Return who has been asked to stand for an application, by their shares; those let go are left out."""
    statement = select(Guarantee).where(
        Guarantee.application_id == application_id, Guarantee.state != GuaranteeState.VOID
    )
    return list(await unit.session.scalars(statement.order_by(col(Guarantee.share_nr))))


async def open_application(unit: Unit, customer_id: int, product: str) -> LoanApplication | None:
    """Return a person's running offer for which guarantors have been asked, if there is one."""
    statement = (
        select(LoanApplication)
        .where(
            LoanApplication.customer_id == customer_id,
            LoanApplication.product == product,
            LoanApplication.state == ApplicationState.APPROVED,
            col(LoanApplication.expires_at) > unit.now,
            select(Guarantee.id)
            .where(Guarantee.application_id == LoanApplication.id, Guarantee.state != GuaranteeState.VOID)
            .exists(),
        )
        .order_by(col(LoanApplication.id).desc())
        .limit(1)
    )
    return await unit.session.scalar(statement)


# -- while it runs --------------------------------------------------------------------------------------------------


async def standing_for(unit: Unit, guarantor_id: int) -> list[Standing]:
    """Return what a person stands for, or is asked to, or has a claim from; oldest first."""
    statement = select(Guarantee).where(
        Guarantee.customer_id == guarantor_id,
        col(Guarantee.state).in_((GuaranteeState.ASKED, GuaranteeState.ACCEPTED, GuaranteeState.BOUND)),
    )
    found = [await _standing(unit, each) for each in await unit.session.scalars(statement.order_by(col(Guarantee.id)))]
    return [each for each in found if _still_matters(each)]


async def standing(unit: Unit, guarantee_id: int, guarantor_id: int) -> Standing:
    """Return one thing that a person stands for. Raises NotFound: `guarantee`, for another's too."""
    guarantee = await unit.session.get(Guarantee, guarantee_id)
    if guarantee is None or guarantee.customer_id != guarantor_id:
        raise NotFound(ErrorCode.GUARANTEE)
    return await _standing(unit, guarantee)


async def claims_on(unit: Unit, borrower_id: int) -> list[Guarantee]:
    """Return what a borrower owes to those who have paid for them."""
    statement = (
        select(Guarantee)
        .join(Loan, col(Loan.id) == Guarantee.loan_id)
        .where(Loan.customer_id == borrower_id, Guarantee.paid > Guarantee.paid_back)
    )
    return list(await unit.session.scalars(statement.order_by(col(Guarantee.id))))


async def pay(unit: Unit, guarantee_id: int, guarantor_id: int, key: str) -> tuple[Money, str]:
    """Pay what is asked of a guarantor out of their own wallet; both are told, and the claim is kept.

    Raises:
        NotFound: `guarantee`. RuleViolation: `nothing_owed`. Conflict: `loan_settled`. InsufficientFunds.
    """
    guarantee = await _locked(unit, guarantee_id, guarantor_id)
    known = await ledger.find(unit, f"{key}:claim")
    loan = await queries.locked(unit, guarantee.loan_id or 0)
    view = await _standing(unit, guarantee)
    if known is not None or not view.to_pay:
        raise RuleViolation(ErrorCode.NOTHING_OWED)
    paid = await repay(unit, loan.id, view.to_pay, key, payer_id=guarantor_id)
    claim = Transfer(*_claim_accounts(guarantee, paid.amount), paid.amount)
    await ledger.post(unit, Entry("loan.guarantee_claim", f"{key}:claim", (claim,), _about(loan, guarantee)))
    guarantee.paid += paid.amount.amount
    record(unit, loan, "guarantor_paid", {"amount": paid.amount.amount, "reference": paid.reference})
    await notifications.paid(unit, loan, guarantee, paid.amount, paid.reference)
    return paid.amount, paid.reference


async def pay_back(unit: Unit, guarantee_id: int, borrower_id: int, key: str) -> tuple[Money, str]:
    """Let a borrower pay back all that a guarantor has paid for them.

    Raises:
        NotFound: `guarantee`. RuleViolation: `nothing_owed`. InsufficientFunds.
    """
    guarantee = await _locked(unit, guarantee_id, None)
    loan = await queries.by_id(unit, guarantee.loan_id or 0, borrower_id)
    amount = Money(guarantee.paid - guarantee.paid_back, ASSETS[loan.asset])
    if not amount:
        raise RuleViolation(ErrorCode.NOTHING_OWED)
    claim, contra = _claim_accounts(guarantee, amount)
    between = Transfer(
        ledger.customer_wallet(borrower_id, amount.asset),
        ledger.customer_wallet(guarantee.customer_id, amount.asset),
        amount,
    )
    entry = Entry("loan.guarantor_paid_back", key, (between, Transfer(contra, claim, amount)), _about(loan, guarantee))
    [posted] = await ledger.post(unit, entry)
    guarantee.paid_back += amount.amount
    await notifications.paid_back(unit, loan, guarantee, amount, posted.reference)
    return amount, posted.reference


# -- inside ---------------------------------------------------------------------------------------------------------


async def _checked(
    unit: Unit, cipher: Cipher, product: LoanProduct, borrower_id: int, guarantors: Sequence[int]
) -> list[Customer]:
    rules = product.guarantees
    distinct = list(dict.fromkeys(guarantors))
    if rules is None or not rules.least <= len(distinct) <= rules.most:
        raise InvalidInput(
            ErrorCode.GUARANTORS_COUNT, least=rules.least if rules else 0, most=rules.most if rules else 0
        )
    if borrower_id in distinct:
        raise InvalidInput(ErrorCode.GUARANTOR_IS_BORROWER)
    people = [await customers.by_id(unit, guarantor) for guarantor in distinct]
    for person in people:
        await require_reaches(unit, borrower_id, person.id)
        facts = await applicant(unit, person, product)
        if not person.has_joined or facts.days_past_due or facts.written_off:
            raise InvalidInput(ErrorCode.GUARANTOR_NOT_READY, customer=f"@{username_of(person, cipher) or person.id}")
    return people


def _shares(unit: Unit, application: LoanApplication, people: Sequence[Customer]) -> list[Guarantee]:
    """Return a guarantee for each: an equal share of principal, interest and fees, the first ones a cent more."""
    asked = applications.principal_of(application)
    quoted = sum(principal + interest + fee for _, _, principal, interest, fee in application.quoted["schedule"])
    whole = Money(-(-quoted * asked.amount // application.principal), asked.asset)
    return [
        Guarantee(
            application_id=application.id,
            customer_id=person.id,
            share_nr=nr,
            share_of=len(people),
            at_most=share.amount,
            state=GuaranteeState.ASKED,
            asked_at=unit.now,
        )
        for nr, (person, share) in enumerate(zip(people, whole.split([1] * len(people)), strict=True), 1)
    ]


async def _standing(unit: Unit, guarantee: Guarantee) -> Standing:
    application = await unit.session.get(LoanApplication, guarantee.application_id)
    assert application is not None
    asset = ASSETS[application.asset]
    loan = await unit.session.get(Loan, guarantee.loan_id) if guarantee.loan_id is not None else None
    return Standing(
        guarantee=guarantee,
        borrower=await customers.by_id(unit, application.customer_id),
        principal=applications.principal_of(application),
        at_most=Money(guarantee.at_most, asset),
        loan=loan,
        to_pay=await _to_pay(unit, guarantee, loan) if loan is not None else Money.zero(asset),
        claim=Money(guarantee.paid - guarantee.paid_back, asset),
    )


async def _to_pay(unit: Unit, guarantee: Guarantee, loan: Loan) -> Money:
    """Return what has been asked for and not been paid, at most what is due now."""
    if loan.state != LoanState.ACTIVE or guarantee.called == guarantee.paid:
        return Money.zero(ASSETS[loan.asset])
    due = (await queries.view(unit, loan)).due_now
    return min(Money(guarantee.called - guarantee.paid, due.asset), due)


def _still_matters(view: Standing) -> bool:
    return bool(view.claim) or view.loan is None or view.loan.state == LoanState.ACTIVE


async def _locked(unit: Unit, guarantee_id: int, guarantor_id: int | None) -> Guarantee:
    statement = select(Guarantee).where(Guarantee.id == guarantee_id).with_for_update()
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None or guarantor_id not in (None, found.customer_id):
        raise NotFound(ErrorCode.GUARANTEE)
    return found


def _claim_accounts(guarantee: Guarantee, amount: Money) -> tuple[Account, Account]:
    return Account("9030", guarantee.id, amount.asset), Account("9039", asset=amount.asset)


def _about(loan: Loan, guarantee: Guarantee) -> dict[str, str | int]:
    return {"customer": loan.customer_id, "loan": loan.id, "guarantor": guarantee.customer_id}
