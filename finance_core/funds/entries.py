"""The journal entries of a fund (ACCOUNTING's templates), and the accounts they move money and units between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from finance_core.funds.models import NavOrder
from finance_core.funds.product import NavFundTerms
from finance_core.funds.rules import Books, Priced, Proceeds, Valuation
from finance_core.kernel.money import Asset, Money
from finance_core.ledger import Account, Entry, Transfer, customer_wallet

CLIENT_BANK: Final = 1
OWN_BANK: Final = 1
"""The one bank so far. Accounts 1010 and 1020 are kept for each bank."""


def waiting(order_id: int, asset: Asset) -> Account:
    """Money that an order brought and that is not confirmed yet."""
    return Account("2051", order_id, asset)


def client_bank(asset: Asset) -> Account:
    """Return the segregated account at the bank."""
    return Account("1020", CLIENT_BANK, asset)


def due_to(fund: NavFundTerms) -> Account:
    """What the institution has confirmed for a fund and not yet moved to its bank."""
    return Account("2050", fund.number, fund.asset)


def units_in_issue(fund: NavFundTerms) -> Account:
    """Return the account whose debit balance is all units outstanding."""
    return Account("U1000", fund.number, fund.unit_asset, register(fund.number))


def units_of(customer_id: int, fund: NavFundTerms) -> Account:
    """Return a holder's units."""
    return Account("U2010", customer_id, fund.unit_asset, register(fund.number))


def units_leaving(order_id: int, fund: NavFundTerms) -> Account:
    """Units that an order takes out: they are their holder's until it is priced."""
    return Account("U2015", order_id, fund.unit_asset, register(fund.number))


def of_fund(code: str, fund: NavFundTerms, owner: int | None = None) -> Account:
    """Return an account of the fund's own book; its owner is the fund unless an order is given."""
    return Account(code, fund.number if owner is None else owner, fund.asset, book(fund.number))


def payable(order_id: int, fund: NavFundTerms) -> Account:
    """What the fund owes for an order that is priced and not paid."""
    return of_fund("F2010", fund, order_id)


def book(fund_id: int) -> str:
    """Return the name of a fund's own book."""
    return f"FUND:{fund_id}"


def register(fund_id: int) -> str:
    """Return the name of a fund's unit register."""
    return f"REG:{fund_id}"


# -- orders -------------------------------------------------------------------------------------------------------


def ordered(order: NavOrder, fund: NavFundTerms) -> Entry:
    """The order is given: its money, or its units, are set aside."""
    if order.kind == "subscription":
        money = fund.money(order.amount)
        move = Transfer(customer_wallet(order.customer_id, fund.asset), waiting(order.id, fund.asset), money)
        return Entry("fund.order", order.key, (move,), _about(order))
    move = Transfer(units_of(order.customer_id, fund), units_leaving(order.id, fund), fund.units(order.amount))
    return Entry(f"fund.{order.kind}_order", order.key, (move,), _about(order))


def cancelled(order: NavOrder, fund: NavFundTerms, key: str) -> Entry:
    """The order is taken back: what was set aside returns."""
    given = ordered(order, fund)
    [move] = given.transfers
    return Entry("fund.cancelled", key, (Transfer(move.credit, move.debit, move.amount),), _about(order))


def subscribed(order: NavOrder, fund: NavFundTerms, net: int, got: Priced, key: str, on: date) -> Entry:
    """A subscription is priced: the fee is earned, the money is due to the fund, units are issued."""
    moves = [
        *_positive(waiting(order.id, fund.asset), Account("4070", fund.number, fund.asset), fund.money(order.fee)),
        *_positive(waiting(order.id, fund.asset), due_to(fund), fund.money(net)),
        *_into_fund(of_fund("F1040", fund), fund, got),
        *_positive(units_in_issue(fund), units_of(order.customer_id, fund), fund.units(got.units)),
    ]
    return Entry("fund.subscribed", key, tuple(moves), _about(order), on=on, value_on=order.priced_on)


def redeemed(order: NavOrder, fund: NavFundTerms, came: Proceeds, key: str, on: date) -> Entry:
    """A redemption is priced: units end, the fund owes the proceeds, the fee stays in it."""
    return Entry(
        "fund.redeemed", key, tuple(_out_of_fund(order, fund, came)), _about(order), on=on, value_on=order.priced_on
    )


