"""A broadcast begins to run: what goes out is written down as it was approved, and is never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from finance_core.customers.consents import Topic
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.offers.running.models import BroadcastContent, BroadcastPicture, BroadcastRun
from finance_core.storage.unit import Unit

_MAKE_PARTITION: Final = text("SELECT broadcast_partition_make(:run)")
_HOME: Final = text("SELECT database_home()")

Buttons = Sequence[Sequence[Mapping[str, str]]]
"""Rows of `{"text": label, "data": what the tap does}` or `{"text": label, "url": address}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one variant says in one language. `picture` is what `keep_picture` gave; with one, `text` is its caption."""

    variant: int
    language: str
    text: str
    """HTML, as Telegram takes it."""
    buttons: Buttons = ()
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What was approved of a broadcast, as far as running it goes. `kind`: `offer`, `service`, `safety`."""

    id: int
    """The broadcast's."""
    kind: str
    topic: Topic | None
    """What its people have agreed to hear of; None for a service notice."""
    starts_at: datetime
    ends_at: datetime
    maker_id: int
    checker_id: int
    is_credit: bool = False
    product_line: str | None = None
    rate: int = 25
    """Messages a second at most."""
    is_paid: bool = False
    stars_at_most: int = 0
    holdout: int = 0
    """Of 10,000."""
    global_holdout: int = 0
    variants: int = 1


async def keep_picture(unit: Unit, content: bytes) -> str:
    """Keep a picture; return the hash by which contents name it. The same picture is kept once."""
    name = hashlib.sha256(content).hexdigest()
    row = insert(BroadcastPicture).values(hash=name, content=content)
    await unit.session.execute(row.on_conflict_do_nothing(index_elements=["hash"]))
    return name


async def begin_run(unit: Unit, plan: RunPlan, contents: Sequence[Content]) -> BroadcastRun:
    """Write down what goes out; `freeze` then writes down to whom. Raises ValueError: a variant says nothing.

    Begun twice under one id, the first one stands.
    """
    if {each.variant for each in contents} != set(range(plan.variants)):
        raise ValueError("each variant says something, in one language at least")
    known = await unit.session.get(BroadcastRun, plan.id)
    if known is not None:
        return known
    run = BroadcastRun(
        id=plan.id,
        kind=plan.kind,
        topic=str(plan.topic) if plan.topic is not None else None,
        is_credit=plan.is_credit,
        product_line=plan.product_line,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        rate=plan.rate,
        is_paid=plan.is_paid,
        stars_at_most=plan.stars_at_most,
        holdout=plan.holdout,
        global_holdout=plan.global_holdout,
        variants=plan.variants,
        maker_id=plan.maker_id,
        checker_id=plan.checker_id,
        home=await home(unit),
    )
    unit.session.add(run)
    await unit.session.flush()
    unit.session.add_all(_row(plan.id, each) for each in contents)
    await unit.session.flush()
    await unit.session.execute(_MAKE_PARTITION, {"run": plan.id})
    return run


def _row(run_id: int, said: Content) -> BroadcastContent:
    return BroadcastContent(
        run_id=run_id,
        variant=said.variant,
        language=said.language,
        text=said.text,
        picture=said.picture,
        buttons=[[dict(button) for button in row] for row in said.buttons],
    )


async def home(unit: Unit) -> str:
    """Return which database this is: a restored backup is another."""
    return str(await unit.session.scalar(_HOME))


async def run_of(unit: Unit, run_id: int, *, lock: bool = False) -> BroadcastRun:
    """Return a run, as it is now. Raises NotFound: `broadcast`."""
    run = await unit.session.get(BroadcastRun, run_id, with_for_update=lock or None, populate_existing=True)
    if run is None:
        raise NotFound(ErrorCode.BROADCAST)
    return run
