"""A person at the desk: who was found, the card, what they were told and sent, notes, freezing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from finance_core.approvals.notices import AccountFrozen
from finance_core.customers.roles import Permission
from finance_core.customers.service import display_name, phone_of, username_of
from finance_core.journeys.office.looking import masked
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines
from handlers.chat.screens.ways import talk_to_person
from handlers.desk.intents import FreezeAccount
from handlers.desk.screens.approvals import desk_row
from handlers.desk.screens.naming import role_name, why_frozen
from handlers.loans.screens.borrow import product_name
from handlers.locales import Html, Translator, language_of

if TYPE_CHECKING:
    from finance_core.customers.models import Customer
    from finance_core.journeys.office.looking import Card, CaseRow, DepositRow, LoanRow, Sent, Told
    from finance_core.journeys.office.notes import Note
    from finance_core.storage.cipher import Cipher

ACTS: Final = (
    (Permission.SEE_CUSTOMERS, "told"),
    (Permission.SEE_CUSTOMERS, "sent"),
    (Permission.SEE_CUSTOMERS, "notes"),
)
"""What a card leads to: who sees each, its verb, which has a text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who was found, as far as a list tells them from others."""

    customer_id: int
    name: str
    username: str | None
    phone: str | None


def hit_of(customer: Customer, cipher: Cipher) -> Hit:
    """Return what a list says of somebody."""
    return Hit(
        customer.id, display_name(customer, cipher), username_of(customer, cipher), masked(phone_of(customer, cipher))
    )


# -- finding ----------------------------------------------------------------------------------------------------------


def ask_whom(t: Translator) -> Screen:
    """Ask whom to find, and say by what."""
    return Screen(t("people.ask_whom"), (desk_row(t),))


def nobody(t: Translator) -> Screen:
    """Nobody was found; another search may be written at once."""
    return Screen(t("people.nobody"), (desk_row(t),))


def hits(t: Translator, found: Sequence[Hit], *, more: bool) -> Screen:
    """Who was found, each with a button to their card."""
    rows = [t("people.hit", who=called(each.name, each.username), phone=each.phone or "—") for each in found]
    text = lines(t("people.found", count=len(found)), *rows, t("people.say_more") if more else None)
    buttons = choices([(called(each.name, each.username), f"customer:{each.customer_id}") for each in found], per_row=1)
    return Screen(text, (*buttons, desk_row(t)))


def called(name: str, username: str | None) -> str:
    """Return what somebody is called, with the @username by which they are found."""
    return f"{name} @{username}" if username else name


# -- the card ---------------------------------------------------------------------------------------------------------


def card(t: Translator, it: Card, frozen_by: str | None, granted: Collection[Permission], zone: ZoneInfo) -> Screen:
    """A person as an operator with these permissions sees them."""
    customer = it.customer
    text = lines(
        t("people.title", who=called(it.name, it.username)),
        *_states(t, it, frozen_by, zone),
        t(
            "people.since",
            tier=customer.tier,
            day=customer.created_at.astimezone(zone).date(),
            language=language_of(customer.language).name,
            phone=it.phone or "—",
        ),
        t("people.works_here", roles=Html(t.listed(role_name(t, role) for role in sorted(it.roles))))
        if it.roles
        else None,
        t("people.holds", sum=it.holds) if it.holds is not None else None,
        "",
        *(_loan(t, each) for each in it.loans),
        *(_deposit(t, each) for each in it.deposits),
        None if it.loans or it.deposits else t("people.no_contracts"),
        *(_case(t, each, zone) for each in it.cases),
        t("people.notes_count", count=it.notes) if it.notes else None,
    )
    return Screen(text, _acts(t, it, granted))


def _states(t: Translator, it: Card, frozen_by: str | None, zone: ZoneInfo) -> list[Html]:
    """Say how the account stands: frozen, locked by its owner, unreachable, not joined; open where it is none."""
    customer, said = it.customer, []
    if it.freeze is not None:
        at = t.instant(it.freeze.frozen_at, zone)
        by = frozen_by or t("people.by_itself")
        said.append(t("people.is_frozen", at=at, by=by, why=why_frozen(t, it.frozen_because)))
    if customer.outflow_locked_at is not None:
        said.append(t("people.is_locked", at=t.instant(customer.outflow_locked_at, zone)))
    if customer.unreachable_since is not None:
        said.append(t("people.is_unreachable", at=t.instant(customer.unreachable_since, zone)))
    if customer.adult_denied_at is not None:
        said.append(t("people.said_under_age", day=customer.adult_denied_at.astimezone(zone).date()))
    if not customer.has_joined:
        said.append(t("people.not_joined"))
    return said or [t("people.is_open")]


def _loan(t: Translator, each: LoanRow) -> Html:
    if each.state != "active":
        return t(
            "people.loan_over",
            number=each.number,
            product=product_name(t, each.product),
            state=t(f"operator.loan_{each.state}"),
        )
    how = t("people.late", days=t("common.day", count=each.days_late)) if each.days_late else t("people.on_time")
    said = t("people.loan", number=each.number, product=product_name(t, each.product), how=how)
    due = Html("") if not each.due_now else t("people.due_now", sum=each.due_now)
    following = Html("") if each.next_due_on is None else t("people.next_due", day=t.short_day(each.next_due_on))
    return Html(f"{said}{due}{following}")


def _deposit(t: Translator, each: DepositRow) -> Html:
    said = t("people.deposit", days=t("common.day", count=each.days), state=t(f"people.deposit_{each.state}"))
    until = t("people.until", day=t.short_day(each.matures_on)) if each.state == "active" else Html("")
    held = Html("") if each.principal is None else t("people.sum", sum=each.principal)
    return Html(f"{said}{until}{held}")


def _case(t: Translator, each: CaseRow, zone: ZoneInfo) -> Html:
    said = t(
        "people.case", number=each.number, question=t(f"topics.{each.topic}"), state=t(f"people.case_{each.state}")
    )
    return Html(f"{said}{t('people.case_due', at=t.instant(each.due_at, zone))}") if each.state == "open" else said


def _acts(t: Translator, it: Card, granted: Collection[Permission]) -> tuple[tuple[Button, ...], ...]:
    customer = it.customer
    verbs = [verb for needed, verb in ACTS if needed in granted]
    if it.freeze is None and Permission.FREEZE in granted:
        verbs.append("freeze")
    if it.freeze is not None and Permission.PROPOSE_UNFREEZE in granted:
        verbs.append("unfreeze")
    if customer.adult_denied_at is not None and Permission.CORRECT_AGE in granted:
        verbs.append("age")
    buttons = choices([(t(f"people.to_{verb}"), f"{verb}:{customer.id}") for verb in verbs], per_row=2)
    return (*buttons, desk_row(t))


# -- what they were told and sent -------------------------------------------------------------------------------------


def notices(t: Translator, name: str, customer_id: int, found: Sequence[Told], zone: ZoneInfo) -> Screen:
    """What a person was told lately, without contents, and whether it arrived."""
    rows = [
        t(
            "people.told_row",
            at=t.instant(each.at, zone),
            what=t(f"people.urgency_{each.urgency}"),
            about=t(f"people.about_{each.kind.partition('.')[0]}"),
            reference=f" {each.reference}" if each.reference else "",
            state=t(f"people.notice_{each.state}"),
        )
        for each in found
    ]
    return Screen(
        lines(t("people.told_title", name=name), *rows, None if rows else t("people.told_nothing")),
        (_back(t, customer_id),),
    )


def sends(t: Translator, name: str, customer_id: int, found: Sequence[Sent], zone: ZoneInfo) -> Screen:
    """What a person has sent lately, by reference; the sum only for who may see amounts."""
    rows = [
        t(
            "people.sent_row",
            at=t.instant(each.sent_at, zone),
            reference=each.reference,
            state=t(f"people.send_{each.state}"),
            sum="" if each.amount is None else each.amount,
        )
        for each in found
    ]
    return Screen(
        lines(t("people.sent_title", name=name), *rows, None if rows else t("people.sent_nothing")),
        (_back(t, customer_id),),
    )


def _back(t: Translator, customer_id: int) -> tuple[Button, ...]:
    return (Button(t("people.to_card"), f"customer:{customer_id}"), *desk_row(t))


# -- notes ------------------------------------------------------------------------------------------------------------


def notes(
    t: Translator,
    name: str,
    customer_id: int,
    found: Sequence[tuple[str, Note]],
    zone: ZoneInfo,
    *,
    may_write: bool,
) -> Screen:
    """The latest notes about a person, newest first, each with who wrote it and when."""
    rows = [t("people.note", at=t.instant(each.written_at, zone), by=by, text=each.text) for by, each in found]
    write = ((Button(t("people.to_takenote"), f"takenote:{customer_id}"),),) if may_write else ()
    return Screen(
        lines(t("people.notes_title", name=name), *rows, None if rows else t("people.no_notes")),
        (*write, _back(t, customer_id)),
    )


def ask_note(t: Translator, name: str, customer_id: int) -> Screen:
    """Ask what is to be noted."""
    return Screen(t("people.ask_note", name=name), (_back(t, customer_id),))


# -- freezing ---------------------------------------------------------------------------------------------------------


def ask_whom_to_freeze(t: Translator) -> Screen:
    """Ask whose account is to be frozen."""
    return Screen(t("people.ask_whom_to_freeze"), (desk_row(t),))


def ask_why(t: Translator, name: str) -> Screen:
    """Ask why an account is frozen."""
    return Screen(t("people.ask_why", name=name), (desk_row(t),))


def freeze_card(t: Translator, name: str, params: FreezeAccount) -> Html:
    """Whose account would be frozen, why, and what that stops."""
    return t("people.freeze_card", name=name, why=params.why)


def frozen(t: Translator, params: FreezeAccount, result: Nothing) -> Screen:
    """The account is frozen; two people lift that."""
    return Screen(t("people.frozen"), (desk_row(t),))


def account_frozen(t: Translator, told: AccountFrozen) -> Screen:
    """To the person: what a freeze stops, what goes on, and whom to talk to."""
    return Screen(t("notice.customer_account_frozen", on=told.on), ((talk_to_person(t),),))
