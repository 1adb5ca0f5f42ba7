"""The operators' desk in the chat: a loan found, an act proposed and decided by a second person; a new schedule that
its borrower agrees to, and a closed loan that is paid.
"""

from __future__ import annotations

import re
from dataclasses import asdict

import orjson

from bot.dispatch.associated_data import payload_associated_data
from bot.intake.envelope import Envelope
from finance_core.customers import operators
from finance_core.customers.roles import Role
from finance_core.customers.same_person import accounts_of
from finance_core.customers.service import choose_language
from finance_core.inbox.dead import set_aside
from tests.builders import CIPHER, yuan
from tests.conversations.harness import Person
from tests.conversations.test_loans import borrows
from tests.conversations.whole_service import PIN, Susu
from tests.faults.bot_api import a_message

SERVICE_OF_ITS_OWN = True


async def an_operator(susu: Susu, name: str, *roles: Role, language: str = "en") -> Person:
    """Let an operator move in, an administrator when no role is named."""
    person = await susu.resident(name, language=language, tier=2)
    customer = await susu.customer(person)
    async with susu.units.begin() as unit:
        for role in roles or (Role.ADMINISTRATOR,):
            await operators.grant(unit, customer.id, role)
    return person


async def a_debtor(susu: Susu, name: str) -> Person:
    """Let somebody move in who borrows 3,000 and spends all of it."""
    person = await susu.resident(name, tier=2)
    await borrows(person)
    await person.says("/withdraw 3000")
    await person.taps("Confirm", await person.sees("Take ¥3,000.00 to your bank"))
    await person.sees("type your PIN")
    await person.says(PIN)
    await person.sees("¥3,000.00 is on its way to your bank")
    return person


async def finds_loan(operator: Person, debtor: Person) -> None:
    """Open a debtor's loan on the desk."""
    await operator.says("/operator")
    await operator.sees("Operators' desk")
    await operator.taps("More ›")
    more = await operator.sees("More")
    if "Find a loan" not in "".join(more.labels):  # who has many roles chooses what it is about first
        await operator.taps("Loans and income", more)
        more = await operator.sees("Loans and income")
    await operator.taps("Find a loan", more)
    await operator.sees("Which loan")
    await operator.says(f"@{debtor.json['username']}")
    found = await operator.sees("Loans of")
    await operator.taps(next(iter(found.data.values())), found)
    await operator.sees(r"Loan \d+ of")


async def proposes(operator: Person, why: str) -> int:
    """Give the reason that is asked for and confirm; return the proposal's number."""
    await operator.sees("Why.*reason")
    await operator.says(why)
    card = await operator.sees("Propose this.*" + re.escape(why))
    await operator.taps("Confirm", card)
    made = await operator.sees(r"Proposal #\d+ is made")
    number = re.search(r"#(\d+)", made.text)
    assert number is not None
    return int(number[1])


async def approves(operator: Person, number: int) -> None:
    """Open a proposal from the desk and approve it with the PIN."""
    await operator.says("/desk")
    await operator.taps("Proposals", await operator.sees("Operators' desk"))
    await operator.taps(f"#{number}", await operator.sees("Waiting for a second person"))
    await operator.taps("Approve", await operator.sees(f"#{number} .*Proposed by"))
    await operator.sees("type your PIN")
    await operator.says(PIN)
    await operator.sees("approved and done")


async def test_the_desk_has_what_ones_roles_grant_and_the_menu_of_commands_follows(susu: Susu) -> None:
    mei = await an_operator(susu, "Mei", Role.MARKETING)
    assert "operator" not in await mei.commands()
    await mei.says("/operator")
    shown = (await mei.sees("You are: marketing")).labels
    assert shown == ["📥 Queue", "🗓 What's new", "Reports", "More ›"]
    assert {"operator", "queue", "cases", "menu"} <= set(await mei.commands())
    olu = await an_operator(susu, "Olu", language="zh")
    await olu.says("/operator")
    assert len((await olu.sees("工作台.*管理员")).labels) == 6


