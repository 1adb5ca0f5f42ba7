"""The group borrows together (*Group*, joint liability): one application of a circle's members, a line each.

Each asks for their own line in private and is decided on like anybody, with the shares of the others' loans counted
among what a month takes. Once all lines are approved each signs: for the own loan, and to stand for an equal share of
each other's. With the last signature all are paid in one unit; seven days without it, and nobody is. A signature may be
taken back until then. The group learns how many have signed and whether it is complete, never who has not, or why.

What happens afterwards is `guarantees`: who is late is between them and those who stand for them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlmodel import col, select

from finance_core.customers.models import Customer
from finance_core.customers.queries import locked as lock_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, FinanceError
from finance_core.kernel.money import Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.origination import applications, group_notifications, quoting, signing
from finance_core.loans.origination.contract import Write, bare
from finance_core.loans.origination.decision import Decision
from finance_core.loans.origination.group_lines import (
    OPEN,
    Progress,
    application_of,
    besides,
    fixed,
    is_approved,
    lines_of,
    own_line,
    progress,
    quotes_of,
    shares_of,
    stood_for,
)
from finance_core.loans.origination.group_models import GroupLoan, GroupLoanLine, GroupState
from finance_core.loans.origination.group_opening import (
    BOARD,
    LASTS,
    locked_open,
    require_members,
    require_none_overdue,
)
from finance_core.loans.origination.models import ApplicationState, Guarantee, GuaranteeState, LoanApplication
from finance_core.loans.origination.quoting import Quote
from finance_core.loans.origination.self_limits import require_may_take_on
from finance_core.notices import boards
from finance_core.storage.unit import Unit

WriteFor = Callable[[int], Write]
"""Gives, for a borrower, what puts their contract on paper in their language."""


# -- asking ---------------------------------------------------------------------------------------------------------


async def ask(
    unit: Unit,
    group_id: int,
    customer_id: int,
    principal: Money,
    count: int | None = None,
    *,
    automatic_debit: bool,
    from_change_plus: bool = False,
) -> LoanApplication:
    """Ask for one's line, or for another one while the lines are open or the own is not approved; it is decided now.

    What was asked for before is let go. Once all lines are approved each is asked to sign.

    Raises:
        NotFound: `group_loan`, for who is not in it too. Conflict: `group_loan_over`, `group_loan_signing` (all lines
            are approved), `application_waits`. NotAllowed: `account_frozen`. As `quoting.quote`.
    """
    group = await locked_open(unit, group_id, customer_id)
    lines = await lines_of(unit, group.id)
    line = own_line(lines, customer_id)
    await _require_may_ask(unit, group, line)
    customer = await lock_customer(unit, customer_id)
    offered = await quoting.quote(unit, customer, principal, count, group.product)
    shares = besides(await quotes_of(unit, lines), lines, customer_id)
    await _let_go(unit, line)
    application = await _decided(unit, group, customer, offered, shares)
    line.application_id, line.automatic_debit, line.from_change_plus = application.id, automatic_debit, from_change_plus
    await unit.session.flush()
    await _advance(unit, group, lines)
    return application


async def would_be(
    unit: Unit, group_id: int, customer: Customer, principal: Money, count: int | None = None
) -> tuple[Quote, Decision]:
    """Return what one's line would be and how it would be decided on now, before it is asked for. Changes nothing.

    Raises as `ask`.
    """
    group = await locked_open(unit, group_id, customer.id)
    lines = await lines_of(unit, group.id)
    await _require_may_ask(unit, group, own_line(lines, customer.id))
    offered = await quoting.quote(unit, customer, principal, count, group.product)
    shares = besides(await quotes_of(unit, lines), lines, customer.id)
    return offered, await quoting.decision(unit, customer, offered, besides=shares)


async def moved(unit: Unit, application: LoanApplication) -> None:
    """See whether a group may sign now, as an officer has decided on one of its lines."""
    found = await unit.session.scalar(
        select(GroupLoan)
        .join(GroupLoanLine, col(GroupLoanLine.group_loan_id) == GroupLoan.id)
        .where(
            GroupLoanLine.application_id == application.id,
            col(GroupLoan.state).in_(OPEN),
        )
        .with_for_update()
    )
    if found is not None:
        await _advance(unit, found, await lines_of(unit, found.id))


# -- signing --------------------------------------------------------------------------------------------------------


async def sign(
    unit: Unit, group_id: int, members: Collection[int], customer_id: int, *, write_for: WriteFor = lambda _: bare
) -> Progress:
    """Sign one's own line, and to stand for one's share of each other's. The caller has checked the PIN.

    With the last signature all are paid. Should somebody's line not hold any more, they alone are told, and the group
    reads on that it is not complete.

    Args:
        members: who is in the circle now: once one of the borrowers has left it, nobody signs and nobody is paid.

    Raises:
        NotFound: `group_loan`. Conflict: `group_loan_over`, `group_loan_not_ready`: a line, or the own one, is not
            approved (any more).
        InvalidInput: `group_loan_member`: somebody is not of the circle any more.
        NotAllowed: `account_frozen`, `adult_unconfirmed`. RuleViolation: `self_excluded`, `group_loan_overdue`.
    """
    group = await locked_open(unit, group_id, customer_id)
    lines = await lines_of(unit, group.id)
    line = own_line(lines, customer_id)
    if group.state != GroupState.SIGNING:
        raise Conflict(ErrorCode.GROUP_LOAN_NOT_READY)
    require_members(members, [each.customer_id for each in lines])
    await signing.require_may_sign(unit, await lock_customer(unit, customer_id))
    await require_may_take_on(unit, customer_id)
    await require_none_overdue(unit, group.circle_id)
    if not await is_approved(unit, line):
        raise Conflict(ErrorCode.GROUP_LOAN_NOT_READY)
    await _ask_anew_if_dearer(unit, group, lines, signer=customer_id)
    line.signed_at = line.signed_at or unit.now
    await unit.session.flush()
    if all(each.signed_at is not None for each in lines):
        quotes = await _still_hold(unit, lines)
        if quotes is not None:
            await _pay_all(unit, group, lines, quotes, write_for)
    await boards.changed(unit, BOARD, group.id, is_over=group.state == GroupState.PAID)
    return await progress(unit, group.id)


async def withdraw(unit: Unit, group_id: int, customer_id: int) -> Progress:
    """Take one's signature back, which may be done until all are paid; nobody else is told.

    Raises:
        NotFound: `group_loan`. Conflict: `group_loan_over`.
    """
    group = await locked_open(unit, group_id, customer_id)
    own_line(await lines_of(unit, group.id), customer_id).signed_at = None
    await unit.session.flush()
    await boards.changed(unit, BOARD, group.id)
    return await progress(unit, group.id)


def line_key(group_id: int, nr: int) -> str:
    """Return the key under which a line is signed and paid out."""
    return f"group_loan:{group_id}:{nr}"


# -- inside ---------------------------------------------------------------------------------------------------------


async def _advance(unit: Unit, group: GroupLoan, lines: Sequence[GroupLoanLine]) -> None:
    """Once all lines are approved, with all shares counted, fix what each repays and ask each to sign."""
    if not all([await is_approved(unit, line) for line in lines]):
        return
    quotes = await _still_hold(unit, lines)
    if quotes is None:
        return
    group.expires_at = unit.now + LASTS
    for line in lines:
        _fix(line, quotes[line.nr])
        application = await application_of(unit, line)
        assert application is not None
        application.expires_at = group.expires_at
    group.state = GroupState.SIGNING
    await unit.session.flush()
    await group_notifications.to_sign(unit, group, [line.customer_id for line in lines])
    await boards.changed(unit, BOARD, group.id)


def _fix(line: GroupLoanLine, offered: Quote) -> None:
    """Fix what a line repays at most; it is to be signed (anew)."""
    line.whole, line.signed_at = offered.repaid.amount, None


async def _ask_anew_if_dearer(unit: Unit, group: GroupLoan, lines: Sequence[GroupLoanLine], *, signer: int) -> None:
    """Where a line repays more today than was shown, fix all anew: who has signed is asked for it once more.

    The first due day may have moved on by a month since, and the shares with it.
    """
    quotes = await quotes_of(unit, lines)
    if fixed(lines, quotes) == {line.nr: line.whole for line in lines}:
        return
    again = [line.customer_id for line in lines if line.signed_at is not None and line.customer_id != signer]
    for line in lines:
        _fix(line, quotes[line.nr])
    await unit.session.flush()
    await group_notifications.to_sign(unit, group, again)


async def _still_hold(unit: Unit, lines: Sequence[GroupLoanLine]) -> dict[int, Quote] | None:
    """Decide on each line as things stand; return what they are, by number, if all hold, else None.

    Whose line does not hold is told alone, and has to ask or sign anew.
    """
    people = {who: await lock_customer(unit, who) for who in sorted(line.customer_id for line in lines)}
    all_hold, quotes = True, await quotes_of(unit, lines)
    for line in lines:
        customer, application = people[line.customer_id], await application_of(unit, line)
        offered, shares = quotes[line.nr], besides(quotes, lines, line.customer_id)
        decided = await quoting.decision(unit, customer, offered, besides=shares)
        if application is not None and signing.holds(application, decided, offered.principal):
            continue
        all_hold, line.signed_at = False, None
        await _let_go(unit, line)
        again = await applications.apply(unit, customer, offered, decided)
        line.application_id = again.id
        await group_notifications.line_fell(unit, again)
    await unit.session.flush()
    return quotes if all_hold else None


async def _pay_all(
    unit: Unit, group: GroupLoan, lines: Sequence[GroupLoanLine], quotes: Mapping[int, Quote], write_for: WriteFor
) -> None:
    """Sign and pay out all lines, each stood for by the others: all of it, or, where one fails, nothing."""
    async with unit.session.begin_nested() as attempt:
        for line in lines:
            try:
                await _pay(unit, group, lines, line, quotes, write_for(line.customer_id))
            except FinanceError:
                await attempt.rollback()
                await unit.session.refresh(line)
                line.signed_at = None
                await unit.session.flush()
                await group_notifications.to_sign(unit, group, [line.customer_id])
                return
    group.state, group.settled_at = GroupState.PAID, unit.now
    await unit.session.flush()


async def _pay(
    unit: Unit,
    group: GroupLoan,
    lines: Sequence[GroupLoanLine],
    line: GroupLoanLine,
    quotes: Mapping[int, Quote],
    write: Write,
) -> None:
    application, offered = await application_of(unit, line), quotes[line.nr]
    assert application is not None
    shown = fixed(lines, quotes)
    wholes = {nr: min(shown[nr], each.repaid.amount) for nr, each in quotes.items()}
    unit.session.add_all(
        Guarantee(
            application_id=application.id,
            customer_id=other.customer_id,
            share_nr=nr,
            share_of=len(lines) - 1,
            at_most=share.amount,
            state=GuaranteeState.ACCEPTED,
            asked_at=group.opened_at,
            answered_at=other.signed_at,
        )
        for nr, (other, share) in enumerate(shares_of(lines, line, Money(wholes[line.nr], offered.repaid.asset)), 1)
    )
    await unit.session.flush()
    await signing.sign(
        unit,
        line.customer_id,
        offered.principal,
        offered.tenor.count,
        line_key(group.id, line.nr),
        automatic_debit=line.automatic_debit,
        from_change_plus=line.from_change_plus,
        product=group.product,
        period=PeriodUnit(application.unit),
        application_id=application.id,
        stands_for=stood_for(lines, line, quotes, wholes),
        write=write,
    )


async def _require_may_ask(unit: Unit, group: GroupLoan, line: GroupLoanLine) -> None:
    if group.state == GroupState.SIGNING and await is_approved(unit, line):
        raise Conflict(ErrorCode.GROUP_LOAN_SIGNING)


async def _let_go(unit: Unit, line: GroupLoanLine) -> None:
    """What a line was before is neither signed alone nor decided on any more."""
    before = await application_of(unit, line)
    if before is not None:
        await applications.let_go(unit, before, ApplicationState.REPLACED)


async def _decided(
    unit: Unit, group: GroupLoan, customer: Customer, offered: Quote, shares: Money | None
) -> LoanApplication:
    decided = await quoting.decision(unit, customer, offered, besides=shares)
    application = await applications.apply(unit, customer, offered, decided)
    if application.state == ApplicationState.APPROVED:
        application.expires_at = group.expires_at
    return application
