"""Questions about the wallet's movements: who paid, whether something came back, what the balance is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from finance_core import ledger
from finance_core.cases.rules import DEADLINES, kind_of
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.ledger import EntryNotFound, Line
from finance_core.wallet import queries
from finance_core.wallet.service import note_of, sum_of
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act
from handlers.chat.talk import Talk
from handlers.chat.topic_values import NOTE_CHARACTERS, amount_asked, shortened
from handlers.chat.topics import Answer, Asked, Topic
from handlers.home.screens.history import what
from handlers.locales import Html
from handlers.wallet.topics.common import name_of

LOOKED_THROUGH: Final = 200
"""Movements that a sum is looked for in, the newest."""
MOST_TOLD: Final = 3
LOOK_ALIKE_WITHIN: Final = timedelta(days=3)
"""Two movements of one kind and one sum within so long look as if one were a mistake."""
CAME_BACK: Final = ("wallet.send_returned", "wallet.send_cancelled", "fund.cancelled")
FROM_PEOPLE: Final = ("wallet.send_accepted", "wallet.request_paid")


async def who_paid_me(talk: Talk, asked: Asked) -> Answer:
    """From whom what came in was: the sender, the note, the time and the reference of the receipts asked about."""
    t = talk.t
    by_reference = await named_by_reference(talk, asked)
    if by_reference is not None:
        return by_reference
    came = [line for line in await _newest(talk) if line.amount.amount > 0]
    amount, on = amount_asked(asked), _day(asked)
    people = [line for line in came if line.kind in FROM_PEOPLE]
    is_any = amount is None and on is None
    meant = [line for line in came if amount in (None, line.amount) and on in (None, line.business_date)]
    meant = (people or came) if is_any else meant
    told = [await _came_in(talk, line) for line in (meant or came)[:MOST_TOLD]]
    waiting = [
        each for each in await queries.waiting(talk.unit, talk.customer.id) if each.sender_id != talk.customer.id
    ]
    text = lines(
        _first(talk, amount, on, meant, came),
        *told,
        *[
            t("wallet_topics.waits_from", amount=sum_of(each), name=await name_of(talk, each.sender_id))
            for each in waiting[:1]
        ],
        t("wallet_topics.receipt_rule") if came else t("wallet_topics.nobody_yet_rule"),
    )
    opens = tuple(
        Button(t("wallet_topics.see_waiting", amount=sum_of(each)), f"waits:{each.token}") for each in waiting[:1]
    )
    return Answer(text, (*opens, *await _send_back(talk, meant), act(t, "history"))[:3])


async def refund(talk: Talk, asked: Asked) -> Answer:
    """Whether something came back, and from whom money came last; a seller's refund comes from the seller."""
    t, amount, me = talk.t, amount_asked(asked), talk.customer.id
    by_reference = await named_by_reference(talk, asked)
    if by_reference is not None:
        return by_reference
    back = await queries.newest_of(talk.unit, me, BASE_CURRENCY, CAME_BACK, amount=amount)
    received = await queries.newest_of(talk.unit, me, BASE_CURRENCY, FROM_PEOPLE, amount=amount)
    received = [line for line in received if line.amount.amount > 0]
    own = [each for each in await queries.waiting(talk.unit, me) if each.sender_id == me]
    if back:
        first = t("wallet_topics.something_came_back", **_told(talk, back[0]))
    elif amount is not None:
        first = t("wallet_topics.sum_did_not_come_back", amount=amount)
    else:
        first = t("wallet_topics.nothing_came_back")
    text = lines(
        first,
        t("wallet_topics.last_payment", what=await _came_in(talk, received[0])) if received else None,
        *[
            t("wallet_topics.can_still_go_back", amount=sum_of(each), name=await name_of(talk, each.payee_id))
            for each in own[:1]
        ],
        t("wallet_topics.refund_rule", days=DEADLINES[kind_of(asked.topic)].days),
    )
    take_back = tuple(
        Button(t("wallet.take_back_sum", amount=sum_of(each)), f"takeback:{each.token}") for each in own[:1]
    )
    return Answer(text, (*take_back, act(t, "history")))


async def looks_wrong(talk: Talk, asked: Asked) -> Answer:
    """The balance taken apart: yesterday's, each movement since, what is on its way; two that look alike."""
    t, unit = talk.t, talk.unit
    by_reference = await named_by_reference(talk, asked)
    if by_reference is not None:
        return by_reference
    held = await queries.balance(unit, talk.customer.id, BASE_CURRENCY)
    today = await ledger.statement(unit, _wallet(talk), unit.open_on, unit.open_on)
    newest = await _newest(talk)
    alike = _alike(newest)
    told = await newest_movements(talk, amount_asked(asked)) or alike
    since = today.closing - today.opening
    text = lines(
        t("wallet_topics.balance_is", amount=held.available),
        t(
            "wallet_topics.balance_apart", opening=today.opening, day=unit.open_on - timedelta(days=1),
            change=_signed(talk, since), count=len(today.lines),
        ),
        t("wallet_topics.on_its_way", amount=held.on_its_way) if held.on_its_way else None,
        t("wallet_topics.look_alike") if told and told == alike else None,
        *[what_moved(talk, line) for line in (told or newest)[:MOST_TOLD]],
        t("wallet_topics.each_once"),
    )  # fmt: skip
    return Answer(text, (act(t, "history"), act(t, "statement")))


