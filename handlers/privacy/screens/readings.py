"""The screens of terms and prices."""

from __future__ import annotations

from finance_core.customers.service import TERMS_VERSION
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.locales import Html, Translator
from handlers.privacy.documents.prices import Sold, sections
from handlers.privacy.documents.terms import PARAGRAPHS


def terms(t: Translator, *, accepts: bool) -> Screen:
    """The terms, with the way to the PDF and, where they are still to be accepted, back to where that is done."""
    text = lines(t("privacy.terms_title", version=TERMS_VERSION), *(t(f"privacy.terms_{name}") for name in PARAGRAPHS))
    return _reading(t, text, "terms", accepts=accepts)


def prices(t: Translator, sold: Sold, *, accepts: bool) -> Screen:
    """The price list of a day."""
    said = [line for title, told in sections(t, sold) for line in ("", f"<b>{title}</b>", *told)]
    return _reading(t, lines(t("privacy.prices_title", day=sold.on), *said), "prices", accepts=accepts)


def _reading(t: Translator, text: Html, which: str, *, accepts: bool) -> Screen:
    pdf = Button(t("privacy.pdf_button"), f"reading:{which}")
    back = Button(t("onboarding.agree"), "agree") if accepts else menu_row(t)[0]
    return Screen(text, ((pdf, back),))