async def test_a_penalty_is_waived_by_two_operators_and_the_borrower_is_told(susu: Susu) -> None:
    olu, mei = await an_operator(susu, "Olu"), await an_operator(susu, "Mei")
    ana = await a_debtor(susu, "Ana")
    await susu.travel(to="2026-04-17 12:00")
    await finds_loan(olu, ana)
    await olu.taps("Waive")
    card = await olu.sees("what is to be waived")
    await olu.taps(next(data for data in card.data.values() if data.endswith(":penalty")), card)
    asked = await olu.sees("How much do you waive")
    await olu.taps(next(label for label in asked.labels if label.startswith("All")), asked)
    number = await proposes(olu, "she was in hospital")
    await mei.sees("🔏 Waive, loan .*a second person is needed")
    await approves(mei, number)
    await ana.sees("We have waived ¥")
    await olu.sees("Waive, loan .*approved and done")
    await finds_loan(olu, ana)
    await olu.taps("More ›")
    await olu.taps("Timeline", await olu.sees(r"^Loan \d+$"))
    await susu.verified()


async def test_nobody_decides_on_their_own_proposal_and_a_refusal_is_told_with_its_reason(susu: Susu) -> None:
    olu, mei = await an_operator(susu, "Olu"), await an_operator(susu, "Mei")
    ana = await a_debtor(susu, "Ana")
    await finds_loan(olu, ana)
    await olu.taps("Write off")
    number = await proposes(olu, "she has moved away")
    await olu.says("/operator")
    await olu.taps("Proposals", await olu.sees("Operators' desk"))
    await olu.taps("My proposals", await olu.sees("Waiting for a second person"))
    await olu.taps(f"#{number}", await olu.sees("What you have proposed"))
    own = await olu.sees(f"#{number} .*Write off")
    assert "Approve" not in " ".join(own.labels)
    assert "This loan isn't overdue" in own.text
    assert f"@{ana.json['username']}" in own.text
    await mei.says("/operator")
    await mei.taps("Proposals", await mei.sees("Operators' desk"))
    await mei.taps(f"#{number}", await mei.sees("Waiting for a second person"))
    await mei.taps("Refuse", await mei.sees(f"#{number} .*Write off"))
    await mei.sees("Why do you refuse it")
    await mei.says("she pays every month <b>on time</b>")
    await mei.sees("Write off, loan .*refused")
    assert "<b>on time</b>" in await olu.sees("Write off, loan .*refused.*on time")
    await susu.verified()


async def test_a_new_schedule_is_offered_and_the_borrower_agrees_with_the_pin(susu: Susu) -> None:
    olu, mei = await an_operator(susu, "Olu", Role.CREDIT_OFFICER), await an_operator(susu, "Mei")
    ana = await a_debtor(susu, "Ana")
    await finds_loan(olu, ana)
    await olu.taps("New schedule")
    await olu.sees("A new schedule for loan.*6 ×")
    await olu.taps("+3 instalments")
    await olu.sees("9 ×")
    await olu.taps("Begin later")
    await olu.sees("9 ×")
    await olu.taps("−2% a year")
    await olu.sees("16.25% a year")
    await olu.taps("Propose this")
    number = await proposes(olu, "she has less work until summer")
    await approves(mei, number)
    await ana.sees("We offer you a new repayment schedule")
    await ana.says("/loans")  # the loan's card has it too
    await ana.taps("See it", await ana.sees("Loan of ¥3,000.00.*We have offered you a new schedule"))
    plan = await ana.sees("All-in annual rate 1\\d.\\d\\d%.*9 × ¥.*at 16.25% a year")
    await ana.taps("I agree", plan)
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("Your new schedule starts today")
    await ana.sees("🧾 Your loan has a new schedule.*in 9 instalments")
    await ana.says("/loans")
    await ana.sees("0 of 9 instalments paid, ¥0.00 of ¥3,000.00\n")
    await susu.verified()


async def test_what_was_given_up_is_run_again_from_the_desk(susu: Susu) -> None:
    olu, ana = await an_operator(susu, "Olu"), await susu.resident("Ana")
    bot_id = int(susu.sandbox.token.partition(":")[0])
    where = Envelope(1_000_000, f"private:{ana.id}", ana.id, ana.id)
    said = orjson.dumps(a_message(where.update_id, ana.id, "/balance"))
    payload = CIPHER.encrypt(said, payload_associated_data(bot_id, where.update_id))
    async with susu.units.begin() as unit:
        await set_aside(unit, "EABC-DEFG", "RuntimeError", bot_id=bot_id, payload=payload, **asdict(where))
    await olu.sees(r"A message could not be handled \(EABC-DEFG\)")
    await olu.says("/operator")
    await olu.taps("More ›", await olu.sees("Operators' desk"))
    await olu.taps("Staff and service", await olu.sees("More"))
    await olu.taps("Failed messages", await olu.sees("Staff and service"))
    await olu.taps("↻ EABC-DEFG", await olu.sees("Messages that could not be handled.*RuntimeError"))
    await olu.sees("It's being handled again")
    await ana.sees("Available ¥0.00")


