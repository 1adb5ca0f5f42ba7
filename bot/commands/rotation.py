"""`susu rotate-secret`: encrypts anew, under the first secret, all that is encrypted; then the others may be given up.

It runs beside the service, a few hundred rows a transaction, and may be run again: what is current already is passed
over. What no secret opens is forgotten where it can be (a name, a phone, a note, a conversation); where it has to stay
as it is (a contract's text, a message that waits), it is counted.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import text

from bot.database import opened
from bot.dispatch.associated_data import (
    conversation_associated_data,
    owed_associated_data,
    payload_associated_data,
)
from bot.settings import Settings
from finance_core import intents
from finance_core.account.identity import number_associated_data, picture_associated_data
from finance_core.account.moves import old_phone_associated_data
from finance_core.account.pin_resets import digits_associated_data, old_pin_associated_data
from finance_core.account.recovery import code_associated_data
from finance_core.account.rules import number_key
from finance_core.cases.service import answered_associated_data, message_associated_data
from finance_core.circles import sealing as circles
from finance_core.customers.freezing import reason_associated_data
from finance_core.customers.name_words import take_name_words
from finance_core.customers.pin import wrap_pins
from finance_core.customers.queries import username_key
from finance_core.customers.service import name_associated_data, phone_associated_data, username_associated_data
from finance_core.friends.notifications import words_associated_data
from finance_core.friends.packets import seed_associated_data
from finance_core.friends.photos import photo_associated_data
from finance_core.groups.personal import title_associated_data
from finance_core.groups.personal import words_associated_data as words_said_associated_data
from finance_core.journeys.office.notes import note_associated_data as customer_note_associated_data
from finance_core.journeys.plans.queries import name_associated_data as goal_associated_data
from finance_core.loans.contact.hardship import note_associated_data
from finance_core.loans.origination.contract import contract_associated_data
from finance_core.storage import canary
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Unit, Units
from finance_core.wallet.service import note_associated_data as send_note_associated_data

ROWS: Final = 500
"""Of one transaction: a person whose row is locked waits no longer than that takes."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where encrypted values stand: a column of a table, whose keys name a row."""

    table: str
    column: str
    keys: tuple[str, ...]
    associated_data: Callable[[Row], str]
    forget: str | None = None
    """What is set where no secret opens a value; DELETE takes the row; None: it stays as it is."""
    where: str = "true"

    @property
    def name(self) -> str:
        """Return what a report calls it: `customer.name_sealed`."""
        return f"{self.table}.{self.column}"


def _of_circle_member(what: str) -> Callable[[Row], str]:
    return lambda row: circles.member_associated_data(what, row["circle_id"], row["customer_id"])


