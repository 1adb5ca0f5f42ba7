"""The terms as a paper: the very paragraphs that the chat shows."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from finance_core.customers.service import TERMS_VERSION
from handlers.documents.paper import Document
from handlers.documents.texts import plain_document
from handlers.locales import Translator

PARAGRAPHS: Final = ("who", "money", "loans", "saving", "pin", "data", "offers", "complaints", "end", "changes")
"""Of the terms, in order: `privacy.terms_<name>`."""


def document(t: Translator, institution: str, now: datetime) -> Document:
    """Return the terms' text."""
    return plain_document(
        title=str(t("privacy.terms_button")),
        subtitle=str(t("privacy.version", version=TERMS_VERSION)),
        headline=str(t("privacy.terms_headline")),
        under=institution,
        blocks=tuple(("text", str(t(f"privacy.terms_{name}"))) for name in PARAGRAPHS),
        footer=str(t("privacy.version", version=TERMS_VERSION)),
        dated=now,
    )