def paid(order: NavOrder, fund: NavFundTerms, net: int, key: str, on: date) -> Entry:
    """What the fund owed for an order is in the wallet."""
    moves = (
        Transfer(payable(order.id, fund), of_fund("F1010", fund), fund.money(net)),
        Transfer(client_bank(fund.asset), customer_wallet(order.customer_id, fund.asset), fund.money(net)),
    )
    return Entry("fund.paid", key, moves, _about(order), on=on)


def switched(
    order: NavOrder,
    fund: NavFundTerms,
    target: NavFundTerms,
    came: Proceeds,
    to_fee: int,
    got: Priced,
    key: str,
    on: date,
) -> Entry:
    """A switch is priced: a redemption, then a subscription of its proceeds, in one entry; the cash goes over 2051."""
    between = waiting(order.id, fund.asset)
    moves = [
        *_out_of_fund(order, fund, came),
        *_positive(payable(order.id, fund), of_fund("F1010", fund), fund.money(came.net)),
        *_positive(client_bank(fund.asset), between, fund.money(came.net)),
        *_positive(between, Account("4070", target.number, target.asset), target.money(to_fee)),
        *_positive(between, due_to(target), target.money(came.net - to_fee)),
        *_into_fund(of_fund("F1040", target), target, got),
        *_positive(units_in_issue(target), units_of(order.customer_id, target), target.units(got.units)),
    ]
    return Entry("fund.switched", key, tuple(moves), _about(order), on=on, value_on=order.priced_on)


# -- dividends ----------------------------------------------------------------------------------------------------


def dividend_due(order: NavOrder, fund: NavFundTerms, on: date) -> Entry:
    """A holder's distribution leaves the fund's capital: at the ex-date, before the fund is valued without it."""
    move = Transfer(of_fund("F3010", fund), payable(order.id, fund), fund.money(order.amount))
    return Entry("fund.dividend", order.key, (move,), _about(order), on=on, value_on=order.priced_on)


def reinvested(order: NavOrder, fund: NavFundTerms, got: Priced, key: str, on: date) -> Entry:
    """A distribution taken in units, at the NAV of the ex-date; no cash moves."""
    moves = [
        *_into_fund(payable(order.id, fund), fund, got),
        *_positive(units_in_issue(fund), units_of(order.customer_id, fund), fund.units(got.units)),
    ]
    return Entry("fund.reinvested", key, tuple(moves), _about(order), on=on, value_on=order.priced_on)


# -- the fund's own books -----------------------------------------------------------------------------------------


def valued(fund: NavFundTerms, done: Valuation, books: Books, key: str, on: date, value_on: date) -> Entry | None:
    """The books are brought to a NAV, and the result is the holders'; None when nothing moved."""
    instruments, rounding = of_fund("F1020", fund), of_fund("F2060", fund)
    income, expense, capital = of_fund("F4010", fund), of_fund("F5010", fund), of_fund("F3010", fund)
    moves = [
        *_positive(instruments, income, fund.money(max(done.gain, 0))),
        *_positive(expense, instruments, fund.money(max(-done.gain, 0))),
        *_positive(rounding, income, fund.money(max(done.rounding, 0))),
        *_positive(expense, rounding, fund.money(max(-done.rounding, 0))),
        *_positive(expense, of_fund("F2020", fund), fund.money(done.fee)),
        *_positive(income, capital, fund.money(done.income(books))),
        *_positive(capital, expense, fund.money(done.expense(books))),
    ]
    return Entry("fund.valued", key, tuple(moves), {"fund": fund.number}, on=on, value_on=value_on) if moves else None


def left_by_nobody(fund: NavFundTerms, books: Books, key: str, on: date) -> Entry | None:
    """When all units are gone, what rounding left of the capital waits in the result for the next holders."""
    income, capital, rounding = of_fund("F4010", fund), of_fund("F3010", fund), of_fund("F2060", fund)
    moves = [*_signed(capital, income, books.capital, fund), *_signed(rounding, income, books.rounding, fund)]
    return Entry("fund.emptied", key, tuple(moves), {"fund": fund.number}, on=on) if moves else None


def settled(fund: NavFundTerms, amount: int, key: str, on: date) -> Entry:
    """What was confirmed for the fund goes to its bank."""
    moves = (
        Transfer(due_to(fund), client_bank(fund.asset), fund.money(amount)),
        Transfer(of_fund("F1010", fund), of_fund("F1040", fund), fund.money(amount)),
    )
    return Entry("fund.settled", key, moves, {"fund": fund.number}, on=on)


def invested(fund: NavFundTerms, amount: int, key: str, on: date) -> Entry:
    """Cash beyond what the fund owes is invested; what it lacks (a negative amount) is sold for."""
    moves = _signed(of_fund("F1020", fund), of_fund("F1010", fund), amount, fund)
    return Entry("fund.invested", key, tuple(moves), {"fund": fund.number}, on=on)


