"""Tabs in the private chat: keep one with who is named, note what one paid, settle it by one bill, or drop it."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers.queries import by_id
from finance_core.friends import tabs as core
from finance_core.friends.models import Tab, TabItem, TabState
from finance_core.friends.notifications import words_of
from finance_core.friends.packets import new_token
from finance_core.friends.rules.splits import checked_people, debts
from finance_core.friends.tabs import NewTab
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, whole_number
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.friends.intents import OfTab, OpenTab
from handlers.friends.people import named
from handlers.friends.screens import tabs as screens
from handlers.friends.screens.bills import Debt
from handlers.phrases.readers.friends import tab_item
from handlers.wallet import payees

router = Router(name="tabs")
router.callback_query.middleware(CountsMisses())

_LISTED: Final = 4


@router.message(Means("tab"))
@router.callback_query(Means("tab"))
async def tab(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show the open tabs that one is in; with people named, offer to keep a new one with them."""
    talk.require_joined()
    people = [person.id for person in await named(talk, slots) if person.id != talk.customer.id]
    if not people and "title" not in slots:
        open_ones = await core.open_tabs_of(talk.unit, talk.customer.id, _LISTED)
        return screens.tabs(talk.t, [(_title(talk, each), each.token) for each in open_ones])
    checked_people(len(people))
    title = slots.get("title", "").strip()
    if not title:
        await ask(talk.state, "tab", "title", slots)
        return screens.ask_title(talk.t)
    params = OpenTab(title=title, people=tuple(people), token=new_token())
    return await offer(talk, OPEN, params, screens.card(talk.t, params, [await _name(talk, each) for each in people]))


@router.callback_query(Tap("tab"))
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a tab as it stands: what was paid, and who would pay whom. Raises NotFound: `tab`."""
    return await _shown(talk, await core.find(talk.unit, argument(arguments), talk.customer.id))


@router.message(Means("tab_paid"))
@router.callback_query(Means("tab_paid"))
async def paid(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Note what one paid for all in a tab; how much and for what is asked."""
    found = await core.find(talk.unit, slots.get("token", ""), talk.customer.id)
    if found.state != TabState.OPEN:
        raise Conflict(ErrorCode.TAB_ENDED)
    said = slots.get("tab_item", "")
    item = tab_item(said) if said else None
    if item is None:
        await ask(talk.state, "tab_paid", "tab_item", {"token": found.token})
        return screens.ask_item(talk.t, unclear=bool(said))
    amount = money_slot({"amount": item[0]}, asset=ASSETS[found.asset])
    assert amount is not None, "a sum was read"
    await core.add(talk.unit, talk.cipher, found.token, talk.customer.id, amount, item[1], new_token())
    return await _shown(talk, found)


@router.callback_query(Tap("tabout"))
async def take_out(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take the last thing that one noted out of a tab. Raises as `tabs.remove`."""
    found = await core.find(talk.unit, argument(arguments), talk.customer.id)
    await core.remove(talk.unit, found.token, talk.customer.id, whole_number(argument(arguments[1:])) or 0)
    return await _shown(talk, found)


@router.callback_query(Tap("settletab"))
async def settle(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to settle one's own tab: who will be asked to pay whom how much."""
    found = await _of_mine(talk, argument(arguments))
    total = await core.total_of(talk.unit, found)
    if not total:
        raise Conflict(ErrorCode.TAB_EMPTY)
    card = screens.settle_card(talk.t, _title(talk, found), await _owed(talk, found))
    return await offer(talk, SETTLE, OfTab(sum=total, token=found.token), card)


@router.callback_query(Tap("droptab"))
async def drop(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to drop one's own tab."""
    found = await _of_mine(talk, argument(arguments))
    total = await core.total_of(talk.unit, found)
    return await offer(
        talk, DROP, OfTab(sum=total, token=found.token), screens.drop_card(talk.t, _title(talk, found), total)
    )


async def _of_mine(talk: Talk, token: str) -> Tab:
    found = await core.find(talk.unit, token, talk.customer.id)
    if found.organiser_id != talk.customer.id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if found.state != TabState.OPEN:
        raise Conflict(ErrorCode.TAB_ENDED)
    return found


async def _shown(talk: Talk, found: Tab) -> Screen:
    items = await core.items_of(talk.unit, found)
    kept = screens.Kept(
        title=_title(talk, found),
        people=tuple([await _name(talk, each) for each in await core.people_of(talk.unit, found)]),
        items=tuple([await _item(talk, found, item) for item in items]),
        owed=tuple(await _owed(talk, found)) if items else (),
        token=found.token,
        is_own=found.organiser_id == talk.customer.id,
        is_open=found.state == TabState.OPEN,
    )
    return screens.one(talk.t, kept)


async def _item(talk: Talk, found: Tab, item: TabItem) -> screens.Item:
    amount, note = Money(item.amount, ASSETS[found.asset]), words_of(item.note_sealed, talk.cipher, item.key, "note")
    is_own = item.payer_id == talk.customer.id
    return screens.Item(item.id, await _name(talk, item.payer_id), amount, note, is_own)


async def _owed(talk: Talk, found: Tab) -> list[Debt]:
    """Return who would pay whom how much if the tab were settled now."""
    asset = ASSETS[found.asset]
    return [
        Debt(await _name(talk, each.payer), await _name(talk, each.payee), Money(each.amount, asset))
        for each in debts(await core.stakes_of(talk.unit, found))
    ]


async def _name(talk: Talk, customer_id: int) -> str:
    return payees.name_of(talk, await by_id(talk.unit, customer_id))


def _title(talk: Talk, found: Tab) -> str:
    return words_of(found.title_sealed, talk.cipher, found.token, "title")


async def _open(talk: Talk, params: OpenTab, key: str) -> Nothing:
    new = NewTab(params.title, params.people)
    await core.open_tab(talk.unit, talk.cipher, talk.customer.id, new, params.token)
    return Nothing()


async def _settle(talk: Talk, params: OfTab, key: str) -> Nothing:
    await core.settle(talk.unit, talk.cipher, params.token, talk.customer.id, params.sum)
    return Nothing()


async def _drop(talk: Talk, params: OfTab, key: str) -> Nothing:
    await core.drop(talk.unit, params.token, talk.customer.id)
    return Nothing()


OPEN: Final = Action("friends.open_tab", OpenTab, Nothing, needs_pin=False, run=_open, done=shows(screens.kept))
SETTLE: Final = Action("friends.settle_tab", OfTab, Nothing, needs_pin=False, run=_settle, done=shows(screens.settled))
DROP: Final = Action("friends.drop_tab", OfTab, Nothing, needs_pin=False, run=_drop, done=shows(screens.dropped))
ACTIONS: Final = (OPEN, SETTLE, DROP)
