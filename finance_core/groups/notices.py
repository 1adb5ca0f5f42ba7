"""What is said in groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Content):
    """An answer to somebody who asked in a group: a screen of text and buttons, as JSON, sealed as it may name people.

    What is read for rendering holds it as text.
    """

    kind: ClassVar[str] = "group.said"
    said: Sealed | str


KINDS: Final[tuple[type[Content], ...]] = (Said,)
"""What is told here, each kind once."""
