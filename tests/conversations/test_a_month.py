"""How often Susu speaks to somebody in a month of theirs: what matters is not buried under what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True
MOST = 15


async def test_a_customer_with_one_loan_and_change_plus_gets_at_most_fifteen_messages_in_a_month(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=4000)
    await ana.says("/borrow 3000 6")
    await ana.taps("Confirm", await ana.sees("All-in annual rate"))
    await ana.says(PIN)
    await ana.sees("The contract is signed")
    await ana.says("/invest 5000")
    await ana.taps("Confirm", await ana.sees("Put ¥5,000.00 into Change Plus"))
    await ana.says(PIN)
    await ana.sees("is on its way into Change Plus")
    begun = len([message for message in await ana.messages() if message.json["from_bot"]])
    await susu.travel("2026-04-12 12:00")
    said = [message.text for message in await ana.messages() if message.json["from_bot"]]
    assert len(said) <= MOST, f"the acts of the first day with it: {said}"
    month = said[begun:]
    assert sum("earned" in text for text in month) in (4, 5), "once a week"
    assert sum(text.startswith("⏰") and "due" in text for text in month) == 3, "3 days, 1 day, the due morning"
    assert sum("debited for your loan" in text for text in month) == 1
    await susu.left_in_order()
