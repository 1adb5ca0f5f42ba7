"""The loan that a wish to borrow names, as a slot."""

from __future__ import annotations

from handlers.phrases.products import product_in
from handlers.phrases.said import Said


def product(said: Said) -> dict[str, str]:
    """Return the slot that says which loan is wanted, none when the text names none or several."""
    found = product_in(said.text)
    return {"product": found} if found is not None else {}
