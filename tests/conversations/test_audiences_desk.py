"""Audiences and tags at the desk, in both languages: written as text, counted, saved; and who may not."""

from __future__ import annotations

from finance_core.customers import consents
from finance_core.customers.consents import Topic
from finance_core.customers.roles import Role
from finance_core.offers.audiences import tags
from tests.builders import SAID
from tests.conversations.test_operator import an_operator
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


async def many(susu: Susu, number: int, zone: str, first: int) -> None:
    """Let so many people have joined; the odd ones agree to news."""
    statement = """
        INSERT INTO customer (telegram_id, chat_id, name_sealed, language, zone, tier, terms_accepted_at, phone_hash,
            pin_hash, adult_confirmed_at, pin_failures, discreet, income_notice, created_at)
        SELECT n, n, '', 'en', :zone, 1, now(), CAST('phone ' || n AS bytea), 'none', now(), 0, false, 'daily', now()
        FROM generate_series(CAST(:first AS bigint), CAST(:first AS bigint) + :number - 1) AS n RETURNING id
    """
    await susu.value(statement, number=number, zone=zone, first=first)
    async with susu.units.begin() as unit:
        for person in range(first, first + number, 2):
            found = await susu.value("SELECT id FROM customer WHERE telegram_id = :id", id=person)
            await consents.choose(unit, found, Topic.NEWS, SAID, given=True)


async def test_marketing_writes_an_audience_is_told_what_is_wrong_and_counts_in_tens(susu: Susu) -> None:
    mia = await an_operator(susu, "Mia", Role.MARKETING)
    await many(susu, 104, "Africa/Lagos", 900_000)
    await mia.says("/operator")
    await mia.taps("More ›", await mia.sees("Operators' desk"))
    await mia.taps("Offers")
    await mia.taps("Audiences")
    await mia.taps("New audience", await mia.sees("None is saved yet"))
    await mia.taps("What can I ask?", await mia.sees("Write a question about customers"))
    await mia.sees("What can be asked.*• active loan – or no active loan.*• wallet = < > a sum")
    await mia.says("zone = Africa/Lagos and overdue")
    await mia.sees("I don't know “overdue”")
    await mia.says("zone = Africa/Lagos and wallet > lots")
    await mia.sees("“wallet” wants a sum")
    await mia.says("zone = africa/lagos and no active loan")
    draft = await mia.sees("Understood as:.*time zone = Africa/Lagos and no active loan.*People it fits now: 100")
    await mia.taps("Save", draft)
    await mia.sees("What should it be called")
    await mia.says("Lagos, free of loans")
    card = await mia.sees("Lagos, free of loans, version 1.*fits now: 100.*circles and news: 50")
    assert "loan offer: fewer than 50" in card.text
    await mia.taps("News: why not", card)
    out = await mia.sees("who can't get circles and news.*hasn't agreed to it: 50.*Left: 50")
    assert "52" not in out.text
    await mia.taps("Back", out)
    await mia.taps("Change the question", await mia.sees("version 1"))
    await mia.sees("What should Lagos, free of loans ask from now on.*Now: time zone = Africa/Lagos")
    await mia.says("zone = Africa/Lagos and level = 2")
    await mia.taps("Save", await mia.sees("fits now: fewer than 50.*Nothing can be sent"))
    await mia.sees("Lagos, free of loans, version 2.*Nothing can be sent to fewer than 50")
    await mia.says("/audiences")
    await mia.sees("Audiences: 1 saved")


