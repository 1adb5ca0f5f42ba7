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
    await ana.taps("Download CSV")
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


async def test_each_movement_says_who_what_for_and_when_in_the_chat_the_table_and_the_paper(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo", language="zh", money=10)
    await ana.says(f"/send @{bo.json['username']} 30 taxi")
    await ana.sees("Send ¥30.00")
    await ana.taps("Confirm")
    await ana.says(PIN)
    await ana.sees("is on its way")
    await bo.sees("转给您 ¥30.00")
    await bo.taps("收取")
    await bo.sees("30.00")
    await ana.says("/history")
    assert re.search(
        r"12 Mar · \d\d:\d\d · Sent to Bo · taxi\n−¥30.00 · S[\w-]{8} · balance ¥70.00",
        (await ana.sees("History")).text,
    )
    await bo.says("/history")
    assert re.search(r"3月12日 \d\d:\d\d · 收款 · 来自Ana · taxi\n\+¥30.00", (await bo.sees("明细")).text)
    await ana.says("statement march")
    card = await ana.sees("Statement Sun 1 Mar 2026 – Thu 12 Mar 2026")
    assert "Money in\nTopped up: ¥100.00\n\nMoney out\nSent: ¥30.00" in card
    assert len(card.labels) <= 6
    await ana.taps("Download CSV")
    sent = await ana.sees("Statement", within_seconds=20)
    rows = list(csv.DictReader(io.StringIO((await document_of(susu, sent)).decode("utf-8-sig"))))
    assert [(row["with"], row["for"], row["amount"]) for row in rows] == [("", "", "100.00"), ("Bo", "taxi", "-30.00")]
    await ana.taps("Download PDF", card)
    paper = await ana.sees("Statement", within_seconds=20)
    assert (await document_of(susu, paper)).startswith(b"%PDF-")


async def document_of(susu: Susu, message: Seen) -> bytes:
    content: bytes = (await susu.sandbox.http.get(message.json["document"]["url"])).content
    return content


async def test_days_that_are_said_are_those_days(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo", language="zh", money=10)
    await ana.says("statement for february")
    await ana.sees("Statement Sun 1 Feb 2026 – Sat 28 Feb 2026.*0 movements")
    await ana.says("statement from 10 to 12 march")
    await ana.sees("Statement Tue 10 Mar 2026 – Thu 12 Mar 2026.*In ¥100.00")
    await ana.taps("Each movement")
    await ana.sees("History Tue 10 Mar 2026 – Thu 12 Mar 2026.*Topped up")
    await ana.says("what did i spend in april 2027")
    await ana.sees("Thu 1 Apr 2027 has not come yet")
    await ana.says("February")
    await ana.sees("Statement Sun 1 Feb 2026 – Sat 28 Feb 2026")
    await bo.says("十二月的账单")
    await bo.sees("对账单 2025年12月1日 周一–2025年12月31日 周三")
    await bo.says("上个月流水")
    await bo.sees("明细 2026年2月1日 周日 – 2026年2月28日 周六.*这些天没有资金变动")


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
