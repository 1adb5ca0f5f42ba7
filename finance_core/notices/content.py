"""What a notice says, before it is a text: each kind is a frozen dataclass of the package that sends it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from finance_core.kernel.payloads import Payload
from finance_core.storage.cipher import Cipher


@dataclass(frozen=True, slots=True)
class Content(Payload):
    """Base of what notices say. `kind` is the outbox's column, `<about what>.<what happened>`, and names the text.

    A name of a person is a `Sealed` until delivery opens it: what is read for rendering holds it as text.
    """

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Sealed(Payload):
    """An encrypted value: base64 of what `Cipher.encrypt` gave, and the associated data that it was given."""

    sealed: str
    place: str


UNREADABLE: Final = "—"
"""What stands for a value that no secret opens any more: the notice goes out all the same."""


def sealed(stored: bytes, associated_data: str) -> Sealed:
    """Return an encrypted value as a field: delivery opens it just before the text is made, it is never stored open.

    `stored` and `associated_data` are what `Cipher.encrypt` gave and was given, for example a customer's `name_sealed`.
    """
    return Sealed(base64.b64encode(stored).decode(), associated_data)


def opened(value: Any, cipher: Cipher | None) -> Any:
    """Return `value`, JSON as an outbox row holds it, with each `Sealed` in it replaced by its plain text.

    Raises ValueError: there is a sealed value, and no key to open it.
    """
    if isinstance(value, list):
        return [opened(item, cipher) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() != {"sealed", "place"}:
        return {name: opened(item, cipher) for name, item in value.items()}
    if cipher is None:
        raise ValueError("a sealed value, and no key to open it")
    plain = cipher.opened(base64.b64decode(value["sealed"]), value["place"])
    return plain.decode() if plain is not None else UNREADABLE


@dataclass(frozen=True, slots=True)
class Item(Payload):
    """One of the notices that a merged one stands for, as it was stored."""

    kind: str
    params: Mapping[str, object]
