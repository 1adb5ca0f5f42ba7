"""Notices to thousands at once: one statement queues one for each row of a select, in the unit that is their cause.

    text(insert_notices(
        given="WITH due AS (…)",
        select="SELECT customer_id, zone, 'loan.due_soon' AS kind, … AS params, … AS key, … AS about FROM due JOIN …",
        urgency=Urgency.REMINDER,
    ))

The statement takes `:now`; `wake(unit)` follows it.
"""

from __future__ import annotations

from typing import Final

from finance_core.notices.urgency import Urgency

_SILENCED: Final = {
    "state": "CASE WHEN n.silenced_because IS NULL THEN 'pending' ELSE 'cancelled' END",
    "error": "n.silenced_because",
    "finished_at": "CASE WHEN n.silenced_because IS NOT NULL THEN clock_timestamp() END",
}


def insert_notices(
    *, select: str, urgency: Urgency, given: str = "", merge_key: str | None = None, silenced: bool = False
) -> str:
    """Return the statement that puts the rows of a select into the outbox, each for its person's own hours.

    Args:
        select: gives `customer_id`, `zone`, `kind`, `params`, `key` and `about`; a row whose key is known is left out.
        given: a `WITH` that the select needs before it.
        merge_key: of all of them; each then supersedes one about the same that still waits.
        silenced: the select also gives `silenced_because`: where it is not NULL the notice is not to go, and is written
            as cancelled with that reason.

    Raises:
        ValueError: `urgency` keeps no quiet hours.
    """
    if not urgency.keeps_quiet_hours:
        raise ValueError(f"{urgency} is due at once, not at a person's hours")
    waits = "allowed.at > :now AND n.silenced_because IS NULL" if silenced else "allowed.at > :now"
    rest = {
        "urgency": f"'{urgency}'",
        **({"merge_key": f"'{merge_key}'", "supersedes": "true"} if merge_key else {}),
        "put_off_because": f"CASE WHEN {waits} THEN 'quiet_hours' END",
        "due_at": "allowed.at",
        "created_at": ":now",
        **(_SILENCED if silenced else {}),
    }
    # The hours are worked out once for each zone: thousands of people share a few.
    return f"""
    {given + "," if given else "WITH"} told_of AS MATERIALIZED ({select}), allowed AS MATERIALIZED (
        SELECT zone, next_allowed(:now, zone) AS at FROM (SELECT DISTINCT zone FROM told_of) zones
    )
    INSERT INTO outbox (customer_id, kind, params, key, about, {", ".join(rest)})
    SELECT n.customer_id, n.kind, n.params, n.key, n.about, {", ".join(rest.values())}
    FROM told_of n JOIN allowed ON allowed.zone = n.zone
    ON CONFLICT (key) DO NOTHING
    """  # noqa: S608 - statements are code, not input
