"""Lines that are drawn in tranches: the contract is for the whole, interest only on what is drawn.

What is promised and not drawn is a memo (D 9020 C 9029); each draw takes its part of it back, and so does the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core import ledger
from finance_core.catalogue import product_version
from finance_core.customers.freezing import require_not_frozen
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, RuleViolation
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.loans import queries
from finance_core.loans.events import record
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.origination import self_limits
from finance_core.loans.origination.notices import DrawReceipt
from finance_core.loans.origination.quoting import Quote
from finance_core.loans.products.product import loan_product
from finance_core.loans.products.product_terms import LoanProduct
from finance_core.loans.repayment.prepayment import replanned
from finance_core.loans.repayment.repayment import bring_up_to_date, locked_active
from finance_core.loans.repayment.replanning import left_of, write_plan
from finance_core.loans.rules.terms import Prepayment
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What may still be drawn of a loan today."""

    loan: Loan
    undrawn: Money
    least: Money
    """The smallest draw: the product's, or all that is left where that is less."""
    step: Money
    until: date
    draws_left: int


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """An instalment as it will be after a draw. Minor units."""

    nr: int
    due_on: date
    total: int


@dataclass(frozen=True, slots=True)
class PlannedDraw:
    """What a draw would make of a loan."""

    lines: list[PlannedLine]
    cost: Money
    """The interest that it adds, paid on its days."""


def first_draw(offered: Quote, wanted: Money | None) -> Money:
    """Return what is paid out at signing: all of it unless the product is a line and less is wanted.

    Raises:
        InvalidInput: `draw_range` with least and most: it is no line, or less than its smallest draw, or more than all.
    """
    draws, whole = offered.product.draws, offered.principal
    if wanted is None or wanted == whole:
        return whole
    if draws is None or not draws.least <= wanted < whole:
        raise InvalidInput(ErrorCode.DRAW_RANGE, least=draws.least if draws else whole, most=whole)
    return wanted


async def open_line(unit: Unit, loan: Loan) -> None:
    """Write the memo of what a contract promises and has not paid out, if anything."""
    if loan.undrawn:
        promised, contra = _memo(loan, ASSETS[loan.asset])
        transfer = Transfer(promised, contra, Money(loan.undrawn, ASSETS[loan.asset]))
        await ledger.post(unit, Entry("loan.line", f"{loan.key}:line", (transfer,), _about(loan)))


async def credit_line_of(unit: Unit, loan: Loan) -> CreditLine | None:
    """Return what may be drawn of a loan today; None where nothing may."""
    is_open = loan.draw_until is not None and unit.open_on <= loan.draw_until
    if loan.state != LoanState.ACTIVE or not is_open or not loan.undrawn or not loan.draws_left:
        return None
    product, asset = await _product(unit, loan), ASSETS[loan.asset]
    assert product.draws is not None
    assert loan.draw_until is not None
    undrawn = Money(loan.undrawn, asset)
    least = min(product.draws.least, undrawn)
    return CreditLine(loan, undrawn, least, product.step, loan.draw_until, loan.draws_left)


async def preview(unit: Unit, loan: Loan, amount: Money) -> PlannedDraw:
    """Return the instalments that would follow if `amount` were drawn today, and what it would cost.

    Raises: as `draw`.
    """
    await _require_drawable(unit, loan, amount)
    product, rows = await _product(unit, loan), await queries.instalments(unit, loan.id)
    left = left_of(loan, rows, unit.open_on)
    splits = replanned(product.terms_of(loan), left, -amount.amount, Prepayment.REDUCE_INSTALMENT)
    running = next(row for row in rows if row.nr == left[0].nr)
    earned = running.interest - running.paid_interest - left[0].interest
    totals = [sum(split) + (earned if place == 0 else 0) for place, split in enumerate(splits)]
    cost = sum(interest for _, interest in splits) - sum(each.interest for each in left)
    planned = [PlannedLine(each.nr, each.due_on, total) for each, total in zip(left, totals, strict=False)]
    return PlannedDraw(planned, Money(cost, amount.asset))


