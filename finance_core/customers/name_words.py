"""People are found by the words of their names (`words`). Only keyed hashes are kept: a stolen table gives no name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from finance_core.customers.words import keys_of, search_keys, words_of
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

_TAKE: Final = text(
    """
    WITH former AS (
        DELETE FROM name_word WHERE customer_id = :customer AND hash <> ALL (CAST(:hashes AS bytea[]))
    )
    INSERT INTO name_word (hash, customer_id) SELECT hash, :customer FROM unnest(CAST(:hashes AS bytea[])) AS hash
    ON CONFLICT DO NOTHING
    """
)


async def take_name_words(unit: Unit, cipher: Cipher, customer_id: int, name: str) -> None:
    """Let a person be found by the words of their name as it is now, and by no former one.

    A name without words leaves one that nobody can search by: so it is seen that its words were written.
    """
    hashes = [cipher.fingerprint(key) for key in keys_of(words_of(name) or ("",))]
    await unit.session.execute(_TAKE, {"customer": customer_id, "hashes": hashes})


async def found_by_words(unit: Unit, cipher: Cipher, words: Sequence[str], most: int) -> list[int]:
    """Return the ids of at most `most` people whose names have all the words, the newest customer first.

    One stretch of the index is read from its end, and what is beside a third word is looked up in it: no more.
    """
    hashes = {f"h{place}": cipher.fingerprints(key) for place, key in enumerate(search_keys(words))}
    is_one = len(hashes["h0"]) == 1  # while a secret is rotated there are two of each
    first, *others = [f"hash = :{name}" if is_one else f"hash = ANY(:{name})" for name in hashes]
    beside = "".join(
        f" AND EXISTS (SELECT FROM name_word other WHERE other.customer_id = n.customer_id AND other.{each})"
        for each in others
    )
    statement = text(
        f"SELECT {'' if is_one else 'DISTINCT '}n.customer_id FROM name_word n WHERE n.{first}{beside}"  # noqa: S608 - ours
        " ORDER BY n.customer_id DESC LIMIT :most"
    )
    asked = {name: each[0] if is_one else each for name, each in hashes.items()}
    return list(await unit.session.scalars(statement, {**asked, "most": most}))
