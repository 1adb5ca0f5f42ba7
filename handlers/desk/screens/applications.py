"""What a credit officer sees: the queue, one application with its figures, what approving and declining mean."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from finance_core.loans.origination.decision import Reason
from finance_core.loans.origination.notices import ApplicationOverdue, ApplicationWaits
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, confirm_buttons, lines, page_of
from handlers.desk.intents import ApproveApplication, DeclineApplication
from handlers.desk.screens.approvals import desk_row
from handlers.loans.screens.borrow import product_name
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from finance_core.loans.origination.officer import File, Waiting

BUTTONS_ON_A_QUEUE = 5
"""Applications that can be opened from one card; the rest follows as they are decided."""

REASONS_ON_A_PAGE: Final = 4
TOLD_BY_THEM: Final = frozenset({Reason.FROZEN, Reason.SELF_EXCLUDED})
"""Reasons that only the person's own word gives: no officer declines for them."""
OFFICERS_REASONS: Final = tuple(reason for reason in Reason if reason not in TOLD_BY_THEM)


def queue(t: Translator, waiting: Sequence[Waiting], zone: ZoneInfo) -> Screen:
    """The applications that wait, oldest first."""
    if not waiting:
        return Screen(t("officer.queue_empty"), (desk_row(t),))
    shown = waiting[:BUTTONS_ON_A_QUEUE]
    rows = [_row(t, each, zone) for each in shown]
    more = t("officer.and_more", count=len(waiting) - len(shown)) if len(waiting) > len(shown) else None
    buttons = [(Button(_label(t, each), f"appl:{each.application.id}"),) for each in shown]
    return Screen(lines(t("officer.queue", count=len(waiting)), *rows, more), (*buttons, desk_row(t)))


def file(t: Translator, opened: File, name: str, zone: ZoneInfo) -> Screen:
    """One application: what is asked, what it costs, the facts, what the rules say."""
    text = lines(
        t("officer.file", number=opened.waiting.application.id, name=name),
        _asked(t, opened),
        _deadline(t, opened.waiting, zone),
        "",
        *_facts(t, opened),
        "",
        *_why(t, opened),
    )
    number = opened.waiting.application.id
    less = Button(t("officer.approve_less"), f"appl_less:{number}")
    approve = [Button(t("officer.approve"), f"appl_yes:{number}")] if opened.most == opened.waiting.principal else []
    rows = (
        (*approve, less) if opened.may_be_approved else (),
        (Button(t("officer.decline"), f"appl_no:{number}"), Button(t("common.back"), "do:queue")),
    )
    return Screen(text, tuple(row for row in rows if row))


def ask_sum(t: Translator, opened: File) -> Screen:
    """Ask for the smaller sum."""
    product = opened.quote.product
    text = t("officer.ask_sum", minimum=product.minimum, most=opened.most, step=product.step)
    return Screen(text)


def approval_card(t: Translator, opened: File, principal: Money) -> Html:
    """What approving does, before it is confirmed."""
    days = t("common.day", count=opened.quote.product.offer_days)
    return t("officer.approval_card", number=opened.waiting.application.id, sum=principal, days=days)


def decline_card(t: Translator, params: DeclineApplication, token: str, version: int, start: int = 0) -> Screen:
    """Reasons to tap on and off, from the `start`th on; the person is told them with what would change each."""
    page, following = page_of(OFFICERS_REASONS, start, REASONS_ON_A_PAGE)
    turns = [(_marked(t, each, is_on=each in params.reasons), f"appl_why:{token}:{version}:{each}") for _, each in page]
    more = Button(t("common.more"), f"appl_why:{token}:{version}:{following}")
    chosen = t.listed(t(f"officer.reason_{each}") for each in params.reasons)
    text = lines(t("officer.decline_card", number=params.application), "", Html(f"☑ {chosen}") if chosen else None)
    done = confirm_buttons(t, token, version)[0] if params.reasons else ()
    return Screen(text, (*choices(turns, per_row=1), (more, *done)))


def _marked(t: Translator, reason: Reason, *, is_on: bool) -> str:
    return f"{'☑' if is_on else '☐'} {t(f'officer.reason_{reason}')}"


