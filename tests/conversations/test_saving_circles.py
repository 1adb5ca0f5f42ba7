"""Savings circles by chat: opened by a form and by words, joined, begun, shares bought, the board beside it."""

from __future__ import annotations

import pytest

from finance_core.notices import board_claims
from tests.conversations.circles import types_pin
from tests.conversations.harness import Group, Person, Seen
from tests.conversations.saving_circles import five
from tests.conversations.test_bills_in_groups import led
from tests.conversations.test_circles_opening import follows, goes_private
from tests.conversations.whole_service import PIN, Susu


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on the seconds between two edits."""
    monkeypatch.setattr(board_claims, "APART_SECONDS", 0)


async def joins(person: Person, group: Group, board: Seen, standing: int = 0) -> Seen:
    """Join by the board, with so many shares to be debited, and confirm with the PIN; return the card."""
    await led(person, group, "Join", board)
    card = await person.sees("In the whole cycle you pay at most")
    if standing:
        await person.taps("Standing number", card)
        await person.sees("How many shares")
        await person.taps(str(standing), card)
        card = await person.sees(rf"☑️ I agree that {standing} share")
    await person.taps("Join", card)
    await person.sees("type your PIN")
    await person.says(PIN)
    await person.sees("🎉 You are in Market women")
    return card


SAID = "/circle savings, 20 a share, weekly, 3 months, social 5, fine 10, 1.8%"


async def test_a_savings_circle_is_opened_by_words_and_says_what_it_is_before_the_pin(susu: Susu) -> None:
    people, group = await five(susu)
    ana, bo, *_ = people
    await goes_private(ana, group, SAID)
    card = await ana.sees("A share costs ¥20.00; at a meeting each may buy up to 5")
    for words in ("14 meetings, one a week", "Social fund: ¥5.00",
                  "1.8 % a month on the balance, 23.87 % a year all in",
                  "cap: 24 %", "Fine: ¥10.00", "lost by all members together", "5 to 30 members"):  # fmt: skip
        assert words in card.text
    await ana.taps("Open in Market women", card)
    assert "join like everybody else" in (await ana.sees("is open")).text
    board = await bo.in_group(group).sees("A share costs ¥20.00.*Nobody is in it yet.*begins with 5 to 30 members")
    said = (await joins(bo, group, board, standing=2)).text
    for words in ("at most ¥1,470.00", "may be more or less than you paid", "lost by all members together",
                  "does not stand for the members, and promises no return", "¥45.00 with the social fund"):  # fmt: skip
        assert words in said
    await ana.in_group(group).sees("In it: Bo")
    await bo.taps("See the circle")
    await bo.taps("Take it back", await bo.sees("You are in.*Members so far: 1.*☑️ I agree that 2 shares"))
    await bo.taps("Confirm", await bo.sees("for nothing, as it has not begun"))
    await bo.sees("You are out of Market women")
    await ana.in_group(group).sees("Nobody is in it yet")
    await susu.verified()


async def test_it_begins_with_five_and_three_officers_when_the_chair_says_so(susu: Susu) -> None:
    people, group = await five(susu)
    ana, bo, chidi, dee, eve = people
    await goes_private(ana, group, SAID)
    await ana.taps("Open in Market women", await ana.sees("A share costs"))
    board = await ana.in_group(group).sees("Nobody is in it yet")
    for person in (ana, bo, chidi, dee):
        await joins(person, group, board)
    await led(ana, group, "Join", board)
    await ana.taps("Begin", await ana.sees("Members so far: 4.*A treasurer and a secretary are still to be named"))
    await ana.taps("Offices", await ana.sees("A cycle begins with 5 to 30 members.*Members so far: 4.*https://t.me"))
    for officer in (bo, chidi):
        await ana.taps(officer.name)
        await officer.sees("You")
    await led(ana, group, "Join", board)
    await ana.taps("First meeting", await ana.sees("You are in"))
    await ana.says("yesterday")
    await ana.sees("The first day is between.*On which day is the first meeting")
    await ana.says("in 10 days")
    await ana.sees("The first meeting is on .*Everybody who is in has been told")
    await bo.sees("the first meeting is on .* now")
    await joins(eve, group, board)
    await led(ana, group, "Join", board)
    await ana.taps("Begin", await ana.sees("Members so far: 5"))
    await ana.sees("Begin Market women with 5 members: Ana, Bo, Chidi, Dee")
    await types_pin(ana)
    await ana.sees("has begun. The first meeting is on")
    await eve.sees("has begun: 14 meetings")
    await ana.in_group(group).sees("Next meeting.*1 of 14.*Shares: 0.*In the pot: ¥0.00.*Bo \\(treasurer\\)")
    late = await susu.resident("Zoe", money=10)
    await late.says(f"/start k-{await susu.value('SELECT token FROM circle ORDER BY id DESC LIMIT 1')}")
    await late.sees("The cycle has begun: nobody joins before the next one")
    await susu.verified()


async def test_the_form_asks_for_the_kind_and_takes_bad_answers_in_its_stride(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    bo = await susu.resident("Bo")
    group = await susu.sandbox.group("Market women", ana, bo, admins=(ana,))
    await bo.in_group(group).says("/circle savings")
    await bo.in_group(group).sees("admin")
    await goes_private(ana, group, "/circle")
    await ana.sees("Which kind of circle")
    await ana.says("a good one")
    await ana.sees("That names neither kind.*Which kind of circle")
    await ana.taps("We save, lend and share out")
    for said, refused in (
        ("about fifty", "What does a share cost"),
        ("0", "above zero|more than nothing|greater"),
        ("-5 a share", "What does a share cost"),
        ("0.001", "What does a share cost"),
        ("30000", "A share costs between ¥1.00 and ¥25,000.00"),
    ):
        await ana.sees("What does a share cost")
        await ana.says(said)
        await ana.sees(f"{refused}.*|What does a share cost")
    await ana.sees("What does a share cost")
    await ana.says("20")
    await ana.sees("A share costs ¥20.00.*2[67] meetings, one a week.*no social fund.*1.5 % a month.*no fines")
    await susu.verified()


async def test_each_rule_is_changed_and_a_bad_answer_is_asked_again(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    bo = await susu.resident("Bo")
    group = await susu.sandbox.group("Market women", bo, ana, admins=(bo, ana))
    await goes_private(ana, group, "/circle savings 20 a share")
    card = await ana.sees("A share costs ¥20.00.*2[67] meetings, one a week.*no social fund.*1.5 % a month.*no fines")
    await changes(ana, card, "First meeting", ("1 January 2020", "The first day is between"), "in 2 weeks")
    await changes(ana, card, "End of the cycle", ("soon", "Say when the cycle ends"), None)
    await ana.says("13 months")
    await ana.sees("A cycle lasts 12 months at most.*How long is the cycle")
    await ana.says("1 meeting")
    await ana.sees("at least three meetings.*How long is the cycle")
    await ana.says("10 meetings")
    card = await ana.sees("10 meetings, one a week")
    await rule(ana, card, "Social fund", ("much", "pay into the social fund"), "5")
    await ana.sees("Social fund: ¥5.00")
    await rule(ana, card, "Interest", ("1.9", "cost 25.34 % a year; the law's cap is 24.00 %. At most 1.80 %"), None)
    await ana.says("lots")
    await ana.sees("Write the interest as percent a month.*What interest")
    await ana.says("1.8%")
    await ana.sees("1.8 % a month on the balance, 23.87 % a year")
    await rule(ana, card, "Fines", ("-1", "How much is a fine"), "none")
    await ana.sees("There are no fines")
    await ana.taps("Change…")
    await ana.taps("Shares at a meeting")
    await ana.taps("3")
    card = await ana.sees("up to 3")
    for tap in ("Change…", "Rules…", "More…", "Name"):
        await ana.taps(tap, card)
    await ana.sees("What is the circle called")
    await ana.says("x" * 200)
    await ana.sees("A circle has a name of 1 to 60 characters.*What is the circle called")
    await ana.says("Thursday savers")
    card = await ana.sees("Thursday savers.*10 meetings")
    for tap in ("Change…", "Rules…", "More…", "How often", "Every month"):
        await ana.taps(tap, card)
    card = await ana.sees("3 meetings, one a month")
    await group.member(ana, "demote")
    await ana.taps("Open in Market women", card)
    await ana.sees("admin")
    await group.member(ana, "promote")
    await ana.taps("Open in Market women", card)
    await ana.taps("Call it off", await ana.sees("Thursday savers.*is open"))
    await ana.taps("Confirm", await ana.sees("everybody is out free"))
    await ana.sees("Thursday savers is called off")
    await susu.verified()


async def changes(person: Person, card: Seen, field: str, bad: tuple[str, str], good: str | None) -> None:
    await person.taps("Change…", card)
    await person.taps(field, card)
    await answers(person, bad, good)


async def rule(person: Person, card: Seen, field: str, bad: tuple[str, str], good: str | None) -> None:
    for tap in ("Change…", "Rules…", field):
        await person.taps(tap)
    await answers(person, bad, good)


async def answers(person: Person, bad: tuple[str, str], good: str | None) -> None:
    await person.says(bad[0])
    await person.sees(bad[1])
    if good is not None:
        await person.says(good)


async def test_in_chinese_the_same_is_said(susu: Susu) -> None:
    people, group = await five(susu, languages=("zh", "zh", "en", "en", "en"))
    ana, bo, *_ = people
    await ana.in_group(group).says("/circle 储蓄会，每份20元，最多3份，每周，3个月，互助金5，罚款10，月息1.5%")
    await follows(ana, await ana.in_group(group).sees("私聊"))
    card = await ana.sees("每份 ¥20.00，每次会议每人最多买 3 份")
    for words in ("共14次会议，每周一次", "互助金：每次开会缴款的人另交 ¥5.00", "每月 1.5%，综合年化利率 19.56%"):
        assert words in card.text
    assert "贷款" not in card.text
    await ana.taps("在“Market women”发起", card)
    board = await ana.in_group(group).sees("还没有人入会|Nobody is in it yet")
    await led(bo, group, "Join" if "Nobody" in board.text else "入会", board)
    card = await bo.sees("整个周期最多交 ¥910.00")
    await bo.taps("每次自动买", card)
    await bo.taps("2", await bo.sees("自动买几份"))
    await bo.taps("入会", await bo.sees("我同意每次会议 09:00 从我的余额自动扣2份的钱和互助金，共 ¥45.00"))
    await bo.sees("请输入密码")
    await bo.says(PIN)
    await bo.sees("您已加入 Market women")
    await susu.verified()