PLACES: Final = (
    Place("customer", "name_sealed", ("id",), lambda row: name_associated_data(row["id"]), "name_sealed = ''",
          where="name_sealed <> ''"),
    Place("customer", "phone_sealed", ("id",), lambda row: phone_associated_data(row["id"]),
          "phone_sealed = NULL, phone_hash = NULL"),
    Place("customer", "username_sealed", ("id",), lambda row: username_associated_data(row["id"]),
          "username_sealed = NULL, username_hash = NULL"),
    Place("send", "note_sealed", ("id", "token"), lambda row: send_note_associated_data(row["token"]),
          "note_sealed = NULL"),
    Place("money_request", "note_sealed", ("id", "token"), lambda row: send_note_associated_data(row["token"]),
          "note_sealed = NULL"),
    Place("packet", "words_sealed", ("id", "token"), lambda row: words_associated_data(row["token"], "words"),
          "words_sealed = NULL"),
    Place("packet", "seed_sealed", ("id", "token"), lambda row: seed_associated_data(row["token"])),
    Place("bill", "title_sealed", ("id", "token"), lambda row: words_associated_data(row["token"], "title"),
          "title_sealed = NULL"),
    Place("bill_draft", "title_sealed", ("id", "token"), lambda row: words_associated_data(row["token"], "title"),
          "title_sealed = NULL"),
    Place("bill_photo", "file_sealed", ("token",), lambda row: photo_associated_data(row["token"]), "DELETE"),
    Place("bill_part", "reason_sealed", ("id", "bill_id", "nr"),
          lambda row: words_associated_data(f"{row['bill_id']}:{row['nr']}", "reason"), "reason_sealed = NULL"),
    Place("tab", "title_sealed", ("id", "token"), lambda row: words_associated_data(row["token"], "title")),
    Place("tab_item", "note_sealed", ("id", "key"), lambda row: words_associated_data(row["key"], "note"),
          "note_sealed = NULL"),
    Place("cause", "title_sealed", ("id", "token"), lambda row: words_associated_data(row["token"], "title")),
    Place("cause", "thanks_sealed", ("id", "token"), lambda row: words_associated_data(row["token"], "thanks"),
          "thanks_sealed = NULL"),
    Place("circle", "title_sealed", ("id", "token"), lambda row: circles.title_associated_data(row["token"]),
          where="title_sealed <> ''"),
    *(Place("circle_member", f"{what}_sealed", ("circle_id", "customer_id"), _of_circle_member(what),
            f"{what}_sealed = NULL") for what in ("nickname", "nominee", "wanted")),
    Place("circle_place", "pick_sealed", ("circle_id", "nr", "customer_id"), _of_circle_member("pick"),
          "pick_sealed = NULL"),
    Place("circle_key", "last_key_sealed", ("circle_id", "nr"),
          lambda row: circles.key_associated_data(row["circle_id"], row["nr"])),
    Place("circle_bid", "amount_sealed", ("id", "key"), lambda row: circles.bid_associated_data("amount", row["key"])),
    Place("circle_bid", "nonce_sealed", ("id", "key"), lambda row: circles.bid_associated_data("nonce", row["key"])),
    Place("circle_case", "words_sealed", ("id", "key"), lambda row: circles.case_associated_data("words", row["key"]),
          where="words_sealed <> ''"),
    Place("circle_case", "reason_sealed", ("id", "key"), lambda row: circles.case_associated_data("reason", row["key"]),
          "reason_sealed = NULL"),
    Place("circle_request", "words_sealed", ("id", "token"),
          lambda row: circles.request_associated_data(row["token"]), "words_sealed = NULL"),
    Place("group_words", "sealed", ("token",), lambda row: words_said_associated_data(row["token"]), "DELETE"),
    Place("group_chat", "title_sealed", ("id",), lambda row: title_associated_data(row["id"]), "title_sealed = NULL"),
    Place("plan", "name_sealed", ("id", "key"), lambda row: goal_associated_data(row["key"]), "name_sealed = NULL"),
    Place("hardship_case", "note_sealed", ("id",), lambda row: note_associated_data(row["id"]), "note_sealed = NULL"),
    Place("service_case", "answered_sealed", ("id",), lambda row: answered_associated_data(row["id"]),
          "answered_sealed = NULL"),
    Place("customer_note", "sealed", ("id", "customer_id", "key"),
          lambda row: customer_note_associated_data(row["customer_id"], row["key"])),
    Place("account_freeze", "reason_sealed", ("id", "customer_id"),
          lambda row: reason_associated_data(row["customer_id"])),
    Place("case_message", "sealed", ("id", "case_id", "key"),
          lambda row: message_associated_data(row["case_id"], row["key"])),
    Place("recovery_code", "sealed", ("customer_id",), lambda row: code_associated_data(row["customer_id"]), "DELETE"),
    Place("pin_reset", "digits_sealed", ("id", "customer_id"),
          lambda row: digits_associated_data(row["customer_id"]), "digits_sealed = NULL"),
    Place("pin_reset", "old_pin_sealed", ("id", "customer_id"),
          lambda row: old_pin_associated_data(row["customer_id"])),
    Place("account_move", "old_phone_sealed", ("id", "customer_id"),
          lambda row: old_phone_associated_data(row["customer_id"])),
    Place("identity_check", "number_sealed", ("id", "customer_id", "kind"),
          lambda row: number_associated_data(row["customer_id"])),
    Place("identity_picture", "sealed", ("id", "token"), lambda row: picture_associated_data(row["token"])),
    Place("loan_contract", "sealed", ("loan_id",), lambda row: contract_associated_data(row["loan_id"])),
    Place("inbox", "payload", ("id", "bot_id", "update_id"),
          lambda row: payload_associated_data(row["bot_id"], row["update_id"])),
    Place("inbox", "owed", ("id", "bot_id", "update_id"),
          lambda row: owed_associated_data(row["bot_id"], row["update_id"]), "owed = NULL"),
    Place("conversation", "data", ("bot_id", "chat_id", "user_id", "thread_id"),
          conversation_associated_data, "DELETE"),
)  # fmt: skip
"""All columns of encrypted bytes; `tests/core/test_rotation.py` holds that none is missing."""

