"""What people will read of an offer, whole: the text, the price beside it, who lends, and its buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from finance_core.offers.planning.models import Offer, OfferKind, OfferText
from finance_core.offers.planning.pricing import Figures
from finance_core.offers.planning.readying import Message, Ready
from finance_core.offers.rules.placeholders import INSTITUTION, NAME, UNTIL, filled
from finance_core.offers.rules.price import Example
from handlers.chat.screens.base import Button, File, Screen
from handlers.chat.screens.cards import lines
from handlers.desk.offers.screens.offers import TEST
from handlers.desk.offers.screens.price import price
from handlers.lines import vocabulary
from handlers.locales import Html, Translator, translator

STOP: Final = "nomoreoffers"
"""The verb of *No more offers*; the broadcast follows."""
WHY: Final = "whyme"
"""The verb of *Why me?*; the broadcast follows."""

Rows = tuple[tuple[Button, ...], ...]


def messages(found: Ready, institution: str) -> list[Message]:
    """Return what people will read, for each text and language; `{name}` is filled in when it is sent."""
    until = found.broadcast.ends_at
    made = []
    for text in found.texts:
        t = translator(text.language)
        values = {INSTITUTION: lender(t, institution), UNTIL: t.day(until.date())}
        html = whole(t, found.offer, text.html, found.figures, institution)
        rows = buttons(t, found.offer, found.broadcast.id)
        kept = tuple(tuple({"text": each.text, "data": each.data or ""} for each in row) for row in rows)
        made.append(Message(text.variant, text.language, filled(html, values), kept))
    return made


def whole(t: Translator, offer: Offer, html: str, figures: Figures | None, institution: str) -> Html:
    """Return a text with all that has to stand beside it. Of credit the price comes first."""
    if offer.kind == OfferKind.SERVICE:
        return lines(t("offer_price.notice"), html)
    said = price(t, figures) if figures is not None else None
    lends = t("offer_price.lender", lender=lender(t, institution)) if isinstance(figures, Example) else None
    return lines(html, *(("", said, lends) if said is not None else ()))


def lender(t: Translator, institution: str) -> str:
    """Return what the lender is called."""
    return institution or str(t("contract.lender_name"))


def buttons(t: Translator, offer: Offer, broadcast_id: int) -> Rows:
    """Return the buttons under an offer: into products, and everybody's two; none under a service notice."""
    if offer.kind == OfferKind.SERVICE:
        return ()
    opens = vocabulary().ways
    ways = tuple(
        (Button(t(f"broadcasts.way_{name}"), _tap(opens[name], broadcast_id, name)),) for name in offer.buttons
    )
    last = (
        Button(t("offer_price.no_more"), f"{STOP}:{broadcast_id}"),
        Button(t("offer_price.why_me"), f"{WHY}:{broadcast_id}"),
    )
    return (*ways, last)


def _tap(intent: str, broadcast_id: int, way: str) -> str:
    return f"do:{intent}:offer={broadcast_id}:way={way}"


def shown(
    language: str,
    offer: Offer,
    text: OfferText,
    figures: Figures | None,
    institution: str,
    values: Mapping[str, str],
    picture: bytes | None,
    *,
    is_test: bool = False,
) -> Screen:
    """Return a message as a phone shows it; a test says so, and neither's buttons do anything."""
    t = translator(language)
    filled_in = {INSTITUTION: lender(t, institution), **values}
    html = filled(whole(t, offer, text.html, figures, institution), filled_in)
    rows = tuple(tuple(Button(each.text, TEST) for each in row) for row in buttons(t, offer, 0))
    said = lines(t("offer_price.test"), html) if is_test else Html(html)
    return Screen(said, rows, photo=File("offer.jpg", picture) if picture is not None else None)


def name_and_until(t: Translator, name: str, until: object) -> dict[str, str]:
    """Return what else is filled in: the reader's name, the offer's last day."""
    return {NAME: name, UNTIL: t.day(until)}  # type: ignore[arg-type]