async def draw(unit: Unit, loan_id: int, customer_id: int, amount: Money, key: str) -> tuple[Loan, str]:
    """Pay a part of the line out into the wallet and plan the rest anew; return the loan and the receipt's reference.

    The due days stay. The caller has checked the PIN.

    Raises:
        NotFound: `loan`. NotAllowed: `account_frozen`. Conflict: `loan_settled`.
        RuleViolation: `line_closed` (nothing is left, or its time is over), `line_in_arrears`, `self_excluded` with
            `until`.
        InvalidInput: `draw_range` with least and most, `draw_step` with step.
    """
    await queries.by_id(unit, loan_id, customer_id)
    drawn = await ledger.find(unit, key)
    if drawn is not None:
        return await queries.locked(unit, loan_id), drawn.reference
    await require_not_frozen(unit, customer_id)
    loan = await locked_active(unit, loan_id)
    await bring_up_to_date(unit, loan)
    await _require_drawable(unit, loan, amount)
    [posted] = await ledger.post(unit, _draw_entry(loan, amount, key))
    await _plan_with(unit, loan, amount)
    loan.principal += amount.amount
    loan.undrawn -= amount.amount
    loan.draws_left -= 1
    record(unit, loan, "drawn", {"amount": amount.amount, "reference": posted.reference})
    await _tell(unit, loan, amount, posted.reference)
    return loan, posted.reference


async def _require_drawable(unit: Unit, loan: Loan, amount: Money) -> None:
    line = await credit_line_of(unit, loan)
    if line is None:
        raise RuleViolation(ErrorCode.LINE_CLOSED)
    await self_limits.require_may_take_on(unit, loan.customer_id)
    if not line.least <= amount <= line.undrawn:
        raise InvalidInput(ErrorCode.DRAW_RANGE, least=line.least, most=line.undrawn)
    if amount.amount % line.step.amount and amount != line.undrawn:
        raise InvalidInput(ErrorCode.DRAW_STEP, step=line.step)
    view = await queries.view(unit, loan)
    if view.due_now:
        raise RuleViolation(ErrorCode.LINE_IN_ARREARS)
    if view.next_due_on is None:
        raise RuleViolation(ErrorCode.LINE_CLOSED)


async def _plan_with(unit: Unit, loan: Loan, amount: Money) -> None:
    """Plan what is left and `amount` anew over the same due days; interest of the running period so far stays."""
    product = await _product(unit, loan)
    left = left_of(loan, await queries.instalments(unit, loan.id), unit.open_on)
    splits = replanned(product.terms_of(loan), left, -amount.amount, Prepayment.REDUCE_INSTALMENT)
    await write_plan(unit, loan, left, splits, unit.open_on, "drawn")


def _draw_entry(loan: Loan, amount: Money, key: str) -> Entry:
    promised, contra = _memo(loan, amount.asset)
    lent = Transfer(
        Account("1100", loan.id, amount.asset), ledger.customer_wallet(loan.customer_id, amount.asset), amount
    )
    return Entry("loan.draw", key, (lent, Transfer(contra, promised, amount)), _about(loan))


def _memo(loan: Loan, asset: Asset) -> tuple[Account, Account]:
    return Account("9020", loan.id, asset), Account("9029", asset=asset)


def _about(loan: Loan) -> dict[str, str | int]:
    return {"customer": loan.customer_id, "loan": loan.id}


async def _product(unit: Unit, loan: Loan) -> LoanProduct:
    return loan_product(await product_version(unit, loan.product, loan.product_version))


async def _tell(unit: Unit, loan: Loan, amount: Money, reference: str) -> None:
    view = await queries.view(unit, loan)
    await enqueue(
        unit,
        DrawReceipt(
            sum=amount,
            reference=reference,
            left=Money(loan.undrawn, amount.asset),
            next_due=view.next_due,
            next_due_on=view.next_due_on,
            balance=await ledger.balance(unit, ledger.customer_wallet(loan.customer_id, amount.asset)),
        ),
        customer_id=loan.customer_id,
        urgency=Urgency.RECEIPT,
        key=f"receipt.draw:{reference}",
        about=f"loan:{loan.id}",
    )
