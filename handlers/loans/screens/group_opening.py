"""Proposing to borrow together: in which circle, how much, who; what each would sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, confirm_buttons, lines, menu_row, page_of
from handlers.loans.group_intents import GroupLoanIsProposed, ProposeGroupLoan
from handlers.loans.screens.borrow import PRODUCTS
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.origination.quoting import Quote
    from finance_core.loans.products.product_terms import LoanProduct

_LISTED: Final = 4
_PEOPLE: Final = 4
_SUMS: Final = (1, 3, 5)
"""What stands on buttons, in times of the least that is lent."""


def no_circle(t: Translator, least: int) -> Screen:
    """There is no circle in which this person could borrow together with others; the other ways."""
    alone = Button(t("group_loans.with_guarantors"), f"do:borrow:product={PRODUCTS[3]}")
    circles = Button(t("my_circles.to_circles"), "do:circles")
    return Screen(t("group_loans.no_circle", least=least), ((alone,), (circles, *menu_row(t))))


def which_circle(t: Translator, titles: Sequence[tuple[str, str]]) -> Screen:
    """Several circles would do: ask which."""
    labels = [(f"{title} ({code})" if title else code, f"do:group_loan:circle={code}") for title, code in titles]
    return Screen(t("group_loans.which_circle"), (*choices(labels[:_LISTED], per_row=1), menu_row(t)))


def ask_sum(t: Translator, title: str, product: LoanProduct) -> Screen:
    """Ask how much is proposed to each."""
    text = lines(
        t("group_loans.title", title=title),
        t("group_loans.how_it_goes"),
        "",
        t("group_loans.ask_each", minimum=product.minimum, maximum=product.maximum, step=product.step),
    )
    return Screen(text, (sums(product),))


def sums(product: LoanProduct) -> tuple[Button, ...]:
    """Return sums to tap."""
    tapped = [product.minimum * times for times in _SUMS]
    return tuple(Button(f"{each.decimal:,f}", f"ans:{each.decimal.normalize():f}") for each in tapped)


def card(t: Translator, title: str, people: Sequence[str], quote: Quote, card: tuple[str, int]) -> Screen:
    """What is proposed, what it would be for who proposes it, and what each stands for."""
    token, version = card
    others = len(people) - 1
    text = lines(
        t("group_loans.title", title=title),
        t("group_loans.each", sum=quote.principal, parts=t("borrow.parts", count=quote.tenor.count)),
        t("group_loans.who", names=t.listed(people)),
        "",
        t("group_loans.for_you"),
        *_price(t, quote),
        "",
        t("group_loans.shares", share=max(quote.repaid.split([1] * others)), repaid=quote.repaid) if others else None,
        late(t, quote.product),
        t("group_loans.seven_days"),
    )
    who = Button(t("group_loans.who_button"), f"glwho:{token}:{version}:0")
    another = Button(t("group_loans.another_sum"), f"glsum:{token}:{version}")
    count = Button(t("group_loans.count_button", count=quote.tenor.count), f"glcount:{token}:{version}")
    return Screen(text, (*confirm_buttons(t, token, version), (who, another), (count,)))


def _price(t: Translator, quote: Quote) -> tuple[Html, ...]:
    return (
        t("borrow.all_in", rate=t.percent(quote.all_in_rate)),
        t("group_loans.first_instalment", amount=quote.instalment),
        t("borrow.repaid_in_all", total=quote.repaid),
    )


def late(t: Translator, product: LoanProduct) -> Html:
    """Return what happens where one of them is late."""
    assert product.guarantees is not None
    return t("group_loans.late", days=t("common.day", count=product.guarantees.asked_after_days))


def who(t: Translator, others: Sequence[tuple[int, str, bool]], start: int, card: tuple[str, int]) -> Screen:
    """Who of the circle is asked, to tap on and off."""
    token, version = card
    page, following = page_of(others, start, _PEOPLE)
    turns = [
        (f"{'☑' if is_in else '☐'} {name}", f"glput:{token}:{version}:{person}:{start}")
        for _, (person, name, is_in) in page
    ]
    more = (Button(t("common.more"), f"glwho:{token}:{version}:{following}"),) if following is not None else ()
    done = Button(t("group_loans.done"), f"glcard:{token}:{version}")
    chosen = sum(is_in for _, _, is_in in others)
    text = t("group_loans.tap_who", count=chosen + 1)
    return Screen(text, (*choices(turns, per_row=1), (*more, done)))


def proposed(t: Translator, params: ProposeGroupLoan, result: GroupLoanIsProposed) -> Screen:
    """The others are asked; one's own line comes next."""
    own = Button(
        t("group_loans.ask_for", sum=params.sum, count=params.count),
        f"groupask:{result.group}:{params.sum.amount}:{params.count}",
    )
    see = Button(t("group_loans.see"), f"grouploan:{result.group}")
    return Screen(t("group_loans.is_proposed", count=len(params.people) - 1), ((own,), (see, *menu_row(t))))
