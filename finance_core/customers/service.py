"""Use cases about people: joining step by step, settings, and what the tiers let out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from finance_core.customers import holds
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.models import Customer
from finance_core.customers.name_words import take_name_words
from finance_core.customers.queries import by_id, by_phone, by_telegram_id, locked, outflow, username_hashes
from finance_core.customers.rules import TIERS, known_zones, normalised_phone, zones_of_phone
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.outside_text import name_to_show
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

TERMS_VERSION = "2026-12-01"


async def start(
    unit: Unit, cipher: Cipher, *, telegram_id: int, chat_id: int, first_name: str, username: str | None, language: str
) -> Customer:
    """Return the customer behind a Telegram account, made at tier 0 when new; name, chat and reachability refreshed."""
    customer = await _written_down(unit, telegram_id, chat_id, language)
    await follow_account(unit, cipher, customer, first_name=first_name, username=username)
    customer.chat_id = chat_id
    customer.unreachable_since = None
    return customer


async def _take_name(unit: Unit, cipher: Cipher, customer: Customer, name: str) -> None:
    """Keep what the person goes by now, and let operators find them by it, where it is another than before."""
    associated_data = name_associated_data(customer.id)
    if cipher.opened(customer.name_sealed, associated_data) == name.encode():
        return
    customer.name_sealed = cipher.encrypt(name.encode(), associated_data)
    await take_name_words(unit, cipher, customer.id, name)


async def _written_down(unit: Unit, telegram_id: int, chat_id: int, language: str) -> Customer:
    """Make the customer, unless there is one already; it may be made at this very moment (two chats, one person)."""
    row = insert(Customer).values(
        telegram_id=telegram_id,
        chat_id=chat_id,
        name_sealed=b"",
        language=language,
        zone=unit.zone.key,
        created_at=unit.now,
    )
    row = row.on_conflict_do_nothing(index_elements=["telegram_id"])
    made = await unit.session.scalar(row.returning(Customer)) or await by_telegram_id(unit, telegram_id)
    assert made is not None
    return made


async def mark_unreachable(unit: Unit, customer_id: int) -> None:
    """Write down that a person's chat takes no messages any more; whoever hears from them again clears it (`start`)."""
    reached = update(Customer).where(col(Customer.id) == customer_id, col(Customer.unreachable_since).is_(None))
    await unit.session.execute(reached.values(unreachable_since=unit.now))


async def follow_account(
    unit: Unit, cipher: Cipher, customer: Customer, *, first_name: str, username: str | None
) -> None:
    """Take over what a person has changed at Telegram since they were last heard from: their name, their @username."""
    if username_of(customer, cipher) != username:
        await take_username(unit, cipher, customer, username)
    await _take_name(unit, cipher, customer, name_to_show(first_name, username, customer.id))


async def take_username(unit: Unit, cipher: Cipher, customer: Customer, username: str | None) -> None:
    """Follow a Telegram name to its new holder: names move between accounts, and only one may hold one here."""
    if username is None:
        customer.username_sealed = customer.username_hash = None
        return
    hashes = username_hashes(username, cipher)
    lost = update(Customer).where(col(Customer.username_hash).in_(hashes), col(Customer.id) != customer.id)
    await unit.session.execute(lost.values(username_sealed=None, username_hash=None))
    customer.username_sealed = cipher.encrypt(username.encode(), username_associated_data(customer.id))
    customer.username_hash = hashes[0]


def username_of(customer: Customer, cipher: Cipher) -> str | None:
    """Return the Telegram name without its @, as its holder writes it; None without one, or if no secret opens it."""
    if customer.username_sealed is None:
        return None
    name = cipher.opened(customer.username_sealed, username_associated_data(customer.id))
    return name.decode() if name is not None else None


def display_name(customer: Customer, cipher: Cipher) -> str:
    """Return the name that the person goes by, never a blank one. It is outside text: screens escape it."""
    name = cipher.opened(customer.name_sealed, name_associated_data(customer.id)) or b""
    return name_to_show(name.decode(), username_of(customer, cipher), customer.id)


def phone_of(customer: Customer, cipher: Cipher) -> str | None:
    """Return the phone that the person shared, in E.164 form; None before they have, or when it is not to be read."""
    if customer.phone_sealed is None:
        return None
    phone = cipher.opened(customer.phone_sealed, phone_associated_data(customer.id))
    return phone.decode() if phone is not None else None


