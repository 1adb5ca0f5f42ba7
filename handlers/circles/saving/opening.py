"""Opening a savings circle: made in private out of what was said, then shown in its group by its board."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core import intents
from finance_core.circles import drafts
from finance_core.circles.boards import CIRCLE
from finance_core.circles.models import Circle
from finance_core.circles.rules.dates import round_days
from finance_core.circles.saving import forming
from finance_core.circles.saving.forming import SavingSettings
from finance_core.friends.packets import new_token
from finance_core.intents import Intent
from finance_core.journeys.saving_circles import lending
from finance_core.kernel.errors import FinanceError, InvalidInput
from finance_core.loans.origination.circle_loans import all_in_of, rate_cap, require_within_cap
from finance_core.notices import boards
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument
from handlers.chat.confirm import offered, propose
from handlers.chat.faults import refusal
from handlers.chat.filters import Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.drafting import DRAFT, GROUP, today, usual_title
from handlers.circles.forming_intents import CircleIsOpen, OpenCircle
from handlers.circles.links import invitation
from handlers.circles.opening_form import AMOUNT, WANTS, WORDS
from handlers.circles.saving import opening_form as form
from handlers.circles.screens import saving_opening as screens
from handlers.circles.screens.opening import BACK, languages
from handlers.circles.screens.saving_opening import Terms
from handlers.groups.admins import require_admin_of
from handlers.groups.choosing import called, chosen_group

router = Router(name="saving_circles_opening")


async def begin_circle(talk: Talk, slots: Slots) -> Screen:
    """Show a savings circle as it is being made, or ask for what is missing; what was refused is asked once more.

    Raises NotFound: `group`, `circle`; or as what cannot be asked again.
    """
    said = form.heard(slots)
    try:
        async with talk.unit.session.begin_nested():
            return await (_change(talk, said) if DRAFT in said else _make(talk, said))
    except form.Unread as unread:
        return await _ask_again(talk, unread.field, said, unread.refused)
    except FinanceError as refused:
        wanted = form.asked_again(refused)
        if wanted is None:
            raise
        return await _ask_again(talk, wanted, said, refused)


async def _ask_again(talk: Talk, wanted: str, said: Slots, refused: FinanceError) -> Screen:
    kept = {name: value for name, value in said.items() if name != wanted}
    return await _asks(talk, wanted, kept, refusal(talk.t, refused).text)


async def _make(talk: Talk, said: Slots) -> Screen:
    if AMOUNT not in said:
        return await _asks(talk, AMOUNT, said)
    group = await chosen_group(talk, [said[GROUP]], place=0)
    usual = form.usual(usual_title(talk, group), group.language, group.id, said, today(talk))
    settings = form.changed(usual, said, today(talk))
    return await shown_draft(talk, await _drafted(talk, settings, new_token()), None)


async def _change(talk: Talk, said: Slots) -> Screen:
    circle = await drafts.own(talk.unit, talk.customer.id, said[DRAFT])
    settings = await forming.settings_of(talk.unit, circle, talk.cipher)
    return await shown_draft(talk, await _drafted(talk, form.changed(settings, said, today(talk)), circle.token), None)


async def _asks(talk: Talk, wanted: str, said: Slots, refused: str | None = None) -> Screen:
    await ask(talk.state, "circle_open", WORDS, {**said, WANTS: wanted})
    return screens.asks(talk.t, wanted, refused)


async def _drafted(talk: Talk, settings: SavingSettings, token: str) -> Circle:
    """Write the draft down. Raises as `lending.draft`."""
    return await lending.draft(talk.unit, talk.cipher, talk.customer.id, settings, token)


async def terms_of(talk: Talk, circle: Circle) -> Terms:
    """Return what a savings circle is set to, and what that comes to. Raises NotFound: `circle`."""
    settings = await forming.settings_of(talk.unit, circle, talk.cipher)
    days = round_days(settings.first_meeting_on, settings.rules.meetings, settings.period)
    return Terms(settings, days, all_in_of(settings.rules.loan_rate), await rate_cap(talk.unit))


async def shown_draft(talk: Talk, circle: Circle, intent: Intent | None) -> Screen:
    """Return the card of a savings circle that is being made. Raises NotFound: `group`: it has none."""
    params = OpenCircle(token=circle.token, place=circle.place_id)
    if intent is None:
        intent = await propose(talk, OPEN, params)
    else:
        await intents.replace(talk.unit, talk.cipher, intent, params)
    group = await chosen_group(talk, [str(circle.place_id)], place=0)
    return screens.card(talk.t, await terms_of(talk, circle), called(talk, group), (intent.token, intent.version))


@router.callback_query(Tap("savechange"))
async def change(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer what can be changed of a savings circle that is being made, a page of it; or go back to its card."""
    intent, params = await offered(talk, arguments, OPEN)
    page = argument(arguments, 2)
    if page == BACK:
        return await shown_draft(talk, await drafts.own(talk.unit, talk.customer.id, params.token), intent)
    return screens.changes(talk.t, page, (intent.token, intent.version))


@router.callback_query(Tap("saveask"))
async def ask_anew(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for another price, first meeting, end, sum, rate or name."""
    _, params = await offered(talk, arguments, OPEN)
    wanted = argument(arguments, 2)
    return await _asks(talk, wanted if wanted in screens.ASKED else AMOUNT, {DRAFT: params.token})


@router.callback_query(Tap("saveset"))
async def choose(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take a choice that a button makes: shares at a meeting, how often they meet, the board's language."""
    intent, params = await offered(talk, arguments, OPEN)
    circle = await drafts.own(talk.unit, talk.customer.id, params.token)
    settings = await forming.settings_of(talk.unit, circle, talk.cipher)
    field, value = argument(arguments, 2), argument(arguments, 3)
    if value in screens.CHOICES.get(field, ()):
        settings = form.changed(settings, {field: value}, today(talk))
    if field == "language" and value in languages():
        settings = replace(settings, language=value)
    try:
        async with talk.unit.session.begin_nested():
            await _drafted(talk, settings, circle.token)
    except InvalidInput as refused:
        return await _ask_again(talk, form.asked_again(refused) or form.ENDS, {DRAFT: circle.token}, refused)
    return await shown_draft(talk, circle, intent)


async def _open(talk: Talk, params: OpenCircle, key: str) -> CircleIsOpen:
    group = await chosen_group(talk, [str(params.place)], place=0)
    require_admin_of(talk, group)
    drafted = await drafts.own(talk.unit, talk.customer.id, params.token)
    circle = await forming.open_circle(talk.unit, drafted.id, talk.customer.id)
    await boards.show(talk.unit, CIRCLE, circle.id, chat_id=group.chat_id, language=circle.language, pins=group.may_pin)
    settings = await forming.settings_of(talk.unit, circle, talk.cipher)
    await require_within_cap(talk.unit, settings.rules.loan_rate)
    link = invitation(talk.bot_username, circle.token)
    return CircleIsOpen(title=settings.title, code=circle.code, link=link, group=called(talk, group))


OPEN: Final = Action(
    "circles.open_saving", OpenCircle, CircleIsOpen, needs_pin=False, run=_open, done=shows(screens.is_open)
)
ACTIONS: Final = (OPEN,)
