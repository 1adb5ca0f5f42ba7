"""Every sentence that a person reads: gettext catalogues by language and area, and the translator that fills in."""

from handlers.locales.languages import codes, language_of
from handlers.locales.translator import Html, Translator, translator

__all__ = ["Html", "Translator", "codes", "language_of", "translator"]
