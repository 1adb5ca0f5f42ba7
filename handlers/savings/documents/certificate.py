"""A term deposit's certificate: what was placed, at which rate, what comes back and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from finance_core.deposits.queries import Rung
from finance_core.kernel.money import ASSETS, Money
from handlers.documents.paper import Document
from handlers.documents.texts import plain_document
from handlers.locales import Translator


def certificate(t: Translator, rung: Rung, name: str, at: datetime, zone: ZoneInfo) -> Document:
    """Return a running deposit's certificate as it stands at the instant `at`."""
    deposit = rung.deposit
    placed = Money(deposit.placed, ASSETS[deposit.asset])
    facts: list[tuple[Any, ...]] = [
        ("fact", t("deposits.paper_holder"), name),
        ("fact", t("deposits.paper_number"), number(deposit.id)),
        ("fact", t("deposits.paper_placed"), f"{t.money(placed)} · {t.instant(deposit.opened_at, zone)}"),
        ("fact", t("deposits.paper_principal"), t.money(rung.principal)),
        ("fact", t("deposits.paper_rate"), t.percent(deposit.annual_rate)),
        ("fact", t("deposits.paper_matures"), t.day(deposit.matures_on)),
        ("fact", t("deposits.paper_pays"), t.day(rung.pays_on)),
        ("fact", t("deposits.paper_interest"), t.money(rung.interest)),
        ("fact", t("deposits.paper_early"), t("deposits.early_rule", demand=t.percent(deposit.demand_rate))),
        ("text", t("deposits.paper_text", at=t.instant(at, zone))),
    ]
    return plain_document(
        title=t("deposits.paper_title"),
        subtitle=t("deposits.paper_subtitle", number=number(deposit.id), day=deposit.opened_on),
        headline=t.money(rung.total),
        under=t("deposits.paper_under", day=rung.pays_on),
        blocks=tuple(facts),
        footer=t("deposits.paper_footer", number=number(deposit.id)),
        dated=at,
    )


def number(deposit_id: int) -> str:
    """Return a deposit's number as it stands on paper: "D-000017"."""
    return f"D-{deposit_id:06d}"
