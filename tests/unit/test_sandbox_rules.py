"""The sandbox's small rules: limits, faults, buttons, pictures, the gate."""

from __future__ import annotations

import pytest

from bot.sandbox.errors import Refusal
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.limits import GROUP_PER_MINUTE, OVERALL_PER_SECOND, PAID_PER_SECOND, PRIVATE_BURST, Limits
from bot.sandbox.model import Message
from bot.sandbox.pictures import picture_of
from bot.sandbox.taps import find_button, plain_label
from tests.conversations.pictures import flat_png

GROUP = -4


class Watch:
    """A clock to turn by hand, in seconds."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


def retry_after(limits: Limits, chat_id: int, messages: int = 1) -> int | None:
    """Send, and return what a refusal says; None when it was sent."""
    try:
        limits.spend(chat_id, messages)
    except Refusal as refused:
        return int(refused.parameters["retry_after"])
    return None


def test_thirty_messages_a_second_pass_and_the_next_waits_for_a_second(watch: Watch) -> None:
    limits = Limits(watch)
    assert [retry_after(limits, chat) for chat in range(1, OVERALL_PER_SECOND + 1)] == [None] * OVERALL_PER_SECOND
    assert retry_after(limits, 99) == 1
    watch.seconds += 1
    assert retry_after(limits, 99) is None


def test_a_private_chat_takes_a_burst_and_then_one_a_second(watch: Watch) -> None:
    limits = Limits(watch)
    for _ in range(PRIVATE_BURST):
        assert retry_after(limits, 1) is None
    assert retry_after(limits, 1) == 1
    assert retry_after(limits, 2) is None
    watch.seconds += 1
    assert retry_after(limits, 1) is None
    assert retry_after(limits, 1) == 1


def test_a_group_takes_twenty_in_any_minute(watch: Watch) -> None:
    limits = Limits(watch)
    for _ in range(GROUP_PER_MINUTE):
        assert retry_after(limits, GROUP) is None
        watch.seconds += 1
    assert retry_after(limits, GROUP) == 60 - GROUP_PER_MINUTE
    watch.seconds += 60 - GROUP_PER_MINUTE
    assert retry_after(limits, GROUP) is None


def test_a_paid_message_goes_beyond_thirty_a_second_for_a_tenth_of_a_star(watch: Watch) -> None:
    limits = Limits(watch)
    limits.deci_stars = 7
    for chat in range(1, OVERALL_PER_SECOND + 6):
        limits.spend(chat, paid=True)
    assert limits.deci_stars == 2
    assert retry_after(limits, 99) == 1, "what is not paid waits"
    limits.spend(100, 2, paid=True)
    with pytest.raises(Refusal, match="BALANCE_TOO_LOW"):
        limits.spend(101, paid=True)
    watch.seconds += 1
    limits.spend(101, paid=True)
    assert limits.deci_stars == 0


def test_of_paid_messages_a_thousand_a_second_pass(watch: Watch) -> None:
    limits = Limits(watch)
    for chat in range(1, OVERALL_PER_SECOND + PAID_PER_SECOND + 1):
        limits.spend(chat, paid=True)
    with pytest.raises(Refusal) as refused:
        limits.spend(9_999, paid=True)
    assert refused.value.parameters["retry_after"] == 1


def test_an_album_counts_each_of_its_messages(watch: Watch) -> None:
    limits = Limits(watch)
    assert retry_after(limits, GROUP, 10) is None
    assert retry_after(limits, GROUP, 10) is None
    assert retry_after(limits, GROUP) == 60


def test_while_time_travels_nothing_is_limited(watch: Watch) -> None:
    limits = Limits(watch)
    limits.lifted = lambda: True
    assert [retry_after(limits, 1) for _ in range(1_000)] == [None] * 1_000


def test_a_refused_message_is_not_counted(watch: Watch) -> None:
    limits = Limits(watch)
    for _ in range(PRIVATE_BURST):
        limits.spend(1)
    for _ in range(50):
        assert retry_after(limits, 1) == 1
    watch.seconds += 1
    assert retry_after(limits, 1) is None


def test_a_fault_strikes_as_often_as_asked_and_only_where_asked() -> None:
    faults = Faults()
    faults.ask(Fault("403", method="sendMessage", chat_id=7, times=2))
    assert faults.for_call("sendMessage", 8) is None
    assert faults.for_call("editMessageText", 7) is None
    assert [bool(faults.for_call("sendmessage", 7)) for _ in range(3)] == [True, True, False]


def test_chances_repeat_with_the_seed() -> None:
    def strikes(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.ask(Fault("500", probability=0.5))
        return [faults.for_call("sendMessage", 1) is not None for _ in range(40)]

    assert strikes(1) == strikes(1)
    assert strikes(1) != strikes(2)
    assert 5 < sum(strikes(1)) < 35


def test_clearing_faults_ends_them_and_starts_the_chances_over() -> None:
    faults = Faults(3)
    fault = Fault("500", probability=0.5)
    faults.ask(fault)
    first = [faults.for_call("getMe", None) is not None for _ in range(20)]
    faults.clear()
    assert faults.for_call("getMe", None) is None
    faults.ask(fault)
    assert [faults.for_call("getMe", None) is not None for _ in range(20)] == first


@pytest.mark.parametrize(
    ("label", "same"),
    [
        ("✅ Confirm", "confirm"),
        ("⬅️ Back", "BACK"),
        ("← Back", "back"),
        ("👨‍👩‍👧 Family", "family"),
        ("✅ 确认", "确认"),
        ("Pay  now", "pay now"),
    ],
)
def test_a_label_is_known_without_its_emoji_and_in_any_case(label: str, same: str) -> None:
    assert plain_label(label) == plain_label(same)


@pytest.mark.parametrize(("one", "other"), [("+1 day", "-1 day"), ("¥100", "100"), ("1", "2"), ("✅", "❌ x")])
def test_labels_that_differ_in_more_than_emoji_differ(one: str, other: str) -> None:
    assert plain_label(one) != plain_label(other)


def keyboard(**buttons: str) -> dict[str, list[list[dict[str, str]]]]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in buttons.items()]]}


def test_a_button_is_found_by_data_before_label_and_now_before_then() -> None:
    message = Message(1, 1, 1, 0, {}, keyboard(ok="2", no="ok"), [keyboard(ok="1", gone="3")])
    found = {wanted: (find_button(message, wanted) or {}).get("callback_data") for wanted in ("ok", "gone", "1", "x")}
    assert found == {"ok": "ok", "gone": "3", "1": "1", "x": None}


def test_pictures_are_known_by_their_bytes() -> None:
    png = picture_of(flat_png(3, 5, (1, 2, 3)))
    assert png is not None
    assert (png.mime, png.size) == ("image/png", (3, 5))
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x03" + b"\0" * 12
    known = picture_of(jpeg)
    assert known is not None
    assert (known.suffix, known.size) == ("jpg", (3, 5))
    gif = picture_of(b"GIF89a\x03\x00\x05\x00")
    assert gif is not None
    assert gif.size == (3, 5)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\xff\xd8", b"\x89PNG", b"<svg/>", b"RIFF....WEBP"])
def test_other_bytes_are_no_picture(content: bytes) -> None:
    assert picture_of(content) is None
