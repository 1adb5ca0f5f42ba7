"""A meeting lends to a member and gives grants, by vote; what passed is paid at once, or is void for a told reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.circles import boards
from finance_core.circles.admission import burden_of
from finance_core.circles.finding import by_id
from finance_core.circles.models import Circle
from finance_core.circles.product import terms_of
from finance_core.circles.rules.saving import LONGEST_LOAN, lent_until, most_lent
from finance_core.circles.rules.voting import Outcome
from finance_core.circles.saving import forming, voting
from finance_core.circles.saving.finding import Saving, meetings, running, saver
from finance_core.circles.saving.forming import SavingSettings
from finance_core.circles.saving.models import CircleRequest, RequestKind, RequestState
from finance_core.customers.models import Customer
from finance_core.journeys.saving_circles.giving import give
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, InvalidInput, RuleViolation
from finance_core.kernel.money import Money
from finance_core.loans.book.funding import require_not_held
from finance_core.loans.origination import circle_loans
from finance_core.loans.origination.contract import Write, bare
from finance_core.loans.origination.quoting import Quote
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

WriteFor = Callable[[int], Write]
"""Gives, for a borrower, what puts their contract on paper in their language."""

_OWES: Final = text(
    "SELECT EXISTS (SELECT FROM loan WHERE funding_circle = :circle AND customer_id = :who AND state = 'active')"
)


def for_nobody(_: int) -> Write:
    """Return what writes a contract down where nobody reads it on paper."""
    return bare


async def draft(unit: Unit, cipher: Cipher, organiser_id: int, settings: SavingSettings, token: str) -> Circle:
    """Write down an accumulating circle that is being made: `forming.draft`, and the cap on what its loans cost a year.

    Raises as `forming.draft`; RuleViolation: `circle_rate_above_cap` with `rate` and `cap`.
    """
    await circle_loans.require_within_cap(unit, settings.rules.loan_rate)
    return await forming.draft(unit, cipher, organiser_id, settings, token)


async def quote(unit: Unit, circle_id: int, customer_id: int, amount: Money, months: int) -> Quote:
    """Return what a loan of the circle would be for a member today, if it may be asked for.

    Raises:
        NotFound: `circle`, `not_in_circle`. Conflict: `circle_not_running`, `circle_sharing_out`.
        RuleViolation: `circle_loan_saved` with `most` (three times what was saved), `circle_loan_open` (one at a
            time), `circle_loan_too_late` with `until` (over by the meeting before the last), `circle_rate_above_cap`,
            and as `circle_loans.require_may_borrow`.
        InvalidInput: `loan_count`, `loan_amount_range`; `circle_fund_has_less` with `most`.
    """
    saving = await running(unit, circle_id)
    return await _quoted(unit, saving, customer_id, amount, months)


async def ask_for_loan(
    unit: Unit, circle_id: int, customer_id: int, amount: Money, months: int, token: str, *, automatic_debit: bool
) -> CircleRequest:
    """Ask the open meeting for a loan; the caller has shown the quote and checked the PIN: it is paid once it passes.

    Raises as `quote`; Conflict: `circle_meeting_closed`, `circle_request_open`.
    """
    saving = await running(unit, circle_id)
    await _quoted(unit, saving, customer_id, amount, months)
    return await voting.put_to_vote(
        unit, saving, customer_id, RequestKind.LOAN, amount, token, months=months, automatic_debit=automatic_debit
    )


async def vote(
    unit: Unit, request_id: int, customer_id: int, *, is_yes: bool, write_for: WriteFor = for_nobody
) -> CircleRequest:
    """Vote on a request; the vote that decides it settles it: what passed is paid. Raises as `voting.cast`."""
    asked, outcome = await voting.cast(unit, request_id, customer_id, is_yes=is_yes)
    await settle(unit, asked, outcome, write_for)
    return asked


async def settle(unit: Unit, asked: CircleRequest, outcome: Outcome, write_for: WriteFor = for_nobody) -> None:
    """Pay a request that has passed, or write down that it failed; what is still open stays."""
    if outcome is Outcome.FAILED:
        voting.settle(unit, asked, RequestState.FAILED)
    elif outcome is Outcome.PASSED:
        try:
            async with unit.session.begin_nested():
                asked.entry_id = await _pay(unit, asked, write_for(asked.customer_id))
        except FinanceError as refused:
            await unit.session.refresh(asked)
            voting.settle(unit, asked, RequestState.VOID, str(refused.code))
        else:
            voting.settle(unit, asked, RequestState.PAID)
    await unit.session.flush()
    if asked.state == RequestState.PAID:
        await boards.changed(unit, await by_id(unit, asked.circle_id))
    await voting.tell_result(unit, asked)


async def _quoted(unit: Unit, saving: Saving, customer_id: int, amount: Money, months: int) -> Quote:
    circle_id, rate = saving.circle.id, Decimal(saving.rules.loan_rate)
    member = await saver(unit, saving, customer_id)
    await require_not_held(unit, circle_id)
    most = Money(most_lent(member.paid), saving.asset)
    if amount > most:
        raise RuleViolation(ErrorCode.CIRCLE_LOAN_SAVED, most=most)
    if not 1 <= months <= LONGEST_LOAN:
        raise InvalidInput(ErrorCode.LOAN_COUNT, counts="1, 2, 3")
    if await unit.session.scalar(_OWES, {"circle": circle_id, "who": customer_id}):
        raise RuleViolation(ErrorCode.CIRCLE_LOAN_OPEN)
    cash = await ledger.balance(unit, saving.cash)
    if amount > cash:
        raise InvalidInput(ErrorCode.CIRCLE_FUND_HAS_LESS, most=cash)
    offered = await circle_loans.quote(unit, amount, months, rate)
    until = lent_until([each.held_on for each in await meetings(unit, circle_id)])
    if offered.schedule.instalments[-1].due_on > until:
        raise RuleViolation(ErrorCode.CIRCLE_LOAN_TOO_LATE, until=until)
    customer = await unit.session.get_one(Customer, customer_id)
    await circle_loans.require_may_borrow(unit, customer, offered, await _contributions(unit, saving, customer_id))
    return offered


async def _contributions(unit: Unit, saving: Saving, customer_id: int) -> Money:
    """Return what somebody has to pay into rotating circles within the catalogue's days."""
    terms = await terms_of(unit, saving.circle.product, saving.circle.product_version)
    burden = await burden_of(unit, customer_id, terms, besides=saving.circle.id)
    return Money(burden.contributions, saving.asset)


async def _pay(unit: Unit, asked: CircleRequest, write: Write) -> int:
    """Pay out what a meeting has voted for; return the entry."""
    saving = await running(unit, asked.circle_id)
    amount, key = Money(asked.amount, saving.asset), f"circle_request:{asked.id}"
    if asked.kind == RequestKind.GRANT:
        return await give(unit, saving, asked.customer_id, amount, "grant", key)
    months = asked.months or 0
    await _quoted(unit, saving, asked.customer_id, amount, months)
    rate = Decimal(saving.rules.loan_rate)
    await circle_loans.lend(
        unit,
        asked.circle_id,
        asked.customer_id,
        amount,
        months,
        rate,
        key,
        automatic_debit=asked.automatic_debit,
        besides=await _contributions(unit, saving, asked.customer_id),
        write=write,
    )
    posted = await ledger.find(unit, f"{key}:disbursed")
    assert posted is not None
    return posted.entry_id
