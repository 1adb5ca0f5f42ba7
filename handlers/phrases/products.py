"""Which loan a text names, by its name or by what it is for: "borrow for my shop", 商户贷."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.words import Words

_NAMES: Final = {code: Words("products", code, re.IGNORECASE) for code in ("group", "harvest", "trader", "lightning")}


def product_in(text: str) -> str | None:
    """Return the code of the loan product that a text names, None for none or for several."""
    found = [code for code, words in _NAMES.items() if words.search(text)]
    return found[0] if len(found) == 1 else None
