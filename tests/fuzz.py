"""Whatever comes from outside ends in an answer or a refusal: `python -m tests.fuzz --count 20000 [surface …]`.

Each surface is given so many inputs made by chance out of a seed, which is printed; the same seed makes the same ones.
What ends in a fault (a number instead of a sentence, a traceback, a 500) is printed with the input.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import structlog
from fastapi import FastAPI
from sqlalchemy import text

from bot.commands.quote import quote_apr, quote_days, quote_loan
from bot.intake.envelope import ADMITTED
from bot.intake.webhook import PATH, SECRET_HEADER, webhook_router
from finance_core.catalogue import service as catalogue
from finance_core.funds.series import read_file
from finance_core.kernel.errors import InvalidInput
from tests.conversations.harness import Person
from tests.conversations.whole_service import Susu, whole_service
from tests.embedded import running_cluster
from tests.security.test_broken_files import (
    BELOW_ZERO,
    CATALOGUE,
    DAYS,
    FLOWS,
    LOAN,
    NO_NUMBERS,
    TABLES,
    broken,
    is_sold,
    places,
    with_value,
)
from tests.security.test_forged import TAPS, TEXTS
from tests.security.test_webhook import SECRET

Chance = random.Random
ADDRESS: Final = {
    "country_code": "CN",
    "state": "",
    "city": "x",
    "street_line1": "x",
    "street_line2": "",
    "post_code": "1",
}
PEOPLE: Final = 40
"""Who write at once: each has a lane of their own."""
IN_A_LANE: Final = 10
SHOWN: Final = 20
SET_ASIDE: Final = ("Unstorable", "ValidationError")
"""What is no update by Telegram's own words is set aside and told, and holds up nobody: so it is promised."""
_COMMANDS: Final = Path(__file__).parents[1] / "handlers" / "phrases" / "commands.jsonl"
PHRASES: Final = [json.loads(line)["text"] for line in _COMMANDS.read_text(encoding="utf-8").splitlines()]
SCRAPS: Final = (
    *("💥", "\u200b", "\u202e", "\x00", "\ud800", "٣", "９", "零", "亿", "@bo", "#1", "link", "1e9", "-1", "%s", "{0}"),
    *("<b>", "&amp;", "/borrow", "/send", "yes", "不", "\n", "a" * 300, "9" * 30, "½", "1,0,0", "1.000.000,5", "²"),
)
JUNK: Final[tuple[Any, ...]] = (
    *(None, True, False, -1, 0, 2**31, 2**63, 2**70, -(2**63), 1.5, 1e300, "", "x", "\x00", "\ud800", "a" * 5000),
    *([], {}, [[]], {"id": {}}, [None], {"text": 5}),
)


@dataclass
class Found:
    """What a surface was given, and which inputs ended in a fault."""

    tried: int = 0
    set_aside: int = 0
    faults: list[str] = field(default_factory=list)

    def fault(self, given: object, why: object) -> None:
        self.faults.append(f"{why}: {given!r}"[:400])


# -- what is made by chance --------------------------------------------------------------------------------------------


def a_text(chance: Chance) -> str:
    """Return a phrase that people say, broken here and there; or scraps alone."""
    kind = chance.random()
    if kind < 0.15:
        return "".join(chance.choice(SCRAPS) for _ in range(chance.randint(1, 8)))
    said = chance.choice(TEXTS if kind < 0.25 else PHRASES) or "x"
    for _ in range(chance.randint(0, 3)):
        place = chance.randrange(len(said) + 1)
        said = said[:place] + chance.choice(SCRAPS) + said[place + chance.randint(0, 3) :]
    return broken(said, chance) if said and chance.random() < 0.3 else said


def a_tap(chance: Chance) -> str:
    """Return a button's data: one that is drawn somewhere, with other words in it."""
    words = chance.choice(TAPS).split(":")
    for _ in range(chance.randint(0, 3)):
        words[chance.randrange(len(words))] = chance.choice((*SCRAPS, "1", "999", "x", chance.choice(TAPS)))
    return ":".join(words)[:64]


