"""A broadcast takes two people: who writes it never approves it, and of credit only who answers for the price does.

What is approved is exact (`readying.binding`): texts and picture by their hashes, the audience's version, the product's
version with the example's figures, schedule, hours, rate, Stars, split, measure. How many people it reaches is shown
and not compared, or every approval would be outdated by the next customer.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

import orjson

from finance_core.approvals import Action, Approval, Parties, Preview
from finance_core.customers.consents import Topic
from finance_core.customers.roles import Permission
from finance_core.customers.same_person import accounts_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound
from finance_core.kernel.json import JsonObject
from finance_core.offers.planning.broadcasts import broadcast_of
from finance_core.offers.planning.models import Broadcast, BroadcastState, Offer, OfferKind
from finance_core.offers.planning.people import Whom
from finance_core.offers.planning.readying import Ready, ready, require_as_bound
from finance_core.offers.rules.price import Example
from finance_core.offers.running.controls import recall
from finance_core.offers.running.progress import Progress, progress
from finance_core.offers.running.states import RunState
from finance_core.storage.unit import Unit

CREDIT: Final = "broadcast.credit"
OFFER: Final = "broadcast.offer"
NOTICE: Final = "broadcast.notice"
RECALL: Final = "broadcast.recall"
"""Its messages are deleted within 48 hours of each, and edited after."""
_SHOWN_OF_HASH: Final = 12


def action_of(offer: Offer) -> str:
    """Return which action an offer's broadcasts are proposed as: by what it sells, and so by who answers for it."""
    if offer.kind == OfferKind.SERVICE:
        return NOTICE
    return CREDIT if offer.topic == Topic.LOANS else OFFER


async def _found(unit: Unit, subject: str, action: str, whom: Whom) -> Ready:
    """Return the broadcast of a proposal, locked and as ready as it has to be.

    Raises:
        NotFound: `broadcast`, for another action's too. Conflict: `broadcast_state`: it is no draft. What `ready` does.
    """
    broadcast = await _locked(unit, subject)
    if broadcast.state != BroadcastState.DRAFT:
        raise Conflict(ErrorCode.BROADCAST_STATE)
    found = await ready(unit, broadcast, whom)
    if action_of(found.offer) != action:
        raise NotFound(ErrorCode.BROADCAST)
    return found


async def _locked(unit: Unit, subject: str) -> Broadcast:
    kind, _, number = subject.partition(":")
    if kind != "broadcast" or not number.isdecimal():
        raise NotFound(ErrorCode.BROADCAST)
    return await broadcast_of(unit, int(number), lock=True)


async def _parties(_: Unit, _subject: str, _params: JsonObject) -> Parties:
    return Parties()


def _figures(unit: Unit, found: Ready, bound: JsonObject) -> JsonObject:
    """Return what a proposal's card shows; `content` stands for everything that is bound."""
    broadcast, figures = found.broadcast, found.figures
    said: dict[str, object] = {
        "offer_name": found.offer.name,
        "audience": f"{found.people.name} v{found.people.version}",
        "content": hashlib.sha256(orjson.dumps(bound, option=orjson.OPT_SORT_KEYS)).hexdigest()[:_SHOWN_OF_HASH],
        "starts_at": _wall(unit, broadcast.starts_at),
        "ends_at": _wall(unit, broadcast.ends_at),
        "hours": f"{broadcast.first_hour:02}:00–{broadcast.until_hour:02}:00",
        "speed": broadcast.rate,
        "stars": broadcast.stars_most,
        "texts": found.variants,
        "held_out": f"{broadcast.held_out_percent}%",
        "measure": f"{broadcast.measure}:{broadcast.window_days}",
    }
    if figures is not None:
        said["product_version"] = f"{figures.product} v{figures.version}"
    if isinstance(figures, Example):
        said["all_in"] = f"{figures.all_in}%"
    if found.warned:
        said["warned_of"] = " · ".join(found.warned)
    return said  # type: ignore[return-value]


def _wall(unit: Unit, instant: datetime) -> str:
    """Return an instant on the institution's wall, to the minute."""
    return f"{instant.astimezone(unit.zone):%Y-%m-%d %H:%M}"


def _action(name: str, checker: Permission, whom: Whom) -> Action:
    async def preview(unit: Unit, subject: str, _params: JsonObject) -> Preview:
        found = await _found(unit, subject, name, whom)
        figures = _figures(unit, found, await require_as_bound(unit, found))
        return Preview(figures, figures)

    async def carry_out(unit: Unit, approval: Approval) -> JsonObject:
        found = await _found(unit, approval.subject, name, whom)
        await require_as_bound(unit, found)
        await _require_not_the_writer(unit, found)
        broadcast = found.broadcast
        begins_later = broadcast.starts_at > unit.now
        broadcast.approval_id = approval.id
        broadcast.state = BroadcastState.SCHEDULED if begins_later else BroadcastState.APPROVED
        await unit.session.flush()
        return {"broadcast": broadcast.id, "state": broadcast.state}

    return Action(name, Permission.PROPOSE_BROADCAST, checker, _parties, preview, carry_out)


async def _require_not_the_writer(unit: Unit, found: Ready) -> None:
    """Refuse a checker who wrote it, under whatever account. Raises NotAllowed: `own_proposal`."""
    own = await accounts_of(unit, unit.actor.id)
    if found.offer.made_by in own or found.broadcast.made_by in own:
        raise NotAllowed(ErrorCode.OWN_PROPOSAL)


async def _run_to_recall(unit: Unit, subject: str) -> Progress:
    """Return how far the broadcast of a proposal is. Raises NotFound: `broadcast`. Conflict: `broadcast_state`."""
    broadcast = await _locked(unit, subject)
    found = await progress(unit, broadcast.id)
    if found.state in (RunState.FREEZING, RunState.SENDING) or found.recalled or not found.sent:
        raise Conflict(ErrorCode.BROADCAST_STATE)
    return found


async def _preview_recall(unit: Unit, subject: str, _params: JsonObject) -> Preview:
    found = await _run_to_recall(unit, subject)
    return Preview({"messages": "sent", "sent": found.sent}, {"messages": "recalled", "sent": found.sent})


async def _recall(unit: Unit, approval: Approval) -> JsonObject:
    found = await _run_to_recall(unit, approval.subject)
    await recall(unit, found.run_id)
    return {"broadcast": found.run_id}


def actions_for(whom: Whom) -> tuple[Action, ...]:
    """Return the actions by which broadcasts are proposed."""
    return (
        _action(CREDIT, Permission.APPROVE_CREDIT_OFFER, whom),
        _action(OFFER, Permission.APPROVE_INVESTMENT_OFFER, whom),
        _action(NOTICE, Permission.APPROVE_SERVICE_NOTICE, whom),
        Action(
            RECALL, Permission.PROPOSE_BROADCAST, Permission.APPROVE_CREDIT_OFFER, _parties, _preview_recall, _recall
        ),
    )
