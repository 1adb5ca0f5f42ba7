"""The lock for a lost phone does what it says, word for word, and "unlock" leads to unlocking from everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import yuan
from tests.conversations.sending import sends
from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from tests.conversations.whole_service import Susu


async def test_what_was_sent_before_cannot_be_taken_until_it_is_unlocked_and_comes_back_in_time(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await sends(ana, bo)
    await bo.sees("Ana sent you ¥50.00")
    await ana.says("lock my account")
    said = await ana.sees("🔒 Locked")
    assert "isn't accepted yet can't be accepted" in said
    await bo.taps("Accept")
    await bo.sees("The sender has locked their account")
    assert (await susu.balance(ana), await susu.balance(bo)) == (yuan(150), yuan(0))
    await ana.says("unlock")
    await ana.sees("Unlock your account")
    await ana.taps("Confirm")
    await ana.sees("○○○○○○")
    await ana.says(PIN)
    await ana.sees("🔓 Unlocked")
    await bo.taps("Accept")
    await bo.sees("is in your wallet")
    await susu.verified()


async def test_while_locked_nothing_is_sent_or_withdrawn_and_money_comes_in(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo", money=100)
    await ana.says("/lock")
    await ana.sees("you can't send or withdraw")
    for words in (f"/send @{bo.json['username']} 50", "/withdraw 50"):
        await ana.says(words)
        refused = await ana.sees("Your account is locked: you can't send or withdraw")
        assert "Unlock" in refused.labels
    await sends(bo, ana)
    await ana.sees("Bo sent you ¥50.00")
    await ana.taps("Accept")
    await ana.sees("is in your wallet")
    assert await susu.balance(ana) == yuan(250)


@pytest.mark.parametrize(
    ("language", "words", "card"),
    [
        ("en", "unlock", "Unlock your account"),
        ("en", "please unlock my account", "Unlock your account"),
        ("en", "how do I unfreeze my account?", "Unlock your account"),
        ("zh", "解锁", "解锁账户？"),
        ("zh", "帮我解锁一下", "解锁账户？"),
    ],
)
async def test_unlocking_in_words_even_while_something_is_asked(
    susu: Susu, language: str, words: str, card: str
) -> None:
    ana = await susu.resident("Ana", language=language)
    await ana.says("/lock")
    await ana.sees("🔒")
    await ana.says("/topup")
    await ana.sees("")
    await ana.says(words)
    await ana.sees(card)


async def test_putting_money_away_is_not_locking(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=200)
    await ana.says("lock 100 away")
    await ana.sees("")
    assert "🔒" not in (await ana.last()).text


async def test_what_is_not_locked_need_not_be_unlocked(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo", language="zh")
    await ana.says("unlock")
    await ana.sees("Your account is not locked")
    await bo.says("解锁")
    await bo.sees("您的账户没有锁定")
