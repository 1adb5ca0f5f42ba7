"""The screens of standing for somebody's loan, for the borrower and for who stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.kernel.payloads import Nothing
from finance_core.loans.origination.notices import GuaranteeAnswered, GuaranteeAsked, GuaranteeCalled, PaidForYou
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.loans.intents import NamePeople, OfGuarantee, PaidBetween
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.origination.guarantees import Standing
    from finance_core.loans.origination.models import Guarantee, LoanApplication
    from finance_core.loans.products.parts import Guarantees

STATES: Final = ("asked", "accepted", "refused", "bound")
"""What is said of somebody who was asked."""


def group(
    t: Translator,
    application: LoanApplication,
    standing: Sequence[Guarantee],
    names: Mapping[int, str],
    rules: Guarantees,
) -> Screen:
    """Who has been asked to stand, and what they said; the way to sign once all have accepted."""
    rows = [
        t("guarantors.row", name=names[each.customer_id], state=t(f"guarantors.state_{each.state}"))
        for each in standing
    ]
    if not standing or any(each.state == "refused" for each in standing):
        ask = t("guarantors.ask_people", least=rules.least, most=rules.most)
        return Screen(lines(t("guarantors.title"), *rows, "", ask), (menu_row(t),))
    if all(each.state == "accepted" for each in standing):
        sign = Button(t("guarantors.sign"), f"offer:{application.id}")
        return Screen(lines(t("guarantors.title"), *rows, "", t("guarantors.all_stand")), ((sign,), menu_row(t)))
    again = Button(t("guarantors.look_again"), f"group:{application.id}")
    return Screen(lines(t("guarantors.title"), *rows, "", t("guarantors.waiting")), ((again, *menu_row(t)),))


def people_card(t: Translator, names: Sequence[str], rules: Guarantees) -> Html:
    """Who is named so far, and whether that is enough."""
    listed = [t("guarantors.named_row", name=name) for name in names]
    if len(names) < rules.least:
        return lines(t("guarantors.named"), *listed, "", t("guarantors.name_more", least=rules.least))
    if len(names) > rules.most:
        return lines(t("guarantors.named"), *listed, "", t("guarantors.too_many", most=rules.most))
    return lines(t("guarantors.named"), *listed, "", t("guarantors.confirm_people", count=len(names)))


def asked(t: Translator, params: NamePeople, result: Nothing) -> Screen:
    """They have been asked."""
    look = Button(t("guarantors.look_again"), f"group:{params.application}")
    return Screen(t("guarantors.people_asked", count=len(params.people)), ((look, *menu_row(t)),))


def stand_card(t: Translator, view: Standing, name: str, rules: Guarantees, application: LoanApplication) -> Html:
    """For what one is asked to stand: which loan, which share, at most how much, when it would be asked for."""
    guarantee = view.guarantee
    return lines(
        t("guarantors.stand_title", name=name, sum=view.principal),
        t("guarantors.stand_price", rate=t.percent(application.all_in_rate)),
        t("guarantors.stand_share", nr=1, of=guarantee.share_of, at_most=view.at_most),
        t("guarantors.stand_when", days=t("common.day", count=rules.asked_after_days)),
        t("guarantors.stand_never_debited"),
        t("guarantors.stand_confirm"),
    )


def refuse_row(t: Translator, guarantee_id: int) -> tuple[Button, ...]:
    """The way to say no."""
    return (Button(t("guarantors.refuse"), f"stand_no:{guarantee_id}"),)


def refused(t: Translator) -> Screen:
    """One does not stand for it."""
    return Screen(t("guarantors.refused"), (menu_row(t),))


def accepted(t: Translator, params: OfGuarantee, result: Nothing) -> Screen:
    """One stands for it."""
    return Screen(t("guarantors.accepted"), ((Button(t("guarantors.mine"), "do:guarantees"), *menu_row(t)),))


def nothing(t: Translator) -> Screen:
    """One stands for nothing."""
    return Screen(t("guarantors.nothing"), (menu_row(t),))


def standing(t: Translator, view: Standing, name: str) -> Screen:
    """One thing that a person stands for: the share, the most, what is asked for, what is owed back."""
    guarantee, zero = view.guarantee, Money.zero(view.at_most.asset)
    text = lines(
        t("guarantors.standing", name=name, sum=view.principal, state=t(f"guarantors.state_{guarantee.state}")),
        t("guarantors.stand_share", nr=1, of=guarantee.share_of, at_most=view.at_most),
        t("guarantors.to_pay", sum=view.to_pay) if view.to_pay > zero else t("guarantors.nothing_to_pay"),
        t("guarantors.claim", sum=view.claim, name=name) if view.claim > zero else None,
    )
    pay = (Button(t("guarantors.pay"), f"stand_pay:{guarantee.id}"),) if view.to_pay > zero else ()
    look = (Button(t("guarantors.look"), f"stand:{guarantee.id}"),) if guarantee.state == "asked" else ()
    return Screen(text, ((*pay, *look, *menu_row(t)),))


def pay_card(t: Translator, view: Standing, name: str) -> Html:
    """What paying does, before it is confirmed."""
    return t("guarantors.pay_card", sum=view.to_pay, name=name)


def pay_back_card(t: Translator, claim: Guarantee, name: str) -> Html:
    """What paying back does, before it is confirmed."""
    return t("guarantors.pay_back_card", sum=Money(claim.paid - claim.paid_back, BASE_CURRENCY), name=name)


def claim_on_me(t: Translator, claim: Guarantee, name: str) -> Screen:
    """Somebody has paid for one's own loan and is to get it back."""
    back = Button(t("guarantors.pay_back"), f"stand_back:{claim.id}")
    return Screen(
        t("guarantors.claim_on_me", sum=Money(claim.paid - claim.paid_back, BASE_CURRENCY), name=name), ((back,),)
    )


def paid(t: Translator, params: OfGuarantee, result: PaidBetween) -> Screen:
    """The money has moved."""
    return Screen(t("guarantors.paid", sum=result.sum, reference=result.reference), (menu_row(t),))


# -- notices --------------------------------------------------------------------------------------------------------


def asked_to_stand(t: Translator, told: GuaranteeAsked) -> Screen:
    """Somebody asks one to stand for a loan."""
    look = Button(t("guarantors.look"), f"stand:{told.guarantee}")
    said = t("guarantors.notice_asked", name=told.name, sum=told.sum, at_most=told.at_most)
    return Screen(said, ((look,),))


def answered(t: Translator, told: GuaranteeAnswered) -> Screen:
    """One of those who were asked has answered."""
    said = t("guarantors.notice_accepted" if told.accepted else "guarantors.notice_refused", name=told.name)
    left = t("guarantors.notice_waiting", count=told.waiting) if told.accepted and told.waiting else None
    return Screen(lines(said, left), ((Button(t("guarantors.look_again"), f"group:{told.application}"),),))


def called(t: Translator, told: GuaranteeCalled) -> Screen:
    """What one stands for is overdue: the share is asked for, with a way to pay it."""
    pay = Button(t("guarantors.pay"), f"stand_pay:{told.guarantee}")
    return Screen(t("guarantors.notice_called", name=told.name, sum=told.sum), ((pay,),))


def paid_for_you(t: Translator, told: PaidForYou) -> Screen:
    """A guarantor has paid: the borrower owes it to them now."""
    back = Button(t("guarantors.pay_back"), f"stand_back:{told.guarantee}")
    said = t("guarantors.notice_paid_for_you", name=told.name, sum=told.sum, reference=told.reference)
    return Screen(said, ((back,),))
