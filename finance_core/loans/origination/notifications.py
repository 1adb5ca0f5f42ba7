"""Who is told what about a guarantee: people asked, the applicant of their answers, both when somebody has paid."""

from __future__ import annotations

from collections.abc import Sequence

from finance_core.customers import queries as customers
from finance_core.customers.service import name_associated_data
from finance_core.kernel.money import Money
from finance_core.loans.models import Loan
from finance_core.loans.origination import applications, notices
from finance_core.loans.origination.models import Guarantee, GuaranteeState, LoanApplication
from finance_core.notices import Notice, Sealed, Urgency, enqueue, enqueue_many, sealed
from finance_core.storage.unit import Unit


async def asked(unit: Unit, application: LoanApplication, people: Sequence[Guarantee]) -> None:
    """Ask people in private to stand for a loan: the share and the most that it can come to."""
    name = await _sealed_name(unit, application.customer_id)
    principal = applications.principal_of(application)
    told = [
        Notice(
            customer_id=each.customer_id,
            content=notices.GuaranteeAsked(
                guarantee=each.id,
                name=name,
                sum=principal,
                at_most=Money(each.at_most, principal.asset),
            ),
            urgency=Urgency.SYSTEM,
            key=f"guarantee.asked:{each.id}",
            about=f"application:{application.id}",
        )
        for each in people
    ]
    await enqueue_many(unit, told)


async def answered(
    unit: Unit, application: LoanApplication, guarantee: Guarantee, standing: Sequence[Guarantee]
) -> None:
    """Tell the applicant what one of those who were asked has said, and how many have not answered yet."""
    waiting = [each for each in standing if each.state == GuaranteeState.ASKED]
    await enqueue(
        unit,
        notices.GuaranteeAnswered(
            application=application.id,
            name=await _sealed_name(unit, guarantee.customer_id),
            accepted=guarantee.state == GuaranteeState.ACCEPTED,
            waiting=len(waiting),
        ),
        customer_id=application.customer_id,
        urgency=Urgency.SYSTEM,
        key=f"guarantee.answered:{guarantee.id}",
        about=f"application:{application.id}",
    )


async def paid(unit: Unit, loan: Loan, guarantee: Guarantee, amount: Money, reference: str) -> None:
    """Tell both: the guarantor gets a receipt, the borrower learns who paid and what is owed to them now."""
    borrower, guarantor = await _both_names(unit, loan, guarantee)
    receipt = Notice(
        customer_id=guarantee.customer_id,
        content=notices.GuarantorPaid(sum=amount, reference=reference, name=borrower),
        urgency=Urgency.RECEIPT,
        key=f"receipt.guarantor_paid:{reference}",
    )
    debt = Notice(
        customer_id=loan.customer_id,
        content=notices.PaidForYou(sum=amount, reference=reference, guarantee=guarantee.id, name=guarantor),
        urgency=Urgency.SYSTEM,
        key=f"guarantee.paid_for_you:{reference}",
        about=f"loan:{loan.id}",
    )
    await enqueue_many(unit, [receipt, debt])


async def paid_back(unit: Unit, loan: Loan, guarantee: Guarantee, amount: Money, reference: str) -> None:
    """Tell both that the borrower has paid a guarantor back."""
    borrower, guarantor = await _both_names(unit, loan, guarantee)
    paid = Notice(
        customer_id=loan.customer_id,
        content=notices.PaidGuarantorBack(sum=amount, reference=reference, name=guarantor),
        urgency=Urgency.RECEIPT,
        key=f"receipt.paid_guarantor_back:{reference}",
    )
    received = Notice(
        customer_id=guarantee.customer_id,
        content=notices.GuarantorGotBack(sum=amount, reference=reference, name=borrower),
        urgency=Urgency.RECEIPT,
        key=f"receipt.guarantor_got_back:{reference}",
    )
    await enqueue_many(unit, [paid, received])


async def _both_names(unit: Unit, loan: Loan, guarantee: Guarantee) -> tuple[Sealed, Sealed]:
    return await _sealed_name(unit, loan.customer_id), await _sealed_name(unit, guarantee.customer_id)


async def _sealed_name(unit: Unit, customer_id: int) -> Sealed:
    customer = await customers.by_id(unit, customer_id)
    return sealed(customer.name_sealed, name_associated_data(customer_id))
