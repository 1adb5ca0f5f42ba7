"""The screens of term deposits: what they bring, the card before the PIN, the ladder, what going early costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from finance_core.deposits.notices import EarlyReceipt, MaturedReceipt, Matures, OpenedReceipt, RolledReceipt
from finance_core.kernel.money import ASSETS, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, page_of
from handlers.locales import Html, Translator
from handlers.savings.intents import OpenDeposit, Opened, TakeEarly, TakenEarly

if TYPE_CHECKING:
    from finance_core.deposits.models import Deposit
    from finance_core.deposits.product import DepositProduct
    from finance_core.deposits.queries import Rung
    from finance_core.deposits.rules import Early
    from finance_core.deposits.service import Offer

ROLLOVERS: Final = ("out", "principal", "all")
_SUMS: Final = (500, 1_000, 5_000)
_MOST_BUTTONS: Final = 4
"""Of deposits, the way to more of them included: a card has six at most."""


# -- opening ------------------------------------------------------------------------------------------------------


def page(t: Translator, product: DepositProduct, days: int) -> Screen:
    """What terms there are, what it is, and how much to put in; `days` (0: none) have been said."""
    text = lines(
        t("deposits.title"),
        *(t("deposits.rate_line", days=t("common.day", count=each), rate=t.percent(product.rates[each]))
          for each in ([days] if days in product.rates else product.rates)),
        "",
        t("deposits.what_it_is", demand=t.percent(product.demand_rate)),
        "",
        t("deposits.ask_amount", minimum=product.minimum),
    )  # fmt: skip
    sums = tuple(Button(f"{amount:,}", f"ans:{amount}") for amount in _SUMS)
    return Screen(text, (sums, (Button(t("deposits.mine"), "do:deposits"), *menu_row(t))))


def ask_days(t: Translator, product: DepositProduct, amount: Money) -> Screen:
    """For how long, each with its rate."""
    terms = [
        Button(t("deposits.days_button", count=days, rate=t.percent(rate)), f"ans:{days}")
        for days, rate in product.rates.items()
    ]
    rows = tuple(tuple(terms[start : start + 2]) for start in range(0, len(terms), 2))
    return Screen(t("deposits.ask_days", amount=amount), (*rows[:2], menu_row(t)))


def open_card(t: Translator, made: Offer, left: Money) -> Html:
    """What comes back and when, what it costs to go early, what stays in the wallet."""
    return lines(
        t("deposits.open_card", amount=made.amount, days=t("common.day", count=made.days)),
        t("deposits.rate", rate=t.percent(made.annual_rate)),
        t("deposits.comes_back", total=made.total, interest=made.interest, day=made.pays_on),
        _shifted(t, made.matures_on, made.pays_on),
        "",
        t("deposits.early_rule", demand=t.percent(made.demand_rate)),
        t("deposits.at_the_end"),
        t("deposits.left", left=left),
    )


def ask_adult(t: Translator) -> Screen:
    """A first contract asks for the age."""
    return Screen(t("deposits.ask_adult"), ((Button(t("common.yes"), "ans:yes"), Button(t("common.no"), "ans:no")),))


def too_young(t: Translator) -> Screen:
    """No contract below 18."""
    return Screen(t("deposits.too_young"), (menu_row(t),))


def opened(t: Translator, params: OpenDeposit, result: Opened) -> Screen:
    """The contract stands."""
    text = t(
        "deposits.opened",
        amount=params.sum,
        matures=result.matures_on,
        balance=result.balance,
        reference=result.reference,
    )
    paper = Button(t("deposits.certificate"), f"certificate:{result.deposit}")
    return Screen(text, ((paper, Button(t("deposits.mine"), "do:deposits")), menu_row(t)))


# -- what there is ------------------------------------------------------------------------------------------------


def ladder(t: Translator, held: Sequence[Rung], start: int = 0) -> Screen:
    """What comes back when, a line for each and buttons for those from `start` on; the total at the end."""
    new = (Button(t("deposits.new"), "do:deposit"), *menu_row(t))
    if not held:
        return Screen(t("deposits.none"), (new,))
    asset = held[0].interest.asset
    text = lines(
        t("deposits.ladder_title"),
        *(_rung(t, number, rung) for number, rung in enumerate(held, 1)),
        "",
        t("deposits.ladder_total", amount=sum((rung.principal for rung in held), Money.zero(asset)),
          earned=sum((rung.earned for rung in held), Money.zero(asset))),
    )  # fmt: skip
    page, following = page_of(held, start, _MOST_BUTTONS)
    numbers = tuple(Button(f"{number}", f"depo:{rung.deposit.id}") for number, rung in page)
    more = (Button(t("common.more"), f"do:deposits:from={following}"),) if following is not None else ()
    return Screen(text, ((*numbers, *more), new))


def deposit_card(t: Translator, rung: Rung) -> Screen:
    """One running deposit and what can be done with it."""
    deposit = rung.deposit
    text = lines(
        t("deposits.card_title", amount=rung.principal, days=t("common.day", count=deposit.days)),
        t("deposits.rate_since", rate=t.percent(deposit.annual_rate), day=deposit.opened_on),
        t("deposits.so_far", earned=rung.earned),
        t("deposits.comes_back", total=rung.total, interest=rung.interest, day=rung.pays_on),
        _shifted(t, deposit.matures_on, rung.pays_on),
        t(f"deposits.then_{deposit.rollover}"),
    )
    change = Button(t("deposits.change_end"), f"rollover:{deposit.id}")
    out = Button(t("deposits.take_early"), f"depoout:{deposit.id}")
    paper = Button(t("deposits.certificate"), f"certificate:{deposit.id}")
    return Screen(text, ((change, out), (paper, Button(t("common.back"), "do:deposits")), menu_row(t)))


def ended(t: Translator, deposit: Deposit) -> Screen:
    """A deposit that runs no more."""
    amount = Money(deposit.principal, ASSETS[deposit.asset])
    return Screen(
        t("deposits.ended", amount=amount, day=deposit.ended_on),
        ((Button(t("deposits.mine"), "do:deposits"), *menu_row(t)),),
    )


def ask_rollover(t: Translator, deposit: Deposit) -> Screen:
    """What is to be done at maturity."""
    amount = Money(deposit.principal, ASSETS[deposit.asset])
    text = lines(t("deposits.ask_rollover", amount=amount, day=deposit.matures_on), t("deposits.roll_terms"))
    return Screen(text, (*_choices(t, deposit.id), (Button(t("common.back"), f"depo:{deposit.id}"),)))


# -- early --------------------------------------------------------------------------------------------------------


def ask_which(t: Translator, held: Sequence[Rung]) -> Screen:
    """Several deposits, a button for each; none: say so."""
    if not held:
        return ladder(t, held)
    buttons = [
        (
            Button(
                t("deposits.which", amount=rung.principal, day=t.short_day(rung.pays_on)), f"depoout:{rung.deposit.id}"
            ),
        )
        for rung in held[:_MOST_BUTTONS]
    ]
    return Screen(t("deposits.ask_which"), (*buttons, menu_row(t)))


def ways_out(t: Translator, deposit: Deposit, whole: Early, most: Money) -> Screen:
    """All of it or a part, and what that costs."""
    asset = ASSETS[deposit.asset]
    text = lines(
        t("deposits.ways_out", amount=Money(whole.part, asset)),
        _cost(t, whole, deposit),
        None if most else t("deposits.no_part"),
    )
    everything = Button(t("deposits.all_of_it"), f"depoout:{deposit.id}:all")
    part = (Button(t("deposits.a_part"), f"depoout:{deposit.id}:part"),) if most else ()
    return Screen(text, ((everything, *part), (Button(t("common.back"), f"depo:{deposit.id}"), *menu_row(t))))


def ask_part(t: Translator, most: Money) -> Screen:
    """How much of it."""
    return Screen(t("deposits.ask_part", most=most), (menu_row(t),))


def early_card(t: Translator, rung: Rung, terms: Early) -> Html:
    """What is paid, what it costs against waiting, and what stays, before the PIN."""
    asset = rung.interest.asset
    left = Money(terms.left, asset)
    return lines(
        t("deposits.early_card", amount=Money(terms.part, asset), total=Money(terms.paid, asset)),
        _cost(t, terms, rung.deposit),
        t("deposits.would_have", interest=rung.interest, day=rung.pays_on),
        t("deposits.stays", left=left) if left else None,
    )


def taken_early(t: Translator, params: TakeEarly, result: TakenEarly) -> Screen:
    """The money is in the wallet."""
    text = lines(
        t("deposits.taken_early", total=result.paid, balance=result.balance, reference=result.reference),
        t("deposits.stays", left=result.left) if result.left else None,
    )
    return Screen(text, ((Button(t("deposits.mine"), "do:deposits"), *menu_row(t)),))


# -- notices ------------------------------------------------------------------------------------------------------


def matures(t: Translator, told: Matures) -> Screen:
    """Some days before maturity: what comes back, and what is to be done with it."""
    text = lines(
        t("deposits.matures_soon", total=told.sum, interest=told.interest, day=told.pays_on),
        _shifted(t, told.matures_on, told.pays_on),
        t(f"deposits.then_{told.rollover}"),
        t("deposits.roll_terms"),
    )
    return Screen(text, _choices(t, told.deposit))


def receipt_opened(t: Translator, told: OpenedReceipt) -> Screen:
    """A deposit was opened."""
    text = t(
        "deposits.receipt_opened",
        sum=told.sum,
        days=t("common.day", count=told.days),
        rate=t.percent(told.rate),
        matures=told.matures_on,
        balance=told.balance,
        reference=told.reference,
    )
    return Screen(text)


def receipt_early(t: Translator, told: EarlyReceipt) -> Screen:
    """Money came out before maturity."""
    return Screen(
        t(
            "deposits.receipt_early",
            sum=told.sum,
            interest=told.interest,
            balance=told.balance,
            reference=told.reference,
        )
    )


def receipt_matured(t: Translator, told: MaturedReceipt) -> Screen:
    """A deposit was paid out; perhaps it was to go on and could not."""
    text = t("deposits.receipt_matured", sum=told.sum, interest=told.interest, reference=told.reference)
    return Screen(lines(text, t("deposits.could_not_roll") if told.declined else None))


def receipt_rolled(t: Translator, told: RolledReceipt) -> Screen:
    """A deposit goes on as a new contract."""
    text = t(
        "deposits.receipt_rolled",
        days=t("common.day", count=told.days),
        rate=t.percent(told.rate),
        matures=told.matures_on,
        sum=told.sum,
        interest=told.interest,
        reference=told.reference,
    )
    return Screen(text, ((Button(t("deposits.mine"), "do:deposits"),),))


# -- inside -------------------------------------------------------------------------------------------------------


def _choices(t: Translator, deposit_id: int) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(t(f"deposits.roll_{each}"), f"rollover:{deposit_id}:{each}"),) for each in ROLLOVERS)


def _rung(t: Translator, number: int, rung: Rung) -> Html:
    return t(
        "deposits.rung",
        number=number,
        day=rung.pays_on,
        total=rung.total,
        principal=rung.principal,
        rate=t.percent(rung.deposit.annual_rate),
    )


def _cost(t: Translator, terms: Early, deposit: Deposit) -> Html:
    asset, demand = ASSETS[deposit.asset], t.percent(deposit.demand_rate)
    return t(
        "deposits.cost", demand=demand, interest=Money(terms.interest, asset), given_up=Money(terms.given_up, asset)
    )


def _shifted(t: Translator, matures_on: date, pays_on: date) -> Html | None:
    return t("deposits.shifted", day=matures_on) if pays_on != matures_on else None
