"""Funds as people use them: seven questions, a card with its days first, orders in flight, the price, the gain."""

from __future__ import annotations

from finance_core.customers import operators
from finance_core.customers.roles import Role
from finance_core.suitability.service import assess
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu
from tests.funds import answers_for

SERVICE_OF_ITS_OWN = True

BOLD = (
    "Steady",
    "A year",
    "In one to three years",
    "I have owned some for years",
    "much growth",
    "A third",
    "Buy more",
)


async def an_investor(susu: Susu, name: str, risk_class: int = 5, **more: object) -> Person:
    who = await susu.resident(name, tier=2, **more)  # type: ignore[arg-type]
    customer = await susu.customer(who)
    async with susu.units.begin() as unit:
        await assess(unit, customer.id, answers_for(risk_class))
    return who


async def answers_boldly(who: Person) -> None:
    await who.taps("Answer the questions")
    for number, answer in enumerate(BOLD, 1):
        asked = await who.sees(f"Question {number} of 7")
        await who.taps(next(label for label in asked.labels if answer in label))


async def test_the_first_purchase_asks_the_questions_shows_the_card_and_takes_the_pin(susu: Susu) -> None:
    ana = await susu.resident("Ana", tier=2, money=2000)
    await ana.says("buy 500 of Steady Bonds")
    await ana.sees("Steady Bonds has risk level R2.*seven questions")
    await answers_boldly(ana)
    await ana.sees("Your risk level: C5, valid until Thu 11 Mar 2027.*Steady Bonds, Even Mix, Broad Shares")
    await ana.taps("Go on")
    card = await ana.sees("Buy Steady Bonds for ¥500.00")
    for said in (
        "Priced on Thu 12 Mar 2026",
        "Units on Fri 13 Mar 2026",
        "until Thu 12 Mar 2026, 15:00",
        "Fee ¥2.98 (0.6%); ¥497.02 goes into the fund",
        "the NAV of Wed 11 Mar 2026",
        "1.5% under 7 days, 0.1% under 30 days, then 0%",
        "0.3% a year",
        "Risk R2.",
        "Not a deposit: it can lose value",
        "Balance after ¥1,500.00",
    ):
        assert said in card.text, said
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("✅ Ordered: ¥500.00 of Steady Bonds.*Reference S")
    kept = await susu.value("SELECT text FROM disclosure WHERE product = 'steady_bonds' ORDER BY id DESC LIMIT 1")
    assert "Fee ¥2.98" in kept
    assert await susu.balance(ana) == yuan(1500)
    await susu.verified()


async def test_the_questions_lead_back_to_the_plan_that_they_were_asked_for(susu: Susu) -> None:
    ana = await susu.resident("Ana", tier=2, money=2000)
    await ana.says("buy 100 of Steady Bonds every month on the 5th")
    await ana.sees("Steady Bonds has risk level R2.*seven questions")
    await answers_boldly(ana)
    await ana.sees("Your risk level: C5")
    await ana.taps("Go on")
    card = await ana.sees("Steady Bonds.*First on")
    assert "¥100.00" in card.text
    assert "5 Apr 2026" in card.text


async def test_an_order_in_flight_is_seen_and_taken_back(susu: Susu) -> None:
    ana = await an_investor(susu, "Ana", money=500)
    await _buys(ana, 300)
    await ana.says("/orders")
    await ana.sees("1. Steady Bonds: ¥300.00, priced on Thu 12 Mar 2026, units on Fri 13 Mar 2026")
    await ana.taps("Cancel no. 1")
    await ana.sees("Cancel this order")
    await ana.taps("Confirm")
    await ana.sees("Order cancelled.*Balance ¥500.00")
    await ana.says("/orders")
    await ana.sees("No orders in progress")
    await susu.verified()


async def test_above_ones_class_is_refused_with_the_reason_and_what_would_fit(susu: Susu) -> None:
    ana = await an_investor(susu, "Ana", 2, money=500)
    await ana.says("buy 100 broad shares")
    refused = await ana.sees("Broad Shares has risk level R4, above your risk level C2: we can't sell it to you")
    assert {"Steady Bonds", "Change Plus", "Answer again"} <= set(refused.labels)
    assert "Confirm" not in refused.labels
    one = await an_investor(susu, "Bo", 1, money=500)
    await one.says("buy 100 broad shares")
    await one.sees("Change Plus fits everybody")
    await one.says("invest 100")
    await one.sees("Put ¥100.00 into Change Plus")


