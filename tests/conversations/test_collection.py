"""When a loan is not paid as agreed: promises kept and broken, hardship, reminders by the person's own day."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from finance_core.customers import operators
from finance_core.customers import service as customers
from finance_core.customers.roles import Role
from finance_core.journeys import money_in
from finance_core.loans.models import Loan
from finance_core.wallet.rails import SANDBOX
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.test_loans import borrows
from tests.conversations.test_loans_over_time import borrows_in_chinese, pushed, spends_everything
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True

REMINDERS = "⏰|⚠️"
DAYS_A_TRIP = 5
_PUSHED_AT_NIGHT = """
    SELECT count(*) FROM contact JOIN customer c ON c.id = contact.customer_id
    WHERE to_char(contact.at AT TIME ZONE c.zone, 'HH24:MI') NOT BETWEEN '08:00' AND '21:59'
"""


@pytest.mark.timeout(900)
async def test_a_quarter_with_promises_hardship_and_nights_elsewhere(susu: Susu) -> None:
    """Kept (Ana); broken, then hardship (Bo, an officer helps); in Chinese (李); in London (Eve)."""
    ana, bo, eve = [await susu.resident(name, tier=2) for name in ("Ana", "Bo", "Eve")]
    li = await susu.resident("李", language="zh", tier=2)
    for borrower in (ana, bo, eve):
        await borrows(borrower)
    await borrows_in_chinese(li)
    for borrower in (ana, bo, eve, li):
        await spends_everything(susu, borrower)
    async with susu.units.begin() as unit:
        await customers.choose_zone(unit, (await susu.customer(eve)).id, "Europe/London")

    await lives(susu, "2026-04-13 10:00")
    await ana_promises_friday(susu, ana)
    await bo_promises_and_forgets(bo)
    await li_promises_in_chinese(susu, li)
    assert await pushed(eve, "overdue by") == []  # it is three in the morning where Eve lives
    await lives(susu, "2026-04-13 15:30")
    assert await pushed(eve, "overdue by") == ["⚠️ ¥527.37 is overdue by 1 day."]

    await lives(susu, "2026-04-17 10:00")
    await ana_keeps_her_promise(susu, ana)
    await li_keeps_the_promise(susu, li)
    assert await pushed(bo, REMINDERS) == [
        *BEFORE_AND_ON_THE_DAY,
        "⏰ You said you'd pay ¥200.00 today.",
    ]

    await lives(susu, "2026-04-18 10:00")
    await an_old_reminder_says_that_the_sum_has_changed(eve)
    assert (await pushed(bo, REMINDERS))[-1].startswith("⚠️ You said you'd pay ¥200.00 by Fri 17 Apr 2026")
    await lives(susu, "2026-04-27 10:00")
    assert "overdue by 15 days" in (await pushed(bo, REMINDERS))[-1]
    await bo_cannot_pay(bo)
    told = len(await pushed(bo, REMINDERS))

    await lives(susu, "2026-05-04 23:00")
    assert len(await pushed(bo, REMINDERS)) == told  # the week of hardship is silent
    assert await susu.value(_PUSHED_AT_NIGHT) == 0
    await the_timeline_says_why(bo)
    await susu.verified()


async def lives(susu: Susu, until: str) -> None:
    """Let time pass in stretches that one request can wait for, however busy the machine is."""
    target = date.fromisoformat(until[:10])
    while (today := await susu.today()) < target - timedelta(days=DAYS_A_TRIP):
        await susu.travel(f"{today + timedelta(days=DAYS_A_TRIP)} 12:00")
    await susu.travel(until)


BEFORE_AND_ON_THE_DAY = [
    "⏰ ¥527.13 is due in 3 days, on Sun 12 Apr 2026.",
    "⏰ ¥527.13 is due tomorrow, Sun 12 Apr 2026.",
    "⏰ ¥527.13 is due today.",
    "⚠️ ¥527.37 is overdue by 1 day.",
]


async def money_arrives(susu: Susu, person: Person) -> None:
    """Let 600 come in, as a top-up in the chat does: what is due is tried on it at once."""
    customer = await susu.customer(person)
    async with susu.units.begin() as unit:
        await money_in.topup(unit, customer.id, yuan(600), f"arrives:{customer.id}", SANDBOX)


async def ana_promises_friday(susu: Susu, ana: Person) -> None:
    await ana.says("I'll pay on Friday")
    card = await ana.sees("You'll pay ¥527.* by Fri 17 Apr 2026")
    assert re.search(r"Interest and penalty go on meanwhile: about ¥0\.3\d a day", card.text)
    await ana.taps("Confirm")
    await ana.sees("🤝 Noted: ¥527.* by Fri 17 Apr 2026")
    await ana.says("I'll pay on Saturday")
    await ana.sees("You said you'll pay ¥527.* by Fri 17 Apr 2026")


async def ana_keeps_her_promise(susu: Susu, ana: Person) -> None:
    assert (await pushed(ana, REMINDERS))[-1].startswith("⏰ You said you'd pay")
    await money_arrives(susu, ana)
    await ana.sees("🧾 −¥528.*debited for your loan")
    await ana.sees("🙏 ¥527.* came in as you promised")


async def an_old_reminder_says_that_the_sum_has_changed(eve: Person) -> None:
    reminder = [message for message in await eve.messages() if "overdue by 1 day" in message][-1]
    assert "Paid by Wed 15 Apr 2026, there's no penalty" in reminder
    await eve.taps("Pay now", reminder)
    choices = await eve.sees("The reminder said ¥527.37; today it's ¥5")
    now = re.search(r"today it's ¥(\d+\.\d\d)", choices.text)
    assert now is not None
    assert f"Repay ¥{now[1]}?" in choices


async def bo_promises_and_forgets(bo: Person) -> None:
    await bo.says("I will pay 200 next month")
    await bo.sees("I could not read a day|By which day")
    await bo.says("some day")
    await bo.sees("I could not read a day in that")
    await bo.says("on 30 April")
    await bo.sees("We can wait until Mon 27 Apr 2026 at most")
    await bo.says("I will pay 200 on Friday")
    await bo.sees("You'll pay ¥200.00 by Fri 17 Apr 2026")
    await bo.taps("Confirm")
    await bo.sees("🤝 Noted: ¥200.00")


async def bo_cannot_pay(bo: Person) -> None:
    await bo.says("I can't pay, I lost my job")
    asked = await bo.sees("What could you pay a month")
    assert "No reminders for 7 days" in asked
    await bo.says("lots")
    await bo.sees("Please type an amount")
    await bo.says("300")
    opened = await bo.sees("Thank you for telling us")
    proposed = re.search(r"(\d+) instalments of about ¥(\d+\.\d\d)", opened.text)
    assert proposed is not None
    assert int(proposed[1]) > 6
    assert float(proposed[2]) <= 300
    await bo.says("I can't pay")
    await bo.sees("A credit officer has your case")


async def li_promises_in_chinese(susu: Susu, li: Person) -> None:
    await li.says("我周五还款")
    await li.sees("您在2026年4月17日 周五前还款 ¥527")
    await li.taps("确认")
    await li.sees("已记下：2026年4月17日 周五前还款")


async def li_keeps_the_promise(susu: Susu, li: Person) -> None:
    assert (await pushed(li, REMINDERS))[-1].startswith("⏰ 今天是您约定还款")
    await money_arrives(susu, li)
    await li.sees("🙏 您约定的 ¥527.* 已收到")
    await li.says("还不起了")
    asked = await li.sees("发生了什么变化")
    assert "7天内不再发送提醒" in asked
    await li.taps("生病")
    await li.sees("您每月大约能还多少")
    await li.taps("目前还不了")
    await li.sees("先暂停2个月，再分")


async def the_timeline_says_why(bo: Person) -> None:
    await bo.says("/loans")
    await bo.sees("Loan of ¥3,000.00")
    await bo.taps("More")
    await bo.sees("Loan of ¥3,000.00")
    await bo.taps("Timeline")
    told = (await bo.sees("Loan timeline")).text
    assert re.search(r"Reminder, 15 days late – sent", told)
    while "contract signed" not in told:
        await bo.taps("Older →")
        told += (await bo.sees("Loan timeline")).text
    assert "you told us that you can't pay as agreed" in told
    assert re.search(r"Reminder, 3 days late – not sent: you had named a day", told)


async def is_overdue_since(susu: Susu, loan: int, day: date | None) -> None:
    async with susu.units.begin() as unit:
        await unit.session.execute(update(Loan).where(col(Loan.id) == loan).values(overdue_since=day))


async def test_an_officer_opens_a_case_calls_and_closes_it(susu: Susu) -> None:
    ana, olu = await susu.resident("Ana", tier=2), await susu.resident("Olu")
    async with susu.units.begin() as unit:
        await operators.grant(unit, (await susu.customer(olu)).id, Role.CREDIT_OFFICER)
    await susu.travel(f"{await susu.today() + timedelta(days=1)} 10:00")  # officers are not told at night
    await borrows(ana)
    await ana.says("lost my job")
    await ana.sees("What could you pay a month")
    await ana.says("250")
    await ana.sees("Thank you for telling us")
    told = await olu.sees("A borrower can't pay loan")
    hers = re.search(r"loan (\d+)", told.text)
    assert hers is not None
    await olu.says("/cases")
    assert any(f"Loan {hers[1]} " in label for label in (await olu.sees("cases? (?:is|are) waiting")).labels)
    await olu.taps("Open the case")
    case = await olu.sees("Ana")
    assert "“lost my job”" in case
    assert "Can pay a month: ¥250.00" in case
    await olu.taps("Show the phone and call")
    await olu.sees("\\+86139\\d{8}")
    await olu.taps("Back")
    await olu.sees("Proposal:")
    await olu.taps("Close the case")
    await olu.sees("without changing the loan")
    await olu.taps("Confirm")
    await olu.sees("The case is closed")
    await olu.says("/cases")
    assert not any(
        f"Loan {hers[1]} " in label
        for label in (await olu.sees("cases? (?:is|are) waiting|No cases are waiting")).labels
    )
    await is_overdue_since(susu, int(hers[1]), await susu.today() - timedelta(days=31))
    await olu.says("/cases")
    listed = await olu.sees("30 or more days late")
    await olu.taps(f"Loan {hers[1]} · 31 days late", listed)
    await olu.sees(f"Loan {hers[1]} of")
    await olu.says("/since")
    monday = await olu.sees(f"Ana.*loan {hers[1]}.*31 days")
    assert re.search(r"\+86•+\d{2}", monday.text), "of the phone no more than is needed to know it"
    assert await susu.value("SELECT count(*) FROM audit_line WHERE act = 'look' AND details ->> 'at' = 'since'") == 1
    await olu.taps("🤝 Open and call", monday)
    await olu.sees("30 or more days late")
    sup = await susu.resident("Sup")
    async with susu.units.begin() as unit:
        await operators.grant(unit, (await susu.customer(sup)).id, Role.SUPPORT)
    await sup.says("/since")
    assert "Ana" not in await sup.sees("Since"), "who may not call is not told whom to call"
    await is_overdue_since(susu, int(hers[1]), None)
    await ana.says("/cases")
    await ana.sees("do not have the permission")


async def test_a_day_that_is_today_leads_to_paying_and_too_far_a_day_to_help(susu: Susu) -> None:
    ana = await susu.resident("Ana", tier=2)
    await ana.says("I'll pay on Friday")
    await ana.sees("You owe nothing")
    await borrows(ana)
    await ana.says("I'll pay on Friday")
    await ana.sees("Nothing is due until")
    await ana.says("give me a few more days")
    await ana.sees("By which day will you pay")
    await ana.says("today")
    await ana.sees("Today needs no promise")
    assert await susu.balance(ana) == yuan(3000)
