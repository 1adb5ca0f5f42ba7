"""Questions through the chat: the answer, what stands beneath it, and a question that is asked in a group."""

from __future__ import annotations

from tests.conversations.whole_service import Susu

CARD = "/start ask-not_ours-card"


async def test_an_answer_has_its_act_first_the_thumbs_and_a_person_last(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says(CARD)
    answer = await ana.sees("We have no cards")
    assert answer.labels == ["Balance", "Send", "👍 That helped", "👎 It didn't", "Talk to a person"]
    answered = await ana.taps("That helped", answer)
    assert answered is not None
    assert answered["text"] == "Thank you"
    assert (await ana.sees("We have no cards")).labels == ["Balance", "Send", "Talk to a person"]
    await ana.says(CARD)
    await ana.taps("It didn't", await ana.sees("We have no cards"))
    assert (await ana.sees("We have no cards")).labels == ["Balance", "Send", "Talk to a person"]
    others = ["Where can I get cash?", "Do you change currencies?", "Do you have other services?", "Talk to a person"]
    assert (await ana.sees("Sorry")).labels == others


async def test_a_question_beside_a_form_is_answered_and_the_form_comes_back(susu: Susu) -> None:
    ana = await susu.resident("小安", money=100, language="zh")
    await ana.says(CARD)
    await ana.taps("没帮上", await ana.sees("不发卡"))
    others = await ana.sees("抱歉")
    await ana.says("借钱")
    form = await ana.sees("多少")
    await ana.taps("能换外币吗？", others)
    await ana.sees("只有人民币")
    assert (await ana.sees("多少")).text == form.text


async def test_a_question_in_a_group_is_answered_in_private(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    group = await susu.sandbox.group("Sunday Circle", ana, bo)
    there = ana.in_group(group)
    await there.says("how are you all?")
    await there.sees_nothing()
    await there.says(f"@{susu.sandbox.inside.profile.username} why was I refused?")
    told = await there.sees("I'll tell you privately")
    assert next(button["url"] for row in told.json["buttons"] for button in row).startswith("https://t.me/")
