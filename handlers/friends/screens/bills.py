"""What bills look like: the card before they are sent, a part that is to be paid, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.friends.intents import CloseBill, PartIsPaid, PayPart, SplitBill
from handlers.locales import Html, Translator


@dataclass(frozen=True, slots=True)
class Owed:
    """A part that the reader still owes: to whom, what is left, what the bill is for, its token."""

    name: str
    left: Money
    title: str
    token: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody's part of a bill: what is left of it, and its state."""

    name: str
    left: Money
    state: str


@dataclass(frozen=True, slots=True)
class Own:
    """A bill of the reader's: what it comes to, what it is for, how its parts stand, its token."""

    total: Money
    title: str
    parts: tuple[Standing, ...]
    token: str


def ask_sum(t: Translator) -> Screen:
    """Ask what the bill comes to."""
    return Screen(t("friends.ask_bill_sum"))


def card(t: Translator, bill: SplitBill, names: Sequence[str]) -> Html:
    """What each bears of a bill, before they are asked."""
    asset = bill.sum.asset
    parts = [
        t("friends.bill_line", name=name, amount=Money(amount, asset))
        for name, amount in zip(names, bill.parts, strict=True)
    ]
    own = t("friends.bill_own", amount=Money(bill.own, asset))
    return lines(t("friends.bill_card", amount=bill.sum), title_line(t, bill.title), *parts, own)


def asked(t: Translator, bill: SplitBill, result: Nothing) -> Screen:
    """Each was asked for their part."""
    return Screen(t("friends.bill_sent", count=len(bill.people)), ((to_bills(t), *menu_row(t)),))


def part(t: Translator, name: str, amount: Money, title: str, token: str) -> Screen:
    """A part of a bill that somebody is asked for: pay it, or say no."""
    text = lines(t("friends.bill_asked", name=name, sum=amount), title_line(t, title))
    return Screen(text, ((_pay(t, amount, token), Button(t("wallet.refuse"), f"nobill:{token}")),))


def pay_card(t: Translator, name: str, amount: Money, title: str, left: Money) -> Html:
    """What is paid to whom and what is left, before the PIN."""
    return lines(
        t("friends.part_card", name=name, amount=amount),
        title_line(t, title),
        t("friends.part_terms", left=left),
    )


def paid(t: Translator, params: PayPart, result: PartIsPaid) -> Screen:
    """The part is paid."""
    said = lines(
        t("friends.part_paid", amount=params.sum, left=result.balance),
        t("notice.reference", reference=result.reference),
    )
    return Screen(said, (menu_row(t),))


def refused(t: Translator, left: Money, token: str) -> Screen:
    """The person has said no; it may still be paid."""
    return Screen(t("friends.part_refused"), ((_pay(t, left, token), *menu_row(t)),))


def _pay(t: Translator, amount: Money, token: str) -> Button:
    return Button(t("wallet.pay", amount=amount), f"paybill:{token}")


def to_bills(t: Translator) -> Button:
    """Return the button that shows one's bills."""
    return Button(t("friends.to_bills"), "do:bills")


def bills(t: Translator, owed: Sequence[Owed], own: Sequence[Own]) -> Screen:
    """What the reader owes of bills, and how their own stand; a button pays each, or closes it."""
    if not owed and not own:
        return Screen(t("friends.bills_none"), (menu_row(t),))
    to_pay = [lines(t("friends.bill_line", name=it.name, amount=it.left), title_line(t, it.title)) for it in owed]
    said = lines(
        t("friends.bills_owed") if owed else None, *to_pay, "" if owed and own else None, *(_own(t, it) for it in own)
    )
    pays = [(_pay(t, it.left, it.token),) for it in owed]
    ends = [(Button(t("friends.close_bill", amount=it.total), f"closebill:{it.token}"),) for it in own]
    return Screen(said, (*pays, *ends, menu_row(t)))


def _own(t: Translator, it: Own) -> Html:
    stand = [t(f"friends.stands_{each.state}", name=each.name, left=each.left) for each in it.parts]
    return lines(t("friends.bills_own", amount=it.total), title_line(t, it.title), *stand)


def close_card(t: Translator, total: Money, title: str) -> Html:
    """What closing a bill means, before it is confirmed."""
    return lines(t("friends.close_card", amount=total), title_line(t, title))


def closed(t: Translator, params: CloseBill, result: Nothing) -> Screen:
    """The bill is closed; who still owed is told."""
    return Screen(t("friends.bill_is_closed", amount=params.sum), (menu_row(t),))


def title_line(t: Translator, title: str) -> Html | None:
    """Return what a bill is for, None where nothing was said."""
    return t("friends.bill_title", title=title) if title else None
