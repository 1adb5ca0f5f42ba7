"""Where one stands: the balance in short, and *My money* with everything."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.kernel.money import Money
from finance_core.loans import queries as loans
from finance_core.loans.models import LoanState
from finance_core.wallet import queries as wallet
from finance_core.wealth import queries as wealth
from finance_core.wealth.product import fund_on_sale
from handlers.filters import Means
from handlers.screens import balance as screens
from handlers.screens.balance import Standing
from handlers.screens.base import Screen
from handlers.slots import ASSET
from handlers.talk import Talk

router = Router(name="balance")


@router.message(Means("balance"))
@router.callback_query(Means("balance"))
async def balance(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what is available, what is on its way, what is in Change Plus, what is owed."""
    return screens.balance(talk.t, await _standing(talk))


@router.message(Means("money"))
@router.callback_query(Means("money"))
async def money(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show *My money*: the total, yesterday's income, and each part."""
    fund = await fund_on_sale(talk.unit)
    return screens.money(talk.t, await _standing(talk), await wealth.yields(talk.unit, fund))


async def _standing(talk: Talk) -> Standing:
    fund = await fund_on_sale(talk.unit)
    return Standing(
        wallet=await wallet.balance(talk.unit, talk.customer.id, ASSET),
        change_plus=await wealth.position(talk.unit, fund, talk.customer.id),
        owed=await _owed(talk),
    )


async def _owed(talk: Talk) -> Money:
    """Return what would settle all loans today."""
    running = await loans.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)
    views = [await loans.view(talk.unit, loan) for loan in running]
    return sum((view.settlement for view in views), Money.zero(ASSET))
