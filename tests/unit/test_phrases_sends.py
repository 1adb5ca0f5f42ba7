"""Payments that are said short: by a link, and as the last one."""

from __future__ import annotations

import pytest

from handlers.phrases.understand import understand


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("send 20 by link", {"amount": "20", "payee": "link"}),
        ("send 20 via a link please", {"amount": "20", "payee": "link"}),
        ("send a link for 20", {"amount": "20", "payee": "link"}),
        ("用链接转20", {"amount": "20", "payee": "link"}),
    ],
)
def test_a_sum_by_link_goes_to_whoever_opens_it(text: str, slots: dict[str, object]) -> None:
    said = understand(text)
    assert (said.intent, said.sure, said.slots) == ("send", True, slots)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("same as last time to Bo", {"payee": "Bo"}),
        ("same as last time to @bo", {"payee": "@bo"}),
        ("send Bo the same again", {"payee": "Bo"}),
        ("again to @bo", {"payee": "@bo"}),
        ("send the same again", {}),
        ("再转一次", {}),
        ("再给阿博转一次", {"payee": "阿博"}),
        ("给@bo照上次转", {"payee": "@bo"}),
    ],
)
def test_a_payment_as_the_last_one_says_to_whom(text: str, slots: dict[str, object]) -> None:
    said = understand(text)
    assert (said.intent, said.sure, said.slots, said.hint) == ("send", True, slots, "again")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "how do I send by link",
            "why did you send it again",
            "is the link safe",
            "链接安全吗",
            "do I have to pay again",
        ),
        *("send me the link", "my friend can't open the link", "你又转了一次吗"),
    ],
)
def test_what_asks_or_tells_of_a_link_or_of_another_time_is_no_payment(text: str) -> None:
    assert understand(text).intent != "send"
