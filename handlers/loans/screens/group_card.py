"""A loan that is taken together, as one of them sees it: the own line, for whom one stands, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.payloads import Nothing
from finance_core.loans.origination.group_models import GroupState
from finance_core.loans.origination.models import ApplicationState
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import confirm_buttons, lines, menu_row
from handlers.loans.group_intents import EndGroupLoan, SignedTogether, SignTogether
from handlers.loans.screens import borrow
from handlers.loans.screens.group_opening import late
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.origination.group_lines import Line, Progress, Terms
    from finance_core.loans.origination.models import LoanApplication


@dataclass(frozen=True, slots=True)
class ToSign:
    """What stands on the card that is signed. `names`: of all, by customer id; `until`: as it is read."""

    title: str
    terms: Terms
    names: Mapping[int, str]
    progress: Progress
    until: str
    lender: str


def card(t: Translator, title: str, own: Line, names: Mapping[int, str], progress: Progress, zone: ZoneInfo) -> Screen:
    """How far it is and what comes next for this person, where it is not theirs to sign now."""
    head = (t("group_loans.title", title=title), t("group_loans.who", names=t.listed(names.values())))
    if progress.state is GroupState.PAID:
        loans = Button(t("menu.loans"), "do:loans")
        return Screen(lines(*head, "", t("group_loans.is_complete")), ((loans, *menu_row(t)),))
    if progress.state is GroupState.LAPSED:
        return Screen(lines(*head, "", t("group_loans.is_over")), (menu_row(t),))
    until = t("group_loans.until", until=t.instant(progress.until, zone))
    if own.line.signed_at is not None:
        return _signed(t, lines(*head, "", _count(t, progress), until), own)
    said, ways = _own_line(t, own, names)
    return Screen(lines(*head, "", said, until), (*ways, (_end(t, own.group.id), *menu_row(t))))


def _count(t: Translator, progress: Progress) -> Html:
    return t("group_loans.have_signed", signed=progress.signed, of=progress.of)


def _signed(t: Translator, said: Html, own: Line) -> Screen:
    group = own.group.id
    back = Button(t("group_loans.take_back"), f"groupback:{group}")
    read = Button(t("borrow.read_contract"), f"groupdraft:{group}")
    return Screen(lines(said, t("group_loans.you_have_signed")), ((back,), (read, _end(t, group)), menu_row(t)))


def _end(t: Translator, group: int) -> Button:
    return Button(t("group_loans.end"), f"groupend:{group}")


def _own_line(t: Translator, own: Line, names: Mapping[int, str]) -> tuple[Html, tuple[tuple[Button, ...], ...]]:
    """Return how the own line stands, and what may be asked for now."""
    application, group = own.application, own.group.id
    other = Button(t("group_loans.another_sum"), f"groupother:{group}")
    if application is None:
        return _proposed(t, own, names, other)
    asked = _asked_for(application)
    if application.state == ApplicationState.APPROVED:
        return t("group_loans.line_approved", sum=asked), ((other,),)
    if application.state == ApplicationState.REFERRED:
        back = Button(t("borrow.withdraw"), f"withdraw_application:{application.id}")
        return t("group_loans.line_waits", sum=asked), ((back, other),)
    return t("group_loans.line_fell", sum=asked), ((other,),)


def _asked_for(application: LoanApplication) -> Money:
    return Money(application.approved_principal or application.principal, ASSETS[application.asset])


def _proposed(
    t: Translator, own: Line, names: Mapping[int, str], other: Button
) -> tuple[Html, tuple[tuple[Button, ...], ...]]:
    group, who = own.group, names[own.group.opened_by]
    if group.principal is None or group.count is None:
        return t("group_loans.say_how_much", name=who), ((other,),)
    each = Money(group.principal, ASSETS["CNY"])
    ask = Button(
        t("group_loans.ask_for", sum=each, count=group.count), f"groupask:{group.id}:{group.principal}:{group.count}"
    )
    said = t("group_loans.proposes", name=who, sum=each, parts=t("borrow.parts", count=group.count))
    return lines(said, t("group_loans.stand_equally")), ((ask,), (other,))


# -- signing ----------------------------------------------------------------------------------------------------------


def to_sign(t: Translator, seen: ToSign, card: tuple[str, int]) -> Screen:
    """What is signed: the own loan, who stands for it, for whom one stands and at most for how much of each."""
    token, version = card
    terms, group = seen.terms, seen.terms.line.group_loan_id
    text = lines(
        t("group_loans.title", title=seen.title),
        *_loan(t, seen),
        "",
        t("group_loans.stand_for_you", names=_names(t, seen), at_most=max(each.at_most for each in terms.sureties)),
        t("group_loans.you_stand_for"),
        *[_stands(t, seen.names[each.customer_id], each.principal, each.at_most) for each in terms.stands_for],
        late(t, terms.quote.product),
        "",
        _count(t, seen.progress),
        t("group_loans.sign_until", until=seen.until),
    )
    read = Button(t("borrow.read_contract"), f"groupdraft:{group}")
    return Screen(text, (*confirm_buttons(t, token, version), (read, _end(t, group))))


def _loan(t: Translator, seen: ToSign) -> list[Html | None]:
    line = seen.terms.line
    debit = "none" if not line.automatic_debit else "both" if line.from_change_plus else "wallet"
    return [*borrow.price_lines(t, seen.terms.quote), *borrow.rights(t, seen.terms.quote, debit, seen.lender)]


def _names(t: Translator, seen: ToSign) -> str:
    return t.listed(seen.names[each.customer_id] for each in seen.terms.sureties)


def _stands(t: Translator, name: str, principal: Money, at_most: Money) -> Html:
    return t("group_loans.stands_row", name=name, sum=principal, at_most=at_most)


def signed(t: Translator, params: SignTogether, result: SignedTogether) -> Screen:
    """One has signed; with the last signature all are paid."""
    group = params.group
    if result.loan is None or result.received is None or result.reference is None:
        count = t("group_loans.have_signed", signed=result.signed, of=result.of)
        see = Button(t("group_loans.see"), f"grouploan:{group}")
        return Screen(lines(t("group_loans.you_signed"), count), ((see, *menu_row(t)),))
    text = t("group_loans.all_signed", amount=result.received, reference=result.reference)
    contract = Button(t("borrow.contract"), f"contract:{result.loan}")
    loans = Button(t("menu.loans"), "do:loans")
    return Screen(text, ((loans, contract), menu_row(t)))


def taken_back(t: Translator, group: int) -> Screen:
    """The signature is taken back; nobody is told."""
    see = Button(t("group_loans.see"), f"grouploan:{group}")
    return Screen(t("group_loans.taken_back"), ((see, *menu_row(t)),))


def end_card(t: Translator) -> Html:
    """What ending it does, before it is confirmed."""
    return t("group_loans.end_card")


def ended(t: Translator, params: EndGroupLoan, result: Nothing) -> Screen:
    """It is over for all."""
    return Screen(t("group_loans.ended"), (menu_row(t),))
