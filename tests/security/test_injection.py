"""SQL in every field that takes a text: it is kept or refused as the text that it is, and nothing of it is done."""

from __future__ import annotations

from itertools import cycle
from typing import Final

from structlog.testing import capture_logs

from tests.builders import yuan
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True
ATTACKS: Final = (
    "'); UPDATE balance SET amount = 0; --",
    "' OR '1'='1",
    "1; DROP TABLE loan CASCADE",
    "\\'; SELECT pg_sleep(30); --",
    "$1 %(x)s :on {0} %s ?",
    "x' UNION SELECT pin_hash FROM customer --",
)
NOTES: Final = ("x' UNION SELECT pin_hash FROM customer --", "' OR 'a'='a", "{x} %s :on $$ \\'")
OPENINGS: Final = ("/send", "/request", "/topup", "/borrow", "/deposit", "/goal", "/report", "save for something")
TABLES: Final = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
FAULTS: Final = "SELECT array_agg(reference) FROM inbox WHERE reference IS NOT NULL"


async def test_no_text_is_ever_sql(susu: Susu) -> None:
    tables = await susu.value(TABLES)
    eve = await susu.resident("Eve', 1); DROP TABLE loan; --", money=100, username="eve_attacks")
    bo = await susu.resident("Bo")
    with capture_logs():
        for opening, attack in zip(OPENINGS, cycle(ATTACKS), strict=False):
            for text in (opening, attack, f"{opening} {attack}"):
                await eve.says(text)
                await eve.sees("")
        await eve.says("/cancel")
    for note in NOTES:
        await eve.says(f"/send @{bo.json['username']} 5 for {note}")
        await eve.taps("Confirm", await eve.sees("Send ¥5.00"))
        await eve.sees("type your PIN")
        await eve.says(PIN)
        await eve.sees("is on its way")
        told = (await bo.sees("sent you ¥5.00")).text
        assert note in told
        assert eve.name in told
    assert await susu.balance(eve) == yuan(100 - 5 * len(NOTES))
    assert await susu.value(TABLES) == tables
    assert await susu.value(FAULTS) is None
    await susu.verified()
