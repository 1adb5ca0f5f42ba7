"""A contract is signed and its principal paid out: one unit of work, keyed by the intent."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

from finance_core import ledger
from finance_core.customers.queries import locked as lock_customer
from finance_core.kernel.errors import NotAllowed, RuleViolation
from finance_core.kernel.money import Money
from finance_core.loans import entries, queries
from finance_core.loans.models import InstalmentRow, Loan, LoanState
from finance_core.loans.quoting import Quote, decision, quote
from finance_core.loans.rules.schedule import Schedule
from finance_core.loans.timeline import record
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit


async def sign(
    unit: Unit,
    customer_id: int,
    principal: Money,
    count: int,
    key: str,
    *,
    automatic_debit: bool,
    from_change_plus: bool,
) -> tuple[Loan, str]:
    """Sign the contract and pay the principal out into the wallet; return the loan and the receipt's reference.

    What was quoted is computed anew, under the customer's lock, so that two at once cannot both pass "one at a time".

    Raises:
        RuleViolation: `loan_declined` with `reasons`. NotAllowed: `adult_unconfirmed`. InvalidInput as `quote`.
    """
    customer = await lock_customer(unit, customer_id)
    if customer.adult_confirmed_at is None:
        raise NotAllowed("adult_unconfirmed")
    offered = await quote(unit, customer, principal, count)
    decided = await decision(unit, customer, offered)
    if not decided.is_approved:
        raise RuleViolation("loan_declined", reasons=", ".join(decided.reasons))
    loan = await _contract(
        unit, customer_id, offered, key, automatic_debit=automatic_debit, from_change_plus=from_change_plus
    )
    [posted] = await ledger.post(unit, entries.disbursement(loan, contract_hash(loan, offered.schedule)))
    record(unit, loan, "disbursed", {"reference": posted.reference})
    await enqueue(
        unit,
        customer_id=customer_id,
        kind="receipt.loan",
        params={
            "sum": principal.as_json(),
            "reference": posted.reference,
            "first_due_on": offered.schedule.instalments[0].due_on.isoformat(),
            "first": offered.instalment.as_json(),
            "cooling_off_until": loan.cooling_off_until.isoformat(),
            "balance": (await ledger.balance(unit, entries.wallet(customer_id, principal.asset))).as_json(),
        },
        urgency=Urgency.RECEIPT,
        key=f"receipt.loan:{loan.id}",
        about=f"loan:{loan.id}",
    )
    return loan, posted.reference


async def choose_automatic_debit(unit: Unit, loan_id: int, customer_id: int, *, consent: bool) -> Loan:
    """Give or withdraw the consent to be debited on due days. Withdrawn consent changes nothing of what is owed."""
    loan = await queries.by_id(unit, loan_id, customer_id)
    loan.automatic_debit = consent
    record(unit, loan, "debit_consent" if consent else "debit_consent_withdrawn", {})
    return loan


def contract_hash(loan: Loan, plan: Schedule) -> str:
    """Return the SHA-256 of the contract's terms and schedule in canonical JSON: what was signed, for good."""
    terms = {
        "customer": loan.customer_id,
        "product": [loan.product, loan.product_version],
        "principal": loan.principal,
        "asset": loan.asset,
        "annual_rate": str(loan.annual_rate),
        "penalty_rate": str(loan.penalty_rate),
        "all_in_rate": str(loan.all_in_rate),
        "signed_at": loan.signed_at.isoformat(),
        "schedule": [[line.due_on.isoformat(), line.principal, line.interest] for line in plan.instalments],
    }
    return hashlib.sha256(json.dumps(terms, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


async def _contract(
    unit: Unit, customer_id: int, offered: Quote, key: str, *, automatic_debit: bool, from_change_plus: bool
) -> Loan:
    product, terms = offered.product, offered.terms
    cap = product.cap_on(unit.open_on)
    loan = Loan(
        key=key,
        customer_id=customer_id,
        product=product.code,
        product_version=product.version,
        product_number=product.number,
        grade=offered.grade,
        asset=terms.principal.asset.code,
        principal=terms.principal.amount,
        annual_rate=terms.annual_rate,
        penalty_rate=max(Decimal(0), min(terms.annual_rate * product.penalty_factor, cap) - terms.annual_rate),
        grace_days=product.grace_days,
        all_in_rate=offered.all_in_rate,
        count=terms.count,
        automatic_debit=automatic_debit,
        debit_from_change_plus=from_change_plus,
        signed_at=unit.now,
        disbursed_on=unit.open_on,
        cooling_off_until=unit.open_on + timedelta(days=product.cooling_off_days),
        state=LoanState.ACTIVE,
    )
    unit.session.add(loan)
    await unit.session.flush()
    starts_on = unit.open_on
    for line in offered.schedule.instalments:
        unit.session.add(
            InstalmentRow(
                loan_id=loan.id,
                nr=line.nr,
                starts_on=starts_on,
                due_on=line.due_on,
                principal=line.principal,
                interest=line.interest,
            )
        )
        starts_on = line.due_on
    record(unit, loan, "signed", {"all_in_rate": str(offered.all_in_rate)})
    await unit.session.flush()
    return loan
