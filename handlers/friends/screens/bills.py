"""What bills look like: the card before they are sent, a part that is to be paid, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from finance_core.friends.models import PartState
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import confirm_buttons, lines, menu_row
from handlers.friends.intents import BillIsSplit, CloseBill, MarkOutside, PartIsPaid, PayPart, SplitBill
from handlers.friends.screens.bill_photos import see_photo
from handlers.locales import Html, Translator

_PAID_HERE: Final = 3
_SEEN_HERE: Final = 2
_PARTS_HERE: Final = 2
"""How many buttons a list has of a kind: with the others at most six on a card."""


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
    state: PartState
    nr: int

    @property
    def is_open(self) -> bool:
        """Whether it may still be paid."""
        return self.state in (PartState.OPEN, PartState.REFUSED)


@dataclass(frozen=True, slots=True)
class Debt:
    """What one person will owe another of a bill that several have paid."""

    payer: str
    payee: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Own:
    """A bill of the reader's: what it comes to, what it is for, how its parts stand, its token."""

    total: Money
    title: str
    parts: tuple[Standing, ...]
    token: str
    has_photo: bool = False


def ask_sum(t: Translator) -> Screen:
    """Ask what the bill comes to."""
    return Screen(t("friends.ask_bill_sum"))


def card(t: Translator, bill: SplitBill, names: Sequence[str], debts: Sequence[Debt], card: tuple[str, int]) -> Screen:
    """What each bears of a bill, before they are asked, and who pays whom where several have paid. `card`: its intent.

    A button leaves its organiser out, or in again, where it is divided by weights.
    """
    asset = bill.sum.asset
    parts = [
        t("friends.bill_line", name=name, amount=Money(amount, asset))
        for name, amount in zip(names, bill.parts, strict=True)
    ]
    own = t("friends.bill_own", amount=Money(bill.own, asset))
    owed = [t("friends.bill_debt", payer=each.payer, payee=each.payee, amount=each.amount) for each in debts]
    head = "friends.bill_card" if len(set(bill.weights)) == 1 else "friends.bill_card_uneven"
    said = lines(
        t(head, amount=bill.sum),
        title_line(t, bill.title),
        t("friends.photo_on_bill") if bill.photo else None,
        *parts,
        own,
        t("friends.bill_debts") if owed else None,
        *owed,
    )
    token, version = card
    turned = t("friends.bill_without_me") if bill.own else t("friends.bill_with_me")
    turns = ((Button(turned, f"splitturn:{token}:{version}"),),) if bill.weights else ()
    return Screen(said, (*confirm_buttons(t, token, version), *turns))


def asked(t: Translator, bill: SplitBill, result: BillIsSplit) -> Screen:
    """Each who owes a part was asked for it."""
    return Screen(t("friends.bill_sent", count=result.asked), ((to_bills(t), *menu_row(t)),))


def part(t: Translator, name: str, amount: Money, title: str, token: str, *, has_photo: bool) -> Screen:
    """A part of a bill that somebody is asked for: pay it, say no, look at the bill's photo."""
    text = lines(t("friends.bill_asked", name=name, sum=amount), title_line(t, title))
    asked = Screen(text, ((_pay(t, amount, token), Button(t("wallet.refuse"), f"nobill:{token}")),))
    return with_photo(t, asked, token) if has_photo else asked


def pay_card(t: Translator, name: str, amount: Money, rest: Money, title: str, left: Money) -> Html:
    """What is paid to whom, what is then left of the part and of the wallet, before the PIN."""
    return lines(
        t("friends.part_card", name=name, amount=amount)
        if not rest
        else t("friends.some_card", name=name, amount=amount),
        title_line(t, title),
        t("friends.part_rest", rest=rest) if rest else None,
        t("friends.part_terms", left=left),
    )


def with_some(t: Translator, card: Screen, token: str) -> Screen:
    """Return the card of a whole part with the way to pay less."""
    some = Button(t("friends.pay_some"), f"do:pay_part:token={token}")
    return replace(card, buttons=(*card.buttons, (some,)))


def with_photo(t: Translator, card: Screen, token: str) -> Screen:
    """Return a card about a bill with the way to its photo."""
    return replace(card, buttons=(*card.buttons, (see_photo(t, token),)))


def ask_part(t: Translator, left: Money) -> Screen:
    """Ask how much of a part is paid now."""
    return Screen(t("friends.ask_part", left=left))


