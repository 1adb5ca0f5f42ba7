"""Writing an offer: what it is about, its texts in each language, its picture and its ways; how a phone shows it."""

from __future__ import annotations

from typing import Any, Final

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from finance_core.catalogue import products_of
from finance_core.customers.consents import Topic
from finance_core.customers.roles import Permission
from finance_core.customers.service import display_name
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.lines import WAYS
from finance_core.offers.planning import offers
from finance_core.offers.planning.models import Offer
from finance_core.offers.planning.offers import LINES_OF
from finance_core.offers.planning.people import People
from finance_core.offers.planning.pricing import Figures, figures_of
from finance_core.offers.rules.drawing import MOST_VARIANTS
from finance_core.offers.rules.wording import languages
from handlers.account.screens import pictures as picture_screens
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.pin_states import OfferPicture
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import taken_draft
from handlers.desk.offers.screens import message as messages
from handlers.desk.offers.screens import offers as screens
from handlers.locales import translator

router = operators_only(Router(name="offers"))

WRITES: Final = needs(Permission.PROPOSE_BROADCAST)
EVERYBODY: Final = People("SELECT id AS customer_id FROM customer WHERE terms_accepted_at IS NOT NULL")
"""For whom a price is shown while an offer has no audience yet."""
_PICTURE: Final = F.photo | F.document


class Composing(StatesGroup):
    """What is asked for in writing; what it is for stands in the state's data under `draft`."""

    name = State()
    text = State()
    picture_words = State()


# -- the list, and a new one ------------------------------------------------------------------------------------------


