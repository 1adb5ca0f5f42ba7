"""Change Plus beyond putting in and taking out: the operator's income, sends out of it, the auto-sweep, My money."""

from __future__ import annotations

from finance_core.customers import operators
from finance_core.customers.roles import Role
from finance_core.loans.origination import signing
from finance_core.wallet import service as wallet
from tests.builders import CIPHER, yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True

DRAWN_WITHIN_SECONDS = 60
"""A message with a picture waits for the renderer, which loads for seconds where much else runs."""


async def a_treasurer(susu: Susu, name: str, language: str = "en") -> Person:
    person = await susu.resident(name, language=language)
    customer = await susu.customer(person)
    async with susu.units.begin() as unit:
        await operators.grant(unit, customer.id, Role.TREASURER)
    return person


async def invested(susu: Susu, name: str, money: int, amount: int, *, language: str = "en") -> Person:
    """Somebody with `amount` in Change Plus, confirmed."""
    person = await susu.resident(name, money=money, language=language)
    confirm, pin = ("确认", "密码") if language == "zh" else ("Confirm", "type your PIN")
    await person.says(f"/invest {amount}")
    await person.sees("零钱通" if language == "zh" else "into Change Plus")
    await person.taps(confirm)
    await person.sees(pin)
    await person.says(PIN)
    await person.sees("已转入零钱通" if language == "zh" else "is on its way into Change Plus")
    await susu.travel(days=5)
    return person


# -- the operator -------------------------------------------------------------------------------------------------


async def test_an_income_is_shown_with_what_it_pays_before_it_is_published_and_once(susu: Susu) -> None:
    await invested(susu, "Ana", 8_000, 8_000)
    olu = await a_treasurer(susu, "Olu")
    await olu.says("/income")
    await olu.sees("Change Plus: income and cash.*No past day is waiting.*Cash at the bank")
    await olu.says("/income 0.2304")
    card = await olu.sees("Publish 0.2304 per 10,000 units")
    assert "it pays ¥0.18 in all" in card.text
    assert "The 7-day yield becomes 0.8" in card.text
    await olu.taps("Confirm")
    await olu.sees("type your PIN")
    await olu.says(PIN)
    await olu.sees("0.2304 per 10,000 units is published, ¥0.18 in all")
    await olu.says("/income 0.2305")
    await olu.sees("published already")
    await olu.says("/income 0.23041")
    await olu.sees("at most 4 decimals")
    await susu.verified()


async def test_a_loss_is_warned_of_and_what_is_beyond_belief_takes_two(susu: Susu) -> None:
    await invested(susu, "Ana", 8_000, 8_000)
    olu, mei = await a_treasurer(susu, "Olu"), await a_treasurer(susu, "Mei")
    await olu.says("/income -0.1")
    await olu.sees("Publish -0.1 .*below zero: every holder loses units")
    await olu.taps("Cancel")
    await olu.says("/income 7.5")
    await olu.sees("(?i)reason|why")
    await olu.says("the bond fund was sold")
    await olu.sees("7.5")
    await olu.taps("Confirm")
    await mei.sees("a second person is needed")
    await mei.taps("Look at it")
    await mei.sees("7.5")
    await susu.verified()


