"""How somebody wants to be in a circle: kept in their row, picks and turns encrypted until their places are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from finance_core.circles.chains import sealed_pick
from finance_core.circles.models import Circle, CircleMember, Destination, MemberState
from finance_core.circles.sealing import NICKNAME_CHARACTERS, member_associated_data, sealed_words
from finance_core.kernel.money import Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """How somebody wants to be in a circle.

    Attributes:
        places: How many, 1 to 3.
        turns: The turns that are wanted, one for each place, where members pick them; else none.
        picks: Secret words for the draws, by place held; fewer than places, or none, is fine. 1 to 64 characters each.
        nickname: What the group's board calls them; "" for their name.
        nominee: Who takes over, or is paid, if they die; "" for nobody.
        automatic_debit: Whether contributions are debited on their day: a consent with a line of its own.
        debit_from_change_plus: Whether Change Plus pays what the wallet cannot.
        destination: Where what is received goes; `destination_id` is the plan's or the loan's.
        retention: What is kept back of each payout beyond the circle's rule, so that the exposure is allowed.
        marks_credit: Whether what becomes of their dues may be told to the credit bureau.
    """

    places: int = 1
    turns: tuple[int, ...] = ()
    picks: tuple[str, ...] = ()
    nickname: str = ""
    nominee: str = ""
    automatic_debit: bool = True
    debit_from_change_plus: bool = False
    destination: Destination = Destination.WALLET
    destination_id: int | None = None
    retention: Money | None = None
    shows_reliability: bool = False
    marks_credit: bool = False

    @property
    def kept(self) -> int:
        """What is kept back of each payout, minor units."""
        return self.retention.amount if self.retention is not None else 0


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of it: `joined` with its places and turns, or `asked`, or `waiting` at a position from 1.

    `started`: it was the last place, and the circle runs.
    """

    state: MemberState
    places: tuple[int, ...] = ()
    turns: tuple[int | None, ...] = ()
    position: int | None = None
    started: bool = False


def written(
    unit: Unit, cipher: Cipher, circle: Circle, customer_id: int, request: JoinRequest, before: CircleMember | None
) -> CircleMember:
    """Return the member's row with what they request, new or as it was."""
    sealed: dict[str, Any] = {
        "nickname_sealed": sealed_words(
            cipher, request.nickname, member_associated_data("nickname", circle.id, customer_id), NICKNAME_CHARACTERS
        ),
        "nominee_sealed": sealed_words(
            cipher, request.nominee, member_associated_data("nominee", circle.id, customer_id)
        ),
    }
    columns: dict[str, Any] = {
        "places": request.places,
        "automatic_debit": request.automatic_debit,
        "debit_from_change_plus": request.debit_from_change_plus,
        "destination": request.destination,
        "destination_id": request.destination_id,
        "shows_reliability": request.shows_reliability,
        "marks_credit": request.marks_credit,
        "retention": request.kept,
        **sealed,
    }
    if before is None:
        member = CircleMember(circle_id=circle.id, customer_id=customer_id, state=MemberState.ASKED,
                              asked_at=unit.now, **columns)  # fmt: skip
        unit.session.add(member)
        return member
    for column, value in columns.items():
        setattr(before, column, value)
    if before.state == MemberState.LEFT:
        before.asked_at, before.left_at, before.state = unit.now, None, MemberState.ASKED
    return before


def sealed_request(cipher: Cipher, circle: Circle, member: CircleMember, request: JoinRequest) -> bytes:
    """Return picks and turns, encrypted, for the day on which the places are theirs."""
    for text in request.picks:
        sealed_pick(cipher, circle, member.customer_id, text)
    kept = orjson.dumps({"turns": request.turns, "picks": request.picks})
    return cipher.encrypt(kept, member_associated_data("wanted", circle.id, member.customer_id))


def opened_request(cipher: Cipher, circle: Circle, member: CircleMember) -> JoinRequest:
    """Return the places, picks and turns that somebody asked for or waits for."""
    bound = member_associated_data("wanted", circle.id, member.customer_id)
    opened = cipher.opened(member.wanted_sealed, bound) if member.wanted_sealed is not None else None
    kept = orjson.loads(opened) if opened is not None else {"turns": [], "picks": []}
    return JoinRequest(places=member.places, turns=tuple(kept["turns"]), picks=tuple(kept["picks"]))
