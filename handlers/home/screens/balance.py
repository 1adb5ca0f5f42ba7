"""Where one stands, as screens: the balance in short, and *My money*."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, room_beside
from handlers.locales import Html, Translator
from handlers.pictures import plots
from handlers.savings.screens.change_plus import SMALLEST_CARRY, fraction, products_row, seven_days
from handlers.wallet.screens import waiting
from handlers.wallet.screens.waiting import Waits

if TYPE_CHECKING:
    from finance_core.change_plus.liquidity import Place
    from finance_core.change_plus.queries import Position, Yields
    from finance_core.journeys.my_money import Holdings, Worth

DAYS_SHOWN: Final = 30
"""How far back the picture of one's money over time looks."""
GAIN_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that a person has and owes."""

    holdings: Holdings
    owed: Money
    """What would settle all loans today, those that were written off too."""
    waits: Sequence[Waits] = ()
    """Sends that wait to be taken, by the person and from them."""

    @property
    def net(self) -> Money:
        """What the person owns less what they owe."""
        return self.holdings.total - self.owed


def balance(t: Translator, standing: Standing) -> Screen:
    """What is available, and beside it what is elsewhere."""
    wallet, held = standing.holdings.wallet, standing.holdings.change_plus
    text = lines(
        t("wealth.available", amount=wallet.available),
        t("wealth.on_its_way", amount=wallet.on_its_way) if wallet.on_its_way else None,
        _pots(t, standing.holdings),
        t("wealth.in_change_plus", amount=held.total) if held.total else None,
        *_elsewhere(t, standing.holdings),
        t("wealth.owed", amount=standing.owed) if standing.owed else None,
    )
    ways = (Button(t("menu.topup"), "do:topup"), Button(t("menu.money"), "do:money"))
    more = (Button(t("menu.history"), "do:history"), *menu_row(t))
    return Screen(
        waiting.below(t, text, standing.waits),
        (*waiting.rows(t, standing.waits, room_beside(ways, more)), ways, more),
    )


def money(
    t: Translator, standing: Standing, yields: Yields | None, queue: Sequence[tuple[Money, Place]], on: date
) -> Screen:
    """What is really one's own first, then what one owns and owes, yesterday's income, each part; as a picture too."""
    holdings, held = standing.holdings, standing.holdings.change_plus
    text = lines(
        t("wealth.my_money", amount=standing.net),
        t("wealth.own_and_owe", owned=holdings.total, owed=standing.owed) if standing.owed else None,
        _income(t, held),
        "",
        t("wealth.in_wallet", amount=holdings.wallet.available),
        t("wealth.on_its_way", amount=holdings.wallet.on_its_way) if holdings.wallet.on_its_way else None,
        _pots(t, holdings),
        t("wealth.in_change_plus", amount=held.total),
        *_parts(t, held),
        *[_place(t, amount, place) for amount, place in queue],
        seven_days(t, yields) if yields else None,
        *_elsewhere(t, holdings),
        t("wealth.owed", amount=standing.owed) if standing.owed else None,
    )
    ways = (Button(t("wealth.put_in_button"), "do:invest"), Button(t("wealth.take_out"), "do:withdraw"))
    shares = [(name, amount) for name, amount in _shares(t, holdings) if amount]
    picture = plots.allocation(t, shares, on, standing.owed) if len(shares) > 1 else None
    text = waiting.below(t, text, standing.waits)
    over_time = (Button(t("wealth.over_time"), "do:money_days"),)
    # the other ways of saving stand on the page of putting in as well, and make room for what waits
    more = (ways, over_time) if standing.waits else (ways, products_row(t), over_time)
    waits = waiting.rows(t, standing.waits, room_beside(*more)) if standing.waits else ()
    return Screen(text, (*waits, *more), picture=picture)


def money_days(t: Translator, values: Mapping[date, Worth], *, has_funds: bool) -> Screen:
    """What was one's own day by day: the first, the last, the least and the most in words, all of them in the picture;
    of who owes, what they owned and owed as well.
    """
    days, net = sorted(values), {day: each.net for day, each in values.items()}
    last, owes = values[days[-1]], any(each.owed for each in values.values())
    owned = {day: each.owned for day, each in values.items()} if owes else None
    text = lines(
        t("wealth.over_time_title", first=days[0], last=days[-1]),
        t("wealth.from_to", first=net[days[0]], last=last.net),
        t("wealth.own_and_owe", owned=last.owned, owed=last.owed) if owes else None,
        t("wealth.least_and_most", least=min(net.values()), most=max(net.values())),
        t("wealth.a_loan_is_no_gain") if owes else None,
    )
    gain = (Button(t("wealth.gain_button"), "do:gain_days"),) if has_funds else ()
    more = (Button(t("wealth.income_button"), "do:income_days"), *gain)
    return Screen(text, (more, _back(t)), picture=plots.value_over_time(t, net, owned))


def income_days(t: Translator, incomes: Mapping[date, Money]) -> Screen:
    """What Change Plus paid day by day: all of it, the last, the least and the most in words, each in the picture."""
    days, paid = sorted(incomes), list(incomes.values())
    text = lines(
        t("wealth.income_title", first=days[0], last=days[-1]),
        t("wealth.income_sum", total=sum(paid[1:], paid[0]), latest=incomes[days[-1]], day=t.short_day(days[-1])),
        t("wealth.income_least_and_most", least=min(paid), most=max(paid)),
    )
    picture = plots.income_by_day(t, t("wealth.name_change_plus"), incomes) if any(paid) else None
    return Screen(text, (_back(t),), picture=picture)


def gain_days(t: Translator, values: Mapping[date, tuple[Money, Money]]) -> Screen:
    """What one's funds are worth beside what was paid for them: the gain in words, both lines in the picture."""
    days = sorted(values)
    worth, paid = values[days[-1]]
    text = lines(
        t("wealth.gain_title", day=days[-1]),
        t("wealth.gain_now", worth=worth, paid=paid, gain=worth - paid),
        t("funds.past"),
    )
    drawn = {day: each for day, each in values.items() if any(each)}
    picture = plots.gain(t, drawn) if len(drawn) > 1 else None
    return Screen(text, ((Button(t("menu.funds"), "do:funds"), *_back(t)),), picture=picture)


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t("menu.money"), "do:money"), *menu_row(t))


