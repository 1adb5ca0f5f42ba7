"""Questions about what things cost, as money, and about how much may be moved, with what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from finance_core import ledger
from finance_core.change_plus import queries as change_plus
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.service import holding_limit
from finance_core.customers.rules import TIERS
from finance_core.customers.service import out_limit
from finance_core.deposits import queries as deposits
from finance_core.deposits.product import deposit_on_sale
from finance_core.funds import queries as funds
from finance_core.funds.product import NavFundTerms, funds_on_sale
from finance_core.funds.rules import net_of_fee, subscription_percent
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.loans import queries as loans
from finance_core.loans.book.statement import statement
from finance_core.loans.models import Loan
from finance_core.loans.origination.quoting import products
from finance_core.loans.products.product_terms import LoanProduct
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.loans.screens.borrow import product_name
from handlers.locales import Html
from handlers.wallet.topics.common import what_stops
from handlers.wallet.topics.movements import named_by_reference, newest_movements, same_reference, what_moved

EXAMPLE: Final = Money.of(1_000, BASE_CURRENCY)
"""What a percentage is said of, where no sum was asked about."""
_PAYMENTS: Final = ("loan.repayment", "loan.debit")
MOST_TOLD: Final = 2


# -- what things cost ---------------------------------------------------------------------------------------------


async def what_fees(talk: Talk, asked: Asked) -> Answer:
    """All fees of the catalogue as money: what is free, then loans, then funds."""
    t, amount = talk.t, amount_asked(asked) or EXAMPLE
    sold = await products(talk.unit)
    dear = [line for product in sold for line in _loan_fees(talk, product, amount)]
    free = [product_name(t, product.code) for product in sold if not _loan_fees(talk, product, amount)]
    factors = sorted({product.penalty_factor for product in sold})
    text = lines(
        t("wallet_topics.free", nothing=Money.zero(BASE_CURRENCY)),
        t("wallet_topics.loans_without_fee", names=t.listed(free)) if free else None,
        *dear,
        t("wallet_topics.late_costs", factor=factors[-1].normalize()) if factors else None,
        *[_fund_fees(talk, fund, amount) for fund in await funds_on_sale(talk.unit)],
    )
    return Answer(text, (act(t, "help", t("wallet_topics.costs_button"), hint="costs"), act(t, "funds")))


def _loan_fees(talk: Talk, product: LoanProduct, amount: Money) -> list[Html]:
    """Say each fee of a loan product, of an example within its bounds; nothing where it has none."""
    t, name = talk.t, product_name(talk.t, product.code)
    lent = min(max(amount, product.minimum), product.maximum)
    withheld = product.fees.withheld_from(lent)
    found = [
        t("wallet_topics.fee_at_disbursement", name=name, fee=withheld, amount=lent) if withheld else None,
        t("wallet_topics.fee_each_instalment", name=name, fee=product.fees.each_instalment)
        if product.fees.each_instalment
        else None,
        t("wallet_topics.fee_late", name=name, fee=product.fees.late, days=product.grace_days)
        if product.fees.late
        else None,
    ]
    return [line for line in found if line is not None]


def _fund_fees(talk: Talk, fund: NavFundTerms, amount: Money) -> Html:
    percent = subscription_percent(amount.amount, fund.subscription_fees)
    fee = amount - fund.money(net_of_fee(amount.amount, percent))
    first = fund.redemption_fees[0]
    return talk.t(
        "wallet_topics.fee_of_fund",
        name=talk.t.own(fund.name),
        fee=fee,
        amount=amount,
        percent=talk.t.percent(first.percent),
        days=first.below_days,
    )


# -- why something was charged ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee that somebody has paid: when, how much, what for, and the reference of the movement."""

    on: date
    fee: Money
    why: Html
    reference: str


async def why_charged(talk: Talk, asked: Asked) -> Answer:
    """The last fees that were paid, each with what it is for; where there is none, what the movement was."""
    t, amount = talk.t, amount_asked(asked)
    named = asked.slots.get("reference")
    charges = sorted((*await _of_loans(talk), *await _of_funds(talk)), key=lambda charge: charge.on, reverse=True)
    meant = [charge for charge in charges if amount in (None, charge.fee)]
    if named is not None:
        meant = [charge for charge in charges if same_reference(charge.reference, named)]
        if not meant:
            return await named_by_reference(talk, asked) or Answer(t("wallet_topics.no_fee"))
    moved = [] if meant else await newest_movements(talk, amount)
    if meant:
        is_any = amount is None and named is None
        first = t("wallet_topics.you_paid_fees") if is_any else t("wallet_topics.that_was_a_fee")
    elif moved:
        first = t("wallet_topics.no_fee_but", amount=amount)
    elif charges:
        first = t("wallet_topics.no_fee_of_that_sum", amount=amount)
    else:
        first = t("wallet_topics.no_fee")
    text = lines(
        first,
        *[
            t("wallet_topics.charge", day=each.on, fee=each.fee, why=each.why, reference=each.reference)
            for each in (meant or ([] if moved else charges))[:MOST_TOLD]
        ],
        *[what_moved(talk, line) for line in moved[:MOST_TOLD]],
        t("wallet_topics.fees_are_shown_first", nothing=Money.zero(BASE_CURRENCY)),
    )
    return Answer(text, (act(t, "history"), ask(t, "fees.what")))