async def test_a_loan_is_written_off_and_its_borrower_pays_it_by_a_button(susu: Susu) -> None:
    olu, mei = await an_operator(susu, "Olu"), await an_operator(susu, "Mei")
    ana = await a_debtor(susu, "Ana")
    await finds_loan(olu, ana)
    await olu.taps("Write off")
    await approves(mei, await proposes(olu, "she has moved away"))
    told = await ana.sees("you still owe ¥3,0")
    await susu.gives(ana, 3500)
    await ana.taps("Pay", told)
    await ana.sees("You owe ¥3,0.* How much would you like to pay")
    await ana.says("1000")
    await ana.taps("Confirm", await ana.sees("Pay ¥1,000.00 on your written-off loan"))
    await ana.sees("¥1,000.00 paid. Still owed: ¥2,0.*Reference S")
    await ana.taps("Pay", told)
    asked = await ana.sees("You owe ¥2,0")
    await ana.taps(asked.labels[0], asked)
    await ana.taps("Confirm", await ana.sees("Pay ¥2,0.* on your written-off loan"))
    await ana.sees("Still owed: ¥0.00")
    assert await susu.balance(ana) == yuan(500)
    await ana.taps("Pay", told)
    await ana.sees("Nothing is owed on that loan any more")
    await susu.verified()


async def test_who_has_a_loan_that_was_written_off_is_told_what_is_owed_wherever_they_ask(susu: Susu) -> None:
    olu, mei = await an_operator(susu, "Olu"), await an_operator(susu, "Mei")
    ana, li = await a_debtor(susu, "Ana"), await a_debtor(susu, "Li")
    for debtor in (ana, li):
        await finds_loan(olu, debtor)
        await olu.taps("Write off")
        await approves(mei, await proposes(olu, "moved away"))
        await debtor.sees("you still owe ¥3,0")
    for words in ("/owe", "/loans", "how much do I owe", "I can't pay", "I'll pay on Friday"):
        await ana.says(words)
        await ana.sees(r"Your written-off loan.*You still owe ¥3,0[\d.,]+, and can pay any amount at any time")
    for words in ("/repay", "repay", "I want to pay back my loan"):
        await ana.says(words)
        await ana.sees("You owe ¥3,0.* How much would you like to pay")
    await ana.says("/balance")
    await ana.sees("Owed on loans ¥3,0")
    await ana.says("my money")
    await ana.sees("My money.*Owed on loans ¥3,0")
    await ana.says("/repay 200")
    await ana.sees("Pay ¥200.00 on your written-off loan")

    await speaks_chinese(susu, li)
    for words in ("我欠多少", "/owe", "还不起了"):
        await li.says(words)
        await li.sees("已核销的借款.*债务未免除，仍欠 ¥3,0")
    await li.says("还款")
    await li.sees("共欠 ¥3,0.*想还多少")
    await li.says("余额")
    await li.sees("借款待还 ¥3,0")
    await li.says("还500")
    await li.sees("偿还.*¥500.00")
    nobody = [message.text for who in (ana, li) for message in await who.messages() if message.json["from_bot"]]
    assert not [text for text in nobody if "You owe nothing" in text or "您没有欠款" in text]
    await susu.verified()


async def speaks_chinese(susu: Susu, person: Person) -> None:
    customer = await susu.customer(person)
    async with susu.units.begin() as unit:
        await choose_language(unit, customer.id, "zh")


async def test_a_loan_is_handed_over_to_a_collector_and_taken_back(susu: Susu) -> None:
    olu, mei = await an_operator(susu, "Olu", Role.CREDIT_OFFICER), await an_operator(susu, "Mei")
    ana = await a_debtor(susu, "Ana")
    await finds_loan(olu, ana)
    await olu.taps("Hand over")
    await olu.sees("who collects it from now on")
    await olu.says("Fair <Collections>")
    await approves(mei, await proposes(olu, "nobody answers at her door"))
    await ana.sees("From now on Fair <Collections> collects")
    await finds_loan(olu, ana)
    card = await olu.last()
    assert "Fair <Collections>" in card
    assert "Hand over" not in card.labels
    await olu.taps("Take back", card)
    await approves(mei, await proposes(olu, "she has called us"))
    await ana.sees("look after your loan ourselves again")
    await susu.verified()


