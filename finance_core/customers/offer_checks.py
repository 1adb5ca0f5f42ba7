"""Who may not be sent an offer now: each line checks what it knows of people, by a select that runs for thousands.

Asked three times of each person: when a broadcast is frozen, when it is fed to the outbox, and when it is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from finance_core.customers.freezing import is_frozen


class Skip(StrEnum):
    """Why somebody is not sent a broadcast. The first that holds, in this order, is the one that is counted."""

    GONE = "gone"  # erased, or never joined
    UNREACHABLE = "unreachable"  # they have blocked the bot
    CONSENT = "consent"  # they have not agreed to hear of it, or have taken that back
    FROZEN = "frozen"  # the account is frozen, locked by its owner, or to be closed
    ARREARS = "arrears"  # they owe, or owed lately, what was due
    CREDIT = "credit"  # they could take no credit now
    FREQUENCY = "frequency"  # they have had as many offers as there may be until the broadcast ends
    HOURS = "hours"  # where they live no hour for offers is left until it ends
    ENDED = "ended"  # it ended, or was cancelled, before their turn came


@dataclass(frozen=True, slots=True)
class OfferCheck:
    """One reason why people are sent no offer.

    `select` gives `customer_id` of those whom it keeps out, among the people of a table `asked (customer_id)` that it
    joins; its parameters are `:now` (an instant), `:on` (the institution's date), `:topic` and `:is_credit`.
    """

    reason: Skip
    select: str
    credit: bool = False
    """Asked for offers of credit alone."""
    services: bool = False
    """Asked for service notices, too."""


def keeping_out(checks: Iterable[OfferCheck], *, is_offer: bool, is_credit: bool) -> str:
    """Return SQL that gives `customer_id` and `reason` of those of `asked` who are kept out, by the first reason.

    It reads a table `asked (customer_id)` that the statement around it has.
    """
    wanted = [each for each in checks if (is_offer or each.services) and (is_credit or not each.credit)]
    if not wanted:
        return "SELECT customer_id, CAST(NULL AS varchar) AS reason FROM asked WHERE false"
    parts = " UNION ALL ".join(
        f"SELECT kept.customer_id, {_rank(each)} AS rank, '{each.reason}' AS reason FROM ({each.select}) kept"  # noqa: S608 - code
        for each in wanted
    )
    return f"SELECT DISTINCT ON (customer_id) customer_id, reason FROM ({parts}) found ORDER BY customer_id, rank"  # noqa: S608 - code


def _rank(check: OfferCheck) -> int:
    return _ORDER.index(check.reason)


_ORDER: Final = tuple(Skip)

_WITH_CUSTOMER: Final = "SELECT asked.customer_id FROM asked LEFT JOIN customer c ON c.id = asked.customer_id WHERE"


def last_line_given(topic: str) -> str:
    """Return the SQL condition that the last line of a topic (an expression) of `asked` was given."""
    return (
        "EXISTS (SELECT FROM consent_given"
        f" WHERE consent_given.topic = {topic} AND consent_given.customer_id = asked.customer_id)"
    )


CHECKS: Final[Sequence[OfferCheck]] = (
    OfferCheck(
        Skip.GONE,
        f"{_WITH_CUSTOMER} c.id IS NULL OR c.telegram_id < 0 OR c.terms_accepted_at IS NULL OR c.pin_hash IS NULL",
        services=True,
    ),
    OfferCheck(Skip.UNREACHABLE, f"{_WITH_CUSTOMER} c.unreachable_since IS NOT NULL", services=True),
    OfferCheck(
        Skip.CONSENT,
        f"SELECT asked.customer_id FROM asked WHERE NOT {last_line_given('CAST(:topic AS varchar)')}",  # noqa: S608 - code
    ),
    OfferCheck(
        Skip.CONSENT,
        f"SELECT asked.customer_id FROM asked WHERE {last_line_given(chr(39) + 'no_loans' + chr(39))}",  # noqa: S608 - code
        credit=True,
    ),
    OfferCheck(
        Skip.FROZEN,
        f"{_WITH_CUSTOMER} c.outflow_locked_at IS NOT NULL OR {is_frozen('asked.customer_id')}",
        credit=True,
    ),
    OfferCheck(Skip.CREDIT, f"{_WITH_CUSTOMER} c.adult_confirmed_at IS NULL", credit=True),
)
"""What is known of people themselves."""
