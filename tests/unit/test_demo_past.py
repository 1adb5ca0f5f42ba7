"""The demo's past, on paper: whatever it is made of, everybody begins with the same sum."""

from __future__ import annotations

from collections import Counter

from bot.demo import harvest_savers, lunch, sunday_circle
from bot.demo.seed import PAST, CircleBegins, Gift, SaversBegin, Topup
from bot.sandbox.people import ANA_ID, BO_ID, CHIDI_ID, MEI_ID, OLU_ID
from finance_core.circles.rules.draws import Purpose, key_chain, picks_hash, tickets
from finance_core.friends.rules.draws import PacketKind, drawn
from finance_core.friends.rules.splits import split


def test_each_of_the_three_begins_with_two_thousand() -> None:
    has: Counter[int] = Counter()
    for event in PAST:
        if isinstance(event, Topup):
            has[event.who] += event.amount * 100
        elif isinstance(event, CircleBegins):
            has.update(of_the_circle())
        elif isinstance(event, SaversBegin):
            has.subtract(of_the_savers())
        elif isinstance(event, Gift):
            has[event.who] -= event.amount * 100
            has[event.to] += event.amount * 100
    shares = drawn(PacketKind.LUCKY, lunch._PACKET.amount, lunch._SHARES, lunch._SEED)
    anas_part = split(lunch._BILL.amount, [1, 1], 1).others[0]
    has.update({ANA_ID: -lunch._PACKET.amount - anas_part, BO_ID: shares[0], CHIDI_ID: shares[1] + anas_part})
    assert has == {ANA_ID: 200_000, BO_ID: 200_000, CHIDI_ID: 200_000, OLU_ID: 0, MEI_ID: 0}


def of_the_savers() -> dict[int, int]:
    """Return what three meetings took of each, less what was lent to Chidi."""
    rules, lent = harvest_savers.RULES, {CHIDI_ID: harvest_savers.LOAN.amount}
    return {
        who: sum(shares) * rules.share_price + len(shares) * rules.social_amount - lent.get(who, 0)
        for who, shares in harvest_savers.SHARES.items()
    }


def of_the_circle() -> dict[int, int]:
    """Return what two rounds of the circle leave each with: each place has paid twice, two have received a pot."""
    each, places = sunday_circle.CONTRIBUTION.amount, len(sunday_circle.PICKS)
    return {
        who: each * (places * len(set(held) & set(sunday_circle._RECEIVED)) - 2 * len(held))
        for who, held in sunday_circle._HELD.items()
    }


def test_the_circles_first_rounds_go_to_whom_the_sums_count_on() -> None:
    code = "C4TN-8KQ2"
    keys = key_chain(sunday_circle._last_key(code), len(sunday_circle.PICKS))
    picks = picks_hash(sunday_circle.PICKS)
    waiting = set(sunday_circle.PICKS)
    for number, place in enumerate(sunday_circle._RECEIVED, 1):
        assert next(iter(tickets(Purpose.DRAW, keys[number], picks, code, number, waiting))) == place
        waiting.remove(place)
