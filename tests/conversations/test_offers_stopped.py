"""Under an offer, in both languages: *Why me?*, *No more offers*, and what somebody keeps; by button and by word."""

from __future__ import annotations

from sqlalchemy import text

from finance_core.customers import consents
from finance_core.customers.consents import OFFERS, Topic
from finance_core.customers.roles import Role
from finance_core.offers.audiences.question import All, How, Is
from tests.broadcasts import frozen_run
from tests.builders import SAID
from tests.conversations.harness import Person
from tests.conversations.test_operator import an_operator
from tests.conversations.whole_service import Susu
from tests.offers import a_draft, an_offer
from tests.security.test_operators import forges

SERVICE_OF_ITS_OWN = True
ASKED = All(all=(Is(fact="language", how=How.IS_NOT, value="fr"), Is(fact="wallet", how=How.AT_LEAST, value=0)))


async def an_offer_that_went_to(susu: Susu, *people: Person) -> int:
    """Let an offer have gone to people who agreed to all offers, and another wait for them; return the first."""
    ids = [(await susu.customer(each)).id for each in people]
    async with susu.units.begin() as unit:
        for each in ids:
            await consents.choose_all(unit, each, OFFERS, SAID, given=True)
    maker = await susu.customer(await an_operator(susu, "Mia", Role.MARKETING))
    offer = await an_offer(susu.units, maker, Topic.SAVING, None)
    sent, waits = [(await a_draft(susu.units, maker, offer, ASKED)).id for _ in range(2)]
    for run in (sent, waits):
        await frozen_run(susu.units, run, topic=Topic.SAVING)
    async with susu.units.begin() as unit:
        await unit.session.execute(
            text("UPDATE broadcast_recipient SET state = 'sent', sent_at = now() WHERE run_id = :run"), {"run": sent}
        )
    return sent


async def waiting(susu: Susu, person: Person) -> int:
    customer = await susu.customer(person)
    statement = "SELECT count(*) FROM broadcast_recipient WHERE customer_id = :id AND state = 'waiting'"
    return int(await susu.value(statement, id=customer.id))


async def test_one_tap_ends_all_offers_and_asks_what_may_stay(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("博", language="zh")
    number = await an_offer_that_went_to(susu, ana, bo)
    await forges(susu, ana, f"whyme:{number}")
    why = await ana.sees(
        "Why you got this.*You agreed on .* to get offers about saving and funds.*we looked at: your language, how much"
        " is in your wallet.*price never depends"
    )
    assert "Choose nothing by my data" in why.labels
    await forges(susu, bo, f"whyme:{number}")
    await bo.sees("为什么会收到这条.*同意接收存款和基金优惠信息.*我们看了：您的语言、您的钱包余额")
    await forges(susu, ana, f"nomoreoffers:{number}")
    left = await ana.sees("No more offers from now on.*Keep any of them")
    assert (await waiting(susu, ana), await waiting(susu, bo)) == (0, 1)
    line = await susu.value(
        "SELECT place || ' ' || language || ' ' || given FROM consent WHERE customer_id = :id ORDER BY id DESC LIMIT 1",
        id=(await susu.customer(ana)).id,
    )
    assert line == f"broadcast {number} en false"
    await ana.taps("Circles and news: off", left)
    await ana.sees("Keep any of them")
    async with susu.units.begin() as unit:
        assert await consents.given_offers(unit, (await susu.customer(ana)).id) == (Topic.NEWS,)
    await forges(susu, ana, f"whyme:{number}")
    await ana.sees("You have taken that back since")
    await forges(susu, ana, "whyme:999")
    await ana.sees("We keep nothing about this offer and you")
    await bo.says("退订")
    await bo.sees("已退订，不再给您发优惠信息.*想保留哪些")
    assert await waiting(susu, bo) == 0


async def test_nothing_chosen_is_one_tap_from_why(susu: Susu) -> None:
    chidi = await susu.resident("Chidi")
    number = await an_offer_that_went_to(susu, chidi)
    await forges(susu, chidi, f"whyme:{number}")
    await chidi.taps("Choose nothing by my data", await chidi.sees("Why you got this"))
    await chidi.sees("No personal offers: on|More that you decide")
    assert await waiting(susu, chidi) == 0
    async with susu.units.begin() as unit:
        assert await consents.given_offers(unit, (await susu.customer(chidi)).id) == OFFERS
