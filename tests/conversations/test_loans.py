"""Loans in the chat: quote first, questions, decision, signing, repaying by button and by sum, giving back."""

from __future__ import annotations

import re

import pytest

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

PATIENCE_SECONDS = 60.0
"""Until a picture is there: the first one starts the process that draws."""

REFERENCE = r"S[A-Z2-9]{3}-[A-Z2-9]{4}"


async def borrows(person: Person, words: str = "/borrow 3000 6") -> None:
    """Take a loan, from the quote to the money."""
    await person.says(words)
    await person.sees("All-in annual rate")
    await person.taps("Confirm")
    await person.sees("type your PIN")
    await person.says(PIN)
    await person.sees("is in your wallet. The contract is signed")


async def test_the_price_comes_first_and_the_money_after_confirm_and_pin(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("/borrow 3000 6")
    card = await ana.sees("All-in annual rate")
    assert card.text.startswith("All-in annual rate 19.86%")
    assert "Borrow ¥3,000.00 in 6 instalments" in card
    assert "First due Sun 12 Apr 2026, last Sat 12 Sep 2026" in card
    assert re.search(r"You'll pay ¥\d+\.\d\d for borrowing ¥3,000.00", card.text)
    assert len(re.findall(r"^\d\. .* · ¥?[\d.]+$", card.text, re.MULTILINE)) == 6
    assert await susu.balance(ana) == yuan(100)
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    signed = await ana.sees("¥3,000.00 is in your wallet. The contract is signed")
    assert re.search(r"Balance ¥3,100.00\nFirst instalment ¥.* on Sun 12 Apr 2026", signed.text)
    assert len(re.findall(REFERENCE, signed.text)) == 1
    assert await susu.balance(ana) == yuan(3100)
    await susu.verified()


async def test_a_loan_is_asked_for_step_by_step_and_its_instalments_chosen(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/menu")
    await ana.sees("What would you like to do")
    await ana.taps("Borrow")
    await ana.sees("How much would you like to borrow")
    await ana.says("1,000")
    card = await ana.sees("Borrow ¥1,000.00 in 6 instalments")
    assert {"Confirm", "Cancel", "Other terms"} <= set(card.labels)
    await ana.taps("Other terms")
    terms = await ana.sees("How long do you need to repay ¥1,000.00")
    assert {"3 instalments", "6 instalments", "12 instalments"} <= set(terms.labels)
    await ana.taps("3 instalments")
    await ana.sees("Borrow ¥1,000.00 in 3 instalments")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")


@pytest.mark.parametrize("has_applied", [True, False], ids=["known", "never applied"])
async def test_a_cancelled_quote_moves_nothing_and_its_confirm_is_dead(susu: Susu, *, has_applied: bool) -> None:
    ana = await susu.resident("Ana", has_applied=has_applied)
    await ana.says("/borrow 3000 6")
    card = await ana.sees("All-in annual rate")
    await ana.taps("Cancel")
    await ana.sees("Cancelled. Nothing has moved")
    answer = await ana.taps(card.data["Confirm"], card)
    assert answer is not None
    assert answer["text"] == "This was cancelled. Nothing has moved."
    assert await susu.balance(ana) == yuan(0)


async def test_a_short_question_beside_a_quote_asks_the_price_of_its_loan(susu: Susu) -> None:
    ana = await susu.resident("Ana", has_applied=True)
    await ana.says("/borrow 3000 6")
    await ana.sees("Borrow ¥3,000.00 in 6 instalments")
    await ana.says("and over 12?")
    await ana.sees("¥3,000.00.*12")
    assert await susu.balance(ana) == yuan(0)


async def test_a_first_application_asks_its_questions_and_comes_back_to_the_card(susu: Susu) -> None:
    ana = await susu.resident("Ana", has_applied=False)
    await ana.says("/borrow 3000 6")
    await ana.sees("All-in annual rate")
    await ana.taps("Confirm")
    await ana.sees("Are you 18 or older")
    await ana.taps("Yes")
    await ana.sees("Roughly what do you earn in a month")
    await ana.says("lots")
    await ana.sees("Please type an amount like 1,000.50")
    await ana.says("6k")
    await ana.sees("each month on other loans")
    await ana.says("0")
    await ana.sees("May we check your credit record")
    await ana.taps("Yes")
    await ana.sees("All-in annual rate")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("¥3,000.00 is in your wallet")
    customer = await susu.customer(ana)
    assert (customer.monthly_income, customer.other_instalments) == (600_000, 0)


async def test_whoever_is_not_18_gets_no_contract(susu: Susu) -> None:
    ana = await susu.resident("Ana", has_applied=False)
    await ana.says("/borrow 3000 6")
    await ana.sees("All-in annual rate")
    await ana.taps("Confirm")
    await ana.sees("Are you 18 or older")
    await ana.taps("No")
    await ana.sees("Loans are for people aged 18 and over.*We keep your answer")
    assert await susu.balance(ana) == yuan(0)


async def test_who_refuses_the_bureau_is_told_what_is_kept_and_is_asked_that_only_the_next_time(susu: Susu) -> None:
    ana = await susu.resident("Ana", has_applied=False)
    await ana.says("/borrow 3000 6")
    await ana.sees("All-in annual rate")
    await ana.taps("Confirm")
    for asked, said in (("18 or older", "yes"), ("earn in a month", "6000"), ("on other loans", "0")):
        await ana.sees(asked)
        await ana.says(said)
    await ana.sees("May we check your credit record")
    await ana.taps("No")
    told = await ana.sees("Without that we can't lend")
    assert "We keep your answers on age, income and other loans" in told.text
    customer = await susu.customer(ana)
    assert customer.monthly_income == 600_000
    await ana.says("/borrow 3000 6")
    await ana.sees("All-in annual rate")
    await ana.taps("Confirm")
    await ana.sees("May we check your credit record")


async def test_instalments_above_what_is_earned_are_declined_with_the_reason(susu: Susu) -> None:
    ana = await susu.resident("Ana", has_applied=False)
    await ana.says("/borrow 3000 6")
    await ana.sees("All-in annual rate")
    await ana.taps("Confirm")
    await ana.sees("18 or older")
    await ana.taps("Yes")
    await ana.sees("Roughly what do you earn")
    await ana.says("500")
    await ana.sees("other loans")
    await ana.says("no")
    await ana.sees("May we check your credit record")
    await ana.taps("Yes")
    await ana.sees("We can't lend you this right now.*more than 40% of your income")
    assert await susu.balance(ana) == yuan(0)


async def test_a_sum_above_the_limit_is_declined_and_the_limit_offered(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/borrow 8000 6")
    await ana.sees("We can't lend you this right now.*Your limit is ¥5,000.00 today")
    await ana.taps("Borrow ¥5,000.00")
    await ana.sees("Borrow ¥5,000.00 in 6 instalments")


async def test_one_loan_at_a_time(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await borrows(ana)
    await ana.says("/borrow 500 3")
    await ana.sees("You already have a loan of this kind")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("/borrow 100 6", "We lend ¥500.00 to ¥50,000.00, in steps of ¥100.00"),
        ("/borrow 3050 6", "in steps of ¥100.00"),
        ("/borrow 3000 5", "repaid in 3, 6, 12 instalments"),
    ],
)
async def test_what_is_not_sold_is_said_in_a_sentence(susu: Susu, words: str, sentence: str) -> None:
    ana = await susu.resident("Ana")
    await ana.says(words)
    await ana.sees(sentence)


async def test_a_loan_is_repaid_by_sum_by_button_and_to_the_end(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    await borrows(ana)
    await ana.says("/loans")
    card = await ana.sees("Loan of ¥3,000.00 · all-in 19.86%")
    assert "Nothing is due today" in card
    assert "Next: ¥527.13 on Sun 12 Apr 2026" in card
    await ana.says("/repay 200")
    await ana.sees(
        "Repay ¥200.00.*Settling the rest today would then take ¥2,800.00.*¥200.00 of this is an early payment"
    )
    await ana.taps("Confirm")
    repaid = await ana.sees("✅ ¥200.00 repaid.*Principal left ¥2,800.00")
    assert len(re.findall(REFERENCE, repaid.text)) == 1
    await ana.says("/repay")
    choices = await ana.sees("Tap one, or type how much")
    assert [label.split(":")[0] for label in choices.labels] == [
        "Pay the next instalment",
        "Pay off everything",
        "Cancel",
    ]
    await ana.taps("Pay off everything: ¥2,800.00")
    await ana.sees("Pay off the loan for ¥2,800.00.*saves ¥\\d+")
    await ana.taps("Confirm")
    await ana.sees("¥2,800.00 paid – the loan is settled")
    await ana.says("how much do I owe")
    await ana.sees("You owe nothing")
    assert await susu.balance(ana) == yuan(500)
    await susu.verified()


async def test_all_of_a_loan_is_paid_off_in_words(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    await borrows(ana)
    await ana.says("pay it all off")
    await ana.sees("Pay off the loan for ¥3,000.00")
    await ana.taps("Cancel")
    await ana.says("/repay")
    await ana.sees("Tap one, or type how much")
    await ana.says("everything")
    await ana.sees("Pay off the loan for ¥3,000.00")


async def test_a_sum_written_after_repay_is_the_sum_to_repay(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    await borrows(ana)
    await ana.says("/repay")
    await ana.sees("Tap one, or type how much")
    await ana.says("150.25")
    await ana.sees("Repay ¥150.25")


async def test_more_than_is_owed_is_never_taken(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=5000)
    await borrows(ana)
    await ana.says("/repay 9999")
    await ana.sees("Pay off the loan for ¥3,000.00")
    await ana.taps("Confirm")
    await ana.sees("¥3,000.00 paid – the loan is settled")
    assert await susu.balance(ana) == yuan(5000)


async def test_a_repayment_beyond_the_wallet_is_refused_with_both_figures(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    await borrows(ana)
    await ana.says(f"/send @{bo.json['username']} 2900")
    await ana.sees("Send ¥2,900.00")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("is on its way")
    await ana.says("/repay 500")
    await ana.sees("Repay ¥500.00")
    await ana.taps("Confirm")
    await ana.sees("¥100.00 is available, ¥500.00 is needed")
    assert await susu.balance(ana) == yuan(100)


async def test_the_schedule_is_shown_with_what_is_paid(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await borrows(ana)
    await ana.says("/loans")
    await ana.sees("Loan of ¥3,000.00")
    await ana.taps("Schedule")
    schedule = await ana.sees("Schedule", within_seconds=PATIENCE_SECONDS)
    assert len(re.findall(r"^▫️ \d\. .* · ¥?[\d.,]+$", schedule.text, re.MULTILINE)) == 6
    await ana.taps("Back")
    await ana.sees("Loan of ¥3,000.00")


async def test_the_consent_to_automatic_debit_is_withdrawn_and_given_again(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await borrows(ana)
    await ana.says("/loans")
    await ana.sees("Debited automatically at 09:00")
    await ana.taps("More")
    await ana.sees("Debited automatically at 09:00")
    await ana.taps("Turn off automatic debit")
    await ana.sees("Not debited automatically")
    await ana.taps("Turn on automatic debit")
    await ana.sees("Debited automatically at 09:00")


async def test_a_loan_is_given_back_within_its_cooling_off_days_at_no_cost(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await borrows(ana)
    await ana.says("/loans")
    await ana.sees("Loan of ¥3,000.00")
    await ana.taps("More")
    await ana.sees("Loan of ¥3,000.00")
    await ana.taps("Give it back")
    await ana.sees("Give back ¥3,000.00 at no cost.*until the end of Thu 19 Mar 2026")
    await ana.taps("Confirm")
    given_back = await ana.sees("¥3,000.00 given back. The contract is void")
    assert re.search(REFERENCE, given_back.text)
    await ana.says("/loans")
    await ana.sees("You owe nothing")
    assert await susu.balance(ana) == yuan(0)
    await susu.verified()


async def test_what_has_been_repaid_in_part_cannot_be_given_back(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await borrows(ana)
    await ana.says("/loans")
    await ana.sees("Loan of ¥3,000.00")
    await ana.taps("More")
    card = await ana.sees("Loan of ¥3,000.00")
    await ana.says("/repay 100")
    await ana.sees("Repay ¥100.00")
    await ana.taps("Confirm")
    await ana.sees("¥100.00 repaid")
    await ana.taps(card.data["Give it back"], card)
    await ana.sees("Give back ¥3,000.00")
    await ana.taps("Confirm")
    await ana.sees("You've already repaid some of it")
    await ana.says("/loans")
    await ana.sees("Loan of ¥3,000.00")
    await ana.taps("More")
    assert "Give it back" not in (await ana.sees("Loan of ¥3,000.00")).labels
