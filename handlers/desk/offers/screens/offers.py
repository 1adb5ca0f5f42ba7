"""Offers as operators see them: the list, one with its parts, what is asked for, what stands above a preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.offers.planning.models import Offer, OfferKind, OfferText
from finance_core.offers.planning.offers import LINES_OF
from finance_core.offers.rules import markup
from finance_core.offers.rules.drawing import MOST_VARIANTS, VARIANTS
from finance_core.offers.rules.wording import languages
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator
from handlers.locales.languages import language_of

TEST: Final = "offertest"
"""What the buttons of a test or a preview carry: they do nothing."""
SERVICE: Final = "service"
ON_A_PAGE: Final = 3
PRODUCTS_ON_A_PAGE: Final = 4
EXCERPT: Final = 60


def listed(t: Translator, offers: Sequence[Offer], start: int) -> Screen:
    """The offers, newest first, and a way to a new one."""
    page, following = page_of(offers, start, ON_A_PAGE)
    rows = tuple((Button(offer.name, f"offercard:{offer.id}"),) for _, offer in page)
    more = (Button(t("operator.to_more"), f"offersfrom:{following}"),) if following is not None else ()
    new = Button(t("broadcasts.new_offer"), "offernew")
    text = t("broadcasts.offers") if offers else t("broadcasts.no_offers")
    return Screen(text, (*rows, (new, *more), (Button(t("broadcasts.to_list"), "do:broadcasts"), *desk_row(t))))


def ask_topic(t: Translator) -> Screen:
    """What a new offer is about; who may be sent it follows from that."""
    topics = [Button(t(f"broadcasts.topic_{topic}"), f"offerabout:{topic}") for topic in LINES_OF]
    service = Button(t("broadcasts.topic_service"), f"offerabout:{SERVICE}")
    return Screen(t("broadcasts.ask_topic"), ((*topics[:2],), (*topics[2:], service), (_to_offers(t),)))


def ask_product(t: Translator, topic: str, products: Sequence[str], start: int) -> Screen:
    """Of which product it speaks: its price stands in the message."""
    page, following = page_of(products, start, PRODUCTS_ON_A_PAGE)
    rows = tuple((Button(product_name(t, code), f"offerproduct:{topic}:{code}"),) for _, code in page)
    more = (Button(t("operator.to_more"), f"offerabout:{topic}:{following}"),) if following is not None else ()
    return Screen(t("broadcasts.ask_product"), (*rows, (*more, _to_offers(t))))


def product_name(t: Translator, code: str) -> Html:
    """Return what a product is called at the desk: its code where it has no name of its own."""
    known = next((key for key in (f"borrow.product_{code}", f"broadcasts.product_{code}") if t.has(key)), None)
    return t(known) if known is not None else t.shown(code.replace("_", " "))


def ask_name(t: Translator) -> Screen:
    """What operators are to call it."""
    return Screen(t("broadcasts.ask_name"), ((_to_offers(t),),))


def card(t: Translator, offer: Offer, texts: Sequence[OfferText]) -> Screen:
    """An offer with its parts: what is there, and what is missing."""
    variants = _variants(texts)
    text = lines(
        t("broadcasts.offer", number=offer.id, name=offer.name),
        topic_said(t, offer),
        "",
        *(_text_line(t, texts, variant, language) for variant in range(variants) for language in languages()),
        t("broadcasts.has_picture" if offer.picture_id is not None else "broadcasts.has_no_picture"),
        _ways_line(t, offer),
    )
    first = _first(texts)
    parts = [
        (t("broadcasts.to_texts"), f"offertexts:{offer.id}:0"),
        (t("broadcasts.to_picture"), f"offerpicture:{offer.id}"),
    ]
    if offer.kind == OfferKind.OFFER:
        parts.append((t("broadcasts.to_ways"), f"offerways:{offer.id}"))
    if first is not None:
        parts.append((t("broadcasts.to_preview"), f"offershow:{offer.id}:{first}"))
    last = (Button(t("broadcasts.send_it"), f"broadcastnew:{offer.id}"), _to_offers(t))
    return Screen(text, (*choices(parts, per_row=2), last))


def topic_said(t: Translator, offer: Offer) -> Html:
    """Return what an offer is about, with its product."""
    topic = t(f"broadcasts.topic_{offer.topic or SERVICE}")
    return (
        topic
        if offer.product is None
        else t("broadcasts.of_product", topic=topic, product=product_name(t, offer.product))
    )


def _ways_line(t: Translator, offer: Offer) -> Html | None:
    if offer.kind == OfferKind.SERVICE:
        return None
    if not offer.buttons:
        return t("broadcasts.has_no_ways")
    return t("broadcasts.has_ways", ways=Html(t.listed(way_name(t, name) for name in offer.buttons)))


def way_name(t: Translator, name: str) -> Html:
    """Return what a way's button reads."""
    return t(f"broadcasts.way_{name}")


def _variants(texts: Sequence[OfferText]) -> int:
    return 1 + max((text.variant for text in texts), default=0)


def _first(texts: Sequence[OfferText]) -> str | None:
    return f"{texts[0].variant}:{texts[0].language}" if texts else None


def _text_line(t: Translator, texts: Sequence[OfferText], variant: int, language: str) -> Html:
    found = next((each for each in texts if (each.variant, each.language) == (variant, language)), None)
    named = {"variant": VARIANTS[variant], "language": language_of(language).name}
    if found is None:
        return t("broadcasts.text_missing", **named)
    return t("broadcasts.text_line", **named, text=_excerpt(found.html))