_NOTICES: Final = text(
    "SELECT id, params FROM outbox WHERE id > :after AND CAST(params AS text) LIKE '%\"sealed\"%'"
    " ORDER BY id LIMIT :rows FOR UPDATE"
)
_WRITE_NOTICE: Final = text("UPDATE outbox SET params = CAST(:params AS jsonb) WHERE id = :id")
_HASHES: Final = {
    "phone_sealed": text("UPDATE customer SET phone_hash = :hash WHERE id = :id"),
    "username_sealed": text("UPDATE customer SET username_hash = :hash WHERE id = :id"),
    "number_sealed": text("UPDATE identity_check SET number_hash = :hash WHERE id = :id"),
}
"""By which an encrypted value is found: written anew with it."""
_CARDS: Final = text(
    "SELECT id, token, params, result FROM intent WHERE id > :after ORDER BY id LIMIT :rows FOR UPDATE"
)
_WRITE_CARD: Final = text(
    "UPDATE intent SET params = CAST(:params AS jsonb), result = CAST(:result AS jsonb) WHERE id = :id"
)


@dataclass(slots=True)
class Rotated:
    """How many values of each place were encrypted anew, and how many no secret opens."""

    anew: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)


async def rotate_secret(settings: Settings) -> Rotated:
    """Encrypt everything under the first secret. Raises WrongSecret: none of them is the database's."""
    async with opened(settings, pool_size=1) as database:
        # not as the service, which may not change a contract's text
        owner = create_engine(database.owner_url, role=None, pool_size=1)
        try:
            return await rotate(Units(owner), database.cipher)
        finally:
            await owner.dispose()


async def rotate(units: Units, cipher: Cipher) -> Rotated:
    """Encrypt everything anew that is not under the current secret; the canary last."""
    done = Rotated()
    for place in PLACES:
        await _rotate_place(units, cipher, place, done)
    await _rotate_pins(units, cipher, done)
    await _rotate_notices(units, cipher, done)
    await _rotate_cards(units, cipher, done)
    async with units.begin() as unit:
        await canary.replant(await unit.session.connection(), cipher)
    return Rotated(+done.anew, +done.unreadable)


async def _rotate_place(units: Units, cipher: Cipher, place: Place, done: Rotated) -> None:
    after: tuple[Any, ...] | None = None
    while True:
        async with units.begin() as unit:
            rows = await _rows(unit, place, after)
            for row in rows:
                await _rotate_row(unit, cipher, place, row, done)
        if len(rows) < ROWS:
            return
        after = tuple(rows[-1][key] for key in place.keys)


async def _rows(unit: Unit, place: Place, after: tuple[Any, ...] | None) -> list[Row]:
    keys = ", ".join(place.keys)
    beyond = "" if after is None else f" AND ({keys}) > ({', '.join(f':{key}' for key in place.keys)})"
    query = text(
        f"SELECT {keys}, {place.column} AS stored FROM {place.table}"  # noqa: S608 - names of ours
        f" WHERE {place.column} IS NOT NULL AND {place.where}{beyond} ORDER BY {keys} LIMIT {ROWS} FOR UPDATE"
    )
    figures = {} if after is None else dict(zip(place.keys, after, strict=True))
    return [dict(row) for row in (await unit.session.execute(query, figures)).mappings()]


async def _rotate_row(unit: Unit, cipher: Cipher, place: Place, row: Row, done: Rotated) -> None:
    associated_data = place.associated_data(row)
    plain = cipher.opened(row["stored"], associated_data)
    if plain is None:
        done.unreadable[place.name] += 1
        await _forget(unit, cipher, place, row)
    elif not cipher.is_current(row["stored"]):
        done.anew[place.name] += 1
        await _write(unit, place, row, f"{place.column} = :sealed", sealed=cipher.encrypt(plain, associated_data))
        await _find_anew(unit, cipher, place, row, plain.decode(errors="replace"))


def _key_of(column: str, row: Row, plain: str) -> str:
    """Return what the keyed hash of an encrypted value is made of."""
    if column == "number_sealed":
        return number_key(row["kind"], plain)
    return plain if column == "phone_sealed" else username_key(plain)


