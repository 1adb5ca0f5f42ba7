"""The demo's past, on paper: whatever it is made of, everybody begins with the same sum."""

from __future__ import annotations

from collections import Counter

from bot.demo import lunch
from bot.demo.seed import PAST, Topup
from bot.sandbox.people import ANA_ID, BO_ID, CHIDI_ID
from finance_core.friends.rules.draws import PacketKind, drawn
from finance_core.friends.rules.splits import split


def test_each_of_the_three_begins_with_two_thousand() -> None:
    has: Counter[int] = Counter()
    for event in PAST:
        if isinstance(event, Topup):
            has[event.who] += event.amount * 100
        else:
            has[event.who] -= event.amount * 100
            has[event.to] += event.amount * 100
    shares = drawn(PacketKind.LUCKY, lunch._PACKET.amount, lunch._SHARES, lunch._SEED)
    anas_part = split(lunch._BILL.amount, [1, 1], 1).others[0]
    has.update({ANA_ID: -lunch._PACKET.amount - anas_part, BO_ID: shares[0], CHIDI_ID: shares[1] + anas_part})
    assert has == {ANA_ID: 200_000, BO_ID: 200_000, CHIDI_ID: 200_000}