def _excerpt(html: str) -> str:
    read = " ".join(markup.read(html).split())
    return read if len(read) <= EXCERPT else f"{read[: EXCERPT - 1]}…"


def texts(t: Translator, offer: Offer, written: Sequence[OfferText], variant: int) -> Screen:
    """The texts of one variant in each language, with what they read and how long they are."""
    most = markup.longest(has_picture=offer.picture_id is not None)
    shown = [_whole_line(t, written, variant, language, most) for language in languages()]
    here = f"{offer.id}:{variant}"
    write = tuple(
        Button(t("broadcasts.write", language=language_of(each).name), f"offerwrite:{here}:{each}")
        for each in languages()
    )
    others = [each for each in range(min(_variants(written) + 1, MOST_VARIANTS)) if each != variant]
    to_others = tuple(
        Button(t("broadcasts.to_variant", variant=VARIANTS[each]), f"offertexts:{offer.id}:{each}")
        for each in others[:2]
    )
    is_extra = variant > 0 and any(each.variant == variant for each in written)
    drop = (Button(t("broadcasts.drop"), f"offerdrop:{here}"),) if is_extra else ()
    head = t("broadcasts.texts", name=offer.name, variant=VARIANTS[variant])
    rows = (write, (*to_others[: 3 - len(drop)], *drop), (_to_offer(t, offer),))
    return Screen(lines(head, "", *shown, "", t("broadcasts.placeholders")), tuple(row for row in rows if row))


def _whole_line(t: Translator, texts: Sequence[OfferText], variant: int, language: str, most: int) -> Html:
    found = next((each for each in texts if (each.variant, each.language) == (variant, language)), None)
    name = language_of(language).name
    if found is None:
        return t("broadcasts.text_missing", variant=VARIANTS[variant], language=name)
    length = markup.length(found.html)
    return t("broadcasts.text_whole", language=name, length=length, most=most, text=markup.read(found.html)[:700])


def ask_text(t: Translator, offer: Offer, language: str) -> Screen:
    """Ask for a text in one language."""
    most = markup.longest(has_picture=offer.picture_id is not None)
    said = t("broadcasts.ask_text", language=language_of(language).name, most=most)
    return Screen(said, ((_to_offer(t, offer),),))


def ask_text_again(t: Translator, offer: Offer, language: str, why: str) -> Screen:
    """Say what is wrong with a text, and ask for it again."""
    asks = ask_text(t, offer, language)
    return Screen(lines(why, "", asks.text), asks.buttons)


def picture(t: Translator, offer: Offer, texts: Sequence[OfferText]) -> Screen:
    """How the picture stands, and that one may be sent now."""
    words = [
        t("broadcasts.picture_words", language=language_of(language).name, words=_words(texts, language) or "–")
        for language in languages()
    ]
    there = offer.picture_id is not None
    say = tuple(
        Button(t("broadcasts.say_picture", language=language_of(each).name), f"offerwords:{offer.id}:{each}")
        for each in languages()
    )
    out = (Button(t("broadcasts.take_picture_out"), f"offernopicture:{offer.id}"),)
    text = lines(t("broadcasts.ask_picture"), *(("", *words) if there else ()))
    return Screen(text, (*((say, out) if there else ()), (_to_offer(t, offer),)))


def _words(texts: Sequence[OfferText], language: str) -> str | None:
    return next((each.picture_words for each in texts if each.language == language and each.picture_words), None)


def ask_picture_words(t: Translator, offer: Offer, language: str) -> Screen:
    """Ask what the picture shows, for who reads words alone."""
    said = t("broadcasts.ask_picture_words", language=language_of(language).name)
    return Screen(said, ((_to_offer(t, offer),),))


def ways(t: Translator, offer: Offer, fitting: Sequence[str]) -> Screen:
    """Into which products its buttons lead; a tap puts one on or takes it off."""
    rows = tuple(
        (Button(("✅ " if name in offer.buttons else "▫️ ") + way_name(t, name), f"offerways:{offer.id}:{name}"),)
        for name in fitting
    )
    return Screen(t("broadcasts.ways"), (*rows, (_to_offer(t, offer),)))


def above_preview(
    t: Translator, offer: Offer, texts: Sequence[OfferText], variant: int, language: str, *, is_test: bool
) -> Screen:
    """What stands above a preview: which one it is, and the ways to the others."""
    others = [each for each in texts if (each.variant, each.language) != (variant, language)][:3]
    to_others = tuple(
        Button(
            f"{VARIANTS[each.variant]} · {language_of(each.language).name}",
            f"offershow:{offer.id}:{each.variant}:{each.language}",
        )
        for each in others
    )
    here = f"{offer.id}:{variant}:{language}"
    test = Button(t("broadcasts.test_me"), f"offertestme:{here}")
    named = {"name": offer.name, "variant": VARIANTS[variant], "language": language_of(language).name}
    said = t("broadcasts.tested" if is_test else "broadcasts.preview", **named)
    priced = t("broadcasts.priced_for_all") if offer.product is not None else None
    rows = (to_others, (test, _to_offer(t, offer)))
    return Screen(lines(said, priced), tuple(row for row in rows if row))


def _to_offer(t: Translator, offer: Offer) -> Button:
    return Button(t("common.back"), f"offercard:{offer.id}")


def _to_offers(t: Translator) -> Button:
    return Button(t("broadcasts.to_offers"), "do:offers")