def page_with(reason: Reason) -> int:
    """Return where the page begins on which a reason stands."""
    return OFFICERS_REASONS.index(reason) // (REASONS_ON_A_PAGE - 1) * (REASONS_ON_A_PAGE - 1)


def approved(t: Translator, params: ApproveApplication, result: Nothing) -> Screen:
    """The application is approved."""
    return Screen(t("officer.approved", number=params.application, sum=params.sum), (_back(t),))


def declined(t: Translator, params: DeclineApplication, result: Nothing) -> Screen:
    """The application is declined."""
    return Screen(t("officer.declined", number=params.application), (_back(t),))


def application_waits(t: Translator, told: ApplicationWaits) -> Screen:
    """The notice to officers: an application waits."""
    opened = Button(t("officer.open"), f"appl:{told.application}")
    return Screen(t("officer.waits", number=told.application, sum=told.sum), ((opened,), _back(t)))


def application_overdue(t: Translator, told: ApplicationOverdue) -> Screen:
    """The notice to officers: nobody has decided within the day that was promised."""
    opened = Button(t("officer.open"), f"appl:{told.application}")
    return Screen(t("officer.overdue", number=told.application, sum=told.sum), ((opened,), _back(t)))


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t("officer.to_queue"), "do:queue"), *desk_row(t))


def _label(t: Translator, waiting: Waiting) -> str:
    return t("officer.open_one", number=waiting.application.id, sum=waiting.principal)


def _row(t: Translator, waiting: Waiting, zone: ZoneInfo) -> Html:
    asked = t(
        "officer.row",
        number=waiting.application.id,
        sum=waiting.principal,
        product=product_name(t, waiting.application.product),
    )
    return lines(asked, _deadline(t, waiting, zone))


def _deadline(t: Translator, waiting: Waiting, zone: ZoneInfo) -> Html:
    key = "officer.is_late" if waiting.is_late else "officer.due"
    return t(key, at=t.instant(waiting.due_at, zone))


def _asked(t: Translator, opened: File) -> Html:
    quote = opened.quote
    return t(
        "officer.asked",
        sum=quote.principal,
        product=product_name(t, quote.product.code),
        tenor=t(f"borrow.tenor_{quote.tenor.unit}", count=quote.tenor.count),
        rate=t.percent(quote.all_in_rate),
        cost=quote.cost,
        monthly=quote.monthly,
    )


def _facts(t: Translator, opened: File) -> list[Html]:
    facts, asset = opened.waiting.application.facts, opened.quote.principal.asset
    return [
        t("officer.grade", grade=opened.decision.grade, limit=opened.decision.limit, tier=opened.customer.tier),
        t("officer.income", income=_said(t, facts["income"], opened), share=_share(t, opened)),
        t("officer.burden", own=Money(facts["own_instalments"], asset), other=Money(facts["other_instalments"], asset)),
        *([t("officer.besides", sum=opened.besides)] if opened.besides is not None else []),
        t("officer.history", repaid=facts["loans_repaid"], worst=facts["worst_days_lately"]),
    ]


def _said(t: Translator, amount: int | None, opened: File) -> Html:
    return t("officer.unknown") if amount is None else t.shown(Money(amount, opened.quote.principal.asset))


def _share(t: Translator, opened: File) -> str:
    """Return the share of the income that all instalments would take, as it was when asked."""
    facts = opened.waiting.application.facts
    if not facts["income"]:
        return t("officer.unknown")
    burden = facts["own_instalments"] + facts["other_instalments"] + opened.quote.monthly.amount
    return t.percent(Decimal(burden) * 100 / facts["income"])


def _why(t: Translator, opened: File) -> list[Html]:
    """Why it waits, and what the rules have against it now."""
    concerns = [t("officer.concern", why=t(f"officer.concern_{each}")) for each in opened.waiting.application.concerns]
    reasons = [t("officer.against", why=t(f"officer.reason_{each}")) for each in opened.decision.reasons]
    above = [t("officer.above_tier", most=opened.most)] if opened.most < opened.waiting.principal else []
    stops = [] if opened.may_be_approved else [t("officer.insurmountable")]
    return [*concerns, *reasons, *above, *stops]
