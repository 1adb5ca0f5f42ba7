"""The screens of funds: what each is, what it did (with its dates), the cards of orders with their days said first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Self

from finance_core.funds.rules import net_of_fee, subscription_percent, units_for
from finance_core.kernel.money import Money
from handlers.chat.screens.base import CALLBACK_BYTES, Button, Screen
from handlers.chat.screens.cards import CANCEL, lines, menu_row
from handlers.chat.screens.ways import act
from handlers.locales import Html, Translator
from handlers.pictures import plots

if TYPE_CHECKING:
    from finance_core.funds.models import NavSuspension
    from finance_core.funds.product import NavFundTerms
    from finance_core.funds.queries import Growth, Nav, Position
    from finance_core.funds.rules import Dates, Proceeds
    from handlers.pictures.plot import Plot

SUMS: Final = (100, 500, 1_000)
_FEWEST_POINTS: Final = 2
_MOST_BUTTONS: Final = 6
"""On a card: a small phone shows no more without scrolling."""


@dataclass(frozen=True, slots=True)
class FundView:
    """Everything that a fund's page shows."""

    fund: NavFundTerms
    price: Nav | None
    growths: Sequence[Growth]
    history: Sequence[Nav]
    position: Position | None
    """None for who has never bought it."""
    suspension: NavSuspension | None
    risk_class: int | None
    """The person's own, None when they have none that holds."""


@dataclass(frozen=True, slots=True)
class BuyFigures:
    """What an order to buy comes to."""

    amount: Money
    fee: Money
    percent: Decimal
    net: Money
    units: Money | None
    """About, at the last NAV; None before the first."""
    left: Money

    @classmethod
    def of(cls, fund: NavFundTerms, amount: Money, price: Nav | None, left: Money) -> Self:
        """Return the figures of an order for `amount`, fee included."""
        percent = subscription_percent(amount.amount, fund.subscription_fees)
        net = fund.money(net_of_fee(amount.amount, percent))
        units = fund.units(units_for(net.amount, price.nav)) if price is not None else None
        return cls(amount, amount - net, percent, net, units, left)


@dataclass(frozen=True, slots=True)
class Readings:
    """What a bare number may mean: so many units, which are worth about so much; or money, which is about so many."""

    units: Money
    worth: Money
    money: Money
    bought: Money


# -- what there is ------------------------------------------------------------------------------------------------


def listing(t: Translator, views: Sequence[FundView]) -> Screen:
    """All funds, each with its risk, its NAV and what it did in a year, with the dates."""
    text = lines(t("funds.title"), "", *[_line(t, view) for view in views], "", t("funds.past"))
    rows = [(Button(name_of(t, view.fund), f"do:fund:fund={view.fund.code}"),) for view in views]
    return Screen(text, (*rows, (Button(t("funds.my_orders"), "do:fund_orders"), *menu_row(t))))


def page(t: Translator, view: FundView) -> Screen:
    """One fund: what it holds and risks, its prices, its fees, what the person has in it; and a picture of its NAV."""
    fund = view.fund
    text = lines(
        t("funds.page_title", name=name_of(t, fund), risk=fund.risk),
        holds_of(t, fund),
        _suspended(t, view.suspension),
        "",
        price_line(t, view.price),
        _range(t, view),
        *[_growth(t, each) for each in view.growths],
        t("funds.past") if view.growths else None,
        *_holding(t, view.position),
        "",
        t(f"suitability.risk_{fund.risk}"),
        t("funds.not_a_deposit"),
        _fees(t, fund),
    )
    return Screen(text, _page_buttons(t, view), picture=_history(t, view))


def which(t: Translator, intent: str, funds: Sequence[NavFundTerms], said: Mapping[str, str] | None = None) -> Screen:
    """Ask which fund is meant; what was `said` beside it goes along."""
    rows = [(Button(name_of(t, fund), with_said(f"do:{intent}:fund={fund.code}", said)),) for fund in funds]
    return Screen(t("funds.which"), (*rows, menu_row(t)))


def nothing_held(t: Translator) -> Screen:
    """There is nothing to sell."""
    return Screen(t("funds.nothing_held"), ((Button(t("menu.funds"), "do:funds"), *menu_row(t)),))


# -- orders -------------------------------------------------------------------------------------------------------


def ask_amount(t: Translator, fund: NavFundTerms) -> Screen:
    """Ask how much to buy for."""
    sums = tuple(Button(f"{amount:,}", f"ans:{amount}") for amount in SUMS)
    return Screen(t("funds.ask_amount", name=name_of(t, fund), minimum=fund.minimum), (sums, menu_row(t)))


def ask_units(t: Translator, fund: NavFundTerms, held: Money) -> Screen:
    """Ask how many units to sell or to switch; all of them is a button."""
    everything = Button(t("funds.all_units", units=held), f"ans:{held.decimal:f}")
    return Screen(t("funds.ask_units", name=name_of(t, fund), units=held), ((everything,), menu_row(t)))