def managed(fund: NavFundTerms, fee: int, key: str, on: date) -> Entry:
    """The management fee that has gathered is paid, to the institution's own bank."""
    moves = (
        Transfer(of_fund("F2020", fund), of_fund("F1010", fund), fund.money(fee)),
        Transfer(Account("1010", OWN_BANK, fund.asset), Account("4070", fund.number, fund.asset), fund.money(fee)),
    )
    return Entry("fund.managed", key, moves, {"fund": fund.number}, on=on)


# -- corrections --------------------------------------------------------------------------------------------------


def lend_units(order: NavOrder, fund: NavFundTerms, units: int, key: str) -> Entry:
    """Units that a reversal takes and that have left since are lent to their holder while an order is re-priced."""
    move = Transfer(units_in_issue(fund), units_of(order.customer_id, fund), fund.units(units))
    return Entry("fund.units_lent", key, (move,), _about(order))


def take_back_units(order: NavOrder, fund: NavFundTerms, back: int, short: int, key: str) -> Entry | None:
    """Units that were lent come back; those that the holder has no more are paid for by the institution.

    Args:
        short: what those units are worth, in money.
    """
    moves = [
        *_positive(units_of(order.customer_id, fund), units_in_issue(fund), fund.units(back)),
        *_positive(Account("5040", 0, fund.asset), due_to(fund), fund.money(short)),
        *_positive(of_fund("F1040", fund), of_fund("F3010", fund), fund.money(short)),
    ]
    return Entry("fund.units_taken_back", key, tuple(moves), _about(order)) if moves else None


def lend_cash(order: NavOrder, fund: NavFundTerms, amount: int, key: str) -> Entry:
    """Money that a reversal takes back and that was spent since is lent while an order is re-priced."""
    overdrawn = Account("1140", order.customer_id, fund.asset)
    move = Transfer(overdrawn, customer_wallet(order.customer_id, fund.asset), fund.money(amount))
    return Entry("fund.cash_lent", key, (move,), _about(order))


def take_back_cash(order: NavOrder, fund: NavFundTerms, back: int, borne: int, key: str) -> Entry:
    """Money that was lent comes back; what the holder has no more, the institution bears: the fault was not theirs."""
    overdrawn = Account("1140", order.customer_id, fund.asset)
    moves = [
        *_positive(customer_wallet(order.customer_id, fund.asset), overdrawn, fund.money(back)),
        *_positive(Account("5040", 0, fund.asset), overdrawn, fund.money(borne)),
    ]
    return Entry("fund.cash_taken_back", key, tuple(moves), _about(order))


# -- inside -------------------------------------------------------------------------------------------------------


def _about(order: NavOrder) -> dict[str, str | int]:
    about: dict[str, str | int] = {"customer": order.customer_id, "order": order.id, "fund": order.fund_id}
    return about | ({"to_fund": order.to_fund_id} if order.to_fund_id is not None else {})


def _into_fund(source: Account, fund: NavFundTerms, got: Priced) -> list[Transfer]:
    """Money that comes in is capital as far as the units are worth it; what rounding left goes to F2060."""
    capital, rounding = of_fund("F3010", fund), of_fund("F2060", fund)
    return [
        *_positive(source, capital, fund.money(got.value + min(got.rounding, 0))),
        *_positive(source, rounding, fund.money(max(got.rounding, 0))),
        *_positive(rounding, capital, fund.money(max(-got.rounding, 0))),
    ]


def _out_of_fund(order: NavOrder, fund: NavFundTerms, came: Proceeds) -> Sequence[Transfer]:
    capital = of_fund("F3010", fund)
    return [
        Transfer(units_leaving(order.id, fund), units_in_issue(fund), fund.units(order.amount)),
        *_positive(capital, payable(order.id, fund), fund.money(came.net)),
        *_positive(capital, of_fund("F4010", fund), fund.money(came.fee)),
    ]


def _positive(debit: Account, credit: Account, amount: Money) -> list[Transfer]:
    """Return the transfer of a positive amount, none for zero."""
    return [Transfer(debit, credit, amount)] if amount else []


def _signed(debit: Account, credit: Account, amount: int, fund: NavFundTerms) -> list[Transfer]:
    """Return the transfer of a positive amount, its mirror for a negative one, none for zero."""
    sides = (debit, credit) if amount > 0 else (credit, debit)
    return _positive(*sides, fund.money(abs(amount)))
