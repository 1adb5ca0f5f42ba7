"""Names, notes and whatever else people write stand in each screen as they wrote it, and never as HTML."""

from __future__ import annotations

import re

from tests.conversations.harness import Person, Seen
from tests.conversations.whole_service import PIN, Susu

NAME = "<b>Eve</b> & <a href='tg://user?id=1'>co</a>"
NOTE = "drinks <script>alert()</script> & </b> friends"


def shown_as_written(seen: Seen, *written: str) -> None:
    """Fail unless the texts stand there as they were written, and nothing of them became a tag or a link."""
    for text in written:
        assert text in seen.text
    assert re.findall(r"<(?!/?b>|span|/span)[^>]*>", seen.json["html"]) == []


async def test_a_send_and_a_request_show_names_and_notes_as_written(susu: Susu) -> None:
    eve, bo = await susu.resident(NAME, money=100, username="eve_evil"), await susu.resident("Bo", money=100)
    await eve.says(f"/send @{bo.json['username']} 20 {NOTE}")
    shown_as_written(await eve.sees("Send ¥20.00"), NOTE)
    await eve.taps("Confirm")
    await eve.sees("type your PIN")
    await eve.says(PIN)
    await eve.sees("is on its way")
    shown_as_written(await bo.sees("sent you ¥20.00"), NAME, NOTE)
    await bo.taps("Accept")
    shown_as_written(await bo.sees(r"🧾 \+¥20.00"), NAME, NOTE)
    await bo.says(f"/request @eve_evil 5 {NOTE}")
    shown_as_written(await bo.sees("for ¥5.00"), NAME, NOTE)
    await bo.taps("Confirm")
    shown_as_written(await eve.sees("asks you for ¥5.00"), NOTE)
    await eve.taps("No, thanks")
    shown_as_written(await bo.sees("declined your request"), NAME)


async def test_what_is_echoed_is_echoed_as_written(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("/send")
    await ana.sees("To whom")
    await ana.says("<i>nobody</i> & co")
    shown_as_written(await ana.sees("I can't find"), "<i>nobody</i> & co")


async def test_a_payee_with_html_for_a_name_stands_on_a_button_as_written(susu: Susu) -> None:
    ana, eve = await susu.resident("Ana", money=100), await susu.resident(NAME, username="eve_again")
    await _sends(ana, eve)
    await ana.says("/send")
    asked = await ana.sees("To whom")
    assert f"{NAME} (@eve_again)" in asked.labels


async def test_a_name_that_turns_figures_turns_none(susu: Susu) -> None:
    bo, ana = await susu.resident("Bo\u202e00.5\u200b", money=100, username="bo_turns"), await susu.resident("Ana")
    await bo.says(f"/send @{ana.json['username']} 1.05 for our\u202e lunch\u2066")
    await _confirms(bo)
    told = await ana.sees("sent you ¥1.05")
    assert "Bo00.5 sent you" in told.text
    assert "“our lunch”" in told.text
    assert re.search("[\u200b\u202a-\u202e\u2066-\u2069]", told.text) is None


async def test_a_name_from_right_to_left_is_isolated(susu: Susu) -> None:
    david, ana = await susu.resident("דוד", money=100), await susu.resident("Ana")
    await david.says(f"/send @{ana.json['username']} 1.05 for lunch תודה")
    await _confirms(david)
    told = await ana.sees("sent you ¥1.05")
    assert "\u2068דוד\u2069 sent you" in told.text
    assert "“\u2068lunch תודה\u2069”" in told.text


async def test_a_name_of_blanks_shows_the_username(susu: Susu) -> None:
    nobody, ana = await susu.resident("\u2800", money=100, username="braille"), await susu.resident("Ana")
    await _sends(nobody, ana)
    assert "@braille sent you" in (await ana.sees("sent you ¥1.00")).text


async def test_a_stranger_with_html_for_a_name_can_join(susu: Susu) -> None:
    eve = await susu.stranger(NAME, username="eve_the_stranger")
    await eve.says("/start")
    await eve.sees("Welcome to Susu")
    ana = await susu.resident("Ana", money=100)
    await ana.says("/send @eve_the_stranger 5")
    shown_as_written(await ana.sees("Send ¥5.00"), NAME)


async def _sends(sender: Person, payee: Person) -> None:
    await sender.says(f"/send @{payee.json['username']} 1")
    await _confirms(sender)


async def _confirms(sender: Person) -> None:
    await sender.sees("Send ¥1.")
    await sender.taps("Confirm")
    await sender.sees("type your PIN")
    await sender.says(PIN)
    await sender.sees("is on its way")
