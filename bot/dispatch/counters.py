"""What happened how often in this process, for whoever publishes it (health page, metrics, tests)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


class Counters:
    """Counts by name. Handed to what counts; two of them never share a figure."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, name: str, amount: float = 1) -> None:
        """Count `amount` more of `name`, a snake_case word with its unit last (`handled_seconds`)."""
        self._counts[name] += amount  # type: ignore[assignment]  # typeshed knows only whole counts

    def read(self) -> Mapping[str, float]:
        """Return every count so far."""
        return dict(self._counts)
