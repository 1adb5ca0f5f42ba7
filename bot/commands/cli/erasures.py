"""`susu erasures`: the list of who was erased, kept outside the database."""

from __future__ import annotations

import asyncio

from bot.commands.cli.shared import AsJson, group, settings_of, show

erasures = group("Who was erased: the list outside the database.")


@erasures.command("list")
def list_them(as_json: AsJson = False) -> None:
    """Say what the list holds: customers' numbers, and when each was erased."""
    from dataclasses import asdict

    from bot.erasures import listed

    found = listed(settings_of().erasure_list)
    lines = [f"{line.customer_id:10} {line.erased_at}" for line in found]
    show({"erasures": [asdict(line) for line in found]}, "\n".join(lines) or "None.", as_json=as_json)


@erasures.command("replay")
def replay(as_json: AsJson = False) -> None:
    """After a backup was restored: erase again who was erased since. What still needs an account is waited for."""
    from bot.commands.erasures import replayed

    came = asyncio.run(replayed(settings_of()))
    said = {
        "erased": "erased again",
        "waits": "to be erased as soon as nothing needs their account",
        "known": "erased in this database already",
        "other": "not in this database, or another person under that number",
    }
    lines = [f"{len(came[how]):6} {words}" for how, words in said.items()]
    show(dict(came), "\n".join(lines), as_json=as_json)
