"""JSON as the database holds it (whole numbers and text, never a float), and what is read from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

JsonValue: TypeAlias = "bool | int | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = Mapping[str, JsonValue]

TomlTable: TypeAlias = Mapping[str, Any]
"""A table of a TOML file, or a product's stored terms, before they are read: the reader refuses what does not fit."""
