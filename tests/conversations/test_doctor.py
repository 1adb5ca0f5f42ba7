"""`susu doctor`, of the bot as a Bot API server knows it."""

from __future__ import annotations

from pathlib import Path

from bot.commands.doctor import Finding, examine
from bot.settings import load_settings
from tests.conversations.harness import RunningSandbox


async def test_the_doctor_says_what_is_off_at_botfather(sandbox: RunningSandbox, tmp_path: Path) -> None:
    settings = load_settings(
        data_dir=tmp_path,
        database_url=f"postgresql://susu@/susu?host={tmp_path}",
        telegram_token=sandbox.token,
        telegram_api_url=sandbox.url,
    )

    async def telegram() -> Finding:
        return next(finding for finding in await examine(settings) if finding.name == "telegram")

    assert (await telegram()).words.endswith("; inline mode is on, and it hears what is said to it in groups")
    await sandbox.post("botfather", joins_groups=False)
    found = await telegram()
    assert (found.ok, found.warning) == (True, True)
    assert "/setjoingroups" in found.words
    assert "/setinline" not in found.words
    await sandbox.post("botfather", joins_groups=True, inline_mode=False)
    found = await telegram()
    assert (found.ok, found.warning, "/setinline" in found.words) == (True, True, True)
    await sandbox.post("botfather", inline_mode=True, privacy=False)
    assert (await telegram()).words.endswith("; inline mode is on, and it hears everything in groups")
