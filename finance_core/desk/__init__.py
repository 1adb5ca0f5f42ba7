"""The operators' one queue: what waits, whose it is, who is away. What it leads to is each line's own.

A line hands a `Source` to `finance_core.lines`; what has no table of its own is put there by `open_entry`.
"""

from finance_core.desk.entries import open_entry, settle_entry
from finance_core.desk.figures import Figure
from finance_core.desk.queue import Entry, Source

__all__ = ["Entry", "Figure", "Source", "open_entry", "settle_entry"]