def a_link(chance: Chance) -> str:
    """Return the text of an opened link."""
    token = "".join(chance.choice("abcXYZ019-_") for _ in range(chance.choice((0, 1, 12, 64))))
    return f"/start {chance.choice(('s-', 's', 'r-', 'S-', '', 'x'))}{token}{chance.choice((*SCRAPS, '', '', ''))}"


def a_raw_update(chance: Chance, person: Person) -> dict[str, Any]:
    """Return an update of any kind, its parts replaced, left out or made what they cannot be."""
    user = {"id": person.id, "is_bot": False, "first_name": person.name, "language_code": chance.choice(("en", "zh"))}
    chat = {"id": person.chat_id, "type": chance.choice(("private", "private", "group", "supergroup", "channel"))}
    base = {"message_id": 1, "date": 1_772_000_000, "chat": chat, "from": user}
    parts: Sequence[dict[str, Any]] = (
        {"text": a_text(chance)},
        {"contact": {"phone_number": "+8613900000000", "first_name": "A", "user_id": person.id}},
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}], "caption": a_text(chance)},
        {"location": {"latitude": 1.0, "longitude": 2.0}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
        {"new_chat_members": [user]},
        {"migrate_to_chat_id": -100123},
        {"reply_to_message": {**base, "text": "hi"}, "text": a_text(chance)},
    )  # fmt: skip
    message = {**base, **chance.choice(parts)}
    member = {"user": user, "status": chance.choice(("member", "left"))}
    moved = {"chat": chat, "from": user, "date": 1, "old_chat_member": member, "new_chat_member": member}
    events: Mapping[str, dict[str, Any]] = {
        "message": message,
        "edited_message": {**message, "edit_date": 1_772_000_001},
        "callback_query": {"id": "7", "from": user, "chat_instance": "1", "data": a_tap(chance), "message": message},
        "inline_query": {"id": "7", "from": user, "query": a_text(chance), "offset": ""},
        "chosen_inline_result": {"result_id": "1", "from": user, "query": "x"},
        "my_chat_member": moved,
        "chat_member": moved,
        "chat_join_request": {"chat": chat, "from": user, "user_chat_id": person.id, "date": 1},
        "pre_checkout_query": {"id": "1", "from": user, "currency": "CNY", "total_amount": 1, "invoice_payload": "x"},
        "shipping_query": {"id": "1", "from": user, "invoice_payload": "x", "shipping_address": ADDRESS},
        "message_reaction": {"chat": chat, "message_id": 1, "user": user, "date": 1, "old_reaction": [],
                             "new_reaction": [{"type": "emoji", "emoji": "👍"}]},
        "channel_post": {**message, "text": a_text(chance)},
        "poll_answer": {"poll_id": "1", "user": user, "option_ids": [0], "option_persistent_ids": ["0"]},
    }  # fmt: skip
    kind = chance.choice(ADMITTED)
    update: dict[str, Any] = {kind: deepcopy(events[kind])}
    for _ in range(chance.choice((0, 0, 1, 1, 2, 4))):
        update = bent(update, chance)
    return update


def bent(value: Any, chance: Chance) -> Any:
    """Return a value of JSON with one place of it left out, or something else."""
    every = list(places(value))
    if not every:
        return value
    return with_value(value, chance.choice(every), chance.choice(JUNK)) if chance.random() < 0.8 else value


# -- through the running service ---------------------------------------------------------------------------------------


async def through_the_service(
    susu: Susu, people: Sequence[Person], count: int, make: Callable[[Person], dict[str, Any]]
) -> Found:
    """Store so many updates, a few of each person at a time, and find those that ended in a fault."""
    found, wave = Found(), len(people) * IN_A_LANE
    number = 10_000_000 + int(await susu.value("SELECT coalesce(max(update_id), 0) FROM inbox"))
    while found.tried < count:
        given = {}
        for person in list(people) * IN_A_LANE:
            number += 1
            given[number] = make(person)
        await susu.inbox.store([{"update_id": key, **update} for key, update in given.items()])
        await all_done(susu)
        faults = "SELECT update_id, error, lane FROM inbox WHERE reference IS NOT NULL AND update_id = ANY(:ids)"
        async with susu.units.begin() as unit:
            rows = (await unit.session.execute(text(faults), {"ids": list(given)})).all()
        for row in rows:
            if str(row.error).startswith(SET_ASIDE):
                found.set_aside += 1
            else:
                found.fault(given[row.update_id], row.error)
        found.tried += min(wave, count - found.tried)
    return found