def ask_why(t: Translator, left: Money, token: str) -> Screen:
    """Ask why somebody says no."""
    return Screen(t("friends.ask_why"), ((Button(t("friends.no_reason"), f"noreason:{token}"), _pay(t, left, token)),))


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


def _pay_to(t: Translator, owed: Owed) -> Button:
    return Button(t("friends.pay_to", name=owed.name, amount=owed.left), f"paybill:{owed.token}")


def to_bills(t: Translator) -> Button:
    """Return the button that shows one's bills."""
    return Button(t("friends.to_bills"), "do:bills")


def bills(t: Translator, owed: Sequence[Owed], own: Sequence[Own]) -> Screen:
    """What the reader owes of bills, and how their own stand; a button pays each, or closes it."""
    if not owed and not own:
        return Screen(t("friends.bills_none"), (menu_row(t),))
    to_pay = [lines(t("friends.bill_line", name=it.name, amount=it.left), title_line(t, it.title)) for it in owed]
    apart = [part for it in own for part in ("", _own(t, it))]
    said = lines(t("friends.bills_owed") if owed else None, *to_pay, *apart[0 if owed else 1 :])
    is_one = len(owed) == 1  # else two may ask for the same sum
    pays = [(_pay(t, it.left, it.token) if is_one else _pay_to(t, it),) for it in owed[:_PAID_HERE]]
    see = [(Button(t("friends.see_bill", amount=it.total), f"bill:{it.token}"),) for it in own[:_SEEN_HERE]]
    return Screen(said, (*pays, *see, menu_row(t)))


def _own(t: Translator, it: Own) -> Html:
    stand = [t(f"friends.stands_{each.state}", name=each.name, left=each.left) for each in it.parts]
    return lines(t("friends.bills_own", amount=it.total), title_line(t, it.title), *stand)


def own_bill(t: Translator, it: Own, since: int) -> Screen:
    """One's own bill, with a button for each part that is open, from the place `since` on, and one that closes it.

    Where further parts stand on another card, so does *Again next month*.
    """
    open_ones = [each for each in it.parts if each.is_open]
    shown = open_ones[since : since + _PARTS_HERE]
    marks = [(Button(t("friends.mark_outside", name=each.name), f"outside:{it.token}:{each.nr}"),) for each in shown]
    more = since + _PARTS_HERE if len(open_ones) > since + _PARTS_HERE else None
    further = ((Button(t("common.more"), f"bill:{it.token}:{more}"),),) if more is not None else ()
    close = Button(t("friends.close_bill", amount=it.total), f"closebill:{it.token}")
    repeat = () if further else (Button(t("friends.again_next_month"), f"againbill:{it.token}"),)
    ends = (*repeat, *((close,) if open_ones else ()))
    photo = see_photo(t, it.token) if it.has_photo else Button(t("friends.add_photo"), f"addphoto:{it.token}")
    return Screen(_own(t, it), (*marks, *further, *((ends,) if ends else ()), (photo, to_bills(t))))


def again(t: Translator, on: date, token: str) -> Screen:
    """The day on which the reader is asked whether to split the same once more."""
    return Screen(t("friends.bill_again_on", day=on), ((to_bills(t), *menu_row(t)),))


def once_more(t: Translator, amount: Money, title: str, token: str) -> Screen:
    """The day has come: split the same once more."""
    said = lines(t("friends.bill_again_now", amount=amount), title_line(t, title))
    return Screen(said, ((Button(t("friends.split_again"), f"splitagain:{token}"),),))


def outside_card(t: Translator, params: MarkOutside) -> Html:
    """What it means that a part counts as paid outside, before it is confirmed."""
    return t("friends.outside_card", name=params.name, amount=params.sum)


def is_outside(t: Translator, params: MarkOutside, result: Nothing) -> Screen:
    """The part counts as paid outside; its payer is told."""
    return Screen(t("friends.is_outside", name=params.name, amount=params.sum), ((to_bills(t), *menu_row(t)),))


def close_card(t: Translator, total: Money, title: str) -> Html:
    """What closing a bill means, before it is confirmed."""
    return lines(t("friends.close_card", amount=total), title_line(t, title))


def closed(t: Translator, params: CloseBill, result: Nothing) -> Screen:
    """The bill is closed; who still owed is told."""
    return Screen(t("friends.bill_is_closed", amount=params.sum), (menu_row(t),))


def title_line(t: Translator, title: str) -> Html | None:
    """Return what a bill is for, None where nothing was said."""
    return t("friends.bill_title", title=title) if title else None
