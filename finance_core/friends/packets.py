"""Use cases of a red packet's sender: make one, show it somewhere; and what its other use cases share."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.customers.blocking import require_reaches
from finance_core.customers.holds import require_changes
from finance_core.customers.queries import locked
from finance_core.friends import entries, notices
from finance_core.friends.models import (
    Audience,
    Packet,
    PacketPerson,
    PacketPlace,
    PacketShare,
    PacketState,
    ShareState,
)
from finance_core.friends.notifications import Receipt, name_of, receipt, sealed_words, tell, words_told
from finance_core.friends.rules.draws import OPEN_FOR, SEED_BYTES, PacketKind, checked_packet, commitment, drawn
from finance_core.groups import service as groups
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.once import write_once
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class NewPacket:
    """What a packet is made of.

    `people` are for whom it is, where the audience is *named*; `place_id` is the group whose members it is for, by an
    id of ours, where it is *place*.
    """

    total: Money
    shares: int
    kind: PacketKind = PacketKind.LUCKY
    audience: Audience = Audience.ANYBODY
    people: tuple[int, ...] = ()
    place_id: int | None = None
    words: str = ""

    def checked(self) -> NewPacket:
        """Return it if it can be made. Raises InvalidInput: as `checked_packet`; `packet_people`: too few are named."""
        checked_packet(self.total, self.shares)
        people = len(set(self.people)) if self.audience is Audience.NAMED else self.shares
        if people < self.shares:
            raise InvalidInput(ErrorCode.PACKET_PEOPLE, people=people, shares=self.shares)
        if (self.audience is Audience.PLACE) == (self.place_id is None):
            raise ValueError("a packet for members says of which group, and no other does")
        return self


def new_token() -> str:
    """Return a token for a packet, a bill or a collection: 12 characters, unguessable."""
    return secrets.token_urlsafe(9)


def new_seed() -> str:
    """Return a seed that nobody knows: 32 bytes in lower-case hex."""
    return secrets.token_bytes(SEED_BYTES).hex()


def seed_associated_data(token: str) -> str:
    """Return the associated data that a packet's seed is bound to."""
    return f"friends.seed:{token}"


async def make(
    unit: Unit, cipher: Cipher, sender_id: int, new: NewPacket, token: str, *, seed: str | None = None
) -> tuple[Packet, Receipt]:
    """Make a packet and pay for it; it counts as out, and named people are told. The same token again: the same packet.

    Args:
        token: the packet's own, made when it was proposed.
        seed: of the draw; None: one that nobody knows.

    Raises:
        InsufficientFunds, RuleViolation (`outflow_limit`); InvalidInput: as `NewPacket.checked`.
        NotAllowed: `account_frozen`, `outflow_locked`, `outflow_held`, `changes_held` (nobody new is paid for a while),
            `person_takes_nothing` (somebody named has blocked the sender), `not_yours`.
    """
    new.checked()
    await locked(unit, sender_id)
    known = await unit.session.scalar(select(Packet).where(Packet.token == token))
    if known is not None and known.sender_id != sender_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if known is None:
        await _require_reaches_all(unit, sender_id, new.people)
        await require_changes(unit, sender_id)
        await customers.count_outflow(unit, sender_id, new.total)
    packet = known or await _written(unit, cipher, sender_id, new, token, seed or new_seed())
    shares = await _money_of_shares(unit, packet)
    [posted] = await ledger.post(unit, entries.packet_made(sender_id, packet.id, shares, token))
    if known is None:
        await _tell_people(unit, packet, new.people)
    made = partial(notices.PacketMade, shares=packet.shares)
    return packet, await receipt(unit, sender_id, total_of(packet), posted, made)


