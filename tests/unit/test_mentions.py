"""People who are mentioned without a @username, as readers get them: offsets count UTF-16 units."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiogram.types import Chat, Message, MessageEntity, User

from handlers.chat.meaning import Meaning, as_said, meaning_of
from handlers.chat.mentions import as_written, in_words, person_named, read_in, stand_in_for
from handlers.chat.talk import Talk
from tests.builders import CIPHER

BO = stand_in_for(5_000_002, CIPHER)
CHIDI = stand_in_for(7_999_999_999, CIPHER)
IDS = {"Bo": 5_000_002, "小明": 5_000_002, "Chidi": 7_999_999_999}


def talk() -> Talk:
    return cast("Talk", SimpleNamespace(cipher=CIPHER, mentioned={}, unit=None))


def message(text: str, *names: str, **more: Any) -> Message:
    """Return a message of `text` in which each of `names` is a mention."""
    entities = [
        MessageEntity(
            type="text_mention",
            offset=len(text[: text.index(name)].encode("utf-16-le")) // 2,
            length=len(name.encode("utf-16-le")) // 2,
            user=User(id=IDS[name], is_bot=False, first_name=name),
        )
        for name in names
    ]
    chat = Chat(id=1, type="private")
    return Message(message_id=1, date=datetime(2026, 12, 1, tzinfo=UTC), chat=chat, text=text, entities=entities)


@pytest.mark.parametrize(
    ("text", "names", "read"),
    [
        ("/split 60 Bo", ["Bo"], f"/split 60 {BO}"),
        ("/split 60 🍲👨‍👩‍👧 Bo hotpot", ["Bo"], f"/split 60 🍲👨‍👩‍👧 {BO} hotpot"),
        ("/split 60 🍲Bo and Chidi, lunch", ["Bo", "Chidi"], f"/split 60 🍲{BO} and {CHIDI}, lunch"),
        ("给小明转50块", ["小明"], f"给 {BO} 转50块"),
        ("/split 60 Bo", [], "/split 60 Bo"),
    ],
)
def test_a_mention_is_read_as_a_name_that_stands_for_it(text: str, names: list[str], read: str) -> None:
    here = talk()
    assert read_in(message(text, *names), here) == read
    assert as_written(here, read).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "names", "intent", "slots"),
    [
        ("/split 60 🍲Bo x2 Chidi", ["Bo", "Chidi"], "split", {"people": f"{BO} {CHIDI}", "each": "x2 x1"}),
        ("/send Chidi 50 thanks", ["Chidi"], "send", {"payee": CHIDI, "amount": "50"}),
        ("给小明转50块", ["小明"], "send", {"payee": BO, "amount": "50"}),
        ("/packet 20 5 Bo good luck", ["Bo"], "packet", {"people": BO, "count": "5"}),
        ("/tab Bo Chidi trip", ["Bo", "Chidi"], "tab", {"people": f"{BO} {CHIDI}", "title": "trip"}),
    ],
)
def test_commands_and_sentences_name_who_is_mentioned(
    text: str, names: list[str], intent: str, slots: dict[str, str]
) -> None:
    meaning = meaning_of(as_said(read_in(message(text, *names), talk())), None)
    assert meaning.intent == intent
    assert {name: meaning.slots.get(name) for name in slots} == slots


def test_a_mention_in_a_note_is_words() -> None:
    here = talk()
    read_in(message("Bo", "Bo"), here)
    said = in_words(here, Meaning("send", {"payee": BO, "note": f"lunch with {BO}"}))
    assert said.slots == {"payee": BO, "note": "lunch with Bo"}


async def test_a_stand_in_that_was_made_up_finds_nobody() -> None:
    forged = BO[:-1] + ("a" if BO[-1] != "a" else "b")
    assert await person_named(talk(), forged) is None
    another = CHIDI.partition("z")[0] + "z" + BO.partition("z")[2]
    assert await person_named(talk(), another) is None
