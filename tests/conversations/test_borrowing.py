"""Borrowing in the chat beyond *Lightning*: which loan, a line drawn in parts, an officer's decision, papers."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers import operators
from finance_core.customers.roles import Role
from finance_core.loans.origination.contract import contract_associated_data
from finance_core.loans.origination.models import LoanContract
from finance_core.storage.engine import create_engine
from tests.builders import CIPHER, yuan
from tests.conversations.harness import Person, Seen
from tests.conversations.whole_service import INSTITUTION, PIN, Susu

SERVICE_OF_ITS_OWN = True


async def an_officer(susu: Susu) -> Person:
    olu = await susu.resident("Olu")
    async with susu.units.begin() as unit:
        await operators.grant(unit, (await susu.customer(olu)).id, Role.CREDIT_OFFICER)
    return olu


async def signs(person: Person, confirm: str = "Confirm", asked: str = "type your PIN") -> None:
    await person.taps(confirm)
    await person.sees(asked)
    await person.says(PIN)


async def test_the_first_card_says_what_this_person_may_borrow(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/borrow")
    first = await ana.sees("You may borrow up to ¥5,000.00 today, over 6 months.*All-in annual rate 19.85%")
    assert "500.00 to ¥50,000.00" not in first
    assert first.labels[:2] == ["500", "5,000"]
    assert "“2500 for 6 months”" in first
    assert first.labels[-1] == "Cancel"
    await ana.taps("5,000")
    await ana.sees("Borrow ¥5,000.00 in 6 instalments")
    await signs(ana)
    await ana.sees("The contract is signed")
    await ana.says("/borrow")
    refused = await ana.sees("We can't lend you this right now.*You already have a loan of this kind")
    assert refused.labels == ["Menu"]


async def test_a_new_loan_that_pays_the_old_one_off_begins_with_what_that_takes(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=2000)
    await ana.says("/borrow 3000")
    await ana.sees("All-in annual rate")
    await signs(ana)
    await ana.sees("The contract is signed")
    await ana.says("/repay 1800")
    await ana.sees("Repay ¥1,800.00")
    await ana.taps("Confirm")
    await ana.sees("✅ ¥1,800.00 repaid")
    await ana.says("/borrow")
    await ana.sees("You already have a loan of this kind")
    await ana.taps("Pay it off with this one")
    first = await ana.sees("You may borrow up to ¥5,000.00.*paid off out of it first, which takes ¥1,200.00")
    assert first.labels[:2] == ["1,200", "5,000"]
    await ana.says("500")
    await ana.sees("Paying off your present loan takes ¥1,200.00; please borrow more than that")


async def test_the_card_says_all_that_it_costs_and_shows_each_instalment_by_a_tap(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/borrow 3000")
    card = await ana.sees("All-in annual rate 19.86%")
    assert "Interest by contract 18.25% a year (simple), 0.05% a day" in card
    assert "You repay ¥3,162.80 in all." in card
    assert "A late instalment costs about ¥0.24 to ¥0.26 a day; after more than 3 days, ¥0.32 to ¥0.34 a day" in card
    assert f"Lender: {INSTITUTION}" in card
    await ana.taps("Principal and interest")
    planned = await ana.sees("Instalment = principal . interest")
    rows = re.findall(r"^\d+\. .* · ([\d.,]+) = ([\d.,]+) \+ ([\d.,]+)$", planned.text, re.MULTILINE)
    cents = [[int(part.replace(",", "").replace(".", "")) for part in row] for row in rows]
    assert all(total == principal + interest for total, principal, interest in cents)
    assert [sum(column) for column in zip(*cents, strict=True)] == [316280, 300000, 16280]
    await ana.taps("Back")
    assert "Other terms" in (await ana.sees("All-in annual rate 19.86%")).labels


async def test_the_other_loans_are_a_tap_away(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/borrow")
    asked = await ana.sees("How much would you like to borrow.*Lightning")
    assert {"🧺 Trader", "🌾 Harvest", "🤝 Group"} <= set(asked.labels)
    await ana.taps("🧺 Trader")
    await ana.sees("Trader: for a shop or a stall")
    await ana.says("2000")
    card = await ana.sees("All-in annual rate.*Borrow ¥2,000.00 in 13 instalments.*Trader")
    assert "… and 1 more" in card
    assert len(card.labels) <= 6
    await ana.taps("Other terms")
    await ana.sees("How long do you need to repay ¥2,000.00")
    await ana.taps("30 days")
    await ana.sees("Borrow ¥2,000.00 in 30 instalments")


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("borrow 2000 for my shop", "in 13 instalments.*Trader"),
        ("borrow 2000 for 8 weeks", "in 8 instalments.*Trader"),
        ("/borrow 2000 90 days", "Which loan would you like.*Trader.*Harvest"),
        ("borrow 3000 for 6 months", "in 6 instalments"),
        ("borrow 2000 for seeds for 120 days", "Repaid in one go: .*A fee of ¥10.00 is deducted: ¥1,990.00"),
    ],
)
async def test_a_loan_is_understood_by_what_it_is_for_and_over_which_time(susu: Susu, words: str, seen: str) -> None:
    ana = await susu.resident("Ana")
    await ana.says(words)
    await ana.sees(seen)


async def test_a_line_is_drawn_in_parts_with_the_schedule_shown_before(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("borrow 3000 for my shop")
    await ana.sees("All-in annual rate")
    await ana.taps("Pay out now: all ⟳")
    await ana.sees("¥1,500.00 is paid out now. You can draw ¥1,500.00 more within 45 days")
    await signs(ana)
    await ana.sees("¥1,500.00 is in your wallet. The contract is signed")
    await ana.taps("Draw more")
    await ana.sees("You can draw ¥1,500.00 until Sun 26 Apr 2026")
    await ana.says("1000")
    planned = await ana.sees("All-in annual rate.*Draw ¥1,000.00\\? You then repay")
    assert re.search(r"You'll pay ¥2\d\.\d\d for drawing ¥1,000\.00", planned.text)
    assert len(re.findall(r"^\d+\. .* · [\d.,]+$", planned.text, re.MULTILINE)) == 12
    await signs(ana)
    await ana.sees("✅ ¥1,000.00 is in your wallet.*You can still draw ¥500.00")
    assert await susu.balance(ana) == yuan(2500)
    await susu.verified()


async def test_the_contract_comes_as_a_pdf_whose_hash_stands_in_the_book(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/borrow 1000 3")
    await ana.sees("All-in annual rate")
    await signs(ana)
    await ana.sees("The contract is signed")
    await ana.taps("Contract")
    sent = await ana.sees("Its hash matches the one in our books")
    pdf = await document_of(susu, sent)
    assert pdf.startswith(b"%PDF-")
    async with susu.units.begin() as unit:
        booked = await unit.session.scalar(
            text("SELECT about ->> 'contract' FROM entry WHERE kind = 'loan.disbursement' ORDER BY id DESC LIMIT 1")
        )
        kept = (
            await unit.session.scalars(select(LoanContract).order_by(col(LoanContract.loan_id).desc()).limit(1))
        ).one()
    assert hashlib.sha256(pdf).hexdigest() == booked
    assert b"Ana" not in kept.sealed
    written = json.loads(CIPHER.decrypt(kept.sealed, contract_associated_data(kept.loan_id)))
    assert written["headline"].startswith("All-in annual rate")
    assert ["fact", "Lender", INSTITUTION] in written["blocks"]


async def test_a_contract_that_no_secret_opens_is_said_to_be_so(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/borrow 1000 3")
    await ana.sees("All-in annual rate")
    await signs(ana)
    await ana.sees("The contract is signed")
    owner = create_engine(susu.engine.url.render_as_string(hide_password=False), role=None, pool_size=1)
    async with owner.begin() as connection:
        await connection.execute(
            text("UPDATE loan_contract SET sealed = 'lost' WHERE loan_id = (SELECT max(loan_id) FROM loan_contract)")
        )
    await owner.dispose()
    await ana.taps("Contract")
    await ana.sees("can't be opened at the moment. Somebody will look at it; the loan stays as it was signed")


async def document_of(susu: Susu, message: Seen) -> bytes:
    """Download the document under a message, as its reader would."""
    content: bytes = (await susu.sandbox.http.get(message.json["document"]["url"])).content
    return content


async def test_an_officer_approves_less_in_the_chat_and_the_person_takes_the_offer(susu: Susu) -> None:
    olu, ana = await an_officer(susu), await susu.resident("Ana")
    await ana.says("borrow 4000 for my shop")
    await ana.sees("All-in annual rate.*A credit officer decides on this one: tap Confirm to apply")
    await ana.taps("Confirm")
    await ana.sees("Your application for ¥4,000.00 .* is with a credit officer")
    await olu.sees("Application № \\d+ for ¥4,000.00 is waiting; decide within a day")
    await olu.taps("Open it")
    file = await olu.sees("Application № .* Ana.*All-in .*Income ¥6,000.00 a month.*The first loan of its kind")
    assert {"Approve", "Approve less", "Decline", "Back"} <= set(file.labels)
    await olu.taps("Approve less")
    await olu.sees("How much do you approve\\? ¥1,000.00 to ¥4,000.00")
    await olu.says("3000")
    await olu.sees("Approve application № \\d+ for ¥3,000.00")
    await signs(olu)
    await olu.sees("is approved for ¥3,000.00")
    await ana.sees("You can borrow ¥3,000.00. The offer is open until Thu 19 Mar 2026")
    await ana.taps("See the offer")
    await ana.sees("All-in annual rate.*Borrow ¥3,000.00 in 13 instalments")
    await ana.says("borrow for my shop")  # whoever comes back finds the offer
    await ana.sees("All-in annual rate.*Borrow ¥3,000.00 in 13 instalments")
    await signs(ana)
    await ana.sees("¥3,000.00 is in your wallet. The contract is signed")
    await susu.verified()


async def test_a_refusal_is_looked_at_by_a_person_and_declined_with_what_would_change_it(susu: Susu) -> None:
    olu, ana = await an_officer(susu), await susu.resident("Ana")
    await ana.says("/borrow 8000 6")
    await ana.sees("We can't lend you this right now.*Your limit is ¥5,000.00 today")
    await ana.taps("Ask for a review")
    await ana.sees("Your application for ¥8,000.00 .* is with a credit officer")
    await ana.says("/borrow 3000 6")
    await ana.sees("is with a credit officer")
    await olu.says("/queue")
    await olu.sees("1 application waiting.*¥8,000.00.*Lightning.*decide by Fri 13 Mar 2026")
    await olu.taps(next(label for label in (await olu.last()).labels if "8,000" in label))
    file = await olu.sees("The person asked for a review of a refusal.*Their level allows ¥5,000.00 at most")
    assert "Approve" not in file.labels
    await olu.taps("Decline")
    card = await olu.sees("Tap one to four reasons")
    assert "Confirm" not in card.labels
    while "☐ Above the limit" not in card.labels:
        await olu.taps("More", card)
        card = await olu.sees("Tap one to four reasons")
    await olu.taps("☐ Above the limit", card)
    await olu.sees("Decline application")
    await olu.taps("Confirm")
    await olu.sees("is declined. The person has been told")
    await ana.sees("can't lend it now.*You can apply for less today")
    await olu.says("/queue")
    await olu.sees("No applications are waiting")


async def test_who_is_no_officer_sees_no_queue(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/queue")
    await ana.sees("You do not have the permission")


async def test_a_waiting_application_is_taken_back(susu: Susu) -> None:
    await an_officer(susu)
    ana = await susu.resident("Ana")
    await ana.says("borrow 4000 for my shop")
    await ana.sees("tap Confirm to apply")
    await ana.taps("Confirm")
    await ana.sees("is with a credit officer")
    await ana.taps("Withdraw it")
    await ana.sees("Your application is withdrawn")
    await ana.says("borrow 3000 for my shop")
    await ana.sees("Borrow ¥3,000.00")


async def test_a_chinese_trader_reads_price_line_and_contract_in_chinese(susu: Susu) -> None:
    mei = await susu.resident("小梅", language="zh")
    await mei.says("借3000进货")
    card = await mei.sees("综合年化利率.*借 ¥3,000.00，分13期.*商户贷")
    assert card.text.startswith("综合年化利率")
    await mei.taps("现在放款：全部 ⟳")
    await mei.sees("现在放款 ¥1,500.00")
    await signs(mei, "确认", "密码")
    await mei.sees("¥1,500.00 已到钱包")
    await mei.taps("合同")
    sent = await mei.sees("合同原件")
    assert (await document_of(susu, sent)).startswith(b"%PDF-")


async def test_friends_stand_for_a_group_loan_and_each_sees_for_what(susu: Susu) -> None:
    ana, bo, chidi = [await susu.resident(name, money=1000) for name in ("Ana", "Bo", "Chidi")]
    await ana.says("group loan 3000")
    await ana.sees("All-in annual rate.*Borrow ¥3,000.00 in 6 instalments.*Group.*guarantors, each for a share")
    await ana.taps("Confirm")
    await ana.sees("Now name your guarantors")
    await ana.taps("Name guarantors")
    await ana.sees("Name 2 to 9 guarantors")
    await ana.says(f"@{bo.json['username']}")
    await ana.sees("Your guarantors so far.*You need at least 2")
    await ana.says("Bo, once more", mentions=[bo])
    await ana.sees("Your guarantors so far.*You need at least 2")
    await ana.shares_contact(chidi)
    await ana.sees("Ask these 2 people")
    await ana.taps("Confirm")
    await ana.sees("We've asked 2 people")
    for friend in (bo, chidi):
        await friend.sees("Ana.* asks you to guarantee a loan of ¥3,000.00: your share is at most ¥1,5")
        await friend.taps("See details")
        await friend.sees(
            "Your share is 1/2 of what is overdue, at most ¥1,5.*more than 3 days late.*"
            "We never debit you for it automatically"
        )
        await signs(friend)
        await friend.sees("You've agreed to guarantee it")
    await ana.sees("Chidi.* agreed to guarantee your loan")
    await ana.taps("Guarantors", await ana.last())
    await ana.sees("All have accepted")
    await ana.taps("See the offer and sign")
    await ana.sees("All-in annual rate")
    await signs(ana)
    await ana.sees("¥3,000.00 is in your wallet. The contract is signed")
    await bo.says("/guarantees")
    await bo.sees("Ana.*loan of ¥3,000.00 · guarantees it, signed.*Nothing to pay now")
    await a_friend_pays_the_share_and_gets_it_back(susu, ana, bo)
    await susu.verified()


async def a_friend_pays_the_share_and_gets_it_back(susu: Susu, ana: Person, bo: Person) -> None:
    await ana.says("/withdraw 4000")
    await ana.sees("Take ¥4,000.00 to your bank")
    await signs(ana)
    await ana.sees("¥4,000.00 is on its way to your bank")
    async with susu.units.begin() as unit:
        first_due = "SELECT due_on FROM instalment i JOIN loan l ON l.id = i.loan_id WHERE product = 'group' AND nr = 1"
        due_on = (await unit.session.scalars(text(first_due))).one()
    await susu.travel(f"{due_on + timedelta(days=4)} 12:00")
    called = await bo.sees("Ana.* is late with the loan you guarantee. Your share is ¥")
    await bo.taps("Pay my share", called)
    await bo.sees("Pay ¥")
    await signs(bo)
    await ana.sees("Bo.*, your guarantor, has paid ¥.* of your loan")
    await susu.gives(ana, 1000)
    await ana.says("/loans")
    owed = await ana.sees("Bo.* has paid ¥.* of your loan for you. Please pay it back")
    await ana.taps("Pay it back", owed)
    await ana.sees("Pay back .*Bo.* the ¥")
    await signs(ana)
    await bo.sees("🧾 \\+¥")


@pytest.mark.parametrize(
    ("language", "wrong", "asked", "answers", "quoted"),
    [
        ("en", "/borrow 3000 5", "repaid in 3, 6, 12 instalments", ("12", "12 months please"), "in 12 instalments"),
        ("zh", "/borrow 3000 5", "可分 3, 6, 12 期", ("12", "12期"), "分12期"),
    ],
)
async def test_a_number_that_answers_in_how_many_parts_is_taken(
    susu: Susu, language: str, wrong: str, asked: str, answers: tuple[str, ...], quoted: str
) -> None:
    ana = await susu.resident("Ana", language=language)
    for answer in answers:
        await ana.says(wrong)
        assert len((await ana.sees(asked)).labels) == 5
        await ana.says(answer)
        await ana.sees(quoted)


@pytest.mark.parametrize(
    ("language", "answer", "quoted"), [("en", "make it 12", "in 12 inst"), ("zh", "12期", "分12期")]
)
async def test_a_count_that_stands_on_a_button_may_be_written(
    susu: Susu, language: str, answer: str, quoted: str
) -> None:
    ana = await susu.resident("Ana", language=language)
    await ana.says("/borrow 3000")
    await ana.sees("3,000.00")
    await ana.says(answer)
    await ana.sees(quoted)


async def test_an_application_that_nobody_decides_within_its_day_says_so_to_both_sides(susu: Susu) -> None:
    olu, ana, bo = await an_officer(susu), await susu.resident("Ana"), await susu.resident("Bo")
    for who in (ana, bo):
        await who.says("borrow 4000 for my shop")
        await who.sees("tap Confirm to apply")
        await who.taps("Confirm")
        await who.sees("You hear within a day")
    await bo.taps("Withdraw it")
    await bo.sees("Your application is withdrawn")
    await susu.travel(days=1, minutes=5)
    await ana.sees("Your application for ¥4,000.00 isn't decided yet. We promised an answer within a day and are late")
    await olu.sees("Application № \\d+ for ¥4,000.00 has waited longer than the promised day")
    await ana.says("borrow for my shop")
    assert "You hear within a day" not in await ana.sees("still with a credit officer")
    assert not any("has waited" in message or "isn't decided yet" in message for message in await bo.messages())