async def accept_terms(unit: Unit, customer_id: int) -> None:
    """Record the consent: which version, at which instant."""
    customer = await locked(unit, customer_id)
    customer.terms_version, customer.terms_accepted_at = TERMS_VERSION, unit.now


async def share_phone(
    unit: Unit, cipher: Cipher, customer_id: int, *, raw_phone: str, contact_user_id: int | None
) -> None:
    """Take the phone that Telegram vouches for; it lifts the person to tier 1.

    Its zone is the person's where it is the only one; of several, the caller asks; until then it is ours.

    Raises:
        NotAllowed: `contact_not_yours`: the contact is another person's; `phone_taken`: another customer holds it.
        InvalidInput: `phone_form`.
    """
    customer = await locked(unit, customer_id)
    if contact_user_id != customer.telegram_id:
        raise NotAllowed(ErrorCode.CONTACT_NOT_YOURS)
    phone = normalised_phone(raw_phone)
    holder = await by_phone(unit, phone, cipher)
    if holder is not None and holder.id != customer.id:
        raise NotAllowed(ErrorCode.PHONE_TAKEN)
    customer.phone_sealed = cipher.encrypt(phone.encode(), phone_associated_data(customer.id))
    customer.phone_hash = cipher.fingerprint(phone)
    zones = zones_of_phone(phone)
    customer.zone = zones[0] if len(zones) == 1 else unit.zone.key
    customer.tier = max(customer.tier, 1)


async def raise_tier(unit: Unit, customer_id: int, tier: int) -> int:
    """Lift a person to a tier, never down; return where they are then. The caller knows who they are."""
    customer = await locked(unit, customer_id)
    customer.tier = max(customer.tier, tier)
    return customer.tier


async def lower_tiers(unit: Unit, customers: Sequence[int], tier: int) -> list[int]:
    """Put people back to a tier who are above it; return those. What they hold stays theirs."""
    lowered = update(Customer).where(col(Customer.id).in_(customers), col(Customer.tier) > tier)
    return sorted(await unit.session.scalars(lowered.values(tier=tier).returning(col(Customer.id))))


async def choose_language(unit: Unit, customer_id: int, language: str) -> None:
    """Choose the language that everything is said in from now on. The caller offers only those that there are."""
    (await locked(unit, customer_id)).language = language


async def choose_zone(unit: Unit, customer_id: int, zone: str) -> None:
    """Choose the zone whose night is left undisturbed. Money keeps the institution's. Raises InvalidInput: `zone`."""
    if zone not in known_zones():
        raise InvalidInput(ErrorCode.ZONE, zone=zone)
    (await locked(unit, customer_id)).zone = zone


async def lock_outflow(unit: Unit, customer_id: int) -> None:
    """Stop everything that leaves: a lost phone. Needs no PIN."""
    (await locked(unit, customer_id)).outflow_locked_at = unit.now


async def unlock_outflow(unit: Unit, customer_id: int) -> None:
    """Lift one's own lock; a freeze stays. The caller has checked the PIN."""
    (await locked(unit, customer_id)).outflow_locked_at = None


async def answer_affordability(unit: Unit, customer_id: int, *, income: Money, other_instalments: Money) -> None:
    """Keep what the person said at the first application: income and other instalments, both a month."""
    customer = await locked(unit, customer_id)
    customer.monthly_income, customer.other_instalments = income.amount, other_instalments.amount


async def confirm_adult(unit: Unit, customer_id: int) -> None:
    """Record that the person says to be 18 or older, asked at the first contract. Raises NotAllowed: `age_denied`."""
    customer = await locked(unit, customer_id)
    if customer.adult_denied_at is not None:
        raise NotAllowed(ErrorCode.AGE_DENIED)
    customer.adult_confirmed_at = customer.adult_confirmed_at or unit.now


async def deny_adult(unit: Unit, customer_id: int) -> None:
    """Record that the person says to be under 18: it stands, whatever is said later, until an operator corrects it."""
    customer = await locked(unit, customer_id)
    if customer.adult_confirmed_at is None:
        customer.adult_denied_at = customer.adult_denied_at or unit.now


async def forget_denied_age(unit: Unit, customer_id: int) -> datetime:
    """Forget that the person said to be under 18; return when. Raises Conflict: `age_not_denied`."""
    customer = await locked(unit, customer_id)
    if customer.adult_denied_at is None:
        raise Conflict(ErrorCode.AGE_NOT_DENIED)
    said_at, customer.adult_denied_at = customer.adult_denied_at, None
    return said_at


