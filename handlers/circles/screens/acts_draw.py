"""What a draw looks like when it is computed anew, and the bids of an auction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from finance_core.circles.cards import DrawFile
from finance_core.circles.rules.draws import WHOLE_ORDER
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, File, Screen
from handlers.chat.screens.cards import lines
from handlers.circles.screens import ways
from handlers.locales import Html, Translator

_SHOWN: Final = 12
"""Of a hash so many characters are shown; the file has all."""
_TICKETS: Final = 20
"""Tickets on a card, the smallest; the file lists all places."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draw computed anew: the picks' hash, tickets by place, the smallest first, what places are called.

    `key_fits`: the key hashes to the one published before it. `receiver`: the place that receives; None: whole.
    """

    code: str
    published: DrawFile
    picks: str
    tickets: Mapping[int, str]
    names: Mapping[int, str]
    key_fits: bool
    receiver: int | None


@dataclass(frozen=True, slots=True)
class OwnBid:
    """One's own bid, its seal computed anew, and whether that is among the published ones."""

    place: int
    amount: Money
    seal: str
    is_published: bool


@dataclass(frozen=True, slots=True)
class Bids:
    """The bids of a round: how many seals, the discount that won it, whose place, its nonce, whether its seal fits."""

    code: str
    round: int
    seals: int
    discount: Money | None
    winner: int | None
    nonce: str | None
    fits: bool | None
    own: tuple[OwnBid, ...]


def checked(t: Translator, draw: Checked, before: int | None, *, document: File) -> Screen:
    """A draw: what the tickets say, and from what they were computed."""
    drawn, (winner, *_) = draw.published, draw.tickets
    is_whole = drawn.round == WHOLE_ORDER
    order = [_ticket(t, draw, place) for place in list(draw.tickets)[:_TICKETS]]
    said = lines(
        t("my_circles.draw_whole", code=draw.code)
        if is_whole
        else t("my_circles.draw_of", code=draw.code, nr=drawn.round),
        t("my_circles.key_fits" if draw.key_fits else "my_circles.key_fails"),
        t("my_circles.in_order") if is_whole else t("my_circles.smallest", nr=winner, name=draw.names.get(winner, "")),
        None if is_whole or draw.receiver == winner else t("my_circles.made_room", nr=draw.receiver),
        "",
        *order,
        "",
        _from(t, draw),
        t("my_circles.draw_how"),
    )
    earlier = (Button(t("my_circles.draw_before"), f"checkdraw:{draw.code}:{before}"),) if before is not None else ()
    return Screen(said, ((*earlier, ways.see(t, draw.code)),), document=document)


def _from(t: Translator, draw: Checked) -> Html:
    key, before = draw.published.key[:_SHOWN], draw.published.previous_key[:_SHOWN]
    return t("my_circles.draw_from", shown=key, before=before, picks=draw.picks[:_SHOWN])


def _ticket(t: Translator, draw: Checked, place: int) -> Html:
    return t("my_circles.ticket", nr=place, name=draw.names.get(place, ""), ticket=draw.tickets[place][:_SHOWN])


def bids(t: Translator, found: Bids) -> Screen:
    """The bids of a round: what was published, and one's own checked."""
    won = None
    if found.discount is not None:
        won = t("my_circles.won_by", sum=found.discount, nr=found.winner)
    published = None
    if found.fits is not None:
        published = t("my_circles.seal_fits" if found.fits else "my_circles.seal_fails", nonce=found.nonce)
    own = [_own(t, each) for each in found.own]
    said = lines(
        t("my_circles.bids_of", code=found.code, nr=found.round, count=found.seals),
        won or t("my_circles.bids_closed_until"),
        published,
        *own,
        None if own else t("my_circles.no_own_bid"),
    )
    earlier = (Button(t("my_circles.round_before"), f"bids:{found.code}:{found.round - 1}"),) if found.round > 1 else ()
    return Screen(said, ((*earlier, ways.see(t, found.code)),))


def _own(t: Translator, bid: OwnBid) -> Html:
    key = "my_circles.own_bid_fits" if bid.is_published else "my_circles.own_bid_fails"
    return t(key, nr=bid.place, sum=bid.amount, seal=bid.seal[:_SHOWN])
