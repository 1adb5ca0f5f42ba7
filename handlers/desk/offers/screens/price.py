"""What an offer says of its product's price: made of the catalogue's figures alone, in the language of who reads it."""

from __future__ import annotations

from typing import Final

from finance_core.kernel.money import Money
from finance_core.offers.planning.pricing import Figures
from finance_core.offers.rules.figures import DepositFigures, FundFigures
from finance_core.offers.rules.price import Example, Payments
from handlers.locales import Html, Translator

_TWO: Final = 2


def price(t: Translator, figures: Figures) -> Html:
    """Return what has to be said of a product beside an offer of it."""
    if isinstance(figures, Example):
        return _credit(t, figures)
    return _deposit(t, figures) if isinstance(figures, DepositFigures) else _fund(t, figures)


def _credit(t: Translator, example: Example) -> Html:
    return t(
        "offer_price.credit",
        all_in=t.percent(example.all_in),
        amount=_money(t, example.amount),
        term=t(f"offer_price.term_{example.unit}", count=example.count),
        rate=t.percent(example.rate),
        fees=_fees(t, example),
        payments=_payments(t, example),
        total=_figure(example.total),
        cost=_figure(example.cost),
        lowest=t.percent(example.lowest),
        highest=t.percent(example.highest),
    )


def _fees(t: Translator, example: Example) -> Html:
    if example.withheld:
        return t("offer_price.fee_withheld", fee=_money(t, example.withheld), received=_money(t, example.received))
    if example.fee_each:
        return t("offer_price.fee_each", fee=_money(t, example.fee_each))
    return t("offer_price.no_fees")


def _payments(t: Translator, example: Example) -> Html:
    runs = example.payments
    count = sum(run.count for run in runs)
    if count == 1:
        return t("offer_price.pays_once", amount=_figure(runs[0].amount), day=t.day(example.last_on))
    if len(runs) == 1:
        return t("offer_price.pays", count=count, amount=_figure(runs[0].amount))
    first, last = _figure(runs[0].amount), _figure(runs[-1].amount)
    if _has_an_odd_end(runs):
        return t("offer_price.pays_and_last", count=count - 1, amount=first, last=last)
    return t("offer_price.pays_between", count=count, amount=first, last=last)


def _has_an_odd_end(runs: tuple[Payments, ...]) -> bool:
    return len(runs) == _TWO and runs[-1].count == 1


def _deposit(t: Translator, figures: DepositFigures) -> Html:
    terms = [t("offer_price.days_at", days=term.days, rate=t.percent(term.rate)) for term in figures.terms]
    return t("offer_price.deposit", terms=Html(t.listed(terms)), early=t.percent(figures.demand_rate))


def _fund(t: Translator, figures: FundFigures) -> Html:
    fees = (figures.entry_fee, figures.exit_fee, figures.yearly_fee)
    if not any(fees):
        return t("offer_price.fund_without_fees", risk=figures.risk)
    entry, leaving, yearly = (t.percent(fee) for fee in fees)
    return t("offer_price.fund", risk=figures.risk, entry=entry, leaving=leaving, yearly=yearly)


def _money(t: Translator, money: Money) -> Html:
    code = money.asset.code
    known = f"offer_price.currency_{code}"
    return t("offer_price.money", amount=_figure(money), currency=t(known) if t.has(known) else code)


def _figure(money: Money) -> str:
    """Return a sum's figure alone: "3,000.00"."""
    return f"{money.decimal:,}"
