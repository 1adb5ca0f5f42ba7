"""Opening a circle: asked for in its group by an admin, made in private, and shown in the group by its board."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.circles import drafts
from finance_core.circles.boards import CIRCLE
from finance_core.circles.finding import find
from finance_core.circles.models import Circle
from finance_core.circles.product import terms_of
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.settings import Kind, Settings
from finance_core.friends.packets import new_token
from finance_core.groups.models import GroupChat
from finance_core.intents import Intent
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.notices import boards
from handlers.chat.actions import Action, Actions, shows
from handlers.chat.arguments import argument
from handlers.chat.confirm import confirm, offered, propose
from handlers.chat.faults import refusal
from handlers.chat.filters import InGroup, Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles import opening_form as form
from handlers.circles.drafting import DRAFT, GROUP, today, usual_title
from handlers.circles.forming_intents import CircleIsOpen, OpenCircle
from handlers.circles.links import invitation
from handlers.circles.saving import opening as saving
from handlers.circles.screens import opening as screens
from handlers.groups.admins import require_admin, require_admin_of, was_asked
from handlers.groups.choosing import called, chosen_group, offered_groups
from handlers.groups.links import link_with_words
from handlers.phrases.readers.circle_kinds import KIND, ROTATING, SAVING, of_any

router = Router(name="circles_opening")

_SAID: Final = "circle_said"
"""Under which a conversation's data has what was said of a circle until its group is chosen."""


