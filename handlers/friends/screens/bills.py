"""What bills look like: the card before they are sent, a part that is to be paid, what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.friends.intents import PartIsPaid, PayPart, SplitBill
from handlers.locales import Html, Translator


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
    return Screen(t("friends.bill_sent", count=len(bill.people)), (menu_row(t),))


def part(t: Translator, name: str, amount: Money, title: str, token: str) -> Screen:
    """A part of a bill that somebody is asked for: pay it, or say no."""
    text = lines(t("friends.bill_asked", name=name, sum=amount), title_line(t, title))
    pay = Button(t("wallet.pay", amount=amount), f"paybill:{token}")
    return Screen(text, ((pay, Button(t("wallet.refuse"), f"nobill:{token}")),))


def pay_card(t: Translator, name: str, amount: Money, title: str, left: Money) -> Html:
    """What is paid to whom and what is left, before the PIN."""
    return lines(
        t("wallet.send_card", name=name, amount=amount),
        title_line(t, title),
        t("wallet.send_terms", fee=Money.zero(amount.asset), left=left),
    )


def paid(t: Translator, params: PayPart, result: PartIsPaid) -> Screen:
    """The part is paid."""
    said = lines(
        t("friends.part_paid", amount=params.sum, left=result.balance),
        t("notice.reference", reference=result.reference),
    )
    return Screen(said, (menu_row(t),))


def refused(t: Translator) -> Screen:
    """The person has said no."""
    return Screen(t("friends.part_refused"), (menu_row(t),))


def title_line(t: Translator, title: str) -> Html | None:
    """Return what a bill is for, None where nothing was said."""
    return t("friends.bill_title", title=title) if title else None
