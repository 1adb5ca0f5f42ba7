"""Updates that were given up, at the desk: what their persons were told, and a way to run one again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.inbox.dead import DeadUpdate
from finance_core.notices.queries import Trouble
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.desk.screens.approvals import BUTTONS_ON_A_LIST, desk_row
from handlers.locales import Translator

TROUBLES: Final = ("unknown", "refused")
TROUBLES_ON_A_PAGE: Final = 8


def dead(t: Translator, found: Sequence[DeadUpdate], zone: ZoneInfo, start: int = 0) -> Screen:
    """The latest updates that were given up, from the `start`th on, each with its button."""
    last = (Button(t("operator.to_troubles"), "troubles:unknown:0"), *desk_row(t))
    if not found:
        return Screen(t("operator.nothing_dead"), (last,))
    page, following = page_of(found, start, BUTTONS_ON_A_LIST)
    rows = [
        t("operator.dead_row", reference=_called(each), at=t.instant(each.finished_at, zone), why=each.error or "-")
        for _, each in page
    ]
    again = [(t("operator.run_again", reference=_called(each)), f"replay:{each.id}") for _, each in page]
    more = [(t("common.more"), f"deadupdates:{following}")] if following is not None else []
    return Screen(lines(t("operator.dead_updates"), *rows), (*choices([*again, *more], per_row=1), last))


def _called(update: DeadUpdate) -> str:
    return update.reference or str(update.id)


def replayed(t: Translator) -> Screen:
    """One is on its way again."""
    return Screen(t("operator.replayed"), (desk_row(t),))


def troubles(t: Translator, state: str, found: Sequence[Trouble], zone: ZoneInfo) -> Screen:
    """Notices that did not simply arrive, newest first: what, to whom by the number, why. Without what they say."""
    shown = found[:TROUBLES_ON_A_PAGE]
    rows = [
        t(
            "operator.trouble_row",
            number=each.id,
            kind=each.kind,
            customer=each.customer_id or "-",
            at=t.instant(each.due_at, zone),
            why=each.error or "-",
        )
        for each in shown
    ]
    others = [(t(f"operator.to_{each}_notices"), f"troubles:{each}:0") for each in TROUBLES if each != state]
    if len(found) > len(shown):
        others.append((t("common.more"), f"troubles:{state}:{shown[-1].id}"))
    head = t(f"operator.{state}_notices") if rows else t(f"operator.no_{state}_notices")
    return Screen(lines(head, *rows), (*choices(others, per_row=2), desk_row(t)))