@router.message(InGroup(), Means("circle", "circle_open"))
async def begin_in_group(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Lead an admin into private with what was said: the circle is made there. Raises as `require_admin`."""
    if was_asked(talk):
        require_admin(talk)
    said = {**slots, **({GROUP: str(talk.group.id)} if talk.group is not None else {})}
    return screens.privately(talk.t, await link_with_words(talk, "circle_open", said))


@router.message(Means("circle"))
@router.callback_query(Means("circle"))
async def ways(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Say in private how a circle begins: with Susu in a group, or in one of the groups that both are in.

    What was said of it already goes along once its group is chosen.
    """
    await talk.state.update_data({_SAID: dict(slots)})
    return screens.ways(talk.t, talk.bot_username, await offered_groups(talk))


@router.callback_query(Tap("circlein"))
async def begin_for_group(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Make a circle for a group that was chosen in private. Raises NotFound: `group`, or as `require_admin`."""
    group = await chosen_group(talk, arguments, place=0)
    require_admin_of(talk, group)
    said = (await talk.state.get_data()).get(_SAID, {})
    return await begin_circle(talk, {**said, GROUP: str(group.id)})


@router.message(Means("circle_open"))
@router.callback_query(Means("circle_open"))
async def begin(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Make a circle with what was said of it; who has not said of which group is asked."""
    if GROUP not in slots and DRAFT not in slots:
        await talk.state.update_data({_SAID: dict(slots)})
        return screens.ways(talk.t, talk.bot_username, await offered_groups(talk))
    return await begin_circle(talk, slots)


async def begin_circle(talk: Talk, slots: Slots) -> Screen:
    """Show a circle as it is being made, or ask for what is missing, its kind first.

    Raises NotAllowed: `join_first`; NotFound: `group`, `circle`; or as what cannot be asked again.
    """
    talk.require_joined()
    kind, said = await _kind(talk, slots)
    if kind == SAVING:
        return await saving.begin_circle(talk, said)
    if kind == ROTATING:
        return await _begin_rotating(talk, said)
    await ask(talk.state, "circle_open", form.WORDS, {**said, form.WANTS: KIND})
    return screens.ask_kind(talk.t, again=slots.get(form.WANTS) == KIND)


async def _kind(talk: Talk, slots: Slots) -> tuple[str | None, dict[str, str]]:
    """Return which kind is made, None where nothing says so, and the slots with an answer to that in them."""
    if DRAFT in slots:
        drafted = await find(talk.unit, slots[DRAFT])
        return SAVING if drafted.kind == Kind.ACCUMULATING else ROTATING, dict(slots)
    if slots.get(form.WANTS) == KIND:
        known = {name: value for name, value in slots.items() if name not in (form.WORDS, form.WANTS)}
        answered = {**known, **of_any(slots.get(form.WORDS, ""))}
        return answered.get(KIND), answered
    of_rotating = ROTATING if form.PLACES in slots or "order" in slots else None
    return slots.get(KIND) or of_rotating, dict(slots)


async def _begin_rotating(talk: Talk, slots: Slots) -> Screen:
    """Show a rotating circle as it is being made, or ask for what is missing; what was refused is asked once more."""
    said = form.heard(slots)
    try:
        async with talk.unit.session.begin_nested():
            return await _change(talk, said) if DRAFT in said else await _make(talk, said)
    except FinanceError as refused:
        wanted = form.ASKED_AGAIN.get(ErrorCode(refused.code))
        if wanted is None:
            raise
        kept = {name: value for name, value in said.items() if name != wanted}
        return await _asks(talk, wanted, kept, refusal(talk.t, refused).text)


async def _make(talk: Talk, said: Slots) -> Screen:
    each = form.contribution(said)
    if each is None:
        return await _asks(talk, form.AMOUNT, said)
    count = form.places(said)
    if count is None:
        return await _asks(talk, form.PLACES, said)
    group = await chosen_group(talk, [said[GROUP]], place=0)
    settings = form.begun(said, each, count, today(talk), _usual(talk, group))
    return await _shown(talk, await _drafted(talk, settings, new_token()), None)


async def _change(talk: Talk, said: Slots) -> Screen:
    circle = await drafts.own(talk.unit, talk.customer.id, said[DRAFT])
    settings = form.changed(drafts.settings_of(circle, talk.cipher), said, today(talk))
    return await _shown(talk, await _drafted(talk, settings, circle.token), None)


async def _asks(talk: Talk, wanted: str, said: Slots, refused: str | None = None) -> Screen:
    await ask(talk.state, "circle_open", form.WORDS, {**said, form.WANTS: wanted})
    return screens.asks(talk.t, wanted, refused)


def _usual(talk: Talk, group: GroupChat) -> Settings:
    """Return what a circle is where nothing is said of it, for a group."""
    return Settings(
        title=usual_title(talk, group),
        contribution=Money(0, BASE_CURRENCY),
        places=0,
        period=Period.WEEK,
        first_due_on=today(talk),
        language=group.language,
        place_id=group.id,
    )


async def _drafted(talk: Talk, settings: Settings, token: str) -> Circle:
    """Write the draft down, where it can be opened as it is. Raises as `drafts.draft`, `drafts.open_circle`."""
    circle = await drafts.draft(talk.unit, talk.cipher, talk.customer.id, settings, token)
    await drafts.require_first(talk.unit, circle, await terms_of(talk.unit, circle.product, circle.product_version))
    return circle


async def _shown(talk: Talk, circle: Circle, intent: Intent | None) -> Screen:
    params = OpenCircle(token=circle.token, place=circle.place_id)
    if intent is None:
        intent = await propose(talk, OPEN, params)
    else:
        await intents.replace(talk.unit, talk.cipher, intent, params)
    group = await chosen_group(talk, [str(circle.place_id)], place=0)
    settings = drafts.settings_of(circle, talk.cipher)
    days = round_days(settings.first_due_on, settings.places, settings.period)
    return screens.card(talk.t, settings, days, called(talk, group), (intent.token, intent.version))


@router.callback_query(Tap("circlechange"))
async def change(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer what can be changed of a circle that is being made, a page of it; or go back to its card."""
    intent, params = await offered(talk, arguments, OPEN)
    circle = await drafts.own(talk.unit, talk.customer.id, params.token)
    page = argument(arguments, 2)
    if page == screens.BACK:
        return await _shown(talk, circle, intent)
    settings = drafts.settings_of(circle, talk.cipher)
    return screens.changes(talk.t, page, settings, (intent.token, intent.version))


@router.callback_query(Tap("circleask"))
async def ask_anew(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for another contribution, number of places, first day, name or security."""
    _, params = await offered(talk, arguments, OPEN)
    wanted = argument(arguments, 2)
    return await _asks(talk, wanted if wanted in screens.ASKED else form.AMOUNT, {DRAFT: params.token})


@router.callback_query(Tap("circleset"))
async def choose(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take a choice that a button makes: who receives when, what happens if somebody stops. Raises as `drafts.draft`.

    A security is asked for by its sum as well.
    """
    intent, params = await offered(talk, arguments, OPEN)
    circle = await drafts.own(talk.unit, talk.customer.id, params.token)
    field, value = argument(arguments, 2), argument(arguments, 3)
    settings = form.with_choice(drafts.settings_of(circle, talk.cipher), field, value)
    if field == "language" and value in screens.languages():
        settings = replace(settings, language=value)
    await _drafted(talk, settings, circle.token)
    if field == "security" and settings.security_amount is not None:
        return await _asks(talk, form.SECURED, {DRAFT: circle.token})
    return await _shown(talk, circle, intent)


@router.callback_query(Tap("opencircle"))
async def confirm_opening(callback: CallbackQuery, talk: Talk, arguments: list[str], actions: Actions) -> Screen | None:
    """Open the circle in its group, of which one has to be an admin now. Raises as `require_admin`."""
    shown: Screen | None = await confirm(callback, talk, arguments, actions)
    return shown


async def _open(talk: Talk, params: OpenCircle, key: str) -> CircleIsOpen:
    group = await chosen_group(talk, [str(params.place)], place=0)
    require_admin_of(talk, group)
    circle = await drafts.open_circle(talk.unit, talk.cipher, talk.customer.id, params.token)
    await boards.show(talk.unit, CIRCLE, circle.id, chat_id=group.chat_id, language=circle.language, pins=group.may_pin)
    title = drafts.settings_of(circle, talk.cipher).title
    link = invitation(talk.bot_username, circle.token)
    return CircleIsOpen(title=title, code=circle.code, link=link, group=called(talk, group))


OPEN: Final = Action("circles.open", OpenCircle, CircleIsOpen, needs_pin=False, run=_open, done=shows(screens.is_open))
ACTIONS: Final = (OPEN,)
