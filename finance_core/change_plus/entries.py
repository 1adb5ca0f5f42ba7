"""The journal entries of Change Plus (ACCOUNTING's templates), and the accounts they move money and units between."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from finance_core.change_plus.models import FundOrder
from finance_core.change_plus.product import MoneyFund
from finance_core.kernel.money import Asset, Money
from finance_core.ledger import Account, Entry, Transfer, customer_wallet

CLIENT_BANK: Final = 1
"""The one bank so far. Account 1020 is kept for each bank."""

Cancelled = tuple[int, int]
"""An order's id, and how much of it (minor units) is taken back."""

STAGE_SUBSCRIPTIONS: Final = """
    made AS (
        INSERT INTO fund_order (key, fund_id, customer_id, kind, amount, state, ordered_at, ordered_on, confirm_on)
        SELECT key, :fund, customer_id, 'subscription', amount, 'pending', :now, :on, :confirm_on FROM asked
        RETURNING id, customer_id, amount
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT ledger_account('2010', customer_id, :asset), ledger_account('2051', id, :asset), amount FROM made
"""
"""`put_in` for many people: the end of a statement whose `WITH` has `asked`, each with a key, a customer and an amount
in minor units. It takes `fund`, `asset`, `on`, `confirm_on` and `now`; what it stages is one entry."""


def ordered(order_id: int, asset: Asset) -> Account:
    """Money put in that is not confirmed yet."""
    return Account("2051", order_id, asset)


def units_in_issue(fund: MoneyFund) -> Account:
    """Return the account whose debit balance is all units outstanding."""
    return Account("U1000", fund.number, fund.unit_asset, register(fund.number))


def units_of(customer_id: int, fund: MoneyFund) -> Account:
    """Return a holder's units."""
    return Account("U2010", customer_id, fund.unit_asset, register(fund.number))


def units_leaving(order_id: int, fund: MoneyFund) -> Account:
    """Units in redemption: they earn until it is confirmed."""
    return Account("U2015", order_id, fund.unit_asset, register(fund.number))


def of_fund(code: str, fund: MoneyFund, owner: int | None = None) -> Account:
    """Return an account of the fund's own book; its owner is the fund unless an order is given."""
    return Account(code, fund.number if owner is None else owner, fund.asset, book(fund.number))


def book(fund_id: int) -> str:
    """Return the name of a fund's own book."""
    return f"FUND:{fund_id}"


def register(fund_id: int) -> str:
    """Return the name of a fund's unit register."""
    return f"REG:{fund_id}"


def put_in(order: FundOrder, asset: Asset) -> Entry:
    """The order is paid: money waits until it is confirmed."""
    move = Transfer(customer_wallet(order.customer_id, asset), ordered(order.id, asset), Money(order.amount, asset))
    about = {"customer": order.customer_id, "order": order.id}
    return Entry("change_plus.order", order.key, (move,), about)


def take_out(
    fund: MoneyFund, customer_id: int, cancelled: Iterable[Cancelled], order: FundOrder | None, key: str
) -> Entry:
    """Unconfirmed money comes back, and units are redeemed: at once, or (a standard order) set aside for it."""
    back = tuple(
        Transfer(ordered(order_id, fund.asset), customer_wallet(customer_id, fund.asset), Money(amount, fund.asset))
        for order_id, amount in cancelled
    )
    about: dict[str, str | int] = {"customer": customer_id}
    if order is None:
        return Entry("change_plus.take_out", key, back, about)
    about["order"] = order.id
    if order.kind == "fast":
        return Entry("change_plus.take_out", key, (*back, *_redeemed_at_once(fund, customer_id, order.amount)), about)
    aside = Transfer(units_of(customer_id, fund), units_leaving(order.id, fund), Money(order.amount, fund.unit_asset))
    return Entry("change_plus.redemption", key, (*back, aside), about)


def _redeemed_at_once(fund: MoneyFund, customer_id: int, units: int) -> tuple[Transfer, ...]:
    """The institution advances the cash, and the fund owes it."""
    cash, redeemed = Money(units, fund.asset), Money(units, fund.unit_asset)
    return (
        Transfer(units_of(customer_id, fund), units_in_issue(fund), redeemed),
        Transfer(of_fund("F3010", fund), of_fund("F2030", fund), cash),
        Transfer(Account("1200", fund.number, fund.asset), customer_wallet(customer_id, fund.asset), cash),
    )


def redeemed(fund: MoneyFund, order: FundOrder) -> Entry:
    """A standard redemption is confirmed, and its cash comes: three books, one entry."""
    cash, units = Money(order.amount, fund.asset), Money(order.amount, fund.unit_asset)
    payable = of_fund("F2010", fund, order.id)
    moves = (
        Transfer(units_leaving(order.id, fund), units_in_issue(fund), units),
        Transfer(of_fund("F3010", fund), payable, cash),
        Transfer(payable, of_fund("F1010", fund), cash),
        Transfer(Account("1020", CLIENT_BANK, fund.asset), customer_wallet(order.customer_id, fund.asset), cash),
    )
    about = {"customer": order.customer_id, "order": order.id}
    return Entry("change_plus.redeemed", f"fund_order:{order.id}:redeemed", moves, about)
