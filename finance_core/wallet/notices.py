"""What people are told of their wallet: receipts of movements, what waits for their answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import InstantText
from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement(Content):
    """A receipt: what moved, the wallet's balance after it, and when."""

    sum: Money
    balance: Money
    reference: str
    at: InstantText


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementWith(Movement):
    """A receipt of what was sent to somebody, or came from them."""

    name: Sealed | str | None
    note: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToppedUp(Movement):
    """Money came in."""

    kind: ClassVar[str] = "receipt.topup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Movement):
    """Money went outside."""

    kind: ClassVar[str] = "receipt.withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(MovementWith):
    """To its sender; `name` is None where whoever opens a link gets it."""

    kind: ClassVar[str] = "receipt.send"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(MovementWith):
    """To whom it was sent, or who had asked for it."""

    kind: ClassVar[str] = "receipt.received"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPaid(MovementWith):
    """To who has paid what they were asked for."""

    kind: ClassVar[str] = "receipt.paid_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack(Movement):
    """To its sender: what was sent is back in the wallet."""

    name: Sealed | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReturned(CameBack):
    """It was declined, or not taken in time."""

    kind: ClassVar[str] = "receipt.send_returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCancelled(CameBack):
    """Its sender took it back."""

    kind: ClassVar[str] = "receipt.send_cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(Content):
    """Something between two people: the sum, the other's name, the sender's note.

    `reference` is that of the send or of the request: a notice that comes twice speaks of one. Older rows have none.
    """

    sum: Money
    name: Sealed | str | None
    note: Sealed | str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWaiting(Between):
    """To the payee: take it by its token, or send it back."""

    kind: ClassVar[str] = "send.waiting"
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAccepted(Between):
    """To the sender: it was taken."""

    kind: ClassVar[str] = "send.accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAsked(Between):
    """To who is asked for money: pay by its token, or refuse."""

    kind: ClassVar[str] = "request.asked"
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDeclined(Between):
    """To who had asked."""

    kind: ClassVar[str] = "request.declined"


KINDS: Final[tuple[type[Content], ...]] = (
    ToppedUp,
    Withdrawn,
    Sent,
    Received,
    RequestPaid,
    SendReturned,
    SendCancelled,
    SendWaiting,
    SendAccepted,
    RequestAsked,
    RequestDeclined,
)
"""What is told here, each kind once."""