async def test_who_is_no_operator_publishes_nothing(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/income 0.2304")
    assert "published" not in (await ana.sees("")).text
    assert await susu.value("SELECT count(*) FROM fund_income WHERE source LIKE :who",
                            who=f"operator:{(await susu.customer(ana)).id}") == 0  # fmt: skip


async def test_the_desk_in_chinese(susu: Susu) -> None:
    mei = await a_treasurer(susu, "小美", language="zh")
    await mei.says("/income")
    await mei.sees("零钱通：收益与现金.*银行存款")


# -- paying from it -----------------------------------------------------------------------------------------------


async def test_a_send_from_change_plus_is_one_phrase(susu: Susu) -> None:
    ana = await invested(susu, "Ana", 900, 800)
    bo = await susu.resident("Bo", username="bo_of_the_desk")
    await ana.says("send 50 to @bo_of_the_desk from change plus")
    await ana.sees("¥50.00.*From Change Plus, at once")
    await ana.taps("Pay from the wallet")
    await ana.sees("balance after ¥50.00|Balance after ¥50.00")
    await ana.taps("Pay from Change Plus")
    card = await ana.sees("¥50.00.*From Change Plus, at once")
    assert "left in Change Plus ¥750.0" in card.text
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("Balance ¥100.00")
    await bo.sees("¥50.00")
    await bo.taps("Accept")
    await bo.sees("¥50.00")
    assert await susu.balance(bo) == yuan(50)
    await susu.verified()


async def test_a_short_wallet_offers_change_plus_on_a_button(susu: Susu) -> None:
    ana = await invested(susu, "Ana", 900, 850)
    await susu.resident("Cy", username="cy_of_the_desk")
    await ana.says("/send @cy_of_the_desk 200 rent")
    await ana.sees("¥50.00 is in your wallet, ¥200.00 is needed")
    await ana.taps("Send ¥200.00 from Change Plus")
    card = await ana.sees("From Change Plus, at once")
    assert "rent" in card.text
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("Balance ¥50.00")
    await susu.verified()


async def test_a_request_and_an_instalment_are_paid_out_of_change_plus(susu: Susu) -> None:
    ana = await invested(susu, "Ana", 900, 900)
    bo = await susu.resident("Bo")
    async with susu.units.begin() as unit:
        await wallet.request(
            unit, CIPHER, (await susu.customer(bo)).id, (await susu.customer(ana)).id, yuan(60), "tea", "t60"
        )
    await ana.sees("asks you for ¥60.00")
    await ana.taps("Pay ¥60.00")
    await ana.sees("¥0.00 is in your wallet, ¥60.00 is needed")
    await ana.taps("Pay ¥60.00 from Change Plus")
    await ana.sees("From Change Plus, at once")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await bo.sees("¥60.00")
    async with susu.units.begin() as unit:
        await signing.sign(unit, (await susu.customer(ana)).id, yuan(600), 6, "a loan of Ana's", automatic_debit=False,
                           from_change_plus=False)  # fmt: skip
    await ana.says("repay 100 from change plus")
    card = await ana.sees("Repay ¥100.00.*From Change Plus, at once.*Left there: ¥740.")
    assert "Pay from the wallet" in card.labels
    await ana.taps("Pay from the wallet")
    card = await ana.sees("Repay ¥100.00")
    assert "Left there" not in card.text
    await ana.taps("Pay from Change Plus")
    await ana.sees("Left there: ¥740.")
    await ana.taps("Confirm")
    await ana.sees("¥100.00")
    assert await susu.balance(ana) == yuan(600)
    await ana.says("/history")
    shown = await ana.sees("History.*Loan repaid.*Request paid")
    assert "¥100.00 straight from Change Plus" in shown.text
    assert "¥60.00 straight from Change Plus" in shown.text
    await susu.verified()


# -- the auto-sweep and My money ----------------------------------------------------------------------------------


async def test_the_auto_sweep_is_turned_on_works_in_the_evening_and_is_turned_off(susu: Susu) -> None:
    ana = await invested(susu, "Ana", 2_000, 100)
    await ana.says("/sweep")
    await ana.sees("Auto-sweep.*It's off")
    await ana.taps("Above 500")
    await ana.sees("above ¥500.00 goes into Change Plus")
    await susu.travel(days=1)
    await ana.sees("🧹 ¥1,400.00 above your floor went into Change Plus")
    assert await susu.balance(ana) == yuan(500)
    await ana.says("/money")
    await ana.sees("auto-sweep above ¥500.00", within_seconds=DRAWN_WITHIN_SECONDS)
    await ana.says("/sweep")
    await ana.sees("It's on")
    await ana.taps("Turn it off")
    await ana.sees("It's off")
    await susu.verified()


async def test_who_has_no_contract_is_told_to_put_money_in_first(susu: Susu) -> None:
    bo = await susu.resident("Bo", money=100)
    await bo.says("/sweep")
    await bo.sees("Put money into Change Plus first")


async def test_my_money_by_product_and_over_time(susu: Susu) -> None:
    li = await invested(susu, "小李", 1_000, 600, language="zh")
    await li.says("/money")
    await li.sees("我的钱 ¥1,000.*钱包 ¥400.00.*零钱通 ¥600", within_seconds=DRAWN_WITHIN_SECONDS)
    await li.taps("📈 资产走势")
    await li.sees("从 ¥0.00 到 ¥1,000", within_seconds=DRAWN_WITHIN_SECONDS)
    await li.taps("☀️ 每日收益")
    await li.sees("零钱通每日收益.*合计 ¥0.0", within_seconds=DRAWN_WITHIN_SECONDS)
