"""What an operator of funds sees: which prices wait, a card for each act, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from finance_core.kernel.rounding import Rounding, rounded
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import lines
from handlers.desk.intents import Operated, OperateFund
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.funds.models import NavSuspension
    from finance_core.funds.product import NavFundTerms
    from finance_core.funds.queries import Nav

ACTS: Final = ("publish", "correct", "dividend", "suspend", "lift")


def desk(
    t: Translator,
    rows: Sequence[tuple[NavFundTerms, Nav | None, NavSuspension | None]],
    missing: Sequence[tuple[NavFundTerms, date]],
) -> Screen:
    """Every fund's last price, what waits for one, and how to say it."""
    waiting = [t("fund_desk.waits", name=t.own(fund.name), day=day) for fund, day in missing]
    text = lines(
        t("fund_desk.title"),
        "",
        *[_line(t, *row) for row in rows],
        "",
        *(waiting or [t("fund_desk.nothing_waits")]),
        "",
        t("fund_desk.how"),
    )
    return Screen(text, (desk_row(t),))


def card(
    t: Translator,
    act: str,
    fund: NavFundTerms,
    day: date,
    number: Decimal | None,
    before: Decimal | None,
    why: str,
) -> Html:
    """What an act would do; a price with how far it is from the one before."""
    moved = number is not None and before is not None and act in ("publish", "correct")
    return lines(
        t(f"fund_desk.card_{act}", name=t.own(fund.name), day=day, number=number or "", why=why),
        t("fund_desk.moved", before=before, percent=_change(before, number))
        if moved and before is not None and number is not None
        else None,
    )


def done(t: Translator, params: OperateFund, result: Operated) -> Screen:
    """The act is done, or waits for a second operator."""
    return Screen(t(f"fund_desk.done_{params.act}"), (desk_row(t),))


def _line(t: Translator, fund: NavFundTerms, price: Nav | None, suspension: NavSuspension | None) -> Html:
    name = t.own(fund.name)
    if price is None:
        return t("fund_desk.line_none", name=name)
    key = "fund_desk.line_suspended" if suspension is not None else "fund_desk.line"
    return t(key, name=name, nav=f"{price.nav:.4f}", day=price.on)


def _change(before: Decimal, nav: Decimal) -> str:
    change = rounded((nav - before) * 100 / before, Rounding.HALF_UP, places=2)
    return f"{'+' if change > 0 else ''}{change}"
