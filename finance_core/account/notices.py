"""What people are told about their account, at once and at any hour; and operators of what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityWaits(Content):
    """To who reviews: somebody has sent in a document."""

    kind: ClassVar[str] = "operator.identity_waits"
    check: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityApproved(Content):
    """To the person: who they are is known, and the tier that they are at."""

    kind: ClassVar[str] = "account.identity_approved"
    tier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRefused(Content):
    """To the person: why not, which says what to do."""

    kind: ClassVar[str] = "account.identity_refused"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityExpires(Content):
    """To the person, 30 days before their document expires."""

    kind: ClassVar[str] = "account.identity_expires"
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityExpired(Content):
    """To the person: their document has expired and no other took its place; the tier that they are at since."""

    kind: ClassVar[str] = "account.identity_expired"
    expires_on: date
    tier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PinChanged(Content):
    """On all chats of the person: the PIN is another one, since a day."""

    kind: ClassVar[str] = "account.pin_changed"
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OfReset(Content):
    """A reset of the PIN."""

    reset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetAsked(OfReset):
    """On all chats of the person: somebody has asked for it."""

    kind: ClassVar[str] = "account.reset_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetApproved(OfReset):
    """On all chats of the person: two operators have agreed, a new PIN may be chosen."""

    kind: ClassVar[str] = "account.reset_approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetDone(OfReset):
    """On all chats of the person: the new PIN stands."""

    kind: ClassVar[str] = "account.reset_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetStopped(OfReset):
    """On all chats of the person: it was stopped, and nothing can leave."""

    kind: ClassVar[str] = "account.reset_stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRefused(OfReset):
    """To the person: the proof did not convince."""

    kind: ClassVar[str] = "account.reset_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetWaits(OfReset):
    """To who may propose it: the proof is there."""

    kind: ClassVar[str] = "operator.reset_waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNamed(Content):
    """To whom somebody names as their contact: would they?"""

    kind: ClassVar[str] = "account.contact_named"
    customer: int
    name: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAsked(OfReset):
    """To the named contact: is it really they who ask?"""

    kind: ClassVar[str] = "account.contact_asked"
    name: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChanged(Content):
    """On all chats of the person: the phone is another one, by its last digits."""

    kind: ClassVar[str] = "account.phone_changed"
    move: int
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMoved(Content):
    """To the old chat: the account is used from another Telegram now."""

    kind: ClassVar[str] = "account.moved"
    move: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStopped(Content):
    """On all chats: a change was undone, and nothing can leave."""

    kind: ClassVar[str] = "account.move_stopped"
    move: int


KINDS: Final[tuple[type[Content], ...]] = (
    IdentityWaits,
    IdentityApproved,
    IdentityRefused,
    IdentityExpires,
    IdentityExpired,
    PinChanged,
    ResetAsked,
    ResetApproved,
    ResetDone,
    ResetStopped,
    ResetRefused,
    ResetWaits,
    ContactNamed,
    ContactAsked,
    PhoneChanged,
    AccountMoved,
    MoveStopped,
)
"""What is told here, each kind once."""