async def put_in(unit: Unit, token: str, sender_id: int, place_id: int) -> Packet:
    """Note that a packet is shown in a chat, by an id of ours; shown there before, nothing changes.

    Raises NotFound: `packet`, Conflict: `packet_over`; NotAllowed: `not_yours`, `packet_of_a_group`: it is for the
        members of another one.
    """
    packet = await find(unit, token)
    if packet.sender_id != sender_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if packet.state != PacketState.OPEN or unit.now >= packet.ends_at:
        raise Conflict(ErrorCode.PACKET_OVER)
    if packet.audience == Audience.PLACE and not await _is_of(unit, packet, place_id):
        raise NotAllowed(ErrorCode.PACKET_OF_A_GROUP)
    await write_once(unit, insert(PacketPlace).values(packet_id=packet.id, place_id=place_id, put_at=unit.now))
    return packet


async def find(unit: Unit, token: str) -> Packet:
    """Return a packet by its token, as it is. Raises NotFound: `packet`."""
    found = await unit.session.scalar(
        select(Packet).where(Packet.token == token).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(ErrorCode.PACKET)
    return found


def total_of(packet: Packet) -> Money:
    """Return the money of a packet."""
    return Money(packet.total, ASSETS[packet.asset])


async def group_of(unit: Unit, packet: Packet) -> int | None:
    """Return the group whose members a packet is for; None where it is for others."""
    if packet.audience != Audience.PLACE:
        return None
    places = select(PacketPlace.place_id).where(PacketPlace.packet_id == packet.id)
    return int(await unit.session.scalar(places.order_by(col(PacketPlace.put_at)).limit(1)) or 0)


async def _is_of(unit: Unit, packet: Packet, place_id: int) -> bool:
    own = await group_of(unit, packet)
    return own is not None and await groups.is_same(unit, place_id, own)


async def _require_reaches_all(unit: Unit, sender_id: int, people: tuple[int, ...]) -> None:
    for person in dict.fromkeys(people):
        await require_reaches(unit, sender_id, person)


async def _written(unit: Unit, cipher: Cipher, sender_id: int, new: NewPacket, token: str, seed: str) -> Packet:
    made = Packet(
        token=token,
        sender_id=sender_id,
        total=new.total.amount,
        asset=new.total.asset.code,
        shares=new.shares,
        kind=new.kind,
        audience=new.audience,
        words_sealed=sealed_words(cipher, new.words, token, "words"),
        seed_sealed=cipher.encrypt(seed.encode(), seed_associated_data(token)),
        commitment=commitment(seed),
        state=PacketState.OPEN,
        made_at=unit.now,
        sent_in=unit.local_now().year,
        ends_at=unit.now + OPEN_FOR,
    )
    unit.session.add(made)
    await unit.session.flush()
    amounts = drawn(new.kind, new.total.amount, new.shares, seed)
    rows = [
        {"packet_id": made.id, "nr": nr, "amount": amount, "state": ShareState.FREE}
        for nr, amount in enumerate(amounts, 1)
    ]
    await unit.session.execute(insert(PacketShare), rows)
    if new.place_id is not None:
        unit.session.add(PacketPlace(packet_id=made.id, place_id=new.place_id, put_at=unit.now))
        await unit.session.flush()
    if new.audience is Audience.NAMED:
        people = enumerate(dict.fromkeys(new.people), 1)
        named = [{"packet_id": made.id, "customer_id": person, "nr": nr} for nr, person in people]
        await unit.session.execute(insert(PacketPerson), named)
    return made


async def _money_of_shares(unit: Unit, packet: Packet) -> list[tuple[int, Money]]:
    rows = select(PacketShare.nr, PacketShare.amount).where(PacketShare.packet_id == packet.id)
    found = (await unit.session.execute(rows.order_by(col(PacketShare.nr)))).all()
    return [(nr, Money(amount, ASSETS[packet.asset])) for nr, amount in found]


async def _tell_people(unit: Unit, packet: Packet, people: tuple[int, ...]) -> None:
    if packet.audience != Audience.NAMED:
        return
    words = words_told(packet.words_sealed, packet.token, "words")
    told = notices.PacketWaiting(name=await name_of(unit, packet.sender_id), words=words, token=packet.token)
    for person in dict.fromkeys(people):
        await tell(unit, person, told, f"packet:{packet.id}")