async def all_done(susu: Susu) -> None:
    async with asyncio.timeout(600):
        while await susu.value("SELECT count(*) FROM inbox WHERE state = 'pending'"):  # noqa: ASYNC110 - it is a table
            await asyncio.sleep(0.02)


def said(person: Person, words: str) -> dict[str, Any]:
    user = {"id": person.id, "is_bot": False, "first_name": person.name, "username": person.json["username"]}
    chat = {"id": person.chat_id, "type": "private"}
    return {"message": {"message_id": 1, "date": 1_772_000_000, "chat": chat, "from": user, "text": words}}


def tapped(person: Person, data: str) -> dict[str, Any]:
    user = {"id": person.id, "is_bot": False, "first_name": person.name, "username": person.json["username"]}
    card = {"message_id": 1, "date": 1, "chat": {"id": person.chat_id, "type": "private"}, "text": "card"}
    return {"callback_query": {"id": "77", "from": user, "chat_instance": "1", "message": card, "data": data}}


async def texts(susu: Susu, people: Sequence[Person], count: int, chance: Chance) -> Found:
    return await through_the_service(susu, people, count, lambda person: said(person, a_text(chance)))


async def taps(susu: Susu, people: Sequence[Person], count: int, chance: Chance) -> Found:
    return await through_the_service(susu, people, count, lambda person: tapped(person, a_tap(chance)))


async def links(susu: Susu, people: Sequence[Person], count: int, chance: Chance) -> Found:
    return await through_the_service(susu, people, count, lambda person: said(person, a_link(chance)))


async def updates(susu: Susu, people: Sequence[Person], count: int, chance: Chance) -> Found:
    return await through_the_service(susu, people, count, lambda person: a_raw_update(chance, person))


async def bodies(susu: Susu, people: Sequence[Person], count: int, chance: Chance) -> Found:
    """Post bodies to the webhook: bytes that are no JSON, JSON that is no update, updates of every kind."""
    found = Found()
    app = FastAPI()
    app.include_router(webhook_router(susu.inbox, SECRET))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://susu.test") as client:
        for number in range(count):
            update = {"update_id": 900_000_000 + number, **a_raw_update(chance, chance.choice(people))}
            body = json.dumps(update).encode()
            if chance.random() < 0.4:
                body = broken(json.dumps(update), chance).encode(errors="surrogatepass")
            elif chance.random() < 0.2:
                body = chance.randbytes(chance.choice((0, 1, 40, 4000)))
            with_secret = {SECRET_HEADER: SECRET if chance.random() < 0.98 else "another"}
            try:
                answer = await client.post(PATH, content=body, headers=with_secret)
            except Exception as fault:  # noqa: BLE001 - this is what is looked for
                found.fault(body, type(fault).__name__)
            else:
                if answer.status_code not in (200, 400, 403, 413):
                    found.fault(body, answer.status_code)
            found.tried += 1
    await all_done(susu)
    return found


# -- files and quotes --------------------------------------------------------------------------------------------------


