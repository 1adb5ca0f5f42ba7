"""The queue of what waits for a person, gathered from every line that may wait for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.cases import service as cases
from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.friends import queries as friends
from finance_core.friends.bills import left_of
from finance_core.kernel.money import Money
from finance_core.loans import queries as loans
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations import finding
from finance_core.loans.origination import applications, group_lines, guarantees
from finance_core.loans.origination.applications import principal_of
from finance_core.loans.origination.models import GuaranteeState
from finance_core.wallet import queries as wallet
from finance_core.wallet.service import sum_of
from handlers.chat.arguments import count_in
from handlers.chat.filters import Tap
from handlers.chat.screens.base import Button, Screen
from handlers.chat.talk import Talk
from handlers.home.screens.queue import MORE, Entry, queue
from handlers.wallet.screens import waiting as waiting_screens
from handlers.wallet.waiting import waits

router = Router(name="queue")


@router.callback_query(Tap(MORE))
async def further(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show another page of what waits."""
    return await waiting_for(talk, count_in(arguments)) or waiting_screens.nothing(talk.t)


async def waiting_for(talk: Talk, start: int = 0) -> Screen | None:
    """Return what waits for the person to pay, to accept or to answer, and what they sent that waits for others."""
    if not talk.customer.has_joined:
        return waiting_screens.waiting(talk.t, await waits(talk), start)
    sends = await waits(talk)
    to_take = [Entry(*waiting_screens.entry(talk.t, each)) for each in sends if not each.is_own]
    own = [Entry(*waiting_screens.entry(talk.t, each), is_others=True) for each in sends if each.is_own]
    running = await loans.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)
    to_pay = [each async for each in _to_pay(talk, running)]
    to_answer = [each async for each in _to_answer(talk, running)]
    return queue(talk.t, [*to_pay, *to_take, *to_answer, *own], start)


async def _to_pay(talk: Talk, running: Sequence[Loan]) -> AsyncIterator[Entry]:
    t, unit, me = talk.t, talk.unit, talk.customer.id
    for loan in running:
        due = (await loans.view(unit, loan)).due_now
        if due:
            yield Entry(t("queue.due", amount=due), Button(t("wallet.pay", amount=due), f"do:repay:loan={loan.id}"))
    for asked in await wallet.requests_to_pay(unit, me):
        name, amount = await _name(talk, asked.asker_id), sum_of(asked)
        yield Entry(t("queue.request", name=name, amount=amount), _pay(talk, amount, name, f"pay:{asked.token}"))
    for bill, part in await friends.parts_to_pay(unit, me):
        name, amount = await _name(talk, part.payee_id), left_of(bill, part)
        yield Entry(t("queue.part", name=name, amount=amount), _pay(talk, amount, name, f"paybill:{bill.token}"))


async def _to_answer(talk: Talk, running: Sequence[Loan]) -> AsyncIterator[Entry]:
    t, unit, me = talk.t, talk.unit, talk.customer.id
    offer = await applications.officers_offer(unit, me)
    if offer is not None:
        said = t("queue.offer", amount=principal_of(offer))
        yield Entry(said, Button(t("borrow.see_offer"), f"offer:{offer.id}"))
    for loan in running:
        plan = await finding.offer_for(unit, loan.id)
        if plan is not None:
            yield Entry(t("queue.plan"), Button(t("agreement.look"), f"planoffer:{plan.id}"))
    for each in await guarantees.standing_for(unit, me):
        if each.guarantee.state == GuaranteeState.ASKED:
            name = display_name(each.borrower, talk.cipher)
            yield Entry(t("queue.guarantee", name=name), Button(t("guarantors.look"), f"stand:{each.guarantee.id}"))
    for line in await group_lines.of_customer(unit, me):
        if group_lines.waits_for_them(line):
            look = Button(t("group_loans.see"), f"grouploan:{line.group.id}")
            yield Entry(t("queue.group_loan"), look)
    case = await cases.asked_back(unit, me)
    if case is not None:
        yield Entry(t("queue.case", case=case), Button(f"C{case}", f"do:my_case:case={case}"))


async def _name(talk: Talk, customer_id: int) -> str:
    return display_name(await by_id(talk.unit, customer_id), talk.cipher)


def _pay(talk: Talk, amount: Money, name: str, data: str) -> Button:
    return Button(f"{talk.t('wallet.pay', amount=amount)} · {name}", data)
