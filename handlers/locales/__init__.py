"""Every sentence that a person reads: gettext catalogues by language and area, and the translator that fills in."""

from handlers.locales.translator import LANGUAGES, Html, Translator, translator

__all__ = ["LANGUAGES", "Html", "Translator", "translator"]
