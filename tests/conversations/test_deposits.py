"""Term deposits in the chat, in English and in Chinese: opened, looked at, taken early, asked about at the end."""

from __future__ import annotations

import asyncio

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


async def confirms(person: Person) -> None:
    """Confirm the card and give the PIN."""
    await person.taps("Confirm")
    await person.sees("type your PIN")
    await person.says(PIN)


async def opens(person: Person, amount: int, days: int) -> None:
    await person.says(f"/deposit {amount} {days}")
    await person.sees(f"deposit for {days} days")
    await confirms(person)
    await person.sees(r"is in your deposit until")


async def test_the_card_says_what_comes_back_when_and_what_going_early_costs(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=2000)
    await ana.says("put 1000 away for 90 days")
    card = await ana.sees("Put ¥1,000.00 in a deposit for 90 days")
    for said in (
        "1.15% a year",
        "¥1,002.84 comes back on Wed 10 Jun 2026: interest ¥2.84",
        "0.20% a year",
        "Wallet after ¥1,000.00",
    ):
        assert said in card.text
    await confirms(ana)
    opened = "✅ ¥1,000.00 is in your deposit until Wed 10 Jun 2026"
    await ana.sees(f"{opened}.*🧾 −¥1,000.00 into a deposit for 90 days at 1.15% a year")
    assert await susu.balance(ana) == yuan(1000)
    kept = await susu.value("SELECT text FROM disclosure WHERE product = 'term_deposit' ORDER BY id DESC LIMIT 1")
    assert "1.15% a year" in kept
    await susu.verified()


async def test_what_is_not_said_is_asked_with_the_rates(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=2000)
    await ana.says("open a term deposit")
    page = await ana.sees("Term deposits")
    assert "365 days: 1.55% a year" in page.text
    await ana.says("800")
    await ana.sees("How long should ¥800.00 stay")
    await ana.taps("30 days · 0.90%")
    card = await ana.sees("Put ¥800.00 in a deposit for 30 days")
    assert "It matures on Sat 11 Apr 2026, when banks are closed" in card.text
    await ana.taps("Cancel")
    await ana.sees("Nothing has moved")
    await ana.says("/deposit 800 45")
    await ana.sees("How long should")


async def test_many_taps_on_one_card_open_one_deposit(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=2000)
    await ana.says("/deposit 500 30")
    card = await ana.sees("Put ¥500.00 in a deposit")
    await asyncio.gather(*[ana.taps("Confirm", card) for _ in range(5)])
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("is in your deposit until")
    assert await susu.entries(ana, "deposit.opened") == 1
    assert await susu.balance(ana) == yuan(1500)


async def test_the_ladder_shows_what_comes_back_first_and_a_certificate_is_a_pdf(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=3000)
    await opens(ana, 1000, 90)
    await opens(ana, 500, 30)
    await ana.says("my deposits")
    ladder = await ana.sees("Your deposits, by maturity")
    assert ladder.text.index("Mon 13 Apr 2026: ¥500.39") < ladder.text.index("Wed 10 Jun 2026: ¥1,002.84")
    assert "¥1,500.00 in deposits" in ladder.text
    await ana.taps("2")
    await ana.sees("¥1,000.00 for 90 days.*At maturity it's paid into your wallet")
    await ana.taps("Certificate (PDF)")
    await ana.sees("Your certificate")
    await ana.taps("At maturity …")
    await ana.sees("¥1,000.00 matures on Wed 10 Jun 2026. What should happen then")
    await ana.taps("Renew principal and interest")
    await ana.sees("principal and interest are renewed for the same term")


async def test_going_early_says_what_it_costs_before_the_pin(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=5000)
    await opens(ana, 5000, 365)
    await susu.travel(days=4)
    await ana.says("break my deposit")
    ways = await ana.sees("Take ¥5,000.00 out early")
    assert "you get ¥0.11 of interest and give up ¥0.74 already earned" in ways.text
    await ana.taps("A part")
    await ana.sees("At most ¥4,950.00")
    await ana.says("2000")
    card = await ana.sees("Take ¥2,000.00 out now")
    assert "¥2,000.04 arrives in your wallet at once" in card.text
    assert "¥3,000.00 stays as agreed" in card.text
    await confirms(ana)
    await ana.sees("✅ ¥2,000.04 is in your wallet")
    await ana.says("break my deposit")
    await ana.sees("can't be taken out any more")
    await ana.taps("All of it")
    await ana.sees("Take ¥3,000.00 out now")
    await confirms(ana)
    await ana.sees(r"Balance ¥5,000.1")
    await ana.says("my deposits")
    await ana.sees("You have no term deposits")
    await susu.verified()


async def test_who_has_not_said_to_be_adult_is_asked_and_others_deposits_stay_unseen(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=1000, has_applied=False)
    bo = await susu.resident("Bo", money=1000)
    await ana.says("/deposit 500 30")
    await ana.sees("Put ¥500.00 in a deposit")
    await ana.taps("Confirm")
    await ana.sees("Are you 18 or older")
    await ana.taps("Yes")
    await ana.sees("Put ¥500.00 in a deposit")
    await confirms(ana)
    done = await ana.sees("is in your deposit until")
    await bo.says("/deposit 12000 30")
    await bo.sees("up to ¥10,000.00 in deposits")
    assert done.data["Certificate (PDF)"].startswith("certificate:")


async def test_a_month_with_a_deposit_that_is_asked_about_and_one_that_goes_on(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=1000)
    li = await susu.resident("小李", language="zh", money=1000)
    await opens(ana, 1000, 30)
    await li.says("存1000一个月定期")
    await li.sees("将 ¥1,000.00 存定期 30天.*年利率 0.90%.*2026年4月15日")
    await li.taps("确认")
    await li.sees("密码")
    await li.says(PIN)
    await li.sees("¥1,000.00 已存入定期")
    for day in ("03-24", "04-02", "04-12"):  # a month at once takes longer than one request may
        await susu.travel(f"2026-{day} 08:30")
    await ana.sees("📅 Your deposit matures on Wed 15 Apr 2026.*What should happen then")
    await li.sees("📅 您的定期将于2026年4月15日.*到期怎么处理")
    await li.taps("本金续存，利息转出")
    await li.sees("到期后本金按原期限续存")
    await susu.travel("2026-04-15 09:00")
    await ana.sees(r"🧾 \+¥1,000\.74: your deposit has matured")
    await li.sees("🧾 定期已续存：¥1,000.00，30天")
    assert await susu.balance(ana) == yuan("1000.74")
    assert await susu.balance(li) == yuan("0.74")
    await li.says("我的定期")
    await li.sees("到期安排.*年利率 0.90%")
    await susu.verified()
