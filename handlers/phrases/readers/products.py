"""Which loan a text names, by its name or by what it is for: "borrow for my shop", 商户贷."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.said import Said

_NAMES: Final = {
    "group": r"\bgroup loan\b|\bjoint (?:loan|liability)\b|联保|小组贷",
    "harvest": r"\bharvest\b|\bseeds?\b|\bfertili[sz]er\b|\bcrops?\b|\bfarm\b"
    r"|丰收贷|种子|化肥|农资|春耕|秋收|播种|种地",
    "trader": r"\btrader\b|\btrade loan\b|\bworking capital\b|\bmy (?:shop|stall|store|business|kiosk)\b"
    r"|\b(?:buy|for) (?:stock|inventory)\b|商户贷|进货|周转|生意|经营|开店|店铺|小店|我的店|店里|摆摊|摊位",
    "lightning": r"\blightning\b|闪电贷",
}


def product(said: Said) -> dict[str, str]:
    """Return the slot that says which loan is wanted, none when the text names none or several."""
    found = product_in(said.text)
    return {"product": found} if found is not None else {}


def product_in(text: str) -> str | None:
    """Return the code of the loan product that a text names, None for none or for several."""
    found = [code for code, words in _NAMES.items() if re.search(words, text, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None
