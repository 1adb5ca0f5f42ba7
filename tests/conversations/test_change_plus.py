"""Change Plus as people use it: put in, look, take out, see the income arrive; in English and in Chinese."""

from __future__ import annotations

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True

DRAWN_WITHIN_SECONDS = 60
"""A message with a picture waits for the renderer, which loads for seconds where much else runs."""


async def test_the_first_time_asks_for_the_pin_and_later_times_do_not(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=2000)
    await ana.says("/invest 500")
    card = await ana.sees("Put ¥500.00 into Change Plus")
    for said in (
        "It earns from Fri 13 Mar 2026",
        "first income on Sat 14 Mar 2026",
        "7-day yield 0.8",
        "not a deposit",
    ):
        assert said in card.text
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("¥500.00 is on its way into Change Plus.*Earns from Fri 13 Mar 2026.*Reference S")
    await ana.says("put 200 into change plus")
    await ana.sees("Put ¥200.00 into Change Plus")
    await ana.taps("Confirm")
    await ana.sees("¥200.00 is on its way into Change Plus")
    assert await susu.balance(ana) == yuan(1300)
    kept = "SELECT string_agg(text, ' ' ORDER BY id) FROM disclosure WHERE product = 'change_plus'"
    assert "not a deposit" in await susu.value(kept), "every sale keeps the card that was confirmed"
    await susu.verified()


async def test_what_it_is_comes_with_both_yields_and_asks_how_much(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=300)
    await ana.says("/invest")
    page = await ana.sees("Change Plus – your change earns each day", within_seconds=DRAWN_WITHIN_SECONDS)
    assert "Simple 0.8" in page.text
    assert "Up to ¥10,000.00 a day comes back at once" in page.text
    await ana.taps("100")
    await ana.sees("Put ¥100.00 into Change Plus.*earns ¥0.00.. a day; it's paid once it makes a cent")
    await ana.taps("Cancel")
    await ana.sees("Nothing has moved")


async def test_who_has_not_said_to_be_adult_is_asked_before_the_first_contract(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=300, has_applied=False)
    await ana.says("/invest 100")
    await ana.sees("Put ¥100.00")
    await ana.taps("Confirm")
    await ana.sees("Are you 18 or older")
    await ana.taps("Yes")
    await ana.sees("Put ¥100.00")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("is on its way into Change Plus")


async def test_more_than_the_wallet_or_the_level_holds_is_refused_with_the_figures(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=20_000)
    await ana.says("/invest 12000")
    await ana.sees("holds up to ¥10,000.00")
    bo = await susu.resident("Bo", money=100)
    await bo.says("/invest 500")
    await bo.sees("¥100.00 is available, ¥500.00 is needed")
    await bo.says("/invest 0.5")
    await bo.sees("At least ¥1.00")


async def test_with_money_in_both_places_two_buttons_ask_which(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=1000)
    await _puts_in(ana, 500)
    await ana.says("/withdraw 200")
    await ana.sees("Where should it come from")
    await ana.taps("Change Plus → wallet (¥500.00)")
    card = await ana.sees("Take ¥200.00 out of Change Plus")
    assert "isn't confirmed yet" in card.text
    await ana.taps("Confirm")
    await ana.sees("¥200.00 is in your wallet. Balance ¥700.00.*Reference S")
    await ana.says("/withdraw 100")
    await ana.sees("Where should it come from")
    await ana.taps("Wallet → my bank (¥700.00)")
    await ana.sees("Take ¥100.00 to your bank")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("¥100.00 is on its way to your bank.*Balance ¥600.00")
    await susu.verified()


async def test_everything_goes_in_and_comes_out_in_words(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=750)
    await ana.says("put everything into change plus")
    await ana.sees("Put ¥750.00 into Change Plus")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("¥750.00 is on its way into Change Plus")
    await ana.says("take everything out of change plus")
    await ana.sees("Take ¥750.00 out of Change Plus")
    await ana.taps("Confirm")
    await ana.sees("¥750.00 is in your wallet")
    await susu.verified()


async def test_with_one_place_its_card_comes_at_once(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=1000)
    await ana.says("/withdraw 100")
    await ana.sees("Take ¥100.00 to your bank")
    bo = await susu.resident("Bo")
    await bo.says("/withdraw")
    await bo.sees("nothing to take out")


async def test_more_than_the_days_quota_can_come_on_the_next_dealing_day(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=30_000, tier=2)
    await _puts_in(ana, 30_000)
    await susu.travel(days=1)
    await ana.says("/withdraw 12000")
    await ana.sees("At most ¥10,000.00 a day arrives at once; ¥10,000.00 can come now")
    await ana.taps("All of it on 16 Mar")
    await ana.sees("¥12,000.00 arrives on .* and earns until the day before")
    await ana.taps("Confirm")
    await ana.sees("🕗 ¥12,000.00 arrives on")
    await ana.says("/money")
    await ana.sees("¥12,000.00 of it is on its way out")
    await susu.travel(days=4)
    await ana.sees(r"🧾 \+¥12,000.00 arrived from Change Plus")
    assert await susu.balance(ana) == yuan(12_000)
    await susu.verified()


async def test_the_income_arrives_in_the_morning_and_my_money_shows_it(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=9000)
    await ana.says("/settings")
    await ana.sees("Settings")
    await ana.taps("Income notice: once a week")
    await ana.sees("Settings")
    await _puts_in(ana, 8000)
    await ana.says("/money")
    await ana.sees("My money ¥9,000.00.*Wallet ¥1,000.00.*¥8,000.00 of it earns from")
    await susu.travel(days=6)
    await ana.sees("☀️ Change Plus earned ¥0.1[89] on")
    await ana.says("/money")
    card = await ana.sees("Income yesterday ¥0.1[89]")
    assert "paid once it makes a cent" in card.text
    await ana.says("/balance")
    await ana.sees("Available ¥1,000.00.*Change Plus ¥8,000")
    await susu.verified()


async def test_the_same_in_chinese(susu: Susu) -> None:
    li = await susu.resident("小李", language="zh", money=1000)
    await li.says("零钱通转入500")
    await li.sees("将 ¥500.00 转入零钱通.*起有收益.*七日年化 0.8.*不是存款")
    await li.taps("确认")
    await li.sees("密码")
    await li.says(PIN)
    await li.sees("¥500.00 已转入零钱通")
    await li.says("转出200")
    await li.sees("从哪里转出")
    await li.taps("零钱通 → 钱包（¥500.00）")
    await li.sees("从零钱通转出 ¥200.00 到钱包")
    await li.taps("确认")
    await li.sees("¥200.00 已转到钱包")
    await li.says("/money")
    await li.sees("我的钱 ¥1,000.00")
    await susu.verified()


async def _puts_in(person: Person, amount: int) -> None:
    await person.says(f"/invest {amount}")
    await person.sees("into Change Plus")
    await person.taps("Confirm")
    await person.sees("type your PIN")
    await person.says(PIN)
    await person.sees("is on its way into Change Plus")
