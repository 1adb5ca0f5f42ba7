"""Which loan a text names, by its name or by what it is for: "borrow for my shop", 商户贷."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from handlers.phrases.words import Words

if TYPE_CHECKING:
    from handlers.phrases.said import Said

_NAMES: Final = {code: Words("products", code, re.IGNORECASE) for code in ("group", "harvest", "trader", "lightning")}


def product(said: Said) -> dict[str, str]:
    """Return the slot that says which loan is wanted, none when the text names none or several."""
    found = product_in(said.text)
    return {"product": found} if found is not None else {}


def product_in(text: str) -> str | None:
    """Return the code of the loan product that a text names, None for none or for several."""
    found = [code for code, words in _NAMES.items() if words.search(text)]
    return found[0] if len(found) == 1 else None
