"""What a broadcast's text says about its reader: their name, and to who reads words alone what the picture shows."""

from __future__ import annotations

from bot.delivery.broadcasts import Fill
from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.notices.claims import Claim
from finance_core.offers.planning.broadcasts import picture_words_of
from finance_core.offers.rules.placeholders import NAME, filled
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units

NAMED = "{" + NAME + "}"


def filling(units: Units, cipher: Cipher) -> Fill:
    """Return what fills texts. Most name nobody, and cost nothing."""

    async def fill(claim: Claim, text: str) -> str:
        if claim.customer_id is None or (NAMED not in text and not claim.plain):
            return text
        async with units.begin() as unit:
            name = display_name(await by_id(unit, claim.customer_id), cipher)
            words = None
            if claim.plain:
                run_id, variant = int(str(claim.params["broadcast"])), int(str(claim.params["variant"]))
                words = await picture_words_of(unit, run_id, variant, claim.language)
        said = text if words is None else f"{text}\n\n{words}"
        return filled(said, {NAME: name})

    return fill
