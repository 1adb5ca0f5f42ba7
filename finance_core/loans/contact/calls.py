"""An officer calls a debtor: the phone is shown only where the contact rules allow a call, and the call is logged."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from finance_core.approvals import audit, require_no_party
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, require
from finance_core.customers.service import phone_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound, RuleViolation
from finance_core.loans.models import Loan
from finance_core.loans.parties import parties_to_loan
from finance_core.notices.contact_rules import WhyNot, call_refusal
from finance_core.notices.contacts import contacts_of, log_call
from finance_core.notices.quiet_hours import next_allowed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def open_call(unit: Unit, cipher: Cipher, loan_id: int, officer_id: int) -> str:
    """Log a call about a loan as made now, and return the debtor's own phone, the only number that may be called.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `loan`, `phone`.
        RuleViolation: `call_quiet_hours` with `until` (08:00 of the person's day) and their `zone`;
            `call_frequency` (three contacts today, pushes included).
    """
    await require(unit, officer_id, Permission.HELP_IN_HARDSHIP)
    loan = await unit.session.get(Loan, loan_id, with_for_update={"key_share": True})
    if loan is None:
        raise NotFound(ErrorCode.LOAN)
    require_no_party(await parties_to_loan(unit, loan_id), officer_id)
    customer = await by_id(unit, loan.customer_id)
    phone = phone_of(customer, cipher)
    if phone is None:
        raise NotFound(ErrorCode.PHONE)
    zone = ZoneInfo(customer.zone)
    today = await contacts_of(unit, customer.id, unit.now.astimezone(zone).date())
    because = call_refusal(unit.now, zone, today)
    if because is WhyNot.QUIET_HOURS:
        until = next_allowed(unit.now, zone).astimezone(zone)
        raise RuleViolation(ErrorCode.CALL_QUIET_HOURS, until=f"{until:%Y-%m-%d %H:%M}", zone=customer.zone)
    if because is not None:
        raise RuleViolation(ErrorCode.CALL_FREQUENCY)
    audit.record(unit, officer_id, "look", f"customer:{customer.id}", {"at": "phone", "loan": loan.id})
    await log_call(
        unit,
        customer_id=customer.id,
        zone=customer.zone,
        about=f"loan:{loan.id}",
        caller_id=officer_id,
        details={"state": loan.state},
    )
    return phone
