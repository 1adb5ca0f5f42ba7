"""`/nav`, for operators: say prices, correct them, distribute, suspend. Each act is a card first.

/nav                                        what waits for a price
/nav bonds 1.0512 [2026-03-12]              publish a NAV
/nav correct bonds 2026-03-12 1.0521 why    put a corrected one before a second operator
/nav dividend bonds 2026-03-20 0.05         declare a distribution by its ex-date
/nav suspend bonds why · /nav lift bonds
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from aiogram import Router
from aiogram.types import Message

from finance_core.customers.roles import Permission, require
from finance_core.funds import operating, prices, queries
from finance_core.funds.product import NavFundTerms, fund_on_sale, funds_on_sale, named
from finance_core.kernel.calendars import dealing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound
from handlers.chat.actions import Action, shows
from handlers.chat.confirm import offer
from handlers.chat.filters import Means
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.intents import Operated, OperateFund
from handlers.desk.screens import fund_desk as screens

router = operators_only(Router(name="fund desk"))

PERMISSIONS: Final = {
    "publish": Permission.PUBLISH_PRICES,
    "correct": Permission.PUBLISH_PRICES,
    "dividend": Permission.RUN_FUNDS,
    "suspend": Permission.RUN_FUNDS,
    "lift": Permission.RUN_FUNDS,
}
"""What each act takes."""


@dataclass(frozen=True, slots=True)
class Act:
    """What an operator wrote: the act, the words that name the fund, and the rest as far as the act has it."""

    name: str
    fund: str
    day: date | None = None
    number: Decimal | None = None
    why: str = ""


def parsed(text: str) -> Act | None:
    """Return what is to be done, None for a bare `/nav`. Raises InvalidInput: `nav_command`."""
    words = text.split()[1:]
    if not words:
        return None
    name = words[0].casefold()
    try:
        return _act(name, words[1:]) if name in PERMISSIONS and name != "publish" else _publish(words)
    except (ValueError, IndexError, StopIteration, InvalidOperation):
        raise InvalidInput(ErrorCode.NAV_COMMAND) from None


def _publish(words: list[str]) -> Act:
    """`bonds 1.0512 [2026-03-12]`; a fund's name may be several words."""
    day = date.fromisoformat(words.pop()) if words[-1].count("-") == 2 else None  # noqa: PLR2004 - 2026-03-12
    number = Decimal(words.pop())
    return Act("publish", _name(words), day, number)


def _act(name: str, words: list[str]) -> Act:
    if name == "lift":
        return Act(name, _name(words))
    if name == "suspend":
        return Act(name, words[0], why=" ".join(words[1:]))
    place = next(place for place, word in enumerate(words) if word.count("-") == 2)  # noqa: PLR2004 - 2026-03-12
    day, number = date.fromisoformat(words[place]), Decimal(words[place + 1])
    return Act(name, _name(words[:place]), day, number, " ".join(words[place + 2 :]))


def _name(words: list[str]) -> str:
    if not words:
        raise ValueError("no fund is named")
    return " ".join(words)


@router.message(Means("nav"), flags=needs(Permission.PUBLISH_PRICES))
async def nav(message: Message, talk: Talk) -> Screen:
    """Show what waits for a price, or offer what was written."""
    act = parsed(message.text or "")
    return await _desk(talk) if act is None else await _card(talk, act)


async def _desk(talk: Talk) -> Screen:
    funds = await funds_on_sale(talk.unit)
    rows = [
        (fund, await queries.latest_nav(talk.unit, fund), await queries.suspended(talk.unit, fund)) for fund in funds
    ]
    return screens.desk(talk.t, rows, await operating.missing(talk.unit))


async def _card(talk: Talk, act: Act) -> Screen:
    await require(talk.unit, talk.customer.id, PERMISSIONS[act.name])
    fund = _found(await funds_on_sale(talk.unit), act.fund)
    day = act.day or _last_priced_day(talk, fund)
    if act.number is not None and act.name in ("publish", "correct"):
        prices.checked_nav(act.number)
        prices.require_priced_day(talk.unit, fund, day)
    before = await prices.nav_of(talk.unit, fund, day) if act.name == "correct" else None
    before = before if before is not None else await prices.nav_before(talk.unit, fund, day)
    text = screens.card(talk.t, act.name, fund, day, act.number, before, act.why)
    params = OperateFund(act=act.name, fund=fund.code, day=day, number=act.number, why=act.why)
    return await offer(talk, OPERATE, params, text)


def _found(funds: list[NavFundTerms], said: str) -> NavFundTerms:
    """Return the fund that an operator means: by any of its names, or how its code begins or ends."""
    word = said.casefold()
    fund = named(funds, said) or next((each for each in funds if word in each.code.split("_")), None)
    if fund is None:
        raise NotFound(ErrorCode.FUND_UNKNOWN, name=said)
    return fund


def _last_priced_day(talk: Talk, fund: NavFundTerms) -> date:
    """Return the last dealing day whose cut-off has passed."""
    now = talk.unit.local_now()
    is_today = dealing().is_open(now.date()) and now.time() >= fund.cut_off
    return now.date() if is_today else dealing().before(now.date())


async def _operate(talk: Talk, params: OperateFund, key: str) -> Operated:
    """Do what the card offered."""
    unit, me = talk.unit, talk.customer.id
    fund, day = await fund_on_sale(unit, params.fund), params.day
    number, why = params.number or Decimal(0), params.why
    match params.act:
        case "publish":
            await operating.publish_nav(unit, me, fund, day, number)
        case "correct":
            made = await operating.propose_nav(unit, me, fund, day, number, why, key)
            return Operated(approval=made.id)
        case "dividend":
            await operating.declare_dividend(unit, me, fund, day, number)
        case "suspend":
            await operating.suspend(unit, me, fund, why)
        case "lift":
            await operating.lift(unit, me, fund)
    return Operated()


async def _moves_money(talk: Talk, params: OperateFund) -> bool:
    """Say whether an act prices, pays or stops others' orders at once; a correction waits for a second person's PIN."""
    return params.act != "correct"


OPERATE: Final = Action(
    "fund.operate",
    OperateFund,
    Operated,
    needs_pin=_moves_money,
    run=_operate,
    done=shows(screens.done),
    permission=lambda params: PERMISSIONS[params.act],
)
ACTIONS: Final = (OPERATE,)
