"""The desk of forgotten PINs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from finance_core.account.models import PinReset, Proof, ResetState
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines
from handlers.desk.intents import RefuseReset
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """What an operator knows of a reset besides its row."""

    name: str
    contact: str | None
    digits: str
    tier: int
    is_locked: bool


def queue(t: Translator, waiting: Sequence[PinReset], zone: ZoneInfo) -> Screen:
    """The resets that wait: since when, how proved."""
    if not waiting:
        return Screen(t("account.desk_no_resets"), (desk_row(t),))
    rows = [
        t(
            "account.desk_reset_row",
            number=each.id,
            proof=t(f"operator.proof_{each.proof}"),
            at=t.instant(each.proved_at or each.asked_at, zone),
        )
        for each in waiting[:SHOWN]
    ]
    buttons = choices([(f"#{each.id}", f"pinreset:{each.id}") for each in waiting[:SHOWN]], per_row=SHOWN)
    return Screen(lines(t("account.desk_resets", total=len(waiting)), *rows), (*buttons, desk_row(t)))


def reset(t: Translator, one: PinReset, facts: Facts, zone: ZoneInfo, *, may_propose: bool) -> Screen:
    """One reset: whose, how it is proved, what to compare."""
    is_selfie = one.proof == Proof.SELFIE
    text = lines(
        t("account.desk_reset", number=one.id, name=facts.name, tier=facts.tier),
        t("account.desk_phone_shared", at=t.instant(one.asked_at, zone)),
        t("account.desk_proof", proof=t(f"operator.proof_{one.proof}")),
        t("account.desk_contact", name=facts.contact) if facts.contact is not None else None,
        t("account.desk_digits", digits=facts.digits or "—") if is_selfie else None,
        t("account.desk_is_locked") if facts.is_locked else None,
        t(f"account.desk_state_{one.state}"),
    )
    is_proved = one.state == ResetState.PROVED
    look = (Button(t("account.desk_open"), f"resetpictures:{one.id}"),) if is_selfie else ()
    propose = Button(t("account.desk_propose"), f"resetpropose:{one.id}")
    decide = (propose, Button(t("operator.refuse"), f"resetrefuse:{one.id}")) if is_proved and may_propose else ()
    back = (Button(t("account.desk_all_resets"), "do:pin_resets"), *desk_row(t))
    return Screen(text, tuple(row for row in (look, decide, back) if row))


def refuse_card(t: Translator, reset_id: int) -> Html:
    """What refusing means, before it is confirmed."""
    return t("account.desk_refuse_reset", number=reset_id)


def refused(t: Translator, params: RefuseReset, result: Nothing) -> Screen:
    """It is refused."""
    text = t("account.desk_reset_refused", number=params.reset)
    return Screen(text, ((Button(t("account.desk_all_resets"), "do:pin_resets"), *desk_row(t)),))