async def _find_anew(unit: Unit, cipher: Cipher, place: Place, row: Row, plain: str) -> None:
    """Write by what a value is found under the current secret, where it is found at all."""
    if place.column in _HASHES:
        found_by = cipher.fingerprint(_key_of(place.column, row, plain))
        await unit.session.execute(_HASHES[place.column], {"id": row["id"], "hash": found_by})
    elif place.name == "customer.name_sealed":
        await take_name_words(unit, cipher, row["id"], plain)


async def _forget(unit: Unit, cipher: Cipher, place: Place, row: Row) -> None:
    if place.name == "customer.name_sealed":
        await take_name_words(unit, cipher, row["id"], "")
    if place.forget == "DELETE":
        found = " AND ".join(f"{key} = :{key}" for key in place.keys)
        statement = text(f"DELETE FROM {place.table} WHERE {found}")  # noqa: S608 - names of ours
        await unit.session.execute(statement, {key: row[key] for key in place.keys})
    elif place.forget is not None:
        await _write(unit, place, row, place.forget)


async def _write(unit: Unit, place: Place, row: Row, change: str, **values: object) -> None:
    found = " AND ".join(f"{key} = :{key}" for key in place.keys)
    statement = text(f"UPDATE {place.table} SET {change} WHERE {found}")  # noqa: S608 - names of ours
    await unit.session.execute(statement, {key: row[key] for key in place.keys} | values)


async def _rotate_pins(units: Units, cipher: Cipher, done: Rotated) -> None:
    last = 0
    while True:
        async with units.begin() as unit:
            last, wrapped, unreadable = await wrap_pins(unit, cipher, last)
        if not last:
            return
        done.anew["customer.pin_hash"] += wrapped
        done.unreadable["customer.pin_hash"] += unreadable


async def _rotate_notices(units: Units, cipher: Cipher, done: Rotated) -> None:
    after = 0
    while True:
        async with units.begin() as unit:
            rows = (await unit.session.execute(_NOTICES, {"after": after, "rows": ROWS})).all()
            for row in rows:
                params = _anew(row.params, cipher, done)
                if params != row.params:
                    await unit.session.execute(_WRITE_NOTICE, {"id": row.id, "params": orjson.dumps(params).decode()})
        if len(rows) < ROWS:
            return
        after = rows[-1].id


async def _rotate_cards(units: Units, cipher: Cipher, done: Rotated) -> None:
    after = 0
    while True:
        async with units.begin() as unit:
            rows = (await unit.session.execute(_CARDS, {"after": after, "rows": ROWS})).all()
            for row in rows:
                anew = {name: _card_anew(getattr(row, name), row.token, name, cipher, done) for name in _CARD_COLUMNS}
                if any(anew[name] is not getattr(row, name) for name in _CARD_COLUMNS):
                    kept = {
                        name: None if value is None else orjson.dumps(value).decode() for name, value in anew.items()
                    }
                    await unit.session.execute(_WRITE_CARD, {"id": row.id, **kept})
        if len(rows) < ROWS:
            return
        after = rows[-1].id


_CARD_COLUMNS: Final = ("params", "result")


def _card_anew(kept: Any, token: str, column: str, cipher: Cipher, done: Rotated) -> Any:
    """Return what an intent's column holds under the current secret; the same object where nothing changes."""
    if kept is None:
        return None
    anew, is_readable = intents.resealed(cipher, kept, token, column)
    done.unreadable[f"intent.{column}"] += not is_readable
    done.anew[f"intent.{column}"] += anew is not kept
    return anew


def _anew(value: Any, cipher: Cipher, done: Rotated) -> Any:
    """Return a notice's JSON with each sealed value in it under the current secret."""
    if isinstance(value, list):
        return [_anew(item, cipher, done) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() != {"sealed", "place"}:
        return {name: _anew(item, cipher, done) for name, item in value.items()}
    stored = base64.b64decode(value["sealed"])
    plain = cipher.opened(stored, value["place"])
    if plain is None:
        done.unreadable["outbox.params"] += 1
        return value
    if cipher.is_current(stored):
        return value
    done.anew["outbox.params"] += 1
    return {"sealed": base64.b64encode(cipher.encrypt(plain, value["place"])).decode(), "place": value["place"]}
