"""The words of the buckets in which reports sort loans by how late they are."""

from __future__ import annotations

from typing import Final

from finance_core.loans.rules.classes import bucket_of

CURRENT: Final = "not past due"


def bucket_name(days: int) -> str:
    """Return the bucket of so many days past due as words: "1–30", "> 360", "not past due"."""
    return bucket_words(bucket_of(days))


def bucket_words(bucket: tuple[int, int | None] | None) -> str:
    """Return a bucket, its first and last day past due, as words; None is what is not past due."""
    if bucket is None:
        return CURRENT
    first, last = bucket
    return f"> {first - 1}" if last is None else f"{first}–{last}"
