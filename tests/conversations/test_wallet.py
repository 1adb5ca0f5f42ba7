"""The wallet, as people use it."""

from __future__ import annotations

import pytest

from tests.conversations.town import PIN, Susu

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_money_is_put_in_by_a_command_with_its_sum(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/topup 1,000.50")
    await ana.sees("Put ¥1,000.50 into your wallet")
    await ana.taps("Confirm")
    await ana.sees("¥1,000.50 is in your wallet")
    await ana.sees(r"🧾 \+¥1,000.50 topped up")