def catalogues(count: int, chance: Chance) -> Found:
    """Break the catalogue's text, and fields of its products."""
    found, codes = Found(), list(TABLES)
    values = (*BELOW_ZERO, *NO_NUMBERS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "products.toml"
        for _ in range(count):
            given: object
            try:
                if chance.random() < 0.3:
                    given = broken(CATALOGUE, chance)
                    file.write_text(str(given), encoding="utf-8", newline="")
                    with suppress(InvalidInput):
                        catalogue._read(file)
                else:
                    code = chance.choice(codes)
                    table = TABLES[code]
                    place = chance.choice([each for each in places(table) if each != ("line",)])
                    given = (code, place, value := chance.choice(values))
                    is_sold(code, with_value(table, place, value))
            except Exception as fault:  # noqa: BLE001 - this is what is looked for
                found.fault(given, type(fault).__name__)
            found.tried += 1
    return found


def nav_files(count: int, chance: Chance) -> Found:
    found = Found()
    table = "fund,date,nav\n" + "".join(f"steady_bonds,2026-03-{day:02},1.0{day}\n" for day in range(1, 29))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "navs.csv"
        for _ in range(count):
            given = broken(table, chance)
            file.write_text(given, encoding="utf-8", newline="")
            try:
                with suppress(InvalidInput):
                    list(read_file(file))
            except Exception as fault:  # noqa: BLE001 - this is what is looked for
                found.fault(given, type(fault).__name__)
            found.tried += 1
    return found


def quotes(count: int, chance: Chance) -> Found:
    found = Found()
    values = (*BELOW_ZERO, *(value for value in NO_NUMBERS if isinstance(value, str | int | float | list | dict)), None)
    kinds: Sequence[tuple[Callable[[list[str]], Iterator[str]], dict[str, Any]]] = (
        (quote_loan, LOAN),
        (quote_apr, FLOWS),
        (quote_days, DAYS),
    )
    for _ in range(count):
        quote, given = chance.choice(kinds)
        table = with_value(given, chance.choice(list(places(given))), chance.choice(values))
        asked = json.dumps(table) if chance.random() < 0.6 else broken(json.dumps(given), chance)
        try:
            [answer] = quote([asked])
            if json.loads(answer).get("error", {}).get("code") == "fault":
                found.fault(asked, answer)
        except Exception as fault:  # noqa: BLE001 - this is what is looked for
            found.fault(asked, type(fault).__name__)
        found.tried += 1
    return found


InService = Callable[[Susu, Sequence[Person], int, Chance], Awaitable[Found]]
IN_THE_SERVICE: Final[Mapping[str, InService]] = {
    "texts": texts,
    "taps": taps,
    "links": links,
    "updates": updates,
    "bodies": bodies,
}
ALONE: Final[Mapping[str, Callable[[int, Chance], Found]]] = {
    "catalogues": catalogues,
    "nav_files": nav_files,
    "quotes": quotes,
}
SURFACES: Final = (*ALONE, *IN_THE_SERVICE)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def fuzzed(surfaces: Sequence[str], count: int, seed: int, tell: Callable[[str], None]) -> list[str]:
    """Give each surface so many inputs; tell of each how many ended in a fault, and return all of those."""
    faults: list[str] = []

    def told(name: str, found: Found, began: float) -> None:
        tell(f"{name:<12}{found.tried:>8} inputs, seed {seed}: {len(found.faults)} faults (limit 0), "
             f"{found.set_aside} set aside, {time.monotonic() - began:.0f} s")  # fmt: skip
        for each in found.faults[:SHOWN]:
            tell(f"    {each}")
        faults.extend(f"{name}: {each}" for each in found.faults)

    for name in [each for each in surfaces if each in ALONE]:
        began = time.monotonic()
        told(name, await asyncio.to_thread(ALONE[name], count, Chance(f"{seed}:{name}")), began)
    in_service = [each for each in surfaces if each in IN_THE_SERVICE]
    if in_service:
        with running_cluster() as cluster:
            async with whole_service(cluster) as susu:
                people = [await susu.resident(f"P{number}", money=1000) for number in range(PEOPLE)]
                for name in in_service:
                    began = time.monotonic()
                    told(name, await IN_THE_SERVICE[name](susu, people, count, Chance(f"{seed}:{name}")), began)
                await susu.verified()
    return faults


def _not_logged(*_: object) -> Any:
    raise structlog.DropEvent


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("surfaces", nargs="*", choices=[*SURFACES, []], metavar="surface", help=", ".join(SURFACES))
    parser.add_argument("--count", type=int, default=20_000, help="inputs of each surface")
    parser.add_argument("--seed", type=int, default=None, help="what they are made of; by chance, and printed")
    options = parser.parse_args(words)
    logging.disable(logging.CRITICAL)
    structlog.configure(processors=[_not_logged])
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    return 1 if asyncio.run(fuzzed(options.surfaces or SURFACES, options.count, seed, say)) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
