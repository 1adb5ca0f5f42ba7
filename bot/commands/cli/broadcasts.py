"""`susu broadcasts` and `susu notices`: what is sent to many, what did not simply arrive."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import typer

from bot.commands.cli.shared import AsJson, group, settings_of, show

broadcasts = group("What is sent to many: list, show, pause, resume, cancel, hold.")
notices = group("Notices that did not simply arrive.")

Number = Annotated[int, typer.Argument(help="Its number, as `susu broadcasts list` says it.")]
Limit = Annotated[int, typer.Option(min=1, max=1_000, help="How many, newest first.")]


@broadcasts.command("list")
def listed(limit: Limit = 50, as_json: AsJson = False) -> None:
    """List broadcasts, newest first: number, state, from when until when, name."""
    from dataclasses import asdict

    from bot.commands.broadcasts import all_of_them

    found = asyncio.run(all_of_them(settings_of(), limit))
    lines = [
        f"{each.id:6} {each.state:10} {each.starts_at:%Y-%m-%d %H:%M} – {each.ends_at:%Y-%m-%d %H:%M} {each.name}"
        for each in found
    ]
    show({"broadcasts": [asdict(each) for each in found]}, "\n".join(lines) or "None.", as_json=as_json)


@broadcasts.command("show")
def shown(number: Number, as_json: AsJson = False) -> None:
    """Show a broadcast: its plan, and how far it is."""
    from bot.commands.broadcasts import one

    found = asyncio.run(one(settings_of(), number))
    far = found.pop("progress")
    lines = [f"{name}: {value}" for name, value in found.items() if value is not None]
    lines += [f"  {name}: {value}" for name, value in (far or {}).items() if value not in (None, 0, {})]
    show({**found, "progress": far}, "\n".join(lines), as_json=as_json)


def _act(number: int, what: Literal["pause", "resume", "cancel"]) -> None:
    from bot.commands.broadcasts import act

    typer.echo(f"Broadcast {number}: {asyncio.run(act(settings_of(), number, what))}")


@broadcasts.command("pause")
def pause(number: Number) -> None:
    """Pause a broadcast: nothing new of it goes out."""
    _act(number, "pause")


@broadcasts.command("resume")
def resume(number: Number) -> None:
    """Let a paused broadcast go on, whatever it was paused for; not where its price has changed."""
    _act(number, "resume")


@broadcasts.command("cancel")
def cancel(number: Number) -> None:
    """Cancel a broadcast that is under way, for good."""
    _act(number, "cancel")


@broadcasts.command("hold")
def hold() -> None:
    """Stop everything: what is sent pauses, what is approved and has not begun is a draft again."""
    from bot.commands.broadcasts import hold as stopped

    paused, back = asyncio.run(stopped(settings_of()))
    typer.echo(f"Paused: {', '.join(map(str, paused)) or 'none'}. Drafts again: {', '.join(map(str, back)) or 'none'}.")


def _troubles(state: Literal["unknown", "refused"], limit: int, *, as_json: bool) -> None:
    from dataclasses import asdict

    from bot.commands.broadcasts import troubles

    found = asyncio.run(troubles(settings_of(), state, limit))
    lines = [
        f"{each.id:8} {each.due_at:%Y-%m-%d %H:%M} {each.kind:28} customer {each.customer_id or '-'} {each.error or ''}"
        for each in found
    ]
    show({"notices": [asdict(each) for each in found]}, "\n".join(lines) or "None.", as_json=as_json)


@notices.command("unknown")
def unknown(limit: Limit = 50, as_json: AsJson = False) -> None:
    """List notices of which nobody knows whether they arrived."""
    _troubles("unknown", limit, as_json=as_json)


@notices.command("refused")
def refused(limit: Limit = 50, as_json: AsJson = False) -> None:
    """List notices that will not go, and why."""
    _troubles("refused", limit, as_json=as_json)
