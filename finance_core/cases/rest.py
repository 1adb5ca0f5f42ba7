"""Who has said that they are not well is left in peace about debts and offers for a week."""

from __future__ import annotations

from finance_core.cases.rules import REST


def rests(customer: str) -> str:
    """Return the SQL condition that a customer (an expression that gives an id) is left in peace at `:now`."""
    return f"""EXISTS (
        SELECT FROM service_case rest WHERE rest.customer_id = {customer} AND rest.kind = 'distress'
            AND rest.opened_at > CAST(:now AS timestamptz) - interval '{REST.days} days')"""
