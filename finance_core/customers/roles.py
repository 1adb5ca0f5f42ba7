"""Who may do what in running the institution (PRODUCTS §7). What is not granted here is denied.

A role is held by a customer: `operator_role` has a row for each, and one person may hold several. A handler declares
the permission that it needs, a use case asks for it with `require`; neither ever asks for a role.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from sqlmodel import col, select

from finance_core.customers.models import OperatorRole
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed
from finance_core.storage.unit import Unit


class Role(StrEnum):
    """What somebody is to the institution."""

    SUPPORT = "support"  # answers people, and sees what that takes
    CREDIT_OFFICER = "credit_officer"  # decides on applications, looks after loans in difficulty
    TREASURER = "treasurer"  # money, rails, write-offs
    MARKETING = "marketing"  # offers and broadcasts
    AUDITOR = "auditor"  # reads all, changes nothing
    ADMINISTRATOR = "administrator"  # everything, roles included; a small institution has little else


class Permission(StrEnum):
    """What can be granted. `propose_…` is the maker's, `approve_…` the checker's; nobody checks what they made."""

    SEE_DESK = "see_desk"  # the desk itself, and what stands on it for one's roles
    SEE_CUSTOMERS = "see_customers"  # a person's own data: each look is recorded
    FIND_CUSTOMERS = "find_customers"  # by name, phone, contract or receipt: each search is recorded
    SEE_AMOUNTS = "see_amounts"  # what a person holds and owes, in figures
    TAKE_NOTES = "take_notes"  # about a person, for colleagues
    CORRECT_AGE = "correct_age"  # a No to the question of age that was a mistake
    ANSWER_CASES = "answer_cases"  # who asked for a person; each operator reads their own cases only
    PROPOSE_GOODWILL = "propose_goodwill"  # money for what went wrong, on a case
    APPROVE_GOODWILL = "approve_goodwill"
    SEE_LOANS = "see_loans"  # a loan's facts and its timeline: each look is recorded
    SEE_APPROVALS = "see_approvals"  # what waits for a second person
    SEE_COUNTS = "see_counts"  # reports that count and name nobody
    SEE_REPORTS = "see_reports"
    SEE_AUDIT = "see_audit"  # who did and who looked at what
    DECIDE_APPLICATIONS = "decide_applications"  # the officer's queue of referred applications
    HELP_IN_HARDSHIP = "help_in_hardship"  # who cannot pay, and the proposal made to them
    PROPOSE_LOAN_CHANGE = "propose_loan_change"  # restructure, waive, hand over to collection
    APPROVE_LOAN_CHANGE = "approve_loan_change"
    PROPOSE_WRITE_OFF = "propose_write_off"
    APPROVE_WRITE_OFF = "approve_write_off"
    PROPOSE_REVERSAL = "propose_reversal"  # a repayment that was booked and never came
    APPROVE_REVERSAL = "approve_reversal"
    PUBLISH_INCOME = "publish_income"  # a fund's income of a day; what is beyond belief, or a correction, is proposed
    APPROVE_INCOME = "approve_income"
    MANAGE_FUND = "manage_fund"  # a fund's cash: what of its instruments is sold, when redemptions wait for it
    PUBLISH_PRICES = "publish_prices"  # the NAV of a day; a correction, or one far from the last, is proposed
    APPROVE_PRICES = "approve_prices"
    RUN_FUNDS = "run_funds"  # a fund's distributions and suspensions
    PROPOSE_GRANT = "propose_grant"  # giving a role to somebody, or taking it
    APPROVE_GRANT = "approve_grant"
    FREEZE = "freeze"  # one person, with a reason: nothing leaves an account
    PROPOSE_UNFREEZE = "propose_unfreeze"
    APPROVE_UNFREEZE = "approve_unfreeze"
    PROPOSE_PIN_RESET = "propose_pin_reset"  # who has forgotten the PIN
    APPROVE_PIN_RESET = "approve_pin_reset"
    PROPOSE_CIRCLE_CHANGE = "propose_circle_change"  # a savings circle is suspended, or goes on
    APPROVE_CIRCLE_CHANGE = "approve_circle_change"
    REVIEW_IDENTITY = "review_identity"  # who somebody is, by document and selfie
    OPEN_IDENTITY = "open_identity"  # the pictures themselves: whoever reads all does not read those
    PROPOSE_BROADCAST = "propose_broadcast"  # offers and broadcasts: written, sent for approval, stopped
    APPROVE_CREDIT_OFFER = "approve_credit_offer"  # who answers for the price
    APPROVE_INVESTMENT_OFFER = "approve_investment_offer"  # of whatever else is offered
    APPROVE_SERVICE_NOTICE = "approve_service_notice"  # an administrator's alone
    RUN_SERVICE = "run_service"  # updates that were given up, and days that wait because of a clock


_READS: Final = frozenset(permission for permission in Permission if permission.startswith("see_"))

GRANTED: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.SUPPORT: frozenset(
        {
            Permission.SEE_DESK,
            Permission.SEE_CUSTOMERS,
            Permission.SEE_LOANS,
            Permission.SEE_APPROVALS,
            Permission.CORRECT_AGE,
            Permission.ANSWER_CASES,
            Permission.FIND_CUSTOMERS,
            Permission.TAKE_NOTES,
            Permission.FREEZE,
            Permission.PROPOSE_UNFREEZE,
            Permission.PROPOSE_PIN_RESET,
            Permission.OPEN_IDENTITY,  # of a reset: the proposer compares the selfie, too
            Permission.PROPOSE_GOODWILL,
            Permission.PROPOSE_CIRCLE_CHANGE,
        }
    ),
    Role.CREDIT_OFFICER: frozenset(
        {
            Permission.SEE_DESK,
            Permission.SEE_CUSTOMERS,
            Permission.SEE_LOANS,
            Permission.SEE_AMOUNTS,
            Permission.TAKE_NOTES,
            Permission.SEE_APPROVALS,
            Permission.SEE_COUNTS,
            Permission.SEE_REPORTS,
            Permission.FREEZE,
            Permission.APPROVE_PIN_RESET,
            Permission.REVIEW_IDENTITY,
            Permission.OPEN_IDENTITY,
            Permission.DECIDE_APPLICATIONS,
            Permission.HELP_IN_HARDSHIP,
            Permission.PROPOSE_LOAN_CHANGE,
            Permission.APPROVE_LOAN_CHANGE,
            Permission.PROPOSE_WRITE_OFF,
            Permission.APPROVE_CREDIT_OFFER,
        }
    ),
    Role.TREASURER: frozenset(
        {
            Permission.SEE_DESK,
            Permission.SEE_LOANS,
            Permission.SEE_APPROVALS,
            Permission.SEE_COUNTS,
            Permission.SEE_REPORTS,
            Permission.FREEZE,
            Permission.APPROVE_UNFREEZE,
            Permission.APPROVE_GOODWILL,
            Permission.APPROVE_CIRCLE_CHANGE,
            Permission.APPROVE_WRITE_OFF,
            Permission.PROPOSE_REVERSAL,
            Permission.APPROVE_REVERSAL,
            Permission.PUBLISH_PRICES,
            Permission.APPROVE_PRICES,
            Permission.RUN_FUNDS,
            Permission.PUBLISH_INCOME,
            Permission.APPROVE_INCOME,
            Permission.MANAGE_FUND,
            Permission.APPROVE_CREDIT_OFFER,
            Permission.APPROVE_INVESTMENT_OFFER,
        }
    ),
    Role.MARKETING: frozenset({Permission.SEE_DESK, Permission.SEE_COUNTS, Permission.PROPOSE_BROADCAST}),
    Role.AUDITOR: _READS,
    Role.ADMINISTRATOR: frozenset(Permission),
}


def allowed(role: Role | str, permission: Permission) -> bool:
    """Say whether `role` grants `permission`; a name that is no role grants nothing."""
    return role in GRANTED and permission in GRANTED[Role(role)]


def permissions_of(roles: Collection[Role]) -> frozenset[Permission]:
    """Return all that a person with these roles may do."""
    return frozenset().union(*(GRANTED[role] for role in roles))


async def roles_of(unit: Unit, customer_id: int) -> frozenset[Role]:
    """Return the roles that a person holds now; none for a customer."""
    held = select(OperatorRole.role).where(
        OperatorRole.customer_id == customer_id, col(OperatorRole.revoked_at).is_(None)
    )
    return frozenset(Role(role) for role in await unit.session.scalars(held))


async def may(unit: Unit, customer_id: int, permission: Permission) -> bool:
    """Say whether a person holds a role that grants `permission`."""
    return permission in permissions_of(await roles_of(unit, customer_id))


async def require(unit: Unit, customer_id: int, permission: Permission) -> None:
    """Refuse who lacks `permission`. Raises NotAllowed: `no_permission` with `permission`."""
    if not await may(unit, customer_id, permission):
        raise NotAllowed(ErrorCode.NO_PERMISSION, permission=permission.value)


async def holders(unit: Unit, permission: Permission) -> list[int]:
    """Return the ids of everybody who has `permission`, ascending: whom to tell that something waits."""
    roles = [role for role, granted in GRANTED.items() if permission in granted]
    held = select(OperatorRole.customer_id).where(
        col(OperatorRole.role).in_(roles), col(OperatorRole.revoked_at).is_(None)
    )
    return list(await unit.session.scalars(held.distinct().order_by(col(OperatorRole.customer_id))))