async def test_a_payment_that_never_came_is_taken_back_by_two_operators(susu: Susu) -> None:
    olu, mei = await an_operator(susu, "Olu", Role.TREASURER), await an_operator(susu, "Mei")
    ana = await a_debtor(susu, "Ana")
    await susu.gives(ana, 700)
    for paid in (200, 300):
        await ana.says(f"/repay {paid}")
        await ana.taps("Confirm", await ana.sees(f"Repay ¥{paid}.00"))
        await ana.sees(rf"¥{paid}.00 repaid.*Next: ¥[\d.,]+ on ")
    await finds_loan(olu, ana)
    await olu.taps("Payment never arrived")
    asked = await olu.sees("which payment never arrived")
    await olu.taps(next(label for label in asked.labels if "¥200.00" in label), asked)
    await approves(mei, await proposes(olu, "the transfer bounced"))
    await ana.sees("A payment of ¥200.00 on your loan never reached us")
    assert await susu.balance(ana) == yuan(400)
    await ana.says("/loans")
    await ana.sees("Loan of ¥3,000.00.*Principal left: ¥2,700.00")
    await susu.verified()


async def test_a_loan_is_found_by_the_reference_of_a_receipt_and_the_look_is_on_record(susu: Susu) -> None:
    aud = await an_operator(susu, "Aud", Role.AUDITOR)
    ana = await susu.resident("Ana")
    await borrows(ana)
    [receipt] = [message for message in await ana.messages() if "First instalment" in message]
    reference = re.search(r"S[A-Z2-9]{3}-[A-Z2-9]{4}", receipt.text)
    assert reference is not None
    await aud.says("/operator")
    await aud.taps("More ›", await aud.sees("Operators' desk"))
    await aud.taps("Find a loan")
    await aud.sees("Which loan")
    await aud.says(reference[0].lower())
    card = await aud.sees("Loan \\d+ of Ana.*active")
    assert not {"Waive", "Write off", "New schedule", "Hand over"} & set(card.labels)
    customer = await susu.customer(aud)
    looked = await susu.value("SELECT count(*) FROM audit_line WHERE actor_id = :id AND act = 'look'", id=customer.id)
    assert looked == 1


async def test_a_role_that_is_taken_in_the_chat_is_gone_at_once(susu: Susu) -> None:
    olu, mei = await an_operator(susu, "Olu"), await an_operator(susu, "Mei", Role.SUPPORT)
    handle = mei.json["username"]
    await olu.says("/operator")
    await olu.taps("More ›", await olu.sees("Operators' desk"))
    await olu.taps("Staff and service", await olu.sees("More"))
    await olu.taps("Roles", await olu.sees("Staff and service"))
    held = await olu.sees("Who holds which role")
    while not any(f"@{handle}, support" in label for label in held.labels):
        await olu.taps("More", held)
        held = await olu.sees("Who holds which role")
    await olu.taps(next(data for label, data in held.data.items() if f"@{handle}, support" in label), held)
    await olu.sees("Remove a role.*support.*Mei")
    await olu.says("her phone is lost")
    await olu.sees("Remove the role support from .*Mei.*gone at once.*her phone is lost")
    await olu.taps("Confirm")
    await olu.sees("○○○○○○")
    await olu.says(PIN)
    await olu.sees("The role support is removed")
    await mei.sees("no longer has the role .*support")
    await mei.says("/operator")
    assert "support" not in (await mei.sees("")).text


async def test_a_role_is_given_by_two_administrators(susu: Susu) -> None:
    olu, mei = await an_operator(susu, "Olu"), await an_operator(susu, "Mei")
    bo, twin = await susu.resident("Bo"), await susu.resident("Boniface")
    await olu.says("/operator")
    await olu.taps("More ›", await olu.sees("Operators' desk"))
    await olu.taps("Staff and service", await olu.sees("More"))
    await olu.taps("Roles", await olu.sees("Staff and service"))
    await olu.taps("Give a role", await olu.sees("Who holds which role"))
    await olu.sees("Who gets a role")
    await olu.says(f"@{bo.json['username']}")
    await olu.taps("support", await olu.sees("Which role for Bo"))
    await olu.sees("Which other accounts here are Bo.*own")
    await olu.says("@nobody_of_the_name")
    await olu.sees("Nobody here is called that: @nobody_of_the_name")
    await olu.says(f"@{twin.json['username']}")
    await approves(mei, await proposes(olu, "he joins the counter"))
    await bo.sees("New role for .*support")
    await bo.says("/operator")
    await bo.sees("You are: support")
    async with susu.units.begin() as unit:
        theirs = {(await susu.customer(each)).id for each in (bo, twin)}
        assert await accounts_of(unit, min(theirs)) == theirs
