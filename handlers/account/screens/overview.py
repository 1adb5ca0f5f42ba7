"""The account and its limits at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from finance_core.customers.holds import Held
from finance_core.customers.service import OutLimit
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import choices, lines, menu_row
from handlers.chat.screens.ways import act, ask
from handlers.locales import Html, Translator


@dataclass(frozen=True, slots=True)
class Stands:
    """How an account stands."""

    tier: int
    has_joined: bool
    has_code: bool
    contact: str | None
    contact_agreed: bool
    held: Held
    waits: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What went out, what may, and what the next level lets out (None: there is none)."""

    today: Money
    month: Money
    out: OutLimit
    loans: Money
    next_limit: Money | None
    held: Held
    is_locked: bool


def account(t: Translator, stands: Stands, zone: str) -> Screen:
    """How the account stands, with a button for each thing that can be changed."""
    contact = "account.contact_is" if stands.contact_agreed else "account.contact_silent"
    text = lines(
        t("account.title"),
        t("settings.level", tier=stands.tier),
        t("account.code_is_there" if stands.has_code else "account.no_code"),
        t(contact, name=stands.contact) if stands.contact is not None else t("account.no_contact"),
        t("account.document_waits") if stands.waits else None,
        t("account.see_limits"),
        *_held(t, stands.held, zone),
    )
    if not stands.has_joined:
        return Screen(text, ((act(t, "join", t("onboarding.go_on")), act(t, "move_account")), menu_row(t)))
    names = ("change_pin", "change_phone", "recovery_code", "name_contact", "identity")
    ways = [*((t(f"menu.{name}"), f"do:{name}") for name in names), (t("common.back"), "do:settings")]
    return Screen(text, choices(ways, per_row=2))


def limits(t: Translator, shown: Limits, tier: int, zone: str) -> Screen:
    """What may leave and what is left, what one may borrow, and what would raise it."""
    out = shown.out
    text = lines(
        t("account.limits_title", tier=tier),
        t("account.out_for_life" if out.is_for_life else "account.out_this_year", limit=out.limit, used=out.used),
        t("account.out_left", left=out.left),
        t("account.out_month", amount=shown.month),
        t("account.out_today", amount=shown.today),
        t("account.no_day_limit"),
        t("account.loan_limit", limit=shown.loans) if shown.loans else None,
        t("account.locked_now") if shown.is_locked else None,
        *_held(t, shown.held, zone),
        t("account.next_level", next=tier + 1, limit=shown.next_limit)
        if shown.next_limit is not None
        else t("account.highest_level"),
    )
    raises = () if shown.next_limit is None else ((act(t, "identity") if tier else act(t, "join")),)
    if not tier:
        raises = (act(t, "join", t("onboarding.go_on")),)
    return Screen(text, ((*raises, ask(t, "limits.what")), menu_row(t)))


def _held(t: Translator, held: Held, zone: str) -> tuple[Html | None, ...]:
    """Say until when nothing leaves, and until when nobody new is paid."""
    return (
        t("account.held_outflow", at=t.instant(held.outflow_until, zone)) if held.outflow_until else None,
        t("account.held_changes", at=t.instant(held.changes_until, zone)) if held.changes_until else None,
    )
