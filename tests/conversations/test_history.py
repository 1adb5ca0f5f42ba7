"""Loan timeline: history by pages, statements, and a statement as a file."""

from __future__ import annotations

import csv
import io
import re

from tests.builders import yuan
from tests.conversations.harness import Seen
from tests.conversations.whole_service import PIN, Susu


def sums(page: Seen) -> list[str]:
    return re.findall(r"[+-]¥[\d.,]+", page.text)


async def test_history_is_paged_from_the_newest_each_movement_with_its_reference(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    for amount in range(1, 13):
        await susu.gives(ana, amount)
    await ana.says("/history")
    newest = await ana.sees("History")
    assert sums(newest) == ["+¥12.00", "+¥11.00", "+¥10.00", "+¥9.00", "+¥8.00"]
    assert len(set(re.findall(r"S[A-Z2-9]{3}-[A-Z2-9]{4}", newest.text))) == 5
    assert "balance ¥78.00" in newest
    await ana.taps("Older")
    assert sums(await ana.sees("¥7.00")) == ["+¥7.00", "+¥6.00", "+¥5.00", "+¥4.00", "+¥3.00"]
    await ana.taps("Older")
    oldest = await ana.sees("¥2.00")
    assert sums(oldest) == ["+¥2.00", "+¥1.00"]
    assert oldest.labels == ["Newest", "Menu"]
    await ana.taps("Newest")
    assert sums(await ana.sees("¥12.00"))[0] == "+¥12.00"


async def test_whoever_has_done_nothing_yet_is_told_so(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("show my transactions")
    await ana.sees("Nothing here yet")


async def test_a_statement_adds_up_and_comes_as_a_file_too(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=200)
    await ana.says("/topup 50.25")
    await ana.sees("Put ¥50.25")
    await ana.taps("Confirm")
    card = await ana.sees("¥50.25 is in your wallet")
    await ana.says("/statement")
    statement = await ana.sees("Statement Sun 1 Mar 2026 – Thu 12 Mar 2026")
    assert re.search(
        r"Opening balance ¥0.00.*In ¥250.25, out ¥0.00.*Closing balance ¥250.25.*2 movements", statement.text, re.DOTALL
    )
    await ana.taps("Download CSV (CSV)")
    sent = await ana.sees("Statement")
    assert sent.json["document"]["name"] == "statement-2026-03.csv"
    content = (await susu.sandbox.http.get(sent.json["document"]["url"])).content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["what"], row["amount"], row["balance"]) for row in rows] == [
        ("Topped up", "200.00", "200.00"),
        ("Topped up", "50.25", "250.25"),
    ]
    assert rows[1]["reference"] in card
    await ana.taps("Last month")
    await ana.sees("Statement Sun 1 Feb 2026 – Sat 28 Feb 2026.*Closing balance ¥0.00.*0 movements")
    await ana.taps("This month")
    await ana.sees("Closing balance ¥250.25")
    assert await susu.balance(ana) == yuan("250.25")


async def test_a_receipt_that_is_pasted_shows_its_movement_and_to_its_owner_alone(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo", language="zh", money=10)
    await susu.gives(ana, 200)
    pushed = await ana.sees("🧾 .*topped up")
    reference = re.search(r"S[A-Z0-9]{3}-[A-Z0-9]{4}", pushed.text)
    assert reference is not None
    await ana.says("/topup")
    await ana.sees("How much")
    for pasted in (pushed.text, f"what is {reference[0].lower()}?"):
        await ana.says(pasted)
        assert "+¥200.00" in await ana.sees(f"The receipt you asked for.*{reference[0]}")
    await ana.says(f"/send @{bo.json['username']} 5")
    await ana.sees("Send ¥5.00")
    await ana.taps("Confirm")
    await ana.says(PIN)
    await ana.sees("is on its way")
    told = await bo.sees("转给您 ¥5.00")
    await bo.says(told.text)
    assert (await bo.sees("转给您 ¥5.00")).labels[:1] == ["收取"]
    await bo.taps("收取")
    await bo.sees("")
    await bo.says(told.text)
    await bo.sees("您要查的回单.*¥5.00")
    await bo.says(pushed.text)
    await bo.sees(f"没有编号为 {reference[0]} 的交易")
    await ana.says("S222-2222")
    await ana.sees("no movement with the reference S222-2222")
