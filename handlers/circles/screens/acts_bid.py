"""What bidding looks like: the bounds, the cost as money and as a rate, the seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finance_core.circles.bids import BidQuote
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines
from handlers.circles.acts_intents import BidCircle, BidIsMade
from handlers.circles.screens import ways
from handlers.locales import Html, Translator


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may be bid for a round: its pot, the least and the most, until when."""

    pot: Money
    least: Money
    most: Money
    until: str


def which_place(t: Translator, code: str, places: Sequence[int]) -> Screen:
    """Ask with which of one's places one bids."""
    rows = choices([(t("my_circles.place_nr", nr=nr), f"bidplace:{code}:{nr}") for nr in places])
    return Screen(t("my_circles.which_place"), (*rows, (ways.see(t, code),)))


def ask_bid(t: Translator, code: str, number: int, place: int, bounds: Bounds, own: Money | None) -> Screen:
    """Ask which discount is bid; a bid that stands may be taken back."""
    said = lines(
        t("my_circles.ask_bid", nr=number, pot=bounds.pot),
        t("my_circles.bid_bounds", least=bounds.least, most=bounds.most, until=bounds.until),
        t("my_circles.bid_stands", sum=own) if own is not None else None,
    )
    back = (Button(t("my_circles.take_back"), f"unbid:{code}:{place}:{number}"),) if own is not None else ()
    return Screen(said, (back,) if back else ())


def _cost(t: Translator, number: int, quote: BidQuote, cap: Decimal) -> Html:
    """Return what a bid costs: the money, the annual rate against waiting, as a loan in the first round."""
    cost = quote.cost
    rates = [rate for rate in (cost.against_waiting, cost.later_in_full) if rate is not None]
    loan = None
    if cost.later_in_full is not None and cost.each_discounted is not None:
        loan = t("my_circles.bid_as_loan", full=t.percent(cost.later_in_full), each=t.percent(cost.each_discounted))
    return lines(
        t("my_circles.bid_for", sum=quote.discount, nr=number),
        t("my_circles.bid_prize", sum=quote.prize),
        t("my_circles.bid_net", sum=quote.net),
        t("my_circles.bid_cost", sum=quote.discount),
        t("my_circles.bid_rate", rate=t.percent(cost.against_waiting)) if cost.against_waiting is not None else None,
        loan,
        t("my_circles.bid_above_cap", cap=cap) if any(rate > cap for rate in rates) else None,
    )


def cost(t: Translator, code: str, place: int, number: int, quote: BidQuote, cap: Decimal) -> Screen:
    """What a bid would cost, before there is a card of it."""
    on = Button(t("my_circles.bid_on", sum=quote.discount), f"bidcard:{code}:{place}:{number}:{quote.discount.amount}")
    other = Button(t("my_circles.bid_other"), f"bidplace:{code}:{place}")
    return Screen(_cost(t, number, quote, cap), ((on,), (other, ways.see(t, code))))


def card(t: Translator, code: str, place: int, number: int, quote: BidQuote, until: str, cap: Decimal) -> Html:
    """The bid with its cost once more, before it is confirmed."""
    return lines(
        t("my_circles.bid_card", code=code, nr=place),
        _cost(t, number, quote, cap),
        t("my_circles.bid_terms", until=until),
    )


def made(t: Translator, params: BidCircle, result: BidIsMade) -> Screen:
    """The bid is sealed: its seal is public, its nonce the bidder's alone until the deadline."""
    said = lines(
        t("my_circles.bid_made", sum=params.sum, nr=params.round),
        t("my_circles.bid_seal", seal=result.seal, nonce=result.nonce),
    )
    back = Button(t("my_circles.take_back"), f"unbid:{params.code}:{params.place}:{params.round}")
    return Screen(said, ((back, ways.see(t, params.code)),))


def withdrawn(t: Translator, code: str, number: int, *, was: bool) -> Screen:
    """The bid is taken back, or there was none."""
    return Screen(t("my_circles.bid_withdrawn" if was else "my_circles.no_bid", nr=number), ((ways.see(t, code),),))


def passed(t: Translator, code: str, number: int, *, passes: bool) -> Screen:
    """One does not want this round, or takes part after all."""
    said = t("my_circles.passes" if passes else "my_circles.takes_part", nr=number)
    turned = Button(t("my_circles.after_all" if passes else "my_circles.not_now"), f"notnow:{code}")
    return Screen(said, ((turned, ways.see(t, code)),))
