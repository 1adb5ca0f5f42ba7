"""Screens that ask to whom money goes, or who should pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices
from handlers.chat.screens.ways import act
from handlers.locales import Translator

_DATA_BYTES: Final = 64
_WITH_SUMS: Final = 2
"""Beside so many people stands the sum of their last payment: six buttons with the link."""


@dataclass(frozen=True, slots=True)
class Recent:
    """Somebody whom one has paid or been paid by, as buttons name them, and the sum of their last payment."""

    name: str
    value: str
    last: Money


def ask(t: Translator, intent: str, recent: Sequence[Recent]) -> Screen:
    """Ask to whom (with the link on a button) or who should pay; whom one knows are on buttons.

    The last sums stand beside the first two: the same payment again is a tap away from its card.
    """
    named = [(each.name, each.value) for each in recent]
    if intent in ("request", "block"):
        return Screen(t("wallet.ask_payer" if intent == "request" else "wallet.ask_whom_to_block"), _people(named))
    by_link = _people([(t("wallet.by_link_button"), "link")])
    rows = zip(_people(named), [*recent[:_WITH_SUMS], *[None] * len(recent)], strict=False)
    return Screen(t("wallet.ask_payee"), (*((*row, *_again(t, each)) for row, each in rows), *by_link))


def _again(t: Translator, one: Recent | None) -> tuple[Button, ...]:
    return (
        ()
        if one is None
        else (act(t, "send", t("wallet.again", amount=one.last), payee=one.value, amount=f"{one.last.decimal:f}"),)
    )


def one_at_a_time(t: Translator, intent: str, named: Sequence[tuple[str, str]]) -> Screen:
    """Several people were named: money goes to, or is asked of, one at a time. Each is on a button.

    Args:
        named: how each is called, and what the button answers.
    """
    text = "wallet.one_payer_at_a_time" if intent == "request" else "wallet.one_payee_at_a_time"
    return Screen(t(text), _people(named))


def which_one(t: Translator, said: str, people: Sequence[tuple[str, str]]) -> Screen:
    """Several people are called so: each is on a button."""
    return Screen(t("wallet.which_payee", name=said), _people(people))


def _people(named: Sequence[tuple[str, str]]) -> tuple[tuple[Button, ...], ...]:
    fitting = [(name, f"ans:{value}") for name, value in named if len(f"ans:{value}".encode()) <= _DATA_BYTES]
    return choices(fitting, per_row=1)
