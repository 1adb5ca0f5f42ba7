"""Plans as people use them, in English and in Chinese: made, looked at, paused, run by themselves."""

from __future__ import annotations

from typing import Final

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

PATIENCE_SECONDS: Final = 60.0
"""The first picture waits for the process that draws it."""

SERVICE_OF_ITS_OWN = True


async def confirms(person: Person) -> None:
    """Confirm the card and give the PIN."""
    await person.taps("Confirm")
    await person.sees("type your PIN")
    await person.says(PIN)


async def rounds_up(bo: Person, chidi: Person) -> None:
    await bo.says("round up my sends")
    await bo.sees("Round-ups")
    await bo.taps("To a whole ¥10.00")
    await bo.sees("A send of ¥12.30 puts ¥7.70 into Change Plus")
    await confirms(bo)
    await bo.sees("Your sends are rounded up from now on")
    await bo.says("/send @chidi_is_paid 12.30")
    await bo.sees("12.30")
    await confirms(bo)
    await bo.sees("12.30")


async def test_what_is_not_said_is_asked(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100, has_applied=False)
    await ana.says("save 100 every day")
    await ana.sees("How often should ¥100.00 be saved")
    await ana.taps("Each month")
    await ana.sees("Save ¥100.00 each month on day 13")
    await ana.taps("Confirm")
    await ana.sees("Are you 18 or older")
    await ana.taps("Yes")
    await ana.sees("Save ¥100.00 each month on day 13")
    await confirms(ana)
    await ana.sees("Your plan is set")


async def test_a_goal_without_a_day_is_asked_for_it_until_it_is_understood(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("save 600 for a bicycle")
    await ana.sees("By when do you want ¥600.00")
    await ana.says("when I am rich")
    await ana.sees("I didn't get that day")
    await ana.says("end of May")
    card = await ana.sees("¥600.00 for bicycle by Sun 31 May 2026")
    assert "Save ¥50.00 every" in card.text
    await ana.taps("Cancel")
    await ana.sees("Nothing has moved")


async def test_invest_500_stays_change_plus(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=1000)
    await ana.says("invest 500")
    await ana.sees("Put ¥500.00 into Change Plus")
    await ana.taps("Cancel")
    await ana.sees("Nothing has moved")


async def test_a_weekly_sum_is_put_aside_by_itself_and_missing_money_is_no_debt(susu: Susu) -> None:
    """Thursday 12 March: due on Fridays. Money for one week, then a goal in Chinese, a round-up, and none left."""
    ana = await susu.resident("Ana", money=150)
    li = await susu.resident("小李", language="zh", money=2000)
    bo = await susu.resident("Bo", money=100, username="bo_rounds")
    chidi = await susu.resident("Chidi", username="chidi_is_paid")
    await ana.says("save 100 every week")
    card = await ana.sees("Save ¥100.00 every Friday, into Change Plus")
    for said in ("First on Fri 13 Mar 2026", "not a deposit", "you owe nothing"):
        assert said in card.text
    await confirms(ana)
    await ana.sees("Your plan is set. First on Fri 13 Mar 2026")
    await li.says("攒3000买手机五月前")
    await li.sees("2026年5月1日.*攒够 ¥3,000.00（买手机）.*每周五存 ¥375.00 到零钱通")
    await li.taps("确认")
    await li.sees("密码")
    await li.says(PIN)
    await li.sees("计划已设好")
    await rounds_up(bo, chidi)

    await susu.travel("2026-03-13 09:30")
    await ana.sees("🧾 −¥100.00 into Change Plus")
    await li.sees("375.00")
    await bo.sees("🧾 −¥7.70 into Change Plus")
    assert await susu.balance(ana) == yuan(50)
    await li.says("/plans")
    far = await li.sees("买手机：▓░")
    assert "每周还需 ¥375.00，共 7 次" in far.text

    await susu.travel("2026-03-20 09:30")
    missed = await ana.sees("couldn't save ¥100.00: not enough in your wallet. You owe nothing")
    assert "try again on Fri 27 Mar 2026" in missed.text
    assert await susu.balance(ana) == yuan(50)
    await ana.says("my plans")
    await ana.sees("1. ¥100.00 every Friday into Change Plus")
    await ana.taps("1")
    await ana.sees("✅ 13 Mar: ¥100.00|missed")
    await ana.taps("Pause")
    await ana.sees(r"\(paused\)")
    await ana.taps("1")
    await ana.sees("paused")
    await ana.taps("Stop")
    await ana.sees("You have no plans")
    await li.says("/plans")
    await li.sees("我的计划")
    await li.taps("1")
    await li.sees("买手机")
    await li.taps("进度图")
    await li.sees("已攒 ¥750.00", within_seconds=PATIENCE_SECONDS)
    await susu.verified()
