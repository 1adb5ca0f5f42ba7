"""`susu operators`: who runs the institution."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.commands.cli.shared import AsJson, group, settings_of, show

operators = group("Who runs the institution, and in which role.")


@operators.command("grant")
def grant(
    who: Annotated[str, typer.Argument(help="@username, +phone or customer number; they have joined in the chat.")],
    role: Annotated[str, typer.Argument(help="administrator, credit_officer, treasurer, support, auditor, marketing")],
    by: Annotated[str | None, typer.Option(help="The administrator who proposes it; another one approves.")] = None,
    why: Annotated[str | None, typer.Option(help="The reason, which stays on record.")] = None,
    account: Annotated[
        list[str] | None, typer.Option(help="Another account of theirs, said once for each: they deal with none.")
    ] = None,
) -> None:
    """Give a role: the first two administrators at once, every later role as a proposal that another one approves."""
    from bot.commands import operators as desk

    granted = asyncio.run(desk.grant(settings_of(), who, role, by=by, why=why, accounts=account or ()))
    if granted.approval_id is None:
        typer.echo(f"{granted.who} is {granted.role} now.")
    else:
        typer.echo(f"Proposal {granted.approval_id} waits for another administrator: /operator in the chat.")


@operators.command("revoke")
def revoke(
    who: Annotated[str, typer.Argument(help="@username, +phone or customer number.")],
    role: Annotated[str, typer.Argument(help="The role that is taken.")],
) -> None:
    """Remove a role at once; every administrator is told."""
    from bot.commands import operators as desk

    taken = asyncio.run(desk.revoke(settings_of(), who, role))
    typer.echo(f"{who} is {taken} no more.")


@operators.command("same")
def same(
    who: Annotated[str, typer.Argument(help="@username, +phone or customer number.")],
    other: Annotated[str, typer.Argument(help="The other account of the same person.")],
) -> None:
    """Say that two accounts are one person's: as an operator they look at, freeze and decide on neither."""
    from bot.commands import operators as desk

    asyncio.run(desk.same_person(settings_of(), who, other))
    typer.echo(f"{who} and {other} are one person's accounts.")


@operators.command("list")
def list_operators(as_json: AsJson = False) -> None:
    """List who holds which role."""
    from dataclasses import asdict

    from bot.commands import operators as desk

    held = asyncio.run(desk.holders(settings_of()))
    lines = [f"{one.role:15} {one.name:20} customer {one.customer_id}, since {one.granted_on}" for one in held]
    show({"operators": [asdict(one) for one in held]}, "\n".join(lines) or "Nobody yet.", as_json=as_json)