async def _of_loans(talk: Talk) -> list[Charge]:
    held = await loans.of_customer(talk.unit, talk.customer.id)
    found = [(*await _at_disbursement(talk, loan), *await _in_payments(talk, loan)) for loan in held]
    return [charge for charges in found for charge in charges]


async def _at_disbursement(talk: Talk, loan: Loan) -> list[Charge]:
    if not loan.fee_deferred:
        return []
    posted = await ledger.find(talk.unit, f"{loan.key}:disbursed")
    why = talk.t("wallet_topics.why_at_disbursement", name=product_name(talk.t, loan.product))
    reference = posted.reference if posted is not None else ""
    return [Charge(loan.disbursed_on, Money(loan.fee_deferred, BASE_CURRENCY), why, reference)]


async def _in_payments(talk: Talk, loan: Loan) -> list[Charge]:
    """Return the fees and the penalties that payments of a loan went to, by its statement."""
    name, found = product_name(talk.t, loan.product), []
    for line in await statement(talk.unit, loan):
        if line.kind not in _PAYMENTS or line.is_reversal:
            continue
        for part, why in ((line.fee, "wallet_topics.why_in_instalment"), (line.penalty, "wallet_topics.why_late")):
            if part.amount < 0:
                found.append(Charge(line.on, -part, _why(talk, why, name), line.reference))
    return found


def _why(talk: Talk, key: str, name: str) -> Html:
    return talk.t(key, name=name)


async def _of_funds(talk: Talk) -> list[Charge]:
    """Return the fees of orders in funds that were not taken back: of buying, of selling soon, of switching."""
    found = []
    for order in await funds.charged_orders(talk.unit, talk.customer.id):
        fund = await funds.fund_numbered(talk.unit, order.fund_id)
        posted = await ledger.find(talk.unit, order.key)
        is_buying = order.kind == "subscription"
        key = "wallet_topics.why_buying" if is_buying else "wallet_topics.why_selling"
        why = _why(talk, key, talk.t.own(fund.name))
        reference = posted.reference if posted is not None else ""
        on, fee = order.confirmed_on or order.ordered_on, fund.money(order.fee + order.to_fee)
        found.append(Charge(on, fee, why, reference))
    return found


# -- limits -------------------------------------------------------------------------------------------------------


async def limits(talk: Talk, asked: Asked) -> Answer:
    """This person's limits, each with what is left of it; and what the next level would allow."""
    t, unit, customer = talk.t, talk.unit, talk.customer
    out, fund = await out_limit(unit, customer), await fund_on_sale(unit)
    deposit, sold = await deposit_on_sale(unit), await funds_on_sale(unit)
    held = (await change_plus.position(unit, fund, customer.id)).total
    in_deposits = await deposits.held(unit, customer.id, deposit.asset)
    key = "wallet_topics.out_for_life" if out.is_for_life else "wallet_topics.out_this_year"
    most = holding_limit(fund, customer.tier)
    fast = await change_plus.fast_left(unit, fund, customer.id)
    in_funds = max((each.holding_limit(customer.tier) for each in sold), default=Money.zero(BASE_CURRENCY))
    text = lines(
        await _may_leave(talk, amount_asked(asked)),
        t(key, **_used(out.used, out.limit)),
        t("wallet_topics.limit_change_plus", **_used(held, most)) if most else None,
        t("wallet_topics.limit_at_once", left=fast, limit=fund.fast_quota) if most else None,
        t("wallet_topics.limit_deposits", **_used(in_deposits, deposit.limit(customer.tier))) if most else None,
        t("wallet_topics.limit_fund", limit=in_funds) if in_funds else None,
        t("wallet_topics.saving_comes_later", next=customer.tier + 1) if not most else None,
        _next_level(talk),
    )
    join = () if customer.has_joined else (act(t, "join", t("onboarding.go_on")),)
    higher = (ask(t, "identity.how"),) if customer.tier + 1 < len(TIERS) else ()
    return Answer(text, (*join, *higher, act(t, "limits")))


async def _may_leave(talk: Talk, amount: Money | None) -> Html | None:
    """Say whether a sum that was asked about could leave now, and why not; nothing where no sum was named."""
    if amount is None:
        return None
    stop = await what_stops(talk, amount)
    return talk.t("wallet_topics.may_leave", amount=amount) if stop is None else Html(stop.text)


def _used(used: Money, limit: Money) -> dict[str, Money]:
    return {"used": used, "limit": limit, "left": max(limit - used, Money.zero(limit.asset))}


def _next_level(talk: Talk) -> Html | None:
    """Say what the next level lets out; nothing at the highest."""
    tier = talk.customer.tier + 1
    if tier >= len(TIERS):
        return talk.t("wallet_topics.highest_level", tier=talk.customer.tier)
    return talk.t("wallet_topics.next_level", tier=talk.customer.tier, next=tier, limit=TIERS[tier].out_limit)


TOPICS: Final = (
    Topic("fees.what", what_fees),
    Topic("fees.why_charged", why_charged),
    Topic("limits.what", limits),
)
