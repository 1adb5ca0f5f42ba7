"""`susu circles`: what circles there are, one of them, and proposals to suspend it or let it go on."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands.cli.shared import AsJson, group, settings_of, show

circles = group("Savings circles: the list, one of them, its rounds; suspending one takes two operators.")

Code = Annotated[str, typer.Argument(help="What people call it by: C4TN-8KQ2.")]
By = Annotated[str, typer.Option(help="@username, +phone or customer number of the operator who proposes it.")]
Why = Annotated[str, typer.Option(help="The reason, which stays on record.")]


@circles.command("list")
def list_them(
    state: Annotated[str | None, typer.Option(help="Only those: open, running, suspended, ended …")] = None,
    as_json: AsJson = False,
) -> None:
    """List all circles but drafts."""
    from bot.commands.circle_desk import circles as listed

    found = asyncio.run(listed(settings_of(), state))
    lines = [
        f"{each.code}  {each.state:10} {each.order:8} {each.places:3} x {each.contribution:>12} a {each.period:9}"
        f" {each.paid}/{each.rounds or '-'} rounds, {each.late} late"
        for each in found
    ]
    show({"circles": [asdict(each) for each in found]}, "\n".join(lines) or "None.", as_json=as_json)


@circles.command("show")
def show_one(code: Code, as_json: AsJson = False) -> None:
    """Show one circle and its places: turns, what each has paid, owes today and has left."""
    from bot.commands.circle_desk import show as shown

    found = asyncio.run(shown(settings_of(), code))
    lines = [f"{found.circle.code}: {found.circle.state}, {found.circle.order}, {found.circle.contribution}"]
    lines += [
        f"{each.nr:3}  customer {each.customer_id or '-':>6}  {each.state:7} turn {each.turn or '-':>2}"
        f"  paid {each.paid:>12}  due {each.due:>12}  left {each.left:>12}"
        for each in found.places
    ]
    show(asdict(found), "\n".join(lines), as_json=as_json)


@circles.command("rounds")
def rounds_of(code: Code, as_json: AsJson = False) -> None:
    """Show the rounds of a circle: their days, who receives, what came and went out."""
    from bot.commands.circle_desk import rounds

    found = asyncio.run(rounds(settings_of(), code))
    lines = [
        f"{each.nr:3}  {each.due_on}  {each.state:10} place {each.receiver_place or '-':>2}  due {each.due:>12}"
        f"  collected {each.collected:>12}  paid out {each.paid_out:>12}{'  held' if each.is_held else ''}"
        for each in found
    ]
    show({"rounds": [asdict(each) for each in found]}, "\n".join(lines) or "None.", as_json=as_json)


@circles.command("suspend")
def suspend(code: Code, by: By, why: Why) -> None:
    """Propose that nothing of a circle is debited, paid or drawn; another operator approves it."""
    _propose("suspend", code, by, why)


@circles.command("resume")
def resume(code: Code, by: By, why: Why) -> None:
    """Propose that a suspended circle goes on; another operator approves it."""
    _propose("resume", code, by, why)


def _propose(what: str, code: str, by: str, why: str) -> None:
    from bot.commands.circle_desk import propose_change

    number = asyncio.run(propose_change(settings_of(), f"circle.{what}", code, by=by, why=why))
    typer.echo(f"Proposal {number} waits for another operator: /operator in the chat.")
