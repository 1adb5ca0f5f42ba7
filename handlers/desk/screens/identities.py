"""The desk of identities."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from finance_core.account.identity import Opened, Seen
from finance_core.account.models import CheckState, IdentityCheck
from finance_core.account.rules import Refusal
from handlers.account.screens.identity import until
from handlers.chat.screens.base import Button, File, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.desk.intents import IdentityApproved, IdentityDecision, IdentityRefused
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator

SHOWN = 5


def queue(t: Translator, waiting: Sequence[IdentityCheck], zone: ZoneInfo) -> Screen:
    """The documents that wait: since when, of which kind."""
    if not waiting:
        return Screen(t("account.desk_no_identities"), (desk_row(t),))
    rows = [
        t(
            "account.desk_identity",
            number=each.id,
            kind=t(f"account.kind_{each.kind}"),
            at=t.instant(each.submitted_at, zone),
        )
        for each in waiting[:SHOWN]
    ]
    buttons = choices([(f"#{each.id}", f"idcheck:{each.id}") for each in waiting[:SHOWN]], per_row=SHOWN)
    return Screen(lines(t("account.desk_identities", total=len(waiting)), *rows), (*buttons, desk_row(t)))


def check(t: Translator, seen: Seen, name: str, others: Sequence[str], zone: ZoneInfo) -> Screen:
    """One document: whose, which, its number, until when; who else has shown the same."""
    one = seen.check
    text = lines(
        t("account.desk_check", number=one.id, name=name),
        t("account.desk_number", kind=t(f"account.kind_{one.kind}"), number=seen.number or "—"),
        until(t, one.expires_on),
        t("account.desk_since", at=t.instant(one.submitted_at, zone)),
        t("account.desk_others", names=", ".join(others)) if others else t("account.desk_no_others"),
        t(f"account.desk_{one.state}") if one.state != CheckState.SUBMITTED else t("account.desk_compare"),
    )
    look = (Button(t("account.desk_open"), f"idpictures:{one.id}"),)
    back = (Button(t("account.desk_all"), "do:identities"), *desk_row(t))
    if one.state != CheckState.SUBMITTED:
        return Screen(text, (look, back))
    decide = (Button(t("operator.approve"), f"idapprove:{one.id}"), Button(t("operator.refuse"), f"idrefuse:{one.id}"))
    return Screen(text, (look, decide, back))


def pictures(t: Translator, opened: Sequence[Opened]) -> list[Screen]:
    """The pictures, each with what it is; none can be passed on."""
    if not opened:
        return [Screen(t("account.desk_no_pictures"))]
    return [
        Screen(t(f"account.picture_of_{each.purpose}"), photo=File(f"{each.purpose}.jpg", each.content), protected=True)
        for each in opened
    ]


def approve_card(t: Translator, seen: Seen, name: str) -> Html:
    """What approving means, before it is confirmed."""
    return t("account.desk_approve_card", number=seen.check.id, name=name)


def which_reason(t: Translator, check_id: int, start: int) -> Screen:
    """Ask why it is refused: the reasons from the `start`th on, a page at a time."""
    page, following = page_of(tuple(Refusal), start, SHOWN)
    rows = [(Button(t(f"account.reason_{each.value}"), f"idrefuse:{check_id}:{each.value}"),) for _, each in page]
    more = (Button(t("common.more"), f"idrefuse:{check_id}:{following}"),) if following is not None else ()
    return Screen(t("account.desk_why"), (*rows, (*more, Button(t("common.back"), f"idcheck:{check_id}"))))


def refuse_card(t: Translator, check_id: int, reason: str) -> Html:
    """What the person will be told, before it is confirmed."""
    return lines(t("account.desk_refuse_card", number=check_id), t(f"account.refused_{reason}"))


def approved(t: Translator, params: IdentityDecision, result: IdentityApproved) -> Screen:
    """It is approved."""
    return _done(t, t("account.desk_was_approved", number=params.check, tier=result.tier))


def refused(t: Translator, params: IdentityDecision, result: IdentityRefused) -> Screen:
    """It is refused."""
    return _done(t, t("account.desk_was_refused", number=params.check))


def _done(t: Translator, text: Html) -> Screen:
    return Screen(text, ((Button(t("account.desk_all"), "do:identities"), *desk_row(t)),))
