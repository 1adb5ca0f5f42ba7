"""The demo's savings circle: *Sunday Circle*, a weekly lottery of four places, lived through by its use cases.

Ana is its chair, Chidi holds two places. Two rounds are drawn and paid; the third is due in two days.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.sandbox.people import ANA_ID, BO_ID, CHIDI_ID, SUNDAY_CIRCLE_ID, SUNDAY_CIRCLE_TITLE
from finance_core.circles import drafts, joining
from finance_core.circles.boards import CIRCLE
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.draws import Purpose, key_chain, picks_hash, tickets
from finance_core.circles.rules.settings import Order, Settings
from finance_core.customers.consents import Wording
from finance_core.friends.packets import new_token
from finance_core.groups import service as groups
from finance_core.kernel.money import CNY, Money
from finance_core.notices import boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Actor, Units

DAYS_AGO: Final = 16
"""When it was opened and joined."""
FIRST_DUE_DAYS_AGO: Final = 12
"""The third round is due two weeks later: in two days."""
CONTRIBUTION: Final = Money.of(50, CNY)
PICKS: Final = {1: "mango", 2: "速速", 3: "rain", 4: "42"}
"""Each place's secret word for the draws: Ana's, 博's, Chidi's two."""
_HELD: Final = {ANA_ID: (1,), BO_ID: (2,), CHIDI_ID: (3, 4)}
_RECEIVED: Final = (2, 3)
"""Who has received: 博 in round 1, Chidi in round 2. The topups of the demo's past make up for it."""
_AGREED: Final = Wording("My contributions may be debited.", "demo", "en", "circle")


async def begin_sunday_circle(units: Units, cipher: Cipher, ids: Mapping[int, int], first_due_on: date) -> None:
    """Let Ana open the circle in its group, and the three join it; it starts by its last place. `ids`: by Telegram."""
    ana, token = ids[ANA_ID], new_token()
    async with units.begin(Actor("customer", ana)) as unit:
        group = await groups.met(unit, cipher, SUNDAY_CIRCLE_ID, title=SUNDAY_CIRCLE_TITLE, language="en")
        for person in ids.values():
            await groups.seen(unit, group, person, is_in=person in {ids[each] for each in _HELD})
        circle = await drafts.draft(unit, cipher, ana, _settings(first_due_on, group.id), token)
        await drafts.open_circle(unit, cipher, ana, token, last_key=_last_key(circle.code))
        await boards.show(unit, CIRCLE, circle.id, chat_id=group.chat_id, language=group.language, pins=True)
    for person, places in _HELD.items():
        async with units.begin(Actor("customer", ids[person])) as unit:
            request = JoinRequest(places=len(places), picks=tuple(PICKS[nr] for nr in places))
            await joining.join(unit, cipher, token, ids[person], request, _AGREED, instalments=Money.zero(CNY))


def _settings(first_due_on: date, place_id: int) -> Settings:
    return Settings(
        title=SUNDAY_CIRCLE_TITLE,
        contribution=CONTRIBUTION,
        places=len(PICKS),
        period=Period.WEEK,
        first_due_on=first_due_on,
        order=Order.LOTTERY,
        place_id=place_id,
    )


def _last_key(code: str) -> str:
    """Return a key by which the first two rounds go to `_RECEIVED`, so that everybody begins with the same money.

    Who makes the keys and knows all picks can do that: as circles say, nobody else can, and never we alone.
    """
    picks = picks_hash(PICKS)
    while True:
        last = secrets.token_hex(32)
        keys, waiting = key_chain(last, len(PICKS)), set(PICKS)
        for number, place in enumerate(_RECEIVED, 1):
            drawn = tickets(Purpose.DRAW, keys[number], picks, code, number, sorted(waiting))
            if next(iter(drawn)) != place:
                break
            waiting.remove(place)
        else:
            return last
