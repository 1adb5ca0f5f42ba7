"""A card that no longer holds is not done: it comes back, says why, and marks the old figure beside the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.catalogue import load_catalogue
from finance_core.catalogue.service import SHIPPED
from tests.builders import yuan
from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


async def test_a_cut_off_that_passes_before_confirm_or_under_the_pin_says_from_when_income_is_now(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=900)
    li = await susu.resident("小李", language="zh", money=900)
    await susu.travel(to="2026-03-19 14:58")
    await ana.says("/invest 500")
    await ana.sees("It earns from Fri 20 Mar 2026")
    await li.says("零钱通转入500")
    await li.taps("确认", await li.sees("将 ¥500.00 转入零钱通"))
    await li.sees("密码")
    await susu.travel(to="2026-03-19 15:01")
    await ana.taps("Confirm")
    back = await ana.sees(r"15:00 has passed; income from Mon 23 Mar 2026 now")
    assert "It earns from Mon 23 Mar 2026 (Fri 20 Mar 2026)" in back
    assert "<s>Fri 20 Mar 2026</s>" in back.json["html"]
    await li.says(PIN)
    again = await li.sees("已过15:00，现在转入从2026年3月23日.*起有收益")
    assert await susu.entries(li, "change_plus.order") == 0
    assert (await susu.balance(ana), await susu.balance(li)) == (yuan(900), yuan(900))
    await li.taps("确认", again)
    await li.sees("密码")
    await li.says(PIN)
    await li.sees("¥500.00 已转入零钱通")
    await susu.verified()


async def test_a_loan_is_never_signed_at_another_price_than_its_card_named(susu: Susu, tmp_path: Path) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    for person in (ana, bo):
        await person.says("/borrow 3000 6")
        await person.sees("All-in annual rate 19.86%")
    await bo.taps("Confirm")
    await bo.sees("type your PIN")
    dearer = SHIPPED.read_text(encoding="utf-8").replace(
        'rates = { per = "day", A = "0.02", B = "0.03", C = "0.04", D = "0.05" }',
        'rates = { per = "day", A = "0.02", B = "0.03", C = "0.04", D = "0.045" }',
        1,
    )
    (tmp_path / "products.toml").write_text(dearer, encoding="utf-8")
    await load_catalogue(susu.units, tmp_path / "products.toml")
    await ana.taps("Confirm")
    back = await ana.sees(r"The price has changed: 17.7\d% a year all-in, 19.86% before")
    assert "(19.86%)" in back
    await bo.says(PIN)
    await bo.sees("The price has changed")
    assert await susu.balance(bo) == yuan(0), "the PIN was given for another price"
    await bo.taps("Confirm")
    await bo.sees("type your PIN")
    await bo.says(PIN)
    await bo.sees("The contract is signed")
    assert await susu.balance(bo) == yuan(3000)
    await load_catalogue(susu.units)
    await susu.verified()


async def test_what_the_wallet_lacks_to_a_due_sum_comes_from_change_plus_in_the_same_act(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=1000)
    await ana.says("/borrow 3000 6")
    await ana.taps("Confirm", await ana.sees("All-in annual rate"))
    await ana.says(PIN)
    await ana.sees("The contract is signed")
    await ana.says("/invest 3900")
    await ana.taps("Confirm", await ana.sees("Put ¥3,900.00 into Change Plus"))
    await ana.says(PIN)
    await ana.sees("is on its way into Change Plus")
    await ana.says("/start")
    await ana.sees("What would you like to do")
    await ana.taps("Repay")
    card = await ana.sees("¥100.00 from your wallet, ¥[0-9.]+ from Change Plus")
    await susu.gives(ana, 20)
    await ana.sees("🧾")
    await ana.taps("Confirm", card)
    again = await ana.sees("What is in your wallet has changed.*¥120.00 .*from your wallet")
    await ana.taps("Confirm", again)
    await ana.sees("✅ ¥[0-9.]+ repaid")
    assert await susu.balance(ana) == yuan(0)
    assert await susu.entries(ana, "loan.repayment") == 1, "one entry moves both"
    await susu.verified()