async def choose_income_notice(unit: Unit, customer_id: int, rhythm: str) -> None:
    """Choose how often income is told: `daily`, `weekly` or `off`."""
    (await locked(unit, customer_id)).income_notice = rhythm


async def choose_discreet(unit: Unit, customer_id: int, *, discreet: bool) -> None:
    """Choose whether notices leave out sums and the word "loan"."""
    (await locked(unit, customer_id)).discreet = discreet


async def choose_plain(unit: Unit, customer_id: int, *, plain: bool) -> None:
    """Show them words alone from now on, without pictures and emoji, or with them again."""
    (await locked(unit, customer_id)).plain = plain


@dataclass(frozen=True, slots=True)
class OutLimit:
    """What a person's tier lets out in the calendar year, at tier 0 ever, and what of it is used."""

    limit: Money
    used: Money
    is_for_life: bool

    @property
    def left(self) -> Money:
        """What may still go out; never below zero."""
        return max(self.limit - self.used, Money.zero(self.limit.asset))


async def out_limit(unit: Unit, customer: Customer) -> OutLimit:
    """Return what a person's tier lets out, as it stands now."""
    tier = TIERS[customer.tier]
    year = None if tier.out_limit_is_for_life else unit.local_now().year
    used = Money(await outflow(unit, customer.id, year), tier.out_limit.asset)
    return OutLimit(tier.out_limit, used, tier.out_limit_is_for_life)


async def require_may_send_out(unit: Unit, customer_id: int, amount: Money) -> None:
    """Refuse what the tier, a freeze or a lock forbids, without counting it yet.

    Raises:
        NotAllowed: `account_frozen`, `outflow_locked`, `outflow_held` (hours: of what is left after a reset of the
            PIN, a new phone or Telegram account).
        RuleViolation: `outflow_limit`, at the tier whose limit is for life `outflow_limit_ever`; with limit, used and
            requested (Money), tier, and `next_tier` if one allows more.
    """
    customer = await by_id(unit, customer_id)
    await require_not_frozen(unit, customer_id)
    if customer.outflow_locked_at is not None:
        raise NotAllowed(ErrorCode.OUTFLOW_LOCKED)
    await holds.require_outflow(unit, customer_id)
    out = await out_limit(unit, customer)
    if out.used + amount > out.limit:
        next_tier = customer.tier + 1 if customer.tier + 1 < len(TIERS) else None
        raise RuleViolation(
            ErrorCode.OUTFLOW_LIMIT_EVER if out.is_for_life else ErrorCode.OUTFLOW_LIMIT,
            limit=out.limit,
            used=out.used,
            requested=amount,
            tier=customer.tier,
            next_tier=next_tier,
        )


async def count_outflow(unit: Unit, customer_id: int, amount: Money) -> None:
    """Hold `amount` against the tier's limit; two at once queue on the customer's row.

    Raises: as `require_may_send_out`.
    """
    await locked(unit, customer_id)
    await require_may_send_out(unit, customer_id, amount)
    await _add_outflow(unit, customer_id, unit.local_now().year, amount.amount)


async def return_outflow(unit: Unit, customer_id: int, amount: Money, *, sent_in: int) -> None:
    """Give back what came back: it no longer counts in the year `sent_in`."""
    await unit.session.execute(
        text("UPDATE outflow SET amount = amount - :amount WHERE customer_id = :customer AND year = :year"),
        {"customer": customer_id, "year": sent_in, "amount": amount.amount},
    )


async def _add_outflow(unit: Unit, customer_id: int, year: int, amount: int) -> None:
    await unit.session.execute(
        text(
            "INSERT INTO outflow (customer_id, year, amount) VALUES (:customer, :year, :amount)"
            " ON CONFLICT (customer_id, year) DO UPDATE SET amount = outflow.amount + excluded.amount"
        ),
        {"customer": customer_id, "year": year, "amount": amount},
    )


def name_associated_data(customer_id: int) -> str:
    """Return the associated data that a customer's encrypted name is bound to."""
    return f"customer.name:{customer_id}"


def username_associated_data(customer_id: int) -> str:
    """Return the associated data that a customer's encrypted Telegram name is bound to."""
    return f"customer.username:{customer_id}"


def phone_associated_data(customer_id: int) -> str:
    """Return the associated data that a customer's encrypted phone is bound to."""
    return f"customer.phone:{customer_id}"
