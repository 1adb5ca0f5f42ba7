"""Whatever a tap carries and a message says, nobody gets a fault out of it, and no money moves."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Final

import pytest
from structlog.testing import capture_logs

from bot.intake.inbox import LANE_LIMIT
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True
BIG: Final = "9" * 19
SUMS: Final = ("NaN", "Infinity", "-5", "0", "1_000", "1e40", "1e-9", "", BIG)
AMONG_FRIENDS: Final = (
    *("openpacket", "openhere", "checkpacket", "showpacket", "putpacket", "packetkind"),
    *("packetwhom", "packetto", "packetnames", "billphoto", "addphoto", "hangphoto"),
    *("paybill", "nobill", "noreason", "bill", "outside", "closebill", "againbill", "splitagain", "splitturn"),
)
TAPS: Final = (
    *(f"do:{intent}:amount={amount}" for intent in ("borrow", "topup", "repay", "invest") for amount in SUMS),
    *(f"do:withdraw:source={source}:amount={amount}" for source in ("plus", "wallet", "evil") for amount in SUMS),
    *(f"do:send:payee={payee}:amount=5" for payee in (f"#{BIG}", "#x", "#", "link", "@", "")),
    *("do:request:payee=link:amount=5", "do:borrow:asset=USD:amount=3000", "do:borrow:amount=3000:debit=evil"),
    *("do:borrow:amount=3000:count=999999", "do:borrow:amount=3000:count=-1", "do:borrow:amount=3000:unit=day"),
    *("do:apply", "do:apply:adult=yes", "do:apply:income=5:token=x:version=y", "do:apply:bureau=yes:token=x:version=1"),
    *("do:invest_adult:adult=yes", "do:unsure", "do:out_of_scope", "do:nonsense", "do:repay:loan=x", "do", "do:"),
    *("ans", "ans:", "ans:x", "ans:-5", "key", "key:", "key:x", "key:99", "nopin", "set", "set:x", "lang", "lang:xx"),
    *(
        "notice",
        "notice:x",
        "notice:1",
        f"notice:{BIG}",
        "older",
        "older:x",
        f"older:{BIG}",
        "month:x",
        "csv",
        "csv:x",
        "days:00010101:20261031",
        "days:20261001:99991231",
        "pdf:99991201:99991231",
        "moves:99991231:00010101:x",
        "pdf:20261331:x",
        "month:0001-01",
        "allwaits:x",
        f"allwaits:{BIG}",
        "queued:x",
        f"queued:{BIG}",
        "planned:x:1",
        "quoted:x:x",
        "planned",
        "planned:1:1",
        f"planned:{BIG}:6",
    ),
    *(f"{verb}:{what}" for verb in ("schedule", "autodebit", "giveback", "curve") for what in ("", "x", "999", BIG)),
    *("reports", "reports:loans", "report:par", "report", "reportfile:xlsx:par:2026-03-11", "reportfile:exe:par"),
    *(f"{verb}:{what}" for verb in ("accept", "decline", "takeback", "waits", "pay", "refuse") for what in ("", "x")),
    *(f"{verb}:{what}" for verb in ("ok", "no", "debit") for what in ("", "x", "x:x", "x:1", f"x:{BIG}", ":1")),
    *(
        f"{verb}:{what}"
        for verb in ("draft", "quoted", "payfrom", "ahead", "debits", "tenors")
        for what in ("", "x:1", BIG)
    ),
    *("consentrest", "consent:bureau:off:x", "disagree", "set:plain", "do:pay_part", "do:no_part:token=x", "do:split"),
    *("💥", ":" * 64, "agree", "\x00"),
)
TEXTS: Final = (
    *("/", "//", "/ 50", "/@", "/start s-", f"/start {'x' * 64}", "/start@susu_demo_bot", "/borrow@other_bot 3000"),
    *(f"/borrow {'9' * 300}", f"/borrow 3000 {BIG}", "/borrow 3000 0", "/borrow 3000 -6", "/borrow 3000 6 weeks"),
    *("/topup 92233720368547758.07", "/topup 92233720368547758.08", "/topup 10万亿", "/repay all", "/repay 0"),
    *("/send @", "/send @@@", f"/send {'@' * 100}", "/send link 5", "/request link 5", "/send @bo {x} {0} %s"),
    *("🎂", "\u200b", "\u202e/borrow", "؀" * 50, "a" * 4096, "1" * 4096, "{amount}", "%s %n", "-", "+", "yes", "不"),
)
_update_ids = count(970_000_001)


async def a_borrower(susu: Susu) -> Person:
    person = await susu.resident("Eve", money=1000)
    await person.says("/borrow 1000 3")
    await person.taps("Confirm", await person.sees("All-in annual rate"))
    await person.sees("type your PIN")
    await person.says(PIN)
    await person.sees("The contract is signed")
    return person


async def forges(susu: Susu, person: Person, *taps: str) -> dict[int, str]:
    """Press buttons that nobody drew, one after another; return what was pressed by the updates' ids.

    No more at once than may wait in a chat: what is beyond that is dropped, and would prove nothing.
    """
    user = {"id": person.id, "is_bot": False, "first_name": person.name}
    message = {"message_id": 1, "date": 1, "chat": {"id": person.chat_id, "type": "private"}, "text": "card"}
    query = {"id": "77", "from": user, "chat_instance": "1", "message": message}
    pressed = {next(_update_ids): data for data in taps}
    made = [{"update_id": i, "callback_query": {**query, "data": data}} for i, data in pressed.items()]
    for begin in range(0, len(made), LANE_LIMIT):
        await susu.inbox.store(made[begin : begin + LANE_LIMIT])
        await faults(susu)
    taken = "SELECT count(*) FROM inbox WHERE update_id = ANY(:pressed)"
    assert await susu.value(taken, pressed=list(pressed)) == len(pressed), "none is left out"
    return pressed


async def faults(susu: Susu) -> list[int]:
    """Return which updates have ended in a fault, once all have ended."""
    async with asyncio.timeout(60):
        while await susu.value("SELECT count(*) FROM inbox WHERE state = 'pending'"):  # noqa: ASYNC110 - it is a table
            await asyncio.sleep(0.01)
    ended = "SELECT array_agg(update_id ORDER BY update_id) FROM inbox WHERE reference IS NOT NULL"
    return await susu.value(ended) or []


@pytest.mark.parametrize("who", ["stranger", "borrower"])
async def test_no_tap_and_no_text_ends_in_a_fault_or_moves_money(susu: Susu, who: str) -> None:
    person = await a_borrower(susu) if who == "borrower" else await susu.stranger("Zoe")
    entries = await susu.value("SELECT count(*) FROM entry")
    with capture_logs():
        pressed = await forges(susu, person, *TAPS)
        assert [pressed.get(update) for update in await faults(susu)] == []
        for text in TEXTS:
            await person.says(text)
        assert await faults(susu) == []
    assert await susu.value("SELECT count(*) FROM entry") == entries


async def test_no_tap_on_money_among_friends_ends_in_a_fault(susu: Susu) -> None:
    with capture_logs():
        for verb in AMONG_FRIENDS:  # each by somebody else: who has missed too often is let at nothing more
            eve = await susu.resident("Eve", money=10)
            pressed = await forges(susu, eve, *(f"{verb}{what}" for what in ("", ":", ":x", ":x:x", f":x:{BIG}")))
            assert [pressed.get(update) for update in await faults(susu)] == []
            assert await susu.balance(eve) == yuan(10)


@pytest.mark.parametrize("opening", ["/topup", "/send", "/repay", "/borrow 1000 3"])
async def test_no_answer_to_a_question_ends_in_a_fault(susu: Susu, opening: str) -> None:
    eve = await susu.resident("Eve", money=1000)
    with capture_logs():
        for data in (tap for tap in TAPS if tap.startswith(("ans", "key", "nopin"))):
            await eve.says(opening)
            pressed = await forges(susu, eve, data)
            assert [pressed.get(update) for update in await faults(susu)] == []


@pytest.mark.parametrize("intent", ["send", "request"])
async def test_no_forged_button_finds_a_stranger_by_number(susu: Susu, intent: str) -> None:
    eve, olu = await susu.resident("Eve", money=1000), await susu.resident("Olu")
    await forges(susu, eve, f"do:{intent}:payee=#{(await susu.customer(olu)).id}:amount=5")
    assert "Olu" not in (await eve.sees("I can't find")).text
