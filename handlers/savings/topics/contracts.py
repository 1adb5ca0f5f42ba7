"""Questions about what runs by itself or until a day: term deposits, plans, round-ups, the auto-sweep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.catalogue import product_version
from finance_core.change_plus import queries as change_plus
from finance_core.change_plus.product import fund_on_sale
from finance_core.deposits import queries
from finance_core.deposits.product import deposit_on_sale, deposit_product
from finance_core.deposits.queries import Rung
from finance_core.deposits.service import early_offer, most_in_part
from finance_core.journeys.plans import queries as plans
from finance_core.journeys.plans.models import Plan, PlanState
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import Money
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.locales import Html
from handlers.savings.screens.plans import described
from handlers.savings.topics.what import rates_of

MOST_TOLD: Final = 3


# -- deposits -----------------------------------------------------------------------------------------------------


async def maturity(talk: Talk, asked: Asked) -> Answer:
    """Each deposit: the day, the sum, what happens then, and until when that can be changed."""
    t, held = talk.t, await queries.ladder(talk.unit, talk.customer.id)
    if not held:
        return await _no_deposit(talk)
    meant = _meant(held, amount_asked(asked))
    product = deposit_product(
        await product_version(talk.unit, meant[0].deposit.product, meant[0].deposit.product_version)
    )
    text = lines(
        *[
            lines(
                t("savings_topics.deposit_comes_back", principal=rung.principal, total=rung.total, day=rung.pays_on),
                t(f"deposits.then_{rung.deposit.rollover}"),
            )
            for rung in meant[:MOST_TOLD]
        ],
        t("savings_topics.more_deposits", count=len(meant) - MOST_TOLD) if len(meant) > MOST_TOLD else None,
        t("savings_topics.maturity_rule", days=product.asked_days_before),
    )
    change = Button(t("deposits.change_end"), f"rollover:{meant[0].deposit.id}")
    return Answer(text, (change, act(t, "deposits", t("deposits.mine"))))


async def early_out(talk: Talk, asked: Asked) -> Answer:
    """What comes back today, in full and in part, and what is lost by it."""
    t, held = talk.t, await queries.ladder(talk.unit, talk.customer.id)
    if not held:
        return await _no_deposit(talk)
    amount = amount_asked(asked)
    rung = _meant(held, amount)[0]
    asset = rung.interest.asset
    part = amount if amount is not None and amount < rung.principal else None
    try:
        terms = await early_offer(talk.unit, rung.deposit, part)
    except FinanceError as refused:
        text = lines(
            refusal(t, refused).text,
            t("savings_topics.deposit_comes_back", principal=rung.principal, total=rung.total, day=rung.pays_on),
        )
        return Answer(text, (act(t, "deposits", t("deposits.mine")),))
    most = await most_in_part(talk.unit, rung.deposit)
    text = lines(
        t("savings_topics.early_pays", total=Money(terms.paid, asset), part=Money(terms.part, asset)),
        t(
            "savings_topics.early_costs",
            interest=Money(terms.interest, asset),
            given_up=Money(terms.given_up, asset),
            demand=t.percent(rung.deposit.demand_rate),
        ),
        t("deposits.would_have", interest=rung.interest, day=rung.pays_on),
        t("savings_topics.part_once", most=most) if most else t("deposits.no_part"),
        t("savings_topics.other_deposits", count=len(held) - 1) if len(held) > 1 else None,
    )
    said = {"amount": f"{part.decimal:f}"} if part is not None else {}
    take = act(t, "break_deposit", t("deposits.take_early"), deposit=str(rung.deposit.id), **said)
    return Answer(text, (take, act(t, "deposits", t("deposits.mine"))))


async def _no_deposit(talk: Talk) -> Answer:
    """Say that there is no deposit, and the rules of those on sale."""
    t, product = talk.t, await deposit_on_sale(talk.unit)
    text = lines(
        t("savings_topics.no_deposit"),
        rates_of(t, product),
        t("savings_topics.early_rule", demand=t.percent(product.demand_rate)),
        t("savings_topics.maturity_rule", days=product.asked_days_before),
    )
    return Answer(text, (act(t, "deposit", t("deposits.new")),))


def _meant(held: Sequence[Rung], amount: Money | None) -> Sequence[Rung]:
    """Return the deposits that a sum names, else those that are large enough for it, else all; the next first."""
    if amount is None:
        return held
    exact = [rung for rung in held if amount in (rung.principal, rung.total)]
    return exact or [rung for rung in held if rung.principal > amount] or held


# -- what runs by itself ------------------------------------------------------------------------------------------


async def plan_how(talk: Talk, asked: Asked) -> Answer:
    """What runs by itself, each with its next day and sum; how one begins, pauses and stops it."""
    t, plus = talk.t, await fund_on_sale(talk.unit)
    running = await plans.of_customer(talk.unit, talk.customer.id)
    floor = (await change_plus.position(talk.unit, plus, talk.customer.id)).sweep_floor
    text = lines(
        t("savings_topics.plans_run", count=len(running)) if running else t("savings_topics.no_plans"),
        *[_plan_line(talk, each) for each in running[:MOST_TOLD]],
        t("wealth.sweep_on", floor=floor) if floor is not None else None,
        t("savings_topics.plan_begins"),
        t("savings_topics.plan_rule"),
    )
    new = act(t, "plan", t("plans.new"))
    mine = act(t, "plans", t("plans.mine"))
    sweep = act(t, "sweep", t("wealth.sweep_button"))
    return Answer(text, ((mine, new, sweep) if running else (new, mine, sweep)))


def _plan_line(talk: Talk, found: Plan) -> Html:
    """Say what a plan does, and on which day next; that it rests."""
    t = talk.t
    what = described(t, found)
    if found.state == PlanState.PAUSED:
        return t("savings_topics.plan_rests", what=what)
    if found.next_on is None:
        return t("savings_topics.plan_goes_on", what=what)
    return t("savings_topics.plan_next", what=what, day=found.next_on)


TOPICS: Final = (
    Topic("deposit.maturity", maturity),
    Topic("deposit.early_out", early_out),
    Topic("plan.how", plan_how),
)
