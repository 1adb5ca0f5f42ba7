"""Updates that were given up, at the desk: what their persons were told, and a way to run one again."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from finance_core.inbox.dead import DeadUpdate
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.desk.screens.approvals import BUTTONS_ON_A_LIST, desk_row
from handlers.locales import Translator


def dead(t: Translator, found: Sequence[DeadUpdate], zone: ZoneInfo, start: int = 0) -> Screen:
    """The latest updates that were given up, from the `start`th on, each with its button."""
    if not found:
        return Screen(t("operator.nothing_dead"), (desk_row(t),))
    page, following = page_of(found, start, BUTTONS_ON_A_LIST)
    rows = [
        t("operator.dead_row", reference=_called(each), at=t.instant(each.finished_at, zone), why=each.error or "-")
        for _, each in page
    ]
    again = [(t("operator.run_again", reference=_called(each)), f"replay:{each.id}") for _, each in page]
    more = [(t("common.more"), f"deadupdates:{following}")] if following is not None else []
    return Screen(lines(t("operator.dead_updates"), *rows), (*choices([*again, *more], per_row=1), desk_row(t)))


def _called(update: DeadUpdate) -> str:
    return update.reference or str(update.id)


def replayed(t: Translator) -> Screen:
    """One is on its way again."""
    return Screen(t("operator.replayed"), (desk_row(t),))
