"""Months with a loan, lived through by the clock: debits, a missed payment, the ladder of reminders, paying late."""

from __future__ import annotations

import re

from finance_core.customers.roles import Role
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.test_loans import borrows
from tests.conversations.test_operator import an_operator
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


async def spends_everything(susu: Susu, person: Person) -> None:
    """Empty the wallet."""
    customer, left = await susu.customer(person), await susu.balance(person)
    async with susu.units.begin() as unit:
        await wallet.withdraw(unit, customer.id, left, f"spent:{customer.id}:{await susu.entries(person)}", SANDBOX)


async def pushed(person: Person, words: str) -> list[str]:
    """Return the first line of each thing pushed to a person that has `words`, in order."""
    texts = [message.text for message in await person.messages() if message.json["from_bot"]]
    return [text.splitlines()[0] for text in texts if re.search(words, text)]


async def test_two_months_with_six_borrowers(susu: Susu) -> None:
    """Debited (two); missed and paid late; not to be reached; paid by money that arrives; paid off before the day."""
    ana, bo, chidi, dede, efe = [await susu.resident(name, tier=2) for name in ("Ana", "Bo", "Chidi", "Dede", "Efe")]
    for borrower in (ana, bo, chidi, dede, efe):
        await borrows(borrower)
    for borrower in (bo, chidi, dede):
        await spends_everything(susu, borrower)
    await chidi.blocks()
    await pays_off(efe)
    li = await susu.resident("李", language="zh", tier=2)
    await borrows_in_chinese(li)
    olu = await an_operator(susu, "Olu", Role.CREDIT_OFFICER, language="zh")

    await susu.travel("2026-04-12 08:59")
    assert await susu.balance(ana) == yuan(3000)
    due_so_far = [
        "⏰ ¥527.13 is due in 3 days, on Sun 12 Apr 2026.",
        "⏰ ¥527.13 is due tomorrow, Sun 12 Apr 2026.",
        "⏰ ¥527.13 is due today.",
    ]
    assert await pushed(ana, REMINDERS) == await pushed(bo, REMINDERS) == due_so_far
    assert await pushed(chidi, REMINDERS) == await pushed(efe, REMINDERS) == []
    assert await pushed(li, REMINDERS) == [
        "⏰ 应还 ¥527.13，还款日2026年4月12日 周日（还剩3天）",
        "⏰ 明天是还款日，应还 ¥527.13（2026年4月12日 周日）",
        "⏰ 今天是还款日，应还 ¥527.13。",
    ]

    await susu.travel("2026-04-12 09:30")
    assert await susu.balance(ana) == yuan("2472.87")
    assert await pushed(ana, "debited for your loan") == ["🧾 −¥527.13 debited for your loan"]
    await money_that_arrives_is_debited(susu, dede)
    await susu.verified()

    await susu.travel("2026-05-12 12:00")
    late = [re.sub(r"¥[\d,.]+", "¥", line) for line in (await pushed(bo, REMINDERS))[3:]]
    assert late == [
        *[f"⚠️ ¥ is overdue by {days}." for days in ("1 day", "3 days", "7 days", "15 days")],
        *("⏰ ¥ is due in 3 days, on Tue 12 May 2026.", "⏰ ¥ is due tomorrow, Tue 12 May 2026."),
        "⚠️ ¥ is overdue by 30 days.",
    ]
    assert await susu.value(_PUSHED_AT_ANOTHER_HOUR) == 0
    assert (await pushed(ana, REMINDERS))[3:] == [line.replace("Sun 12 Apr", "Tue 12 May") for line in due_so_far]
    assert await pushed(efe, REMINDERS) == []
    await susu.verified()

    await officer_is_told(olu)
    await late_payer_pays(susu, bo)
    await who_comes_back_can_be_reached_again(susu, chidi)


REMINDERS = "⏰|⚠️"
_PUSHED_AT_ANOTHER_HOUR = """
    SELECT count(*) FROM outbox
    WHERE urgency = 'reminder' AND to_char(due_at AT TIME ZONE 'Asia/Shanghai', 'HH24:MI') <> '08:00'
"""


async def borrows_in_chinese(li: Person) -> None:
    await li.says("借3000分6期")
    await li.sees("综合年化利率")
    await li.taps("确认")
    await li.sees("请输入密码")
    await li.says(PIN)
    await li.sees("合同已签署")


async def pays_off(efe: Person) -> None:
    await efe.says("/repay")
    choices = await efe.sees("Tap one")
    await efe.taps(next(label for label in choices.labels if label.startswith("Pay off everything")))
    await efe.sees("Pay off the loan")
    await efe.taps("Confirm")
    await efe.sees("the loan is settled")


async def money_that_arrives_is_debited(susu: Susu, dede: Person) -> None:
    await dede.says("/topup 100")
    await dede.sees("Put ¥100.00")
    await dede.taps("Confirm")
    await dede.sees("🧾 −¥100.00 debited for your loan")
    assert await susu.balance(dede) == yuan(0)


async def officer_is_told(olu: Person) -> None:
    """Who reads that an officer looks at the loan now has an officer who was told, and opens it with one tap."""
    told = await olu.sees("📞 借款 .*已逾期，最早一笔逾期30天")
    await olu.taps("查看借款", told)
    await olu.sees(r"¥3,000.00.*3月12日.*逾期 30天")


async def late_payer_pays(susu: Susu, bo: Person) -> None:
    """The reminder's button pays what is owed as of the tap: more than it said, penalty included."""
    reminder = [message for message in await bo.messages() if "overdue by 30 days" in message][-1]
    told = re.search(r"¥([\d,.]+) is overdue", reminder.text)
    assert told is not None
    await bo.taps("Pay now", reminder)
    card = await bo.sees("Repay ¥")
    due = re.search(r"Repay ¥([\d,]+\.\d\d)\?", card.text)
    assert due is not None
    owed = yuan(due[1].replace(",", ""))
    assert owed > yuan("1054.26")
    await susu.gives(bo, 2000)
    await bo.says(str(owed.decimal))
    await bo.sees(f"Repay ¥{due[1]}")
    await bo.taps("Confirm")
    await bo.sees(f"✅ ¥{due[1]} repaid")
    await bo.says("/loans")
    await bo.sees("Nothing is due today")
    assert await susu.balance(bo) == yuan(2000) - owed
    await susu.verified()


async def who_comes_back_can_be_reached_again(susu: Susu, chidi: Person) -> None:
    assert (await susu.customer(chidi)).unreachable_since is not None
    await chidi.says("/start")
    await chidi.sees("What would you like to do")
    assert (await susu.customer(chidi)).unreachable_since is None
    await chidi.says("how much do I owe")
    await chidi.sees("Due now: ¥1,0.*30 days late")
    await susu.verified()
