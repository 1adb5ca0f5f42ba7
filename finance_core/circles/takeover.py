"""Taking a place over from a member who leaves: who comes pays them what was paid in, in one entry (§5).

Who comes asks for it with the PIN, within the limits of joining; the leaver agrees, and two of three officers do. What
lies in the place's pockets stays with it and is paid for, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles import boards, notices
from finance_core.circles.admission import require_free, require_limits, require_reliable
from finance_core.circles.book.models import CircleDue, CircleRound, RoundState
from finance_core.circles.book.pockets import kept_for
from finance_core.circles.finding import held_by, locked, member_of, money_of, places_of, require_place, require_running
from finance_core.circles.joining import debits_of
from finance_core.circles.leaving import go_where_nothing_is_held, is_late
from finance_core.circles.models import Circle, CirclePlace, MemberState, PlaceState
from finance_core.circles.notifications import of, tell
from finance_core.circles.product import terms_of
from finance_core.circles.releasing import release
from finance_core.circles.requests import JoinRequest, written
from finance_core.circles.rules.limits import most_places_each
from finance_core.customers import consents
from finance_core.customers.consents import Topic, Wording
from finance_core.customers.queries import locked as locked_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload
from finance_core.ledger import Entry, Transfer, customer_wallet
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Replace(Payload):
    """Somebody takes a place over from who holds it."""

    place: int
    leaver: int
    newcomer: int


async def prepare(
    unit: Unit,
    cipher: Cipher,
    token: str,
    newcomer_id: int,
    place: int,
    request: JoinRequest,
    wording: Wording,
    *,
    instalments: Money,
) -> tuple[Circle, Replace]:
    """Write down how somebody wants to be in a circle whose place they ask for; return what is to be agreed to.

    `agenda.ask_to_take_over` opens the act of the officers with it.

    Raises:
        NotFound: `circle`. Conflict: `circle_not_running`, `circle_place` (nobody holds it, or they do themselves).
        RuleViolation: `circle_received`, `circle_late` (its holder is), and as `joining.join`.
        NotAllowed: as `joining.join`.
    """
    customer = await locked_customer(unit, newcomer_id)
    circle = await locked(unit, token)
    require_running(circle)
    row = next((each for each in await places_of(unit, circle, PlaceState.HELD) if each.nr == place), None)
    if row is None or row.customer_id is None or row.customer_id == newcomer_id:
        raise Conflict(ErrorCode.CIRCLE_PLACE)
    terms = await terms_of(unit, circle.product, circle.product_version)
    await require_free(unit, customer, terms)
    await require_limits(unit, customer, circle, terms, (row.turn,), retention=request.kept, instalments=instalments)
    await require_reliable(unit, customer, circle)
    await require_half(unit, circle, newcomer_id)
    subject = Replace(place, row.customer_id, newcomer_id)
    await check(unit, circle, subject)
    before = await member_of(unit, circle, newcomer_id)
    if before is None or before.state != MemberState.JOINED:
        written(unit, cipher, circle, newcomer_id, request, before)
        await unit.session.flush()
    await consents.choose(
        unit, newcomer_id, Topic.DEBIT, wording, given=request.automatic_debit, about=debits_of(circle)
    )
    return circle, subject


async def check(unit: Unit, circle: Circle, subject: Replace) -> None:
    """Refuse what cannot be taken over as things stand. Raises: as `prepare`."""
    require_running(circle)
    row = await require_place(unit, circle, subject.leaver, subject.place)
    if row.received_round is not None:
        raise RuleViolation(ErrorCode.CIRCLE_RECEIVED)
    if await is_late(unit, circle, subject.leaver):
        raise RuleViolation(ErrorCode.CIRCLE_LATE)
    if await unit.session.scalar(
        select(CircleRound.nr).where(
            CircleRound.circle_id == circle.id,
            CircleRound.receiver_place == subject.place,
            CircleRound.state == RoundState.COLLECTING,
        )
    ):
        raise RuleViolation(ErrorCode.CIRCLE_LEAVE_TURN)


async def require_half(unit: Unit, circle: Circle, newcomer_id: int) -> None:
    """Refuse one place more of who holds as many as one may. Raises RuleViolation: `circle_places_each` (most)."""
    most = most_places_each(circle.rounds or circle.places)
    if len(await held_by(unit, circle, newcomer_id)) >= most:
        raise RuleViolation(ErrorCode.CIRCLE_PLACES_EACH, most=most)


async def price_of(unit: Unit, circle: Circle, place: int) -> Money:
    """Return what who comes pays who leaves: what the place has paid in, and what lies in its pockets."""
    query = select(CircleDue.paid).where(CircleDue.circle_id == circle.id, CircleDue.place == place)
    kept = await kept_for(unit, circle, place)
    return money_of(circle, sum(await unit.session.scalars(query)) + sum(each.amount for each in kept.values()))


async def carry_out(unit: Unit, circle: Circle, subject: Replace) -> None:
    """Let the newcomer have the place and pay for it. Raises InsufficientFunds: then nothing of it is done."""
    row = await require_place(unit, circle, subject.leaver, subject.place)
    member = await member_of(unit, circle, subject.newcomer)
    if member is None:
        raise NotAllowed(ErrorCode.CIRCLE_MEMBERS_ONLY)
    price = await price_of(unit, circle, row.nr)
    reference = await _paid(unit, circle, subject, price)
    await hand_over(unit, circle, row, subject.newcomer)
    if member.state != MemberState.JOINED:
        member.state, member.joined_at, member.left_at = MemberState.JOINED, unit.now, None
    member.agreed_rounds, member.agreed_at = circle.rounds, unit.now
    await go_where_nothing_is_held(unit, circle, subject.leaver, MemberState.LEFT)
    fields = {**of(circle), "place": row.nr, "sum": price, "reference": reference}
    occasion = f"place:{circle.id}:{row.nr}:{unit.now.isoformat()}"
    await tell(unit, [subject.leaver], notices.CirclePlaceTaken(**fields), occasion)
    await tell(unit, [subject.newcomer], notices.CirclePlaceYours(**fields, token=circle.token), occasion)
    await boards.changed(unit, circle)


async def give_up(unit: Unit, circle: Circle, subject: Replace) -> None:
    """Let somebody be out who did not get the place that they asked for."""
    member = await member_of(unit, circle, subject.newcomer)
    if member is not None and member.state == MemberState.ASKED:
        member.state, member.left_at = MemberState.LEFT, unit.now
        await unit.session.flush()


async def hand_over(unit: Unit, circle: Circle, place: CirclePlace, to_id: int) -> None:
    """Let a place be somebody else's, with what it owes in rounds that are not paid out; what hung on it is over."""
    place.customer_id, place.held_since, place.pick_sealed, place.passes_round = to_id, unit.now, None, None
    await release(unit, circle, place.nr)
    over = select(CircleRound.nr).where(
        CircleRound.circle_id == circle.id, col(CircleRound.state).in_([RoundState.PAID, RoundState.SHORT])
    )
    dues = select(CircleDue).where(
        CircleDue.circle_id == circle.id, CircleDue.place == place.nr, col(CircleDue.round).not_in(over)
    )
    for due in await unit.session.scalars(dues):
        due.customer_id = to_id
    await unit.session.flush()


async def _paid(unit: Unit, circle: Circle, subject: Replace, price: Money) -> str:
    """Pay the leaver: D 2010 newcomer C 2010 leaver; return the reference, "" where nothing was paid in yet."""
    if not price:
        return ""
    wallets = customer_wallet(subject.newcomer, price.asset), customer_wallet(subject.leaver, price.asset)
    key = f"circles.taken_over:{circle.id}:{subject.place}:{subject.leaver}:{subject.newcomer}"
    about = {"customer": subject.newcomer, "circle": circle.id, "place": subject.place}
    [posted] = await ledger.post(unit, Entry("circle.taken_over", key, (Transfer(*wallets, price),), about))
    return posted.reference