@router.message(Means("offers"), flags=WRITES)
@router.callback_query(Means("offers"), flags=WRITES)
async def all_of_them(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """List the offers, newest first."""
    return screens.listed(talk.t, await offers.all_offers(talk.unit), 0)


@router.callback_query(Tap("offersfrom"), flags=WRITES)
async def further(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List further ones."""
    return screens.listed(talk.t, await offers.all_offers(talk.unit), count_in(arguments))


@router.callback_query(Tap("offernew"), flags=WRITES)
async def new(callback: CallbackQuery, talk: Talk) -> Screen:
    """Ask what a new offer is about."""
    return screens.ask_topic(talk.t)


@router.callback_query(Tap("offerabout"), flags=WRITES)
async def about(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for the product, or go on to the name where there is none."""
    topic = _topic(arguments)
    products = [
        product.code for line in LINES_OF.get(topic or "", ()) for product in await products_of(talk.unit, line)
    ]
    if products:
        return screens.ask_product(talk.t, topic or "", products, count_in(arguments, 1))
    return await _ask_name(talk, topic, None)


@router.callback_query(Tap("offerproduct"), flags=WRITES)
async def product(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Go on with the product that was chosen."""
    return await _ask_name(talk, _topic(arguments), argument(arguments, 1))


async def _ask_name(talk: Talk, topic: Topic | None, product: str | None) -> Screen:
    await talk.state.set_state(Composing.name)
    await talk.state.update_data(draft={"topic": topic, "product": product})
    return screens.ask_name(talk.t)


@router.message(StateFilter(Composing.name), flags=WRITES)
async def name_written(message: Message, talk: Talk) -> Screen:
    """Make the offer; show what is to be written of it."""
    draft = await taken_draft(talk)
    topic = Topic(draft["topic"]) if draft["topic"] else None
    key = f"offer:{talk.chat_id}:{message.message_id}"
    made = await offers.make(talk.unit, talk.customer.id, message.text or "", topic, key, draft["product"])
    return await _card(talk, made)


def _topic(arguments: list[str]) -> Topic | None:
    """Return the topic that a tap names, None for a service notice. Raises NotFound: `offer`, for what is none."""
    said = argument(arguments)
    if said == screens.SERVICE:
        return None
    if said not in LINES_OF:
        raise NotFound(ErrorCode.OFFER)
    return Topic(said)


# -- one offer --------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("offercard"), flags=WRITES)
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show an offer, with a way to each of its parts."""
    await talk.state.clear()
    return await _card(talk, await _offer(talk, arguments))


async def _offer(talk: Talk, arguments: list[str]) -> Offer:
    return await offers.offer_of(talk.unit, id_in(arguments, ErrorCode.OFFER))


async def _card(talk: Talk, offer: Offer) -> Screen:
    return screens.card(talk.t, offer, await offers.texts_of(talk.unit, offer.id))


@router.callback_query(Tap("offertexts"), flags=WRITES)
async def texts(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the texts of one variant."""
    offer = await _offer(talk, arguments)
    return await _texts(talk, offer, count_in(arguments, 1))


async def _texts(talk: Talk, offer: Offer, variant: int) -> Screen:
    written = await offers.texts_of(talk.unit, offer.id)
    return screens.texts(talk.t, offer, written, min(variant, MOST_VARIANTS - 1))


@router.callback_query(Tap("offerwrite"), flags=WRITES)
async def write(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for the text of a variant in a language."""
    offer = await offers.changeable(talk.unit, talk.customer.id, id_in(arguments, ErrorCode.OFFER))
    language = _language(arguments, 2)
    await talk.state.set_state(Composing.text)
    await talk.state.update_data(draft={"offer": offer.id, "variant": count_in(arguments, 1), "language": language})
    return screens.ask_text(talk.t, offer, language)


@router.message(StateFilter(Composing.text), flags=WRITES)
async def text_written(message: Message, talk: Talk) -> Screen:
    """Keep the text that was written: with Telegram's own formatting, or as HTML that was typed.

    What is refused is told with its place, and asked for again.
    """
    draft: dict[str, Any] = (await talk.state.get_data())["draft"]
    offer, written = await offers.offer_of(talk.unit, draft["offer"]), _html_of(message)
    try:
        await offers.write(talk.unit, talk.customer.id, offer.id, draft["variant"], draft["language"], written)
    except InvalidInput as fault:
        return screens.ask_text_again(talk.t, offer, draft["language"], refusal(talk.t, fault).text)
    await talk.state.clear()
    return await _texts(talk, offer, draft["variant"])


def _html_of(message: Message) -> str:
    """Return a message as HTML: as it was formatted on the phone, else just as it was typed."""
    return message.html_text if message.entities else message.text or ""


def _language(arguments: list[str], place: int) -> str:
    said = argument(arguments, place)
    if said not in languages():
        raise NotFound(ErrorCode.OFFER)
    return said


@router.callback_query(Tap("offerdrop"), flags=WRITES)
async def drop(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take one variant out."""
    offer = await _offer(talk, arguments)
    await offers.drop_variant(talk.unit, talk.customer.id, offer.id, count_in(arguments, 1))
    return await _texts(talk, offer, max(count_in(arguments, 1) - 1, 0))


# -- its picture ------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("offerpicture"), flags=WRITES)
async def picture(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say how the picture stands; ask for one."""
    offer = await _offer(talk, arguments)
    await talk.state.set_state(OfferPicture.awaited)
    await talk.state.update_data(draft={"offer": offer.id})
    return screens.picture(talk.t, offer, await offers.texts_of(talk.unit, offer.id))


@router.message(StateFilter(OfferPicture.awaited), _PICTURE, flags=WRITES)
async def picture_sent(message: Message, talk: Talk) -> Screen:
    """Keep the picture; ask what it shows, in the first language."""
    if "picture" not in talk.checks:
        return picture_screens.refused(talk.t, talk.checks.get("picture_fault", "later"))
    draft = await taken_draft(talk)
    offer = await offers.put_picture(talk.unit, talk.customer.id, draft["offer"], talk.checks["picture"])
    return await _ask_words(talk, offer, languages()[0])


@router.message(StateFilter(OfferPicture.awaited), flags=WRITES)
async def picture_awaited(message: Message, talk: Talk) -> Screen:
    """Ask for the picture again."""
    draft = (await talk.state.get_data())["draft"]
    offer = await offers.offer_of(talk.unit, draft["offer"])
    return screens.picture(talk.t, offer, await offers.texts_of(talk.unit, offer.id))


@router.callback_query(Tap("offerwords"), flags=WRITES)
async def picture_words(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask what the picture shows, in a language."""
    return await _ask_words(talk, await _offer(talk, arguments), _language(arguments, 1))


async def _ask_words(talk: Talk, offer: Offer, language: str) -> Screen:
    await talk.state.set_state(Composing.picture_words)
    await talk.state.update_data(draft={"offer": offer.id, "language": language})
    return screens.ask_picture_words(talk.t, offer, language)


@router.message(StateFilter(Composing.picture_words), flags=WRITES)
async def picture_words_written(message: Message, talk: Talk) -> Screen:
    """Keep what the picture shows; ask in the next language that lacks it."""
    draft = (await talk.state.get_data())["draft"]
    offer = await offers.offer_of(talk.unit, draft["offer"])
    await offers.say_picture(talk.unit, talk.customer.id, offer.id, draft["language"], message.text or "")
    await talk.state.clear()
    written = await offers.texts_of(talk.unit, offer.id)
    missing = [each.language for each in written if not each.picture_words]
    return await _ask_words(talk, offer, missing[0]) if missing else screens.card(talk.t, offer, written)


@router.callback_query(Tap("offernopicture"), flags=WRITES)
async def no_picture(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take the picture out."""
    await talk.state.clear()
    offer = await _offer(talk, arguments)
    return await _card(talk, await offers.put_picture(talk.unit, talk.customer.id, offer.id, None))


# -- its ways ---------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("offerways"), flags=WRITES)
async def ways(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show into which products its buttons lead; a tap puts one on or takes it off."""
    offer, name = await _offer(talk, arguments), argument(arguments, 1)
    if name:
        chosen = [each for each in offer.buttons if each != name]
        wanted = chosen if name in offer.buttons else [*chosen, name]
        offer = await offers.lead_to(talk.unit, talk.customer.id, offer.id, WAYS, wanted)
    fitting = [way.name for way in WAYS.values() if way.topic == offer.topic]
    return screens.ways(talk.t, offer, fitting)


# -- how a phone shows it ---------------------------------------------------------------------------------------------


@router.callback_query(Tap("offershow"), flags=WRITES)
async def show(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> list[Screen]:
    """Show a variant in a language as a phone shows it, under a card that leads to the others."""
    return await _shown(talk, arguments, is_test=False)


@router.callback_query(Tap("offertestme"), flags=WRITES)
async def test(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> list[Screen]:
    """Send it to oneself, marked as a test."""
    return await _shown(talk, arguments, is_test=True)


async def _shown(talk: Talk, arguments: list[str], *, is_test: bool) -> list[Screen]:
    offer, variant, language = await _offer(talk, arguments), count_in(arguments, 1), _language(arguments, 2)
    written = await offers.texts_of(talk.unit, offer.id)
    text = next((each for each in written if (each.variant, each.language) == (variant, language)), None)
    if text is None:
        raise InvalidInput(ErrorCode.OFFER_TEXT, language=language)
    kept = await offers.picture_of(talk.unit, offer)
    t = translator(language)
    values = messages.name_and_until(t, display_name(talk.customer, talk.cipher), talk.unit.open_on)
    shown = messages.shown(
        language,
        offer,
        text,
        await _figures(talk, offer),
        talk.institution,
        values,
        None if kept is None else kept.content,
        is_test=is_test,
    )
    return [screens.above_preview(talk.t, offer, written, variant, language, is_test=is_test), shown]


async def _figures(talk: Talk, offer: Offer) -> Figures | None:
    if offer.product is None:
        return None
    return await figures_of(talk.unit, offer.product, EVERYBODY, talk.unit.open_on)


@router.callback_query(Tap(screens.TEST), flags=needs(Permission.SEE_DESK))
async def tapped_test(callback: CallbackQuery, talk: Talk) -> AnswerCallbackQuery:
    """Say that the buttons of a test do nothing."""
    return talk.toast(talk.t("offer_price.a_test"))
