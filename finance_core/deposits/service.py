"""Use cases of term deposits: open, choose what happens at maturity, take money out early.

Opening locks the customer's row, so that what a person may have is decided one act after another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from finance_core import ledger
from finance_core.catalogue import product_version
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked as lock_customer
from finance_core.deposits import entries, queries
from finance_core.deposits.accrual import accrue_until_today
from finance_core.deposits.models import Deposit, DepositState, Rollover
from finance_core.deposits.notices import EarlyReceipt, OpenedReceipt
from finance_core.deposits.product import DepositProduct, deposit_on_sale, deposit_product
from finance_core.deposits.rules import Early, early, interest, pays_on
from finance_core.kernel.calendars import banking
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Posted
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit
from finance_core.suitability.service import Shown, keep_shown

NO_RISK_CLASS: Final = "-"
"""Of a deposit: what comes back is in its contract."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a deposit opened today would bring."""

    amount: Money
    days: int
    annual_rate: Decimal
    demand_rate: Decimal
    matures_on: date
    pays_on: date
    interest: Money
    """Up to the day that pays."""

    @property
    def total(self) -> Money:
        """What comes back at the end: the sum placed and its interest."""
        return self.amount + self.interest


@dataclass(frozen=True, slots=True)
class Opened:
    """A deposit has been opened: its reference, and the wallet's balance after it."""

    deposit: Deposit
    reference: str
    balance: Money


@dataclass(frozen=True, slots=True)
class TakenEarly:
    """Money that has been taken out before maturity, and the wallet's balance after it."""

    deposit: Deposit
    early: Early
    reference: str
    balance: Money


async def offer(unit: Unit, customer: Customer, amount: Money, days: int) -> Offer:
    """Return what a deposit of `amount` for `days` opened now would bring.

    Raises:
        NotAllowed: `account_frozen`. InvalidInput: `deposit_days` (days), `deposit_amount_range` (minimum, maximum).
        RuleViolation: `deposit_limit` (limit, held, requested, tier, next_tier).
        NotFound: `calendar_year`: nobody knows the banking days of its maturity.
    """
    product = await deposit_on_sale(unit)
    await _require_may_open(unit, product, customer, amount, days)
    return offered(product, amount, days, unit.open_on)


def offered(product: DepositProduct, amount: Money, days: int, on: date) -> Offer:
    """Return what `amount` for `days` brings when it is placed on `on`."""
    matures_on = on + timedelta(days=days)
    paid = pays_on(matures_on, banking())
    earned = interest(amount.amount, product.rates[days], (paid - on).days)
    return Offer(
        amount=amount,
        days=days,
        annual_rate=product.rates[days],
        demand_rate=product.demand_rate,
        matures_on=matures_on,
        pays_on=paid,
        interest=Money(earned, amount.asset),
    )


async def open_deposit(
    unit: Unit,
    customer_id: int,
    amount: Money,
    days: int,
    key: str,
    *,
    shown: Shown | None = None,
    urgency: Urgency = Urgency.RECEIPT,
) -> Opened:
    """Put money from the wallet into a new deposit. The caller has checked the PIN.

    Args:
        shown: the card that was confirmed, where there was one: it is kept with the sale.
        urgency: of the receipt: a person's own act is told at once, the system's (a plan's) waits for the morning.

    Raises:
        InsufficientFunds. NotAllowed: `adult_unconfirmed`. And what `offer` raises.
    """
    customer = await lock_customer(unit, customer_id)
    known = await queries.by_key(unit, key)
    if known is not None:
        [posted] = await ledger.post(unit, entries.opened(known))
        return await _opened(unit, known, posted)
    product = await deposit_on_sale(unit)
    await _require_may_open(unit, product, customer, amount, days)
    if customer.adult_confirmed_at is None:
        raise NotAllowed(ErrorCode.ADULT_UNCONFIRMED)
    deposit = new_deposit(unit, product, customer_id, offered(product, amount, days, unit.open_on), key)
    unit.session.add(deposit)
    await unit.session.flush()
    if shown is not None:
        await keep_shown(unit, customer_id, (product.code, product.version, NO_RISK_CLASS), shown, None, key)
    [posted] = await ledger.post(unit, entries.opened(deposit))
    made = await _opened(unit, deposit, posted)
    await _tell_opened(unit, made, urgency)
    return made


def new_deposit(
    unit: Unit, product: DepositProduct, customer_id: int, made: Offer, key: str, rolled_from: int | None = None
) -> Deposit:
    """Return the row of a contract that begins on the book's day, not stored yet."""
    return Deposit(
        key=key,
        customer_id=customer_id,
        product=product.code,
        product_version=product.version,
        asset=made.amount.asset.code,
        placed=made.amount.amount,
        principal=made.amount.amount,
        days=made.days,
        annual_rate=made.annual_rate,
        demand_rate=made.demand_rate,
        opened_at=unit.now,
        opened_on=unit.open_on,
        matures_on=made.matures_on,
        accrued=0,
        accrued_to=unit.open_on,
        rollover=Rollover.OUT,
        state=DepositState.ACTIVE,
        paid_interest=0,
        rolled_from=rolled_from,
    )


async def choose_rollover(unit: Unit, deposit_id: int, customer_id: int, choice: Rollover) -> Deposit:
    """Choose what is done at maturity; it may be changed until then. No money moves, so it takes no PIN.

    Raises NotFound: `deposit`. Conflict: `deposit_ended`.
    """
    deposit = await _locked_active(unit, deposit_id, customer_id)
    deposit.rollover = choice
    return deposit