async def test_in_chinese_too(susu: Susu) -> None:
    wen = await an_operator(susu, "文", Role.MARKETING, language="zh")
    await many(susu, 60, "America/Lima", 910_000)
    await wen.says("/audiences")
    await wen.taps("新建人群", await wen.sees("人群"))
    await wen.taps("可以问什么？", await wen.sees("请写出客户条件"))
    await wen.sees("可以问的条件.*• 在还借款，或没有在还借款.*• 钱包余额 = < > 金额")
    await wen.says("钱包余额大于很多")
    await wen.sees("“钱包余额”后面要写比较符号和金额")
    await wen.says("时区=America/Lima 且（账户等级>=1 或 标签=vip）")
    await wen.sees("“标签”还没有可选的内容")
    await wen.says("时区=America/Lima 且（账户等级>=1 或 有存款）且没有在还借款")
    draft = await wen.sees(
        r"理解为：.*时区 = America/Lima 且 \(账户等级 >= 1 或 定期存款\) 且 没有在还借款.*目前符合：60人"
    )
    await wen.taps("保存", draft)
    await wen.sees("叫什么名称")
    await wen.says("利马")
    await wen.taps("借款：哪些人收不到，为什么", await wen.sees("利马，第1版.*可收借款优惠：不足50人"))
    await wen.sees("哪些人收不到借款优惠.*未同意接收：60人.*剩余：不足50人")


async def test_tags_by_rule_by_a_list_and_by_hand(susu: Susu) -> None:
    mia, sam = await an_operator(susu, "Mia", Role.MARKETING), await an_operator(susu, "Sam", Role.SUPPORT)
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo", money=500)
    await mia.says("/tags")
    await mia.taps("New tag", await mia.sees("There are none yet"))
    await mia.sees("What is the tag called")
    await mia.says("two words")
    await mia.sees("A tag is a word of at most 40")
    await mia.says("Fair")
    await mia.taps("Give it by a list", await mia.sees("Tag fair.*fewer than 50.*Given by hand or by a list"))
    await mia.sees("Send the list for fair")
    await mia.says("nothing of the kind")
    await mia.sees("No line names a customer")
    number = (await susu.customer(ana)).id
    await mia.says(f"customer\n{number}\n999999\n")
    told = await mia.sees("2 lines were read.*not told.*fewer than 50")
    assert "Give it to someone" not in told.labels
    await mia.says("/tags")
    await mia.taps("fair", await mia.sees("• fair: fewer than 50"))
    assert not {"Give it to someone", "Take it from someone"} & set((await mia.sees("Tag fair")).labels)
    await mia.says("/tags")
    await mia.taps("New tag", await mia.sees("• fair"))
    await mia.sees("What is the tag called")
    await mia.says("rich")
    await mia.taps("Give it by a rule", await mia.sees("Tag rich"))
    await mia.sees("By which question is rich given")
    await mia.says("wallet >= 500")
    await mia.sees("Given each evening to whom this fits.*wallet >= 500")
    await sam.says("/operator")
    await sam.sees("Operators' desk")
    async with susu.units.begin() as unit:
        assert list(await tags.tags_of(unit, (await susu.customer(bo)).id)) == ["rich"]
        assert list(await tags.tags_of(unit, number)) == ["fair"]


async def test_an_administrator_tags_by_hand(susu: Susu) -> None:
    ada, ana = await an_operator(susu, "Ada"), await susu.resident("Ana")
    username = "@" + str(ana.json["username"])
    await ada.says("/tags")
    await ada.taps("New tag", await ada.sees("<b>Tags</b>|Tags"))
    await ada.sees("What is the tag called")
    await ada.says("vip")
    await ada.taps("Give it to someone", await ada.sees("Tag vip"))
    await ada.sees("Who gets vip")
    await ada.says(username)
    card = await ada.sees("Tag vip.*Given by hand")
    async with susu.units.begin() as unit:
        assert list(await tags.tags_of(unit, (await susu.customer(ana)).id)) == ["vip"]
    await ada.taps("Take it from someone", card)
    await ada.sees("Who loses vip")
    await ada.says(username)
    await ada.sees("Tag vip")
    async with susu.units.begin() as unit:
        assert list(await tags.tags_of(unit, (await susu.customer(ana)).id)) == []