def _shares(t: Translator, holdings: Holdings) -> Iterator[tuple[str, Money]]:
    """Yield what the ring is made of: each product's name, and what is in it."""
    yield t("wealth.name_wallet"), holdings.wallet.available + holdings.wallet.on_its_way
    yield t("wealth.name_pots"), holdings.in_pots
    yield t("wealth.name_change_plus"), holdings.change_plus.total
    yield t("wealth.name_funds"), holdings.funds
    yield t("wealth.name_deposits"), holdings.deposits


def _pots(t: Translator, holdings: Holdings) -> Html | None:
    return t("wealth.in_pots", amount=holdings.in_pots) if holdings.in_pots else None


def _elsewhere(t: Translator, holdings: Holdings) -> Iterator[Html]:
    if holdings.funds:
        yield t("wealth.in_funds", amount=holdings.funds)
    if holdings.deposits:
        yield t("wealth.in_deposits", amount=holdings.deposits)


def _place(t: Translator, amount: Money, place: Place) -> Html:
    if place.expected_on is None:
        return t("wealth.queued_open", amount=amount, place=place.number)
    return t("wealth.queued", amount=amount, place=place.number, day=place.expected_on)


def _income(t: Translator, held: Position) -> Html | None:
    """Yesterday's income and all of it; nothing before the first."""
    if not (held.yesterday or held.earned):
        return None
    owed = t("wealth.owes_income", amount=held.owed) if held.owed else None
    return lines(t("wealth.yesterday", amount=held.yesterday, earned=held.earned), owed)


def _parts(t: Translator, held: Position) -> Iterator[Html]:
    """What of Change Plus is on its way in or out, and the fraction that is too small to be paid."""
    for earns_on, orders in groupby(sorted(held.pending, key=lambda order: order.confirm_on), lambda o: o.confirm_on):
        amount = Money(sum(order.left for order in orders), held.confirmed.asset)
        yield t("wealth.earns_from", amount=amount, day=earns_on)
    if held.on_the_way_out:
        yield t("wealth.leaving", amount=held.on_the_way_out)
    if held.sweep_floor is not None:
        yield t("wealth.sweep_is_on", floor=held.sweep_floor)
    if held.carry >= SMALLEST_CARRY:
        yield t("wealth.carried", amount=fraction(t, held.confirmed.asset.code, held.carry))