async def early_offer(unit: Unit, deposit: Deposit, part: Money | None) -> Early:
    """Return what taking `part` (None: all) out of a running deposit would do now.

    Raises:
        Conflict: `deposit_ended`. RuleViolation: `deposit_matured` (pays_on): it is on its way already;
        `deposit_part_taken`: a part was taken once; `deposit_part_range` (most): what stays would be below the
        minimum. InvalidInput: `amount_not_positive`.
    """
    if deposit.state != DepositState.ACTIVE:
        raise Conflict(ErrorCode.DEPOSIT_ENDED)
    if unit.open_on >= deposit.matures_on:
        raise RuleViolation(ErrorCode.DEPOSIT_MATURED, pays_on=pays_on(deposit.matures_on, banking()))
    amount = deposit.principal if part is None else part.amount
    if amount < deposit.principal:
        await _require_part(unit, deposit, amount)
    days = (unit.open_on - deposit.opened_on).days
    return early(deposit.principal, min(amount, deposit.principal), deposit.annual_rate, deposit.demand_rate, days)


async def most_in_part(unit: Unit, deposit: Deposit) -> Money:
    """Return the most that may be taken out while the rest stays; zero when nothing may."""
    asset = ASSETS[deposit.asset]
    if deposit.part_taken_on is not None:
        return Money.zero(asset)
    product = deposit_product(await product_version(unit, deposit.product, deposit.product_version))
    return max(Money(deposit.principal, asset) - product.minimum, Money.zero(asset))


async def take_early(unit: Unit, deposit_id: int, customer_id: int, part: Money | None, key: str) -> TakenEarly:
    """Take a part (once) or all of a deposit out before its maturity, at the demand rate. The PIN has been checked.

    Raises: as `early_offer`, and NotFound: `deposit`.
    """
    deposit = await queries.locked(unit, deposit_id, customer_id)
    done = await queries.taken_early(unit, key)
    if done is not None:
        return TakenEarly(deposit, done.early, done.reference, await _wallet(unit, deposit))
    await accrue_until_today(unit, deposit)
    terms = await early_offer(unit, deposit, part)
    [posted] = await ledger.post(unit, entries.taken_early(deposit, terms, key))
    _write_down(unit, deposit, terms)
    await unit.session.flush()
    taken = TakenEarly(deposit, terms, posted.reference, await _wallet(unit, deposit))
    await _tell_taken_early(unit, taken)
    return taken


# -- inside -------------------------------------------------------------------------------------------------------


async def _require_may_open(unit: Unit, product: DepositProduct, customer: Customer, amount: Money, days: int) -> None:
    await require_not_frozen(unit, customer.id)
    if days not in product.rates:
        raise InvalidInput(ErrorCode.DEPOSIT_DAYS, days=", ".join(map(str, product.rates)))
    if not product.takes(amount, days):
        raise InvalidInput(ErrorCode.DEPOSIT_AMOUNT_RANGE, minimum=product.minimum, maximum=product.maximum)
    limit, held = product.limit(customer.tier), await queries.held(unit, customer.id, product.asset)
    if held + amount > limit:
        raise RuleViolation(
            ErrorCode.DEPOSIT_LIMIT,
            limit=limit,
            held=held,
            requested=amount,
            tier=customer.tier,
            next_tier=product.next_tier(customer.tier),
        )


async def _require_part(unit: Unit, deposit: Deposit, amount: int) -> None:
    if amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if deposit.part_taken_on is not None:
        raise RuleViolation(ErrorCode.DEPOSIT_PART_TAKEN)
    most = await most_in_part(unit, deposit)
    if amount > most.amount:
        raise RuleViolation(ErrorCode.DEPOSIT_PART_RANGE, most=most)


def _write_down(unit: Unit, deposit: Deposit, terms: Early) -> None:
    deposit.paid_interest += terms.interest
    if terms.left:
        deposit.principal, deposit.accrued, deposit.part_taken_on = terms.left, terms.left_accrued, unit.open_on
        return
    deposit.state, deposit.ended_on = DepositState.BROKEN, unit.open_on


async def _locked_active(unit: Unit, deposit_id: int, customer_id: int) -> Deposit:
    deposit = await queries.locked(unit, deposit_id, customer_id)
    if deposit.state != DepositState.ACTIVE:
        raise Conflict(ErrorCode.DEPOSIT_ENDED)
    return deposit


async def _wallet(unit: Unit, deposit: Deposit) -> Money:
    return await ledger.balance(unit, ledger.customer_wallet(deposit.customer_id, ASSETS[deposit.asset]))


async def _opened(unit: Unit, deposit: Deposit, posted: Posted) -> Opened:
    return Opened(deposit, posted.reference, await _wallet(unit, deposit))


async def _tell_opened(unit: Unit, made: Opened, urgency: Urgency) -> None:
    deposit, asset = made.deposit, ASSETS[made.deposit.asset]
    await enqueue(
        unit,
        OpenedReceipt(
            sum=Money(deposit.placed, asset),
            balance=made.balance,
            days=deposit.days,
            rate=deposit.annual_rate,
            matures_on=deposit.matures_on,
            reference=made.reference,
        ),
        customer_id=deposit.customer_id,
        urgency=urgency,
        key=f"receipt.deposit_opened:{deposit.id}",
        about=f"deposit:{deposit.id}",
    )


async def _tell_taken_early(unit: Unit, taken: TakenEarly) -> None:
    deposit, asset = taken.deposit, ASSETS[taken.deposit.asset]
    await enqueue(
        unit,
        EarlyReceipt(
            sum=Money(taken.early.paid, asset),
            interest=Money(taken.early.interest, asset),
            left=Money(taken.early.left, asset),
            balance=taken.balance,
            reference=taken.reference,
        ),
        customer_id=deposit.customer_id,
        urgency=Urgency.RECEIPT,
        key=f"receipt.deposit_early:{taken.reference}",
        about=f"deposit:{deposit.id}",
    )
