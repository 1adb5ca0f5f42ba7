"""What the cards of the account offer, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.kernel.payloads import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class NameContact(Payload):
    """Name somebody, by their customer id, as who confirms when the PIN is forgotten."""

    contact: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn(Payload):
    """Hand in a document: its kind, its number as it was typed, and the last day on which it is valid."""

    kind: str
    number: str
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn(Payload):
    """The document waits for an operator, as that check."""

    check: int
