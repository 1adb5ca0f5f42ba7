"""Saying anew what one earns and pays elsewhere: the next decision looks at that."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers import service as customers
from finance_core.kernel.money import BASE_CURRENCY, Money
from handlers.chat.filters import Means
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.loans.screens import borrow as screens

router = Router(name="own income")


@router.message(Means("own_income"))
@router.callback_query(Means("own_income"))
async def own_income(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask for the income, then for other instalments, and keep both; what was said before is replaced."""
    talk.require_joined()
    for question in ("income", "other"):
        if question not in slots:
            await ask(talk.state, "own_income", question, slots)
            return screens.application_question(talk.t, question)
    nothing = Money.zero(BASE_CURRENCY)
    income, other = money_slot(slots, "income") or nothing, money_slot(slots, "other") or nothing
    await customers.answer_affordability(talk.unit, talk.customer.id, income=income, other_instalments=other)
    return screens.income_kept(talk.t, income, other)
