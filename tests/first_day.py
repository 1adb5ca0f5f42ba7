"""When and where the tests' book opens."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

START: Final = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
"""Thursday 12 March 2026, 10:00 in Shanghai: a working day in every calendar."""
OPEN_ON: Final = date(2026, 3, 12)
ZONE: Final = "Asia/Shanghai"