async def newest_movements(talk: Talk, amount: Money | None) -> list[Line]:
    """Return the newest movements of a sum, whichever way they went; none where no sum is asked about."""
    if amount is None:
        return []
    return [line for line in await _newest(talk) if abs(line.amount.amount) == amount.amount]


def what_moved(talk: Talk, line: Line) -> Html:
    """Say a movement in a line: what it was, its sum with its sign, when, its reference."""
    told = {**_told(talk, line), "amount": _signed(talk, line.amount or -line.through)}
    return talk.t("wallet_topics.what_moved", what=what(talk.t, line), **told)


# -- inside -------------------------------------------------------------------------------------------------------


def _first(talk: Talk, amount: Money | None, on: date | None, meant: Sequence[Line], came: Sequence[Line]) -> Html:
    t = talk.t
    if not came:
        return t("wallet_topics.nothing_came_in")
    if not meant:
        return t("wallet_topics.no_such_receipt")
    return t("wallet_topics.this_came_in") if amount or on else t("wallet_topics.last_came_in")


def same_reference(one: str, other: str) -> bool:
    """Say whether two references are the same, however they were typed."""
    return _letters(one) == _letters(other)


def _letters(reference: str) -> str:
    return "".join(letter for letter in reference.upper() if letter.isalnum())


async def named_by_reference(talk: Talk, asked: Asked) -> Answer | None:
    """Tell of the movement that a reference names, if it is of this person's wallet; None where none was named."""
    reference = asked.slots.get("reference")
    if reference is None:
        return None
    found: list[Line] = []
    try:
        entry = await ledger.entry_by_reference(talk.unit, reference)
        found = await ledger.history(talk.unit, _wallet(talk), before=entry + 1, limit=1)
        found = [line for line in found if line.entry_id == entry]
    except EntryNotFound:
        pass
    if not found:
        return Answer(talk.t("history.no_receipt", reference=shortened(reference)), (act(talk.t, "history"),))
    told = await _came_in(talk, found[0]) if found[0].amount.amount > 0 else what_moved(talk, found[0])
    return Answer(
        lines(talk.t("history.receipt_title"), told), (*await _send_back(talk, found), act(talk.t, "history"))
    )


async def _newest(talk: Talk) -> list[Line]:
    return await ledger.history(talk.unit, _wallet(talk), limit=LOOKED_THROUGH)


async def _payer(talk: Talk, line: Line) -> tuple[int, str] | None:
    """Return who paid what came in, and their note; None for what did not come from a person."""
    if line.kind == "wallet.send_accepted":
        sent = await queries.send_numbered(talk.unit, int(line.about["send"]))
        return (sent.sender_id, note_of(sent, talk.cipher)) if sent is not None else None
    if line.kind == "wallet.request_paid":
        paid = await queries.request_numbered(talk.unit, int(line.about["request"]))
        return (paid.payer_id, note_of(paid, talk.cipher)) if paid is not None else None
    return None


async def _came_in(talk: Talk, line: Line) -> Html:
    """Say what came in, from whom, with its note, when, and its reference."""
    t, payer = talk.t, await _payer(talk, line)
    if payer is None:
        return what_moved(talk, line)
    name, note = await name_of(talk, payer[0]), shortened(payer[1], NOTE_CHARACTERS)
    if not note:
        return t("wallet_topics.came_from", name=name, **_told(talk, line))
    return t("wallet_topics.came_from_with_note", name=name, note=note, **_told(talk, line))


async def _send_back(talk: Talk, meant: Sequence[Line]) -> tuple[Button, ...]:
    """Return the button that sends the first of these receipts back, where a person sent it."""
    payer = await _payer(talk, meant[0]) if meant and meant[0].amount.amount > 0 else None
    if payer is None or payer[0] == talk.customer.id:
        return ()
    label, said = talk.t("wallet_topics.send_back", amount=meant[0].amount), f"{meant[0].amount.decimal:f}"
    return (act(talk.t, "send", label, payee=f"#{payer[0]}", amount=said),)


def _told(talk: Talk, line: Line) -> dict[str, object]:
    return {
        "amount": Money(abs(line.amount.amount), line.amount.asset),
        "at": talk.t.instant(line.posted_at, talk.customer.zone),
        "reference": line.reference,
    }


def _signed(talk: Talk, amount: Money) -> str:
    return f"{'+' if amount.amount > 0 else ''}{talk.t.money(amount)}"


def _alike(newest: Sequence[Line]) -> list[Line]:
    """Return the two newest movements of one kind and one sum that are close together in time; none where none are."""
    by_look: dict[tuple[str, int], list[Line]] = {}
    for line in newest:
        by_look.setdefault((line.kind, line.amount.amount), []).append(line)
    pairs: list[tuple[Line, Line]] = [
        (later, earlier)
        for same in by_look.values()
        for later, earlier in pairwise(same)
        if later.amount and later.posted_at - earlier.posted_at <= LOOK_ALIKE_WITHIN
    ]
    if not pairs:
        return []
    later, earlier = max(pairs, key=lambda pair: pair[0].entry_id)
    return [later, earlier]


def _day(asked: Asked) -> date | None:
    """Return the day that a question names, None without one."""
    try:
        return date.fromisoformat(asked.slots.get("day", ""))
    except ValueError:
        return None


def _wallet(talk: Talk) -> ledger.Account:
    return ledger.customer_wallet(talk.customer.id, BASE_CURRENCY)


TOPICS: Final = (
    Topic("wallet.who_paid_me", who_paid_me),
    Topic("wallet.refund", refund),
    Topic("wallet.looks_wrong", looks_wrong),
)
