"""An offer from the first word to the phone: marketing writes it, somebody else approves it, each reads their own
language, and nobody who does not want it gets it.
"""

from __future__ import annotations

from datetime import timedelta

from finance_core.customers.consents import Topic
from finance_core.customers.roles import Role
from finance_core.lines import FACTS
from finance_core.offers.audiences import service as audiences
from finance_core.offers.audiences.question import EVERYBODY
from tests.broadcasts import people, say
from tests.conversations.harness import Person
from tests.conversations.test_operator import an_operator, proposes
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


async def an_audience(susu: Susu, operator: Person) -> None:
    """Save an audience of everybody, with sixty people in it who have agreed to nothing."""
    await people(susu.units, 60, topics=(), first=900_001)
    customer = await susu.customer(operator)
    async with susu.units.begin() as unit:
        await audiences.save(unit, customer.id, "everybody", EVERYBODY, FACTS)


async def agrees(susu: Susu, *persons: Person) -> None:
    """Let people agree to offers of loans."""
    await say(susu.units, [(await susu.customer(each)).id for each in persons], Topic.LOANS, given=True)


async def writes_an_offer(mia: Person, english: str, chinese: str) -> None:
    """Write an offer of *Lightning* in both languages, from the desk; its card is open then."""
    await mia.says("/offers")
    await mia.taps("New offer", await mia.sees("Offers"))
    await mia.taps("Loans", await mia.sees("What is it about"))
    await mia.taps("Lightning", await mia.sees("Which product"))
    await mia.sees("What should we call it")
    await mia.says("Spring")
    await mia.taps("Texts", await mia.sees("Offer .*: Spring"))
    await mia.taps("Write English", await mia.sees("Spring: text A"))
    await mia.sees("Write the English text")
    await mia.says(english)
    await mia.taps("Write 中文", await mia.sees("English.*of 4096"))
    await mia.sees("Write the 中文 text")
    await mia.says(chinese)
    await mia.taps("Back", await mia.sees("中文.*of 4096"))
    await mia.sees("Offer .*: Spring")


async def test_marketing_writes_another_approves_and_each_reads_their_own_language(susu: Susu) -> None:
    await susu.travel(f"{await susu.today() + timedelta(days=1)}T10:00")  # offers go from nine to eight
    mia = await an_operator(susu, "Mia", Role.MARKETING)
    olu = await an_operator(susu, "Olu", Role.CREDIT_OFFICER)
    ana, bo = await susu.resident("Ana", tier=1), await susu.resident("博", language="zh", tier=1)
    chidi = await susu.resident("Chidi", tier=1)
    await agrees(susu, ana, bo)
    await an_audience(susu, mia)

    await writes_an_offer(mia, "Seeds for spring, {name}. <b>Look at it.</b>", "{name}，春耕备种。<b>来看看。</b>")
    await mia.taps("Buttons")
    await mia.taps("Borrow", await mia.sees("Buttons into products"))
    await mia.taps("Back", await mia.sees("✅ Borrow|Buttons into products"))
    await mia.taps("Preview", await mia.sees("Offer .*: Spring"))
    shown = await mia.sees("Costs 19.86% a year, all in")
    assert "Seeds for spring, Mia" in shown.text
    assert shown.labels == ["Borrow", "No more offers", "Why me?"]

    await mia.says("/offers")
    await mia.taps("Spring", await mia.sees("Offers"))
    await mia.taps("Send it…", await mia.sees("Offer .*: Spring"))
    await mia.taps("For whom", await mia.sees(r"Broadcast \d+: Spring"))
    await mia.taps("everybody v1", await mia.sees("For whom"))
    await mia.taps("When", await mia.sees("Reaches fewer than 50"))
    await mia.taps("From now on, two days", await mia.sees("From when until when"))
    card = await mia.sees("Reaches fewer")
    assert "have not agreed to offers on this" in card.text
    await mia.taps("Propose…", card)
    number = await proposes(mia, "the spring sowing")

    await olu.taps("Look at it", await olu.sees("Broadcast an offer of credit.*second person"))
    proposal = await olu.sees(f"#{number} .*19.86%")
    await olu.taps("What people read", proposal)
    await olu.taps("Preview", await olu.sees("waits for approval"))
    await olu.sees("Seeds for spring, {name}.*Costs 19.86%")
    await olu.says("/desk")
    await olu.taps("Proposals", await olu.sees("Operators' desk"))
    await olu.taps(f"#{number}", await olu.sees("Waiting for a second person"))
    await olu.taps("Approve", await olu.sees(f"#{number} .*Proposed by"))
    await olu.sees("type your PIN")
    await olu.says(PIN)
    await olu.sees("approved and done")
    await susu.travel(minutes=3)

    got = await ana.sees("Seeds for spring, Ana.*Costs 19.86% a year, all in", within_seconds=30)
    assert got.labels == ["Borrow", "No more offers", "Why me?"]
    assert "博，春耕备种" in (await bo.sees("综合年化利率 19.86%", within_seconds=30)).text
    await chidi.sees_nothing()

    await ana.taps("Borrow", got)
    await ana.sees("How much|borrow")
    assert await susu.value("SELECT count(*) FROM offer_tap") == 1
    assert "Seeds for spring" in "".join(each.text for each in await ana.messages())

    await mia.says("/broadcasts")
    await mia.taps(next(iter((await mia.sees("Broadcasts")).data)))
    await mia.sees("Sent: 2 of 2")


async def test_a_wrong_rate_and_broken_markup_are_refused_with_their_place(susu: Susu) -> None:
    mia = await an_operator(susu, "Mia", Role.MARKETING)
    await writes_an_offer(mia, "Come in", "来看看")
    await mia.taps("Texts")
    await mia.taps("Write English", await mia.sees("Spring: text A"))
    await mia.sees("Write the English text")
    await mia.says("Only 3.9% a year")
    await mia.sees("not the example's .English. at character 6: “3.9%”")
    await mia.says("<b>Seeds")
    await mia.sees("broken .English. at character 1")
    await mia.says("Seeds & more")
    await mia.sees("broken .English. at character 7")
    await mia.says("Seeds and more")
    await mia.sees("Seeds and more")


async def test_an_officer_sees_broadcasts_and_writes_none_and_others_see_nothing(susu: Susu) -> None:
    olu, sam = await an_operator(susu, "Olu", Role.CREDIT_OFFICER), await an_operator(susu, "Sam", Role.SUPPORT)
    await olu.says("/broadcasts")
    await olu.sees("Broadcasts")
    await olu.says("/offers")
    await olu.sees("(?i)may not|permission")
    await sam.says("/broadcasts")
    await sam.sees("(?i)may not|permission")
