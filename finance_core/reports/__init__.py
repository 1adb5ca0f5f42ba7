"""Reports: the book read as of any date, as tables. Nothing here writes, and nothing says how a table is shown.

`table` is the mechanism, `reading` reads a report, `formats` are the files; `as_of`, `buckets` and `general_ledger` are
what several share. Each other module is one report, but for `curves`, one loan's way down. `finance_core.lines` has
them all.
"""
