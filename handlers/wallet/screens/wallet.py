"""The wallet's screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from finance_core.notices import Sealed
from finance_core.wallet.notices import RequestAsked, SendWaiting
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import confirm_buttons, lines, menu_row
from handlers.locales import Html, Translator
from handlers.wallet.intents import AskForMoney, Moved, PayRequest, SendMoney, Sent, TopUp


def ask_topup(t: Translator) -> Screen:
    """Ask how much to put in."""
    return Screen(t("wallet.ask_topup"), _sums("ans", (100, 500, 1000)))


def topup_card(t: Translator, amount: Money) -> Html:
    """What a top-up does, before it is confirmed."""
    return t("wallet.topup_card", amount=amount)


def ask_send_amount(t: Translator, name: str) -> Screen:
    """Ask how much to send."""
    return Screen(t("wallet.ask_send_amount", name=name), _sums("ans", (20, 50, 100)))


def ask_request_amount(t: Translator, name: str) -> Screen:
    """Ask how much to ask for."""
    return Screen(t("wallet.ask_request_amount", name=name), _sums("ans", (20, 50, 100)))


def wallet_is_short(t: Translator, amount: Money, available: Money, again: str) -> Screen:
    """The wallet is short, and Change Plus is not: the same send out of it is one tap away."""
    return _short(t, amount, available, Button(t("wallet.from_change_plus", amount=amount), again))


def wallet_is_short_to_pay(t: Translator, amount: Money, available: Money, token: str) -> Screen:
    """The wallet is short of what was asked for, and Change Plus is not."""
    return _short(t, amount, available, Button(t("wallet.pay_from_change_plus", amount=amount), f"pay:{token}:plus"))


def _short(t: Translator, amount: Money, available: Money, plus: Button) -> Screen:
    text = t("wallet.wallet_is_short", amount=amount, available=available)
    return Screen(text, ((plus,), (Button(t("menu.topup"), "do:topup"), *menu_row(t))))


def send_card(t: Translator, name: str, amount: Money, note: str, left: Money, *, from_plus: bool = False) -> Html:
    """Payee, amount, fee, balance after, all before the PIN."""
    terms = "wallet.send_terms_plus" if from_plus else "wallet.send_terms"
    return lines(
        t("wallet.send_card", name=name, amount=amount),
        t("wallet.note", note=note) if note else None,
        t(terms, fee=Money.zero(amount.asset), left=left),
    )


@dataclass(frozen=True, slots=True)
class SendCard:
    """What the card of a send shows."""

    send: SendMoney
    name: str
    left: Money
    may_turn: bool
    """Whether its money may come from the other place too."""


def send_offer(t: Translator, card: SendCard, token: str, version: int) -> Screen:
    """The card of a send: as `send_card`, with when it is delivered, which a button turns to the next delay; and a
    button to the other place that its money may come from.
    """
    send, from_plus = card.send, card.send.source == "plus"
    text = send_card(t, card.name, send.sum, send.note, card.left, from_plus=from_plus)
    delay = Button(t(f"wallet.delay_button_{send.delay}"), f"delay:{token}:{version}")
    other = "loans.pay_from_wallet" if from_plus else "loans.pay_from_plus"
    turn = (Button(t(other), f"sendfrom:{token}:{version}"),) if card.may_turn else ()
    buttons = (*confirm_buttons(t, token, version), (delay, *turn))
    return Screen(lines(text, t(f"wallet.delay_{send.delay}") if send.delay else None), buttons)


def request_card(t: Translator, name: str, amount: Money, note: str) -> Html:
    """What a request says, before it is confirmed."""
    return lines(t("wallet.request_card", name=name, amount=amount), t("wallet.note", note=note) if note else None)


def send_offered(t: Translator, name: str, amount: Money, note: str, token: str, reference: str = "") -> Screen:
    """What the payee sees: from whom, how much, take it or send it back."""
    said = t("wallet.send_offered", name=name, amount=amount)
    return Screen(_with_note_and_reference(t, said, note, reference), _accept_or_decline(t, token))


def _with_note_and_reference(t: Translator, said: Html, note: str, reference: str) -> Html:
    return lines(
        said,
        t("wallet.note", note=note) if note else None,
        t("notice.reference", reference=reference) if reference else None,
    )


def send_waiting(t: Translator, told: SendWaiting) -> Screen:
    """The notice of money that was sent and waits to be taken."""
    return send_offered(t, _opened(told.name), told.sum, _opened(told.note), told.token, told.reference)


def request_asked(t: Translator, told: RequestAsked) -> Screen:
    """The notice that somebody asks for money."""
    return request_offered(t, _opened(told.name), told.sum, _opened(told.note), told.token, told.reference)


def _opened(name: Sealed | str | None) -> str:
    assert isinstance(name, str), "delivery opens names before they are rendered"
    return name


def request_offered(t: Translator, name: str, amount: Money, note: str, token: str, reference: str = "") -> Screen:
    """What the person who is asked for money sees."""
    said = t("wallet.request_offered", name=name, amount=amount)
    text = _with_note_and_reference(t, said, note, reference)
    pay = Button(t("wallet.pay", amount=amount), f"pay:{token}")
    return Screen(text, ((pay, Button(t("wallet.refuse"), f"refuse:{token}")),))


def send_is_settled(t: Translator) -> Screen:
    """A link that has been used, or whose money went back."""
    return Screen(t("wallet.send_is_settled"), (menu_row(t),))


def accepted(t: Translator, amount: Money, reference: str) -> Screen:
    """The payee has the money."""
    return Screen(t("wallet.accepted", amount=amount, reference=reference), (menu_row(t),))


def declined(t: Translator, amount: Money) -> Screen:
    """The money goes back to its sender."""
    return Screen(t("wallet.declined", amount=amount), (menu_row(t),))


def taken_back(t: Translator, amount: Money, reference: str) -> Screen:
    """The sender has the money again."""
    named = t("notice.reference", reference=reference) if reference else None
    return Screen(lines(t("wallet.taken_back", amount=amount), named), (menu_row(t),))


def request_refused(t: Translator, token: str) -> Screen:
    """The person who asked is told; who does not want to be asked again may block them."""
    block = Button(t("wallet.block"), f"blockasker:{token}")
    return Screen(t("wallet.request_refused"), ((block,), menu_row(t)))


def topup_done(t: Translator, params: TopUp, result: Moved) -> Screen:
    """The money is in the wallet."""
    return Screen(_done(t, "wallet.topup_done", params.sum, result), (menu_row(t),))


def send_done(t: Translator, params: SendMoney, result: Sent) -> Screen:
    """The money is on its way; a way to take it back, and the link if there is one."""
    link = t("wallet.link", link=result.link) if result.link else None
    back = Button(t("wallet.take_back"), f"takeback:{result.token}")
    return Screen(lines(_done(t, "wallet.send_done", params.sum, result), link), ((back, *menu_row(t)),))


def request_done(t: Translator, params: AskForMoney, result: Nothing) -> Screen:
    """The request is made."""
    return Screen(t("wallet.request_done", amount=params.sum), (menu_row(t),))


def request_paid(t: Translator, params: PayRequest, result: Moved) -> Screen:
    """Who asked for it has the money."""
    return Screen(_done(t, "wallet.send_done", params.sum, result), (menu_row(t),))


def _done(t: Translator, key: str, amount: Money, result: Moved) -> Html:
    return t(key, amount=amount, reference=result.reference, balance=result.balance)


def _sums(verb: str, sums: Sequence[int]) -> tuple[tuple[Button, ...], ...]:
    return (tuple(Button(f"{amount:,}", f"{verb}:{amount}") for amount in sums),)


def _accept_or_decline(t: Translator, token: str) -> tuple[tuple[Button, ...], ...]:
    return ((Button(t("wallet.accept"), f"accept:{token}"), Button(t("wallet.decline"), f"decline:{token}")),)
