"""What is no text of one's own, or can't be read, gets a sentence that says what works; an open form comes back."""

from __future__ import annotations

import pytest

from tests.conversations.pictures import PIXEL_PNG
from tests.conversations.whole_service import Susu


async def test_voices_pictures_and_the_like_get_a_sentence_each_and_the_form_comes_back(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    said = await ana.says(f"send @{bo.json['username']}")
    form = await ana.sees("How much for Bo")
    for what, answer in (
        ({"voice": True}, "can't listen"),
        ({"sticker": True}, "can't read stickers"),
        ({"location": [31.2, 121.5]}, "don't need your location"),
        ({"document_base64": "JVBERg=="}, "can't open documents"),
        ({"forward_of": said.id}, "don't act on forwarded messages"),
    ):
        await ana.sends(**what)
        await ana.sees(answer)
        assert (await ana.sees("How much for Bo")).text == form.text
    await ana.sends_photo(PIXEL_PNG)
    await ana.sees("can't read pictures")
    await ana.says("20")
    await ana.sees("Send ¥20.00 to Bo")


async def test_a_message_that_was_passed_on_does_nothing(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    said = await ana.says(f"send 20 to @{bo.json['username']}")
    await ana.sees("Send ¥20.00 to Bo")
    await ana.taps("Cancel")
    await ana.sends(forward_of=said.id)
    assert "Confirm" not in (await ana.sees("forwarded")).labels


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("😀😀😀", "better than emoji"),
        ("привет, мне нужны деньги", "I speak English, 中文"),
        ("hola, quiero dinero", "I speak English, 中文"),
        ("lorem ipsum " * 333, "a lot at once"),
    ],
)
async def test_a_text_that_cannot_be_read_is_told_why(susu: Susu, said: str, answer: str) -> None:
    ana = await susu.resident("Ana")
    await ana.says(said)
    await ana.sees(answer)


async def test_who_is_cross_is_offered_a_person(susu: Susu) -> None:
    ana = await susu.resident("小安", language="zh")
    await ana.says("滚蛋")
    assert "转人工" in (await ana.sees("很生气")).labels


async def test_an_edit_of_what_was_done_changes_nothing(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    said = await ana.says("what is my balance?")
    await ana.sees("Available")
    await ana.edits(said, "send 50 to @bo")
    await ana.sees("edit|changed")