async def test_answers_that_are_no_option_are_asked_again_and_more_than_three_times_is_too_often(susu: Susu) -> None:
    ana = await an_investor(susu, "Ana", 2)
    await ana.says("/risk")
    await ana.sees("Your risk level: C2.*These funds fit you: Steady Bonds")
    for _ in range(3):
        await ana.taps("Answer again")
        await ana.sees("Question 1 of 7")
        await ana.says("what do you mean by that")
        await ana.sees("Question 1 of 7")
        for number in range(1, 8):
            await ana.says("1")
            await ana.sees(f"Question {number + 1} of 7" if number < 7 else "level: C1|3 times a day")
        if "3 times" in (await ana.last()).text:
            break
    await ana.sees("3 times a day") if "3 times" not in (await ana.last()).text else None


async def test_the_list_and_a_page_say_risk_price_and_past_with_their_days(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/funds")
    shown = await ana.sees("Funds – traded at a dealing day's price")
    assert "Steady Bonds · risk R2" in shown.text
    assert "Nothing is promised" in shown.text
    await ana.taps("Broad Shares")
    page = await ana.sees("Broad Shares · risk R4.*NAV 1.* on Wed 11 Mar 2026.*% from .* to Wed 11 Mar 2026")
    assert "may lose a third" in page.text
    await ana.says("funds")
    await ana.sees("Funds – traded")


async def test_units_come_are_worth_something_and_are_sold_with_their_days(susu: Susu) -> None:
    ana = await an_investor(susu, "Ana", money=1000)
    await _buys(ana, 1000)
    await susu.travel(to="2026-03-13 09:00")
    await ana.sees("📈 .* units of Steady Bonds are yours")
    await ana.says("/funds")
    await ana.sees("You hold ¥99")
    await ana.taps("Steady Bonds")
    page = await ana.sees("You hold .* units, worth ¥99.*Gain .*Distributions are paid out in cash")
    assert {"Buy", "Sell", "Switch", "Reinvest distributions"} <= set(page.labels)
    await ana.taps("Reinvest distributions")
    await ana.sees("Distributions are reinvested")
    await ana.says("/money")
    await ana.sees("My money")
    await ana.taps("📈 Over time")
    await ana.sees("From")
    await ana.taps("📈 Gain of funds")
    await ana.sees("Worth ¥99.*; put in, less taken out, ¥1,000.00. Gain −¥", within_seconds=60)
    await ana.says("sell my bonds fund")
    await ana.sees("How many units of Steady Bonds")
    await ana.says("400")
    card = await ana.sees("Sell 400.00 units of Steady Bonds.*Priced on Fri 13 Mar 2026, cash .* on Tue 17 Mar 2026")
    assert "stays in the fund" in card.text
    await ana.taps("Confirm")
    await ana.sees("✅ Ordered: 400.00 units of Steady Bonds to be sold")
    await susu.travel(to="2026-03-17 09:00")
    await ana.sees(r"🧾 \+¥4.* from Steady Bonds is in your wallet")
    await susu.verified()


async def test_a_switch_names_both_days_and_both_fees(susu: Susu) -> None:
    ana = await an_investor(susu, "Ana", money=1000)
    await _buys(ana, 1000)
    await susu.travel(days=1)
    await ana.says("/funds")
    await ana.sees("You hold")
    await ana.taps("Steady Bonds")
    await ana.sees("You hold .* units")
    await ana.taps("Switch")
    await ana.sees("Switch Steady Bonds into which fund")
    await ana.taps("Even Mix")
    await ana.sees("How many units")
    await ana.says("500")
    await ana.sees("Switch 500.00 units of Steady Bonds into Even Mix.*Both priced on.*fee of about .*into Even Mix")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("✅ Ordered: switch 500.00 units, Steady Bonds → Even Mix")
    await susu.verified()


async def test_selling_and_switching_are_said_in_words(susu: Susu) -> None:
    ana = await an_investor(susu, "Ana", money=2000)
    await ana.says("sell steady bonds")
    await ana.sees("You hold no fund units")
    await _buys(ana, 1000)
    await susu.travel(days=5)
    await ana.says("switch 300 from Steady Bonds to Broad Shares")
    meant = await ana.sees("Steady Bonds: do you mean 300.00 units or ¥300.00")
    assert [label[:15] for label in meant.labels] == ["300.00 units (a", "¥300.00 (about ", "Cancel", "Menu"]
    await ana.taps(meant.labels[0])
    await ana.sees("Switch 300.00 units of Steady Bonds into Broad Shares.*Risk R4")
    await ana.taps("Cancel")
    await ana.sees("Nothing has moved")
    await ana.says("switch 250 of steady bonds")
    await ana.sees("Switch Steady Bonds into which fund")
    await ana.taps("Even Mix")
    meant = await ana.sees("do you mean 250.00 units or ¥250.00")
    await ana.taps(meant.labels[1])
    await ana.sees(r"Switch 2[34]\d.\d\d units of Steady Bonds into Even Mix.*Worth about ¥(250.0|249.99)")
    await ana.says("sell 250 units of steady bonds")
    await ana.sees("Sell 250.00 units of Steady Bonds")
    await ana.says("卖出250份稳健债基")
    await ana.sees("Sell 250.00 units of Steady Bonds")
    await ana.says("sell ¥200 of steady bonds")
    await ana.sees(r"Sell 19\d.\d\d units of Steady Bonds.*Worth about ¥(200.0|199.99)")
    await ana.says("卖掉稳健债基")
    await ana.sees("How many units of Steady Bonds")
    await ana.says("sell all my steady bonds")
    await ana.sees(r"Sell 9\d\d.\d\d units of Steady Bonds")
    await ana.says("how is steady bonds doing")
    await ana.sees("Steady Bonds · risk R2")
    await ana.says("put 100 into broad shares every month")
    await ana.sees("Broad Shares")
    await susu.verified()


async def test_a_card_of_before_the_cut_off_is_shown_anew_after_it(susu: Susu) -> None:
    ana = await an_investor(susu, "Ana", money=500)
    await susu.travel(to="2026-03-26 14:55")
    await ana.says("buy 100 of steady bonds")
    await ana.sees("Priced on Thu 26 Mar 2026")
    await susu.travel(to="2026-03-26 15:00")
    await ana.taps("Confirm")
    await ana.sees("Buy Steady Bonds.*Priced on Fri 27 Mar 2026")
    await susu.verified()


async def test_an_operator_says_prices_and_suspends_and_nobody_else_does(susu: Susu) -> None:
    ana, olu = await an_investor(susu, "Ana", money=500), await susu.resident("Olu")
    customer = await susu.customer(olu)
    async with susu.units.begin() as unit:
        await operators.grant(unit, customer.id, Role.TREASURER)
    await ana.says("/nav bonds 1.05")
    await ana.sees("do not have the permission")
    await olu.says("/nav")
    await olu.sees("Funds: prices.*Steady Bonds: 1.0.*No NAV is missing")
    await olu.says("/nav bonds 1.05 2026-03-08")
    await olu.sees("Sun 8 Mar 2026 has no NAV: it is no dealing day")
    await olu.says("/nav bonds much")
    await olu.sees("I can't read that")
    await olu.says("/nav suspend shares the exchange is closed")
    await olu.sees("Suspend Broad Shares: the exchange is closed")
    await olu.taps("Confirm")
    await olu.sees("type your PIN")
    await olu.says(PIN)
    await olu.sees("The fund is suspended")
    await ana.says("buy 100 broad shares")
    await ana.sees("This fund is suspended: the exchange is closed")
    await olu.says("/nav lift shares")
    await olu.sees("Let Broad Shares deal again")
    await olu.taps("Confirm")
    await olu.sees("type your PIN")
    await olu.says(PIN)
    await olu.sees("The fund deals again")
    await susu.travel(days=1)
    await olu.says("/nav correct bonds 2026-03-12 1.0521 a digit was swapped")
    await olu.sees("Propose to correct the NAV of Steady Bonds for Thu 12 Mar 2026 to 1.0521")
    await olu.taps("Confirm")
    await olu.sees("waits for a second operator")


async def test_the_same_in_chinese(susu: Susu) -> None:
    li = await an_investor(susu, "小李", language="zh", money=1000)
    await li.says("买500块稳健债基")
    await li.sees("用 ¥500.00 买入 稳健债基.*净值确认.*申购费 ¥2.98.*风险等级 R2.*不是存款")
    await li.taps("确认")
    await li.sees("密码")
    await li.says(PIN)
    await li.sees("已提交买入 稳健债基 ¥500.00")
    await li.says("基金")
    await li.sees("按交易日净值成交，净值当晚公布")
    await susu.verified()


async def _buys(who: Person, amount: int) -> None:
    await who.says(f"buy {amount} of steady bonds")
    await who.sees("Buy Steady Bonds")
    await who.taps("Confirm")
    await who.sees("type your PIN")
    await who.says(PIN)
    await who.sees("Ordered: .* of Steady Bonds")