def units_or_money(t: Translator, fund: NavFundTerms, read: Readings, intent: str, named: Mapping[str, str]) -> Screen:
    """Ask whether a bare number counts units or money, each said as the other too."""
    units = t("funds.as_units", units=read.units, worth=read.worth)
    money = t("funds.as_money", money=read.money, units=read.bought)
    ways = (
        (act(t, intent, units, **named, amount=plain(read.units.decimal)),),
        (act(t, intent, money, **named, worth=plain(read.money.decimal)),),
        (Button(t("common.cancel"), CANCEL), *menu_row(t)),
    )
    return Screen(t("funds.units_or_money", name=name_of(t, fund), units=read.units, money=read.money), ways)


def ask_target(t: Translator, fund: NavFundTerms, others: Sequence[NavFundTerms], said: Mapping[str, str]) -> Screen:
    """Ask which fund to switch to; how many units were `said` goes along."""
    same = f"do:fund_switch:fund={fund.code}"
    rows = [(Button(name_of(t, other), with_said(f"{same}:to={other.code}", said)),) for other in others]
    return Screen(t("funds.ask_target", name=name_of(t, fund)), (*rows, menu_row(t)))


def buy_card(t: Translator, fund: NavFundTerms, figures: BuyFigures, dates: Dates, price: Nav | None) -> Html:
    """The days first, then the fee as money, the risk and what selling costs: all that a sale must say."""
    return lines(
        t("funds.buy", name=name_of(t, fund), amount=figures.amount),
        t("funds.buy_days", priced=dates.priced_on, confirm=dates.confirm_on),
        t("funds.take_back_until", day=dates.priced_on, cut_off=fund.cut_off),
        "",
        t("funds.buy_fee", fee=figures.fee, percent=plain(figures.percent), net=figures.net),
        _about_units(t, figures.units, price),
        *_disclosure(t, fund),
        t("funds.left", left=figures.left),
    )


def each_purchase(t: Translator, fund: NavFundTerms, figures: BuyFigures) -> Html:
    """What a plan that buys a fund must say of each purchase: the fee as money, the risk, what selling costs."""
    fee = t("funds.buy_fee", fee=figures.fee, percent=plain(figures.percent), net=figures.net)
    return lines(fee, *_disclosure(t, fund))


def sell_card(
    t: Translator, fund: NavFundTerms, units: Money, came: Proceeds | None, dates: Dates, price: Nav | None
) -> Html:
    """The days first, then about what it brings and what stays in the fund."""
    return lines(
        t("funds.sell", name=name_of(t, fund), units=units),
        t("funds.sell_days", priced=dates.priced_on, pays=dates.pays_on),
        t("funds.take_back_until", day=dates.priced_on, cut_off=fund.cut_off),
        "",
        *_about_proceeds(t, fund, came, price),
    )


def switch_card(
    t: Translator,
    fund: NavFundTerms,
    target: NavFundTerms,
    units: Money,
    came: Proceeds | None,
    figures: BuyFigures | None,
    dates: Dates,
    price: Nav | None,
) -> Html:
    """A redemption and a subscription in one: both fees as money, and the risk of the fund that it goes to."""
    return lines(
        t("funds.switch", name=name_of(t, fund), target=name_of(t, target), units=units),
        t("funds.switch_days", priced=dates.priced_on, confirm=dates.confirm_on),
        t("funds.take_back_until", day=dates.priced_on, cut_off=min(fund.cut_off, target.cut_off)),
        "",
        *_about_proceeds(t, fund, came, price),
        t("funds.switch_fee", name=name_of(t, target), fee=figures.fee, percent=plain(figures.percent))
        if figures is not None
        else None,
        _fees(t, target),
        "",
        t("funds.risk", risk=target.risk, words=t(f"suitability.risk_{target.risk}")),
        t("funds.not_a_deposit"),
    )


# -- pieces -------------------------------------------------------------------------------------------------------


def name_of(t: Translator, fund: NavFundTerms) -> str:
    """Return what a fund is called in the person's language."""
    return t.own(fund.name)


def holds_of(t: Translator, fund: NavFundTerms) -> Html:
    """Return what a fund invests in."""
    return t("funds.holds", holds=t.own(fund.holds))


def price_line(t: Translator, price: Nav | None) -> Html:
    """Return a NAV with its date."""
    return t("funds.no_nav") if price is None else t("funds.nav", nav=f"{price.nav:.4f}", day=price.on)


def with_said(tap: str, said: Mapping[str, str] | None) -> str:
    """Return a tap with what was said as its slots, or without where that does not fit on a button."""
    full = tap + "".join(f":{name}={value}" for name, value in (said or {}).items())
    return full if len(full.encode()) <= CALLBACK_BYTES else tap


