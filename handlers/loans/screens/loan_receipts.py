"""Receipts of what was paid on a loan: what is left and due next, and the letter once it is settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.locales import Html, Translator

Params = Mapping[str, Any]


def paid_out(t: Translator, values: Params) -> Screen:
    """The loan's money, with the way to the loan."""
    return Screen(t("notice.receipt_loan", **values), ((Button(t("menu.loans"), "do:loans"),),))


def repaid(t: Translator, values: Params) -> Screen:
    """A payment of one's own, with what is still due today or what comes next."""
    return Screen(lines(t("notice.receipt_repayment", **values), _what_is_next(t, values)))


def settled(t: Translator, values: Params) -> Screen:
    """The payment that settled it, with the letter that says so."""
    return Screen(t("notice.receipt_loan_settled", **values), _letter(t, values))


def debit_settled(t: Translator, values: Params) -> Screen:
    """The debit that settled it, with the letter that says so."""
    return Screen(t("notice.receipt_debit_settled", **values), _letter(t, values))


def given_back(t: Translator, values: Params) -> Screen:
    """A loan given back within its cooling-off days; the fee that was withheld came back with it."""
    fee = t("notice.fee_came_back", fee=values["fee"]) if values["fee"] else None
    return Screen(lines(t("notice.receipt_loan_given_back", **values), fee))


def _what_is_next(t: Translator, values: Params) -> Html | None:
    if values["due_now"]:
        return t("notice.still_due", due_now=values["due_now"])
    if values["next_due_on"] is None:
        return None
    return t("notice.next_due", next_due=values["next_due"], next_due_on=values["next_due_on"])


def _letter(t: Translator, values: Params) -> tuple[tuple[Button, ...], ...]:
    return ((Button(t("loans.letter"), f"letter:{values['loan']}"),),)
