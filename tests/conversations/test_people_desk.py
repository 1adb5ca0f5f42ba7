"""A person at the desk: found, looked at, noted about, frozen by one and opened by two; and who is curious."""

from __future__ import annotations

import re

from finance_core.customers.roles import Role
from tests.conversations.test_operator import an_operator, approves, proposes
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


async def test_support_finds_a_person_notes_and_freezes_and_two_open_the_account(susu: Susu) -> None:
    olu, tess = await an_operator(susu, "Olu", Role.SUPPORT), await an_operator(susu, "Tess", Role.TREASURER)
    ana = await susu.resident("Anabel", tier=2, money=100)
    await olu.says("/operator")
    await olu.taps("Find a person", await olu.sees("Operators' desk"))
    await olu.sees("Whom are you looking for")
    await olu.says("nobody Ofthisname")
    await olu.sees("Nobody found")
    await olu.says("ＡNÁBEL")
    found = await olu.sees("1 person found.*Anabel @.*•••")
    await olu.taps(next(label for label in found.labels if label.startswith("Anabel")), found)
    card = await olu.sees("👤 Anabel.*Account open.*Level 2.*No loans")
    assert "¥" not in card.text
    await olu.taps("Notes", card)
    await olu.taps("Take a note", await olu.sees("Notes about Anabel.*No notes yet"))
    await olu.sees("What should colleagues know")
    await olu.says("Has moved to <b>Lagos</b>")
    noted = await olu.sees("Notes about.*Olu.*Has moved to")
    assert "<b>Lagos</b>" in noted
    await olu.taps("The person", noted)
    await olu.taps("Freeze", await olu.sees("Anabel.*1 note"))
    await olu.sees("Why freeze the account of Anabel")
    await olu.says("a stolen card")
    await olu.taps("Confirm", await olu.sees("Freeze the account of.*two people"))
    await olu.sees("type your PIN")
    await olu.says(PIN)
    await olu.sees("Frozen. The person has been told")
    told = await ana.sees("We have frozen your account")
    assert "stolen" not in told.text
    await ana.says("/withdraw 10")
    await ana.taps("Talk to a person", await ana.sees("Your account is frozen: you can't send"))
    await ana.says("/lock")
    await ana.sees("Locked")
    await ana.says("/unlock")
    await ana.taps("Confirm", await ana.sees("Unlock your account"))
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("but we have frozen your account")
    await ana.says("/settings")
    await ana.sees("We froze your account on")
    await olu.says("/find @" + str(ana.json["username"]))
    found = await olu.sees("1 person found")
    await olu.taps(next(label for label in found.labels if label.startswith("Anabel")), found)
    await olu.taps("Propose to unfreeze", await olu.sees("Frozen since .* by Olu.*stolen card"))
    number = await proposes(olu, "it was her own card")
    await tess.sees("Unfreeze an account, customer .*a second person is needed")
    await approves(tess, number)
    await ana.sees("Your account is open again")
    await susu.verified()


async def test_who_is_curious_is_refused_and_on_record(susu: Susu) -> None:
    mei, eve = await an_operator(susu, "Mei", Role.MARKETING), await susu.resident("Eve")
    olu = await an_operator(susu, "Olu", Role.SUPPORT)
    for who in (eve, mei):
        await who.says("/find Olu")
        await who.sees("do not have the permission")
    await olu.says("/find Olu")
    found = await olu.sees(r"\d (person|people) found")
    own = next(label for label in found.labels if re.search(f"@{olu.json['username']}$", label))
    await olu.taps(own, found)
    await olu.sees("your own|guarantee|yours")


async def test_a_colleague_who_speaks_chinese_freezes_by_name(susu: Susu) -> None:
    tess = await an_operator(susu, "Tess", Role.TREASURER, language="zh")
    bo = await susu.resident("王小博", language="zh")
    await tess.says("/freeze @" + str(bo.json["username"]))
    await tess.sees("为什么冻结 王小博")
    await tess.says("盗刷")
    await tess.taps("确认", await tess.sees("冻结.*王小博.*解冻需要两个人"))
    await tess.sees("密码")
    await tess.says(PIN)
    await tess.sees("已冻结，已通知客户")
    await bo.sees("我们已于.*冻结您的账户")
    olu = await an_operator(susu, "Olu", Role.SUPPORT, language="zh")
    await olu.says("/find 小博")
    await olu.sees("找到 1 人.*王小博")
