"""What operators see of a fund's income and its cash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines
from handlers.desk.intents import PublishIncome, SellInstruments, Sold
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.change_plus.liquidity import Liquidity
    from finance_core.change_plus.product import MoneyFund
    from finance_core.change_plus.publishing import Published

DAYS_ON_BUTTONS: Final = 3


def desk(
    t: Translator, fund: MoneyFund, missing: Sequence[date], stands: Liquidity, today: date, *, may_sell: bool
) -> Screen:
    """Which days wait for their income, what the fund's cash is, who waits for it."""
    computed = fund.computed_income(today) is not None
    waits = t("income.days_wait", count=len(missing), first=missing[0]) if missing else t("income.no_day_waits")
    text = lines(
        t("income.title"),
        waits,
        t("income.is_computed") if computed else None,
        "",
        t("income.cash", cash=stands.cash, instruments=stands.instruments),
        t("income.advanced", advanced=stands.advanced, line=fund.advance_line),
        t("income.queue", count=stands.waiting_orders, waiting=stands.waiting) if stands.waiting_orders else None,
        "",
        t("income.how_to"),
    )
    days = [(t.short_day(day), f"do:income_for:day={day}") for day in [*missing[:DAYS_ON_BUTTONS], today]]
    sell = (Button(t("income.sell"), "do:sell_instruments"),) if may_sell and stands.instruments else ()
    return Screen(text, (*choices(days, per_row=4), (*sell, _to_desk(t))))


def ask_rate(t: Translator, day: date) -> Screen:
    """Ask for a day's income per 10,000 units."""
    return Screen(t("income.ask_rate", day=day), ((_to_desk(t),),))


def publish_card(t: Translator, seen: Published) -> Html:
    """What an income comes to, before it is published."""
    return lines(
        t("income.card", day=seen.on, rate=f"{seen.rate:f}"),
        t("income.pays", units=seen.units, pays=seen.pays),
        t("income.seven_days", rate=seen.seven_days) if seen.seven_days is not None else t("income.no_seven_days"),
        t("income.is_loss") if seen.is_loss else None,
    )


def published(t: Translator, params: PublishIncome, result: Nothing) -> Screen:
    """The income stands."""
    text = t("income.published", day=params.on, rate=f"{params.rate:f}", pays=params.pays)
    return Screen(text, ((Button(t("income.to_desk"), "do:income_desk"),),))


def ask_sale(t: Translator, stands: Liquidity) -> Screen:
    """Ask how much of the instruments becomes cash; what the queue lacks is on a button."""
    lacks = min(max(stands.waiting - stands.cash, Money.zero(stands.cash.asset)), stands.instruments)
    sums = {lacks, stands.instruments} - {Money.zero(stands.cash.asset)}
    buttons = tuple(Button(t.money(amount), f"ans:{amount.decimal:f}") for amount in sorted(sums))
    text = t("income.ask_sale", instruments=stands.instruments, waiting=stands.waiting)
    return Screen(text, (buttons, (_to_desk(t),)))


def sale_card(t: Translator, amount: Money, stands: Liquidity) -> Html:
    """What a sale of instruments makes of the fund's cash."""
    return lines(
        t("income.sale_card", amount=amount),
        t("income.cash", cash=stands.cash + amount, instruments=stands.instruments - amount),
    )


def sold(t: Translator, params: SellInstruments, result: Sold) -> Screen:
    """The instruments are cash, and who waits is paid."""
    text = t("income.sold", amount=params.sum, reference=result.reference)
    return Screen(text, ((Button(t("income.to_desk"), "do:income_desk"),),))


def _to_desk(t: Translator) -> Button:
    return Button(t("operator.to_desk"), "do:operator")
