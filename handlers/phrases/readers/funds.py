"""What is meant of funds at an unknown price: sell, switch one for another, look at one, see what is ordered.

`understand` says that money is to be put in or taken out; here its text is read once more for the funds it names and
the verbs that only funds have. Without a fund nothing is read here: "sell my bike" and "switch to Chinese" are other
matters. Pure: which fund a name is, is the catalogue's to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.phrases.normalise import plain
from handlers.phrases.readers.quantities import find_quantities
from handlers.phrases.readers.sources import names_change_plus
from handlers.phrases.said import Claim, Said
from handlers.phrases.tokens import Token, tokenise
from handlers.phrases.words import Words

_SWITCH: Final = Words("funds", "switch")
_ONLY_SWITCH: Final = Words("funds", "only_switch")
"""That something is switched, and a number: units are meant, and which fund's is asked."""

_MOVE: Final = Words("funds", "move")
_SELL: Final = Words("funds", "sell")
_ONLY_SELL: Final = Words("funds", "only_sell")
_BUY: Final = Words("funds", "buy")
_ASKS: Final = Words("funds", "asks")
_ORDERS: Final = Words("funds", "orders")
_LISTING: Final = Words("funds", "listing")
_A_FUND: Final = Words("funds", "a_fund")
_MONEY_FUND: Final = Words("funds", "money_fund")
_NAMES: Final = Words("funds", "names")
"""Short names that are a fund's only where one fund is switched for another."""

_EVERYTHING: Final = Words("funds", "everything")
_INTO: Final = Words("funds", "into")
_OUT_OF: Final = Words("funds", "out_of")
_OF_UNITS: Final = Words("funds", "of_units")


def fund_act(said: Said) -> Claim | None:
    """Claim what a text means of funds at an unknown price, pass when it means nothing of the kind.

    The slots are `fund`, `to`, and `amount` (of units), `worth` (money) or `all`.

    "switch 500 from Steady Bonds to Even Mix" is a switch (fund, to, amount 500 of units), 卖掉稳健债基 a sale, "how is
    Broad Shares doing" a look. Units are what is sold; a sum of money is what they are to be worth.
    """
    folded = said.folded
    if names_change_plus(folded) or _MONEY_FUND.search(folded):
        return None
    names = _named(folded)
    found = _switch(folded, names) or _sale(folded, names) or _look(folded, names)
    return found if found is not None else _without_a_name(folded)


def _switch(folded: str, names: Sequence[tuple[int, int]]) -> Claim | None:
    is_switch = _SWITCH.search(folded) is not None
    if not (is_switch or (_MOVE.search(folded) and len(names) > 1)):
        return None
    if not (names or _A_FUND.search(folded) or _ONLY_SWITCH.fullmatch(folded.strip(" .!\n"))):
        return None
    return Claim("fund_switch", _from_and_to(folded, names) | _how_many(folded, names))


def _sale(folded: str, names: Sequence[tuple[int, int]]) -> Claim | None:
    if not _SELL.search(folded) or _BUY.search(folded):
        return None
    if not names and not (_ONLY_SELL.search(folded) and _A_FUND.search(folded)):
        return None
    fund = {"fund": folded[slice(*names[0])]} if len(names) == 1 else {}
    return Claim("fund_sell", fund | _how_many(folded, names))


def _look(folded: str, names: Sequence[tuple[int, int]]) -> Claim | None:
    """A fund's page, for who names one and does nothing to it."""
    if len(names) != 1 or any(each.search(folded) for each in (_BUY, _SELL, _SWITCH)):
        return None
    start, end = names[0]
    rest = (folded[:start] + folded[end:]).strip(" .?!\n的")
    is_asked = _ASKS.search(rest) is not None and not any(each.kind == "SUM" for each in find_quantities(folded))
    return Claim("fund", {"fund": folded[start:end]}) if not rest or is_asked else None


def _without_a_name(folded: str) -> Claim | None:
    if _ORDERS.search(folded):
        return Claim("fund_orders")
    return Claim("funds") if _LISTING.match(folded.strip()) else None


def _from_and_to(folded: str, names: Sequence[tuple[int, int]]) -> dict[str, str]:
    """Return which of the names is left and which is entered: the first and the second, unless the text says."""
    said = [folded[slice(*name)] for name in names]
    if len(names) == 1:
        return {"to" if _INTO.search(folded[: names[0][0]]) else "fund": said[0]}
    if len(names) != 2:  # noqa: PLR2004 - from one to the other
        return {}
    is_turned = _OUT_OF.search(folded[: names[1][0]]) is not None
    return dict(zip(("to", "fund") if is_turned else ("fund", "to"), said, strict=True))


def _how_many(folded: str, names: Sequence[tuple[int, int]]) -> dict[str, str]:
    """Return the units: all of them, the one clear number, or what they are to be worth where it is a sum of money."""
    sums = [each for each in find_quantities(folded) if each.sum is not None and not _is_inside(each.start, names)]
    if not sums:
        return {"all": "yes"} if _EVERYTHING.search(folded) else {}
    said = sums[0].sum
    if len(sums) > 1 or said is None or not said.clear:
        return {}
    is_money = said.asset is not None and not _OF_UNITS.match(folded, sums[0].end)
    return {"worth" if is_money else "amount": plain(said.values[0])}


def counts_units(said: Said) -> bool:
    """Say whether a text counts units: "200 units", 200份."""
    numbers = find_quantities(said.folded)
    return any(_OF_UNITS.match(said.folded, each.end) is not None for each in numbers)


def _named(folded: str) -> list[tuple[int, int]]:
    """Return where funds are named: by the catalogue; by a short name too, where one is switched for another."""
    tokens: list[Token] = tokenise(folded)
    found = [(token.start, token.end) for token in tokens if token.has("FUND")]
    short = [each.span() for each in _NAMES.finditer(folded) if not _is_inside(each.start(), found)]
    short = [name for name in short if not re.match(r"shares? of\b", folded[name[0] :])]
    is_switch = _SWITCH.search(folded) is not None and len(found) + len(short) > 1
    return sorted(found + short) if is_switch else found


def _is_inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
