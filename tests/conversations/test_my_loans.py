"""My loans: the card, paying early both ways, schedule, statement, papers, the past ones; in both languages."""

from __future__ import annotations

import re

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.test_loans import PATIENCE_SECONDS, borrows
from tests.conversations.test_loans_over_time import borrows_in_chinese, spends_everything
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


async def test_the_card_says_what_is_owed_when_what_it_costs_and_what_can_be_done(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await borrows(ana)
    await ana.says("/loans")
    card = await ana.sees("Loan of ¥3,000.00 · all-in 19.86%")
    assert "You'll pay ¥162.80 for borrowing ¥3,000.00." in card
    assert "Next: ¥527.13 on Sun 12 Apr 2026" in card
    assert card.labels == ["Pay now", "Pay early", "Schedule", "Statement", "More", "Menu"]
    await ana.taps("Pay now")
    choices = await ana.sees("Nothing is due today")
    assert choices.labels == ["Pay the next instalment: ¥527.13", "Pay off everything: ¥3,000.00", "Cancel"]
    await ana.says("/loans")
    await ana.sees("Loan of ¥3,000.00")
    await ana.taps("More")
    more = await ana.sees("Loan of ¥3,000.00")
    assert more.labels == ["Contract", "Timeline", "Turn off automatic debit", "Give it back", "Back"]


async def test_paying_a_part_early_makes_instalments_smaller_or_fewer(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=1000), await susu.resident("Bo", money=1000)
    for payer in (ana, bo):
        await borrows(payer)
        await payer.says("/loans")
        await payer.sees("Loan of")
        await payer.taps("Pay early")
        offer = await payer.sees("Everything today: ¥3,000.00.*That saves ¥162.80 of interest")
        assert {"¥700.00", "¥1,500.00"} <= set(offer.labels)
        await payer.says("1,000")
        card = await payer.sees("Repay ¥1,000.00.*¥1,000.00 of this is an early payment")
        assert "You then pay less each time: ¥31.00 on Sun 12 Apr 2026, then 5 instalments until Sat 12 Sep" in card
    await ana.taps("Confirm")
    await ana.sees("✅ ¥1,000.00 repaid")

    await bo.taps("Finish sooner")
    card = await bo.sees("You then finish sooner: ¥31.00 on Sun 12 Apr 2026, then 4 instalments.*each ¥527.13")
    assert "That saves ¥" in card
    await bo.taps("Confirm")
    await bo.sees("✅ ¥1,000.00 repaid")
    schedules = [await _schedule(payer) for payer in (ana, bo)]
    assert all("▫️ 1. 12 Apr · ¥1,031.00: ¥1,000.00 paid, ¥31.00 left\n" in schedule for schedule in schedules)
    left = [len(re.findall("^▫️", schedule, re.MULTILINE)) for schedule in schedules]
    assert left == [6, 5]
    await susu.verified()


async def _schedule(person: Person) -> str:
    await person.says("show my repayment schedule")
    return (await person.sees("Schedule", within_seconds=PATIENCE_SECONDS)).text


async def test_the_statement_has_every_line_and_comes_as_a_table_and_a_paper(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    await borrows(ana)
    await ana.says("/repay 200")
    await ana.sees("Repay ¥200.00")
    await ana.taps("Confirm")
    await ana.sees("✅ ¥200.00 repaid")
    await ana.says("loan statement")
    page = await ana.sees("Statement of the loan of ¥3,000.00")
    assert re.search(r"12 Mar · repaid −¥200.00 · principal ¥2,800.00 · S\w{3}-\w{4}", page.text)
    assert re.search(r"12 Mar · paid out \+¥3,000.00 · principal ¥3,000.00", page.text)
    await ana.taps("Download CSV")
    table = await ana.sees("Statement of the loan")
    assert table.json["document"]["name"].endswith(".csv")
    await ana.taps("Download PDF", page)
    paper = await ana.sees("Statement of the loan")
    assert paper.json["document"]["name"].endswith("-statement.pdf")
    await susu.verified()


async def test_a_loan_that_has_ended_is_among_the_past_ones_with_its_papers(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    await borrows(ana, "/borrow 500 3")
    await ana.says("/repay")
    choices = await ana.sees("Tap one")
    await ana.taps(next(label for label in choices.labels if label.startswith("Pay off everything")))
    await ana.sees("Pay off the loan")
    await ana.taps("Confirm")
    await ana.sees("the loan is settled")
    await ana.says("/loans")
    await ana.sees("You owe nothing")
    await ana.taps("Past loans")
    await ana.sees("¥500.00 · Thu 12 Mar 2026 – Thu 12 Mar 2026 · settled")
    await ana.taps("¥500.00 · 12 Mar")
    past = await ana.sees("Borrowing ¥500.00 cost you ¥0.00")
    assert past.labels == ["Contract", "Timeline", "Statement", "Settlement letter", "Back", "Menu"]
    await ana.taps("Timeline")
    assert "contract signed" in await ana.sees("Loan timeline.*settled")


async def test_my_loans_in_chinese(susu: Susu) -> None:
    li = await susu.resident("李", language="zh", money=2000)
    await borrows_in_chinese(li)
    await li.says("/loans")
    card = await li.sees("借款 ¥3,000.00 · 综合年化利率 19.86%")
    assert re.search(r"借 ¥3,000.00 共需支付利息和费用 ¥\d+\.\d\d", card.text)
    await li.says("提前还1000")
    await li.sees(
        "还款 ¥1,000.00.*每期少还，之后应还：2026年4月12日 周日 ¥31.00，然后5期每期 ¥418.46，最后一期 ¥418.48"
    )
    await li.taps("改为提前还完")
    await li.sees("提前还完.*可节省利息 ¥")
    await li.taps("确认")
    await li.sees("✅ 已还款 ¥1,000.00")
    await li.says("贷款对账单")
    assert re.search("还款 −¥1,000.00", (await li.sees("对账单")).text)
    await li.says("还款计划")
    schedule = await li.sees("还款计划", within_seconds=PATIENCE_SECONDS)
    assert "¥1,031.00（已还 ¥1,000.00，还剩 ¥31.00）" in schedule
    assert await susu.balance(li) == yuan(4000)
    await susu.verified()


async def test_a_debit_that_falls_short_is_said_at_once_in_both_languages(susu: Susu) -> None:
    ana, li = await susu.resident("Ana", tier=2), await susu.resident("李", language="zh", tier=2)
    await borrows(ana)
    await borrows_in_chinese(li)
    for borrower in (ana, li):
        await spends_everything(susu, borrower)
    await susu.gives(ana, 100)
    await susu.travel("2026-04-12 08:30")
    due = await ana.sees("¥527.13 is due today")
    assert "Instalment 1 of 6, loan of ¥3,000.00.\nIn your wallet: ¥100.00. Missing: ¥427.13." in due
    due = await li.sees("今天是还款日，应还 ¥527.13")
    assert "借款 ¥3,000.00，第1期（共6期）。\n钱包余额 ¥0.00，还差 ¥527.13。" in due

    await susu.travel("2026-04-12 09:30")
    fell_short = short = await ana.sees("The debit for your loan fell short: ¥100.00 taken, ¥427.13 missing")
    assert re.search("Reference S", short.text)
    assert not any("−¥100.00 debited" in message for message in await ana.messages()), "one act, one message"
    assert "Paid by the end of Sun 12 Apr 2026, it still counts as on time." in short
    assert re.search(r"Paid by Wed 15 Apr 2026, there is no penalty, only ¥0.\d\d of interest a day", short.text)
    assert re.search(r"After that it costs ¥0.\d\d a day, penalty included, counted from Sun 12 Apr 2026", short.text)
    short = await li.sees("借款自动扣款失败：未扣到款，还差 ¥527.13。")
    assert re.search(r"2026年4月15日 周三（含）前还清不收罚息，每天只计利息 ¥0.\d\d", short.text)

    await susu.gives(ana, 1000)
    await ana.taps("Pay now", fell_short)
    await ana.sees("Repay ¥427.13")
    await timeline_says(ana, "Timeline", "the debit fell short: ¥100.00 taken, ¥427.13 missing")
    await timeline_says(li, "借款动态", "自动扣款不足：已扣 ¥0.00，还差 ¥527.13")
    await susu.verified()


async def timeline_says(person: Person, timeline: str, words: str) -> None:
    await person.says("/loans")
    card = await person.sees("¥3,000.00.*19.86%")
    await person.taps(card.labels[4], card)
    more = await person.sees("¥3,000.00.*19.86%")
    await person.taps(timeline, more)
    await person.sees(words)
