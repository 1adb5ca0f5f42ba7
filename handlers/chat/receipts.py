"""One act, one message: the card on which somebody confirmed an act becomes the receipt of it, with its reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from finance_core.kernel.json import JsonObject
from finance_core.notices import opened
from finance_core.notices.carried import Written, written
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from handlers.chat.screens.base import CALLBACK_BYTES, Button, Screen
from handlers.locales import Html, Translator
from handlers.notices.rendering import render

_SAYS_MORE: Final = frozenset({"name", "title", "rate", "interest", "shares"})
"""What the first line of a receipt may say beyond the sum, which the card's own first line has said."""

_MARK: Final = ":receipt=1"
"""Ends what the buttons of a receipt bring back, so that the message that is one is known by them."""

_Rows: TypeAlias = tuple[tuple[Button, ...], ...]
Told: TypeAlias = Sequence[tuple[str, JsonObject]]
"""Kinds and params of receipts, as the outbox holds them."""


def on_card(unit: Unit, customer_id: int, card: Screen) -> list[Written]:
    """Return a person's receipts of this unit that the card may stand for: it names their references."""
    own = (each for each in written(unit) if each.customer_id == customer_id)
    return [each for each in own if each.reference is not None and each.reference in card.text]


def own_reference(unit: Unit, customer_id: int) -> str:
    """Return the reference of a person's receipt of this unit, for the card that says what has moved; "" for none."""
    own = (each.reference for each in written(unit) if each.customer_id == customer_id)
    return next((reference for reference in own if reference is not None), "")


def carrying(card: Screen, own: Sequence[Written], t: Translator, cipher: Cipher) -> Screen:
    """Return a card as these receipts, whose rows wait for it."""
    told = with_receipts(card, [(each.kind, each.params) for each in own], t, cipher)
    return replace(told, carries=tuple(each.id for each in own))


def with_receipts(card: Screen, told: Told, t: Translator, cipher: Cipher) -> Screen:
    """Return a card with all that receipts say: its own first line, theirs, then what else it had, buttons included."""
    for kind, params in told:
        card = _with_receipt(card, _drawn(kind, params, t, cipher), params)
    return replace(card, buttons=tuple(tuple(map(_marked, row)) for row in card.buttons)) if told else card


def is_one(buttons: Iterable[str | None]) -> bool:
    """Say whether a message is a receipt, by what its buttons bring back: it stays, and what they open comes below."""
    return any(data is not None and data.endswith(_MARK) for data in buttons)


def _marked(button: Button) -> Button:
    data = f"{button.data}{_MARK}"
    fits = button.data is not None and button.data.startswith("do:") and len(data.encode()) <= CALLBACK_BYTES
    return replace(button, data=data) if fits else button


def _drawn(kind: str, params: JsonObject, t: Translator, cipher: Cipher) -> Screen:
    return render(kind, opened(params, cipher), t.language)


def _with_receipt(card: Screen, receipt: Screen, params: JsonObject) -> Screen:
    reference = str(params["reference"])
    before, after = _around(card.text, reference)
    first, *rest = receipt.text.split("\n")
    rest.sort(key=lambda line: reference in line)  # the reference ends what is said
    headline = [first] if not _SAYS_MORE.isdisjoint(params) else []
    new = [line for line in (*headline, *rest) if not any(line.rstrip(".。") in said for said in before)]
    text = Html("\n".join([*before, *new, *after]))
    known = {button.data for row in card.buttons for button in row}
    more = tuple(row for row in receipt.buttons if not any(button.data in known for button in row))
    return replace(card, text=text, buttons=_added(more, card.buttons))


def _around(text: str, reference: str) -> tuple[list[str], list[str]]:
    """Return a card's lines before its reference, and after it. Of the reference's own line a headline is kept."""
    every = text.split("\n")
    at = next((number for number, line in enumerate(every) if reference in line), None)
    if at is None:
        return every, []
    headline = every[at].partition(reference)[0].rstrip().removesuffix("·").rstrip()
    return [*every[:at], *([headline] if at == 0 and headline else [])], every[at + 1 :]


def _added(more: _Rows, rows: _Rows) -> _Rows:
    """Return rows with more of them above the last, which leads to the menu."""
    return (*rows[:-1], *more, *rows[-1:])