def plain(percent: Decimal) -> str:
    """Return a rate without needless zeros: "1.5", "0"."""
    return f"{percent.normalize():f}"


def _line(t: Translator, view: FundView) -> Html:
    held = view.position is not None and bool(view.position.total)
    return lines(
        t("funds.line", name=name_of(t, view.fund), risk=view.fund.risk),
        price_line(t, view.price),
        *[_growth(t, each) for each in view.growths[-1:]],
        t("funds.you_have", value=view.position.total) if held and view.position is not None else None,
    )


def _growth(t: Translator, grown: Growth) -> Html:
    sign = "+" if grown.percent > 0 else ""
    return t("funds.grown", percent=f"{sign}{t.number(grown.percent)}", first=grown.first_on, last=grown.last_on)


def _suspended(t: Translator, suspension: NavSuspension | None) -> Html | None:
    return t("funds.suspended", reason=suspension.reason) if suspension is not None else None


def _holding(t: Translator, held: Position | None) -> Sequence[Html]:
    if held is None or not (held.total or held.put_in):
        return ()
    return (
        Html(""),
        t("funds.you_hold", units=held.units + held.leaving, value=held.value),
        *([t("funds.leaving", units=held.leaving)] if held.leaving else []),
        *([t("funds.ordered", amount=held.ordered)] if held.ordered else []),
        *([t("funds.coming", amount=held.coming)] if held.coming else []),
        t("funds.gain", gain=held.gain, put_in=held.put_in, taken_out=held.taken_out),
        t("funds.dividends_units" if held.dividends == "units" else "funds.dividends_cash"),
    )


def _page_buttons(t: Translator, view: FundView) -> tuple[tuple[Button, ...], ...]:
    code, held = view.fund.code, view.position
    acts = [] if view.suspension is not None else [Button(t("funds.buy_button"), f"do:fund_buy:fund={code}")]
    if held is not None and held.units and view.suspension is None:
        acts.append(Button(t("funds.sell_button"), f"do:fund_sell:fund={code}"))
        acts.append(Button(t("funds.switch_button"), f"do:fund_switch:fund={code}"))
    other = "cash" if held is not None and held.dividends == "units" else "units"
    turn = Button(t(f"funds.take_{other}"), f"do:fund_dividends:fund={code}:to={other}") if held is not None else None
    second = (*([turn] if turn is not None else []), Button(t("funds.my_orders"), "do:fund_orders"))
    back = (Button(t("menu.funds"), "do:funds"), *(menu_row(t) if len(acts) + len(second) < _MOST_BUTTONS - 1 else ()))
    return tuple(row for row in (tuple(acts), second, back) if row)


def _disclosure(t: Translator, fund: NavFundTerms) -> Sequence[str]:
    risk = t("funds.risk", risk=fund.risk, words=t(f"suitability.risk_{fund.risk}"))
    return (_fees(t, fund), "", risk, t("funds.not_a_deposit"))


def _fees(t: Translator, fund: NavFundTerms) -> Html:
    tiers = [
        t("funds.fee_below", days=tier.below_days, percent=plain(tier.percent))
        if tier.below_days is not None
        else t("funds.fee_then", percent=plain(tier.percent))
        for tier in fund.redemption_fees
    ]
    told = Html(t("funds.between").join(tiers))
    return t("funds.fees", tiers=told, management=plain(fund.management_fee))


def _about_units(t: Translator, units: Money | None, price: Nav | None) -> Html | None:
    if units is None or price is None:
        return None
    return t("funds.about_units", units=units, nav=f"{price.nav:.4f}", day=price.on)


def _about_proceeds(t: Translator, fund: NavFundTerms, came: Proceeds | None, price: Nav | None) -> Sequence[Html]:
    if came is None or price is None:
        return (t("funds.no_nav"),)
    about = t("funds.about_proceeds", gross=fund.money(came.gross), nav=f"{price.nav:.4f}", day=price.on)
    return (about, t("funds.stays", fee=fund.money(came.fee), net=fund.money(came.net)))


def _range(t: Translator, view: FundView) -> Html | None:
    """Say in words what the picture of the NAV shows."""
    if len(view.history) < _FEWEST_POINTS:
        return None
    navs, days = [each.nav for each in view.history], [each.on for each in view.history]
    return t("funds.nav_range", first=min(days), last=max(days), least=f"{min(navs):.4f}", most=f"{max(navs):.4f}")


def _history(t: Translator, view: FundView) -> Plot | None:
    """Return the picture of a fund's NAV over its last days; none before there are two of them."""
    navs = {each.on: each.nav for each in view.history}
    return plots.nav_history(t, name_of(t, view.fund), navs) if len(navs) >= _FEWEST_POINTS else None
