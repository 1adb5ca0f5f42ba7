"""What must be true of the book, each as a name and a query for the rows that contradict it.

A row that a query returns names what is wrong in its columns. Products add their own equations with the same shape;
they are handed to `verify`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ALL_ENTRIES: Final = (-(2**63) + 1, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Equation:
    """`sql` takes no parameters and returns one row for each thing that is wrong, none when all is well."""

    name: str
    sql: str
    by_entries: str | None = None
    """For what holds of each entry by itself: the same query for the entries from `{first}` to `{last}`."""

    def of(self, first: int, last: int) -> str:
        """Return the query for the entries whose id is from `first` to `last`, of an equation that is `by_entries`."""
        assert self.by_entries is not None
        return self.by_entries.format(first=first, last=last)


def _of_each_entry(name: str, by_entries: str) -> Equation:
    first, last = _ALL_ENTRIES
    return Equation(name, by_entries.format(first=first, last=last), by_entries)


_SEALED_TO: Final = "coalesce((SELECT max(business_date) FROM seal), '-infinity')"

_LEGS: Final = """
    SELECT debit_id AS account_id, entry_id, position, amount AS debit, 0::bigint AS credit FROM transfer
    UNION ALL
    SELECT credit_id, entry_id, position, 0, amount FROM transfer
"""

_BY_ACCOUNT: Final = f"""
    SELECT leg.account_id, sum(leg.debit) AS debits, sum(leg.credit) AS credits, sum(leg.debit - leg.credit) AS net
    FROM ({_LEGS}) leg GROUP BY leg.account_id
"""  # noqa: S608 - made of the constants above

_BY_CODE: Final = f"""
    SELECT account.book, account.code, account.owner, account.asset,
        sum(CASE chart.side WHEN 'debit' THEN net ELSE -net END) AS amount
    FROM ({_BY_ACCOUNT}) summed JOIN account ON account.id = summed.account_id JOIN chart USING (code)
    GROUP BY account.book, account.code, account.owner, account.asset
"""  # noqa: S608 - made of the constants above

TRANSFERS_STAY_IN_ONE_BOOK: Final = _of_each_entry(
    "each transfer has its entry and two accounts of one book and asset, each entry its transfers",
    """
    SELECT t.entry_id, t.position, d.id AS debit_id, c.id AS credit_id
    FROM (SELECT * FROM transfer WHERE entry_id BETWEEN {first} AND {last}) t
    FULL JOIN (SELECT id FROM entry WHERE id BETWEEN {first} AND {last}) e ON e.id = t.entry_id
    LEFT JOIN account d ON d.id = t.debit_id
    LEFT JOIN account c ON c.id = t.credit_id
    WHERE e.id IS NULL OR t.amount > 0 IS NOT TRUE OR (d.book = c.book AND d.asset = c.asset) IS NOT TRUE
    ORDER BY t.entry_id, t.position
    """,
)

DEBITS_EQUAL_CREDITS: Final = Equation(
    "in each book and asset debits equal credits",
    f"""
    SELECT account.book, account.asset, sum(debits) AS debits, sum(credits) AS credits
    FROM ({_BY_ACCOUNT}) summed JOIN account ON account.id = summed.account_id
    GROUP BY account.book, account.asset HAVING sum(net) <> 0
    """,  # noqa: S608 - made of the constants above
)

BALANCES_ARE_THEIR_TRANSFERS: Final = Equation(
    "each balance is the sum of its transfers",
    f"""
    SELECT account.book, account.code, account.owner, account.asset, balance.amount AS balance,
        coalesce(CASE chart.side WHEN 'debit' THEN net ELSE -net END, 0) AS transfers
    FROM account JOIN chart USING (code)
    LEFT JOIN balance ON balance.account_id = account.id
    LEFT JOIN ({_BY_ACCOUNT}) summed ON summed.account_id = account.id
    WHERE (balance.account_id IS NOT NULL) <> chart.floored
       OR balance.sign <> CASE chart.side WHEN 'debit' THEN 1 ELSE -1 END
       OR balance.amount <> coalesce(CASE chart.side WHEN 'debit' THEN net ELSE -net END, 0)
    ORDER BY account.id
    """,  # noqa: S608 - made of the constants above
)

OPENINGS_ARE_THEIR_TRANSFERS: Final = Equation(
    "each opening is the sum of the transfers before its date, and none is dated later than it",
    f"""
    SELECT account.book, account.code, account.owner, account.asset, balance.moved_on, balance.opening,
        coalesce(dated.before, 0) AS transfers, dated.latest_on
    FROM balance
    JOIN account ON account.id = balance.account_id
    LEFT JOIN (
        SELECT leg.account_id, max(entry.business_date) AS latest_on,
            sum(leg.debit - leg.credit) FILTER (WHERE entry.business_date < balance.moved_on) AS before
        FROM ({_LEGS}) leg
        JOIN entry ON entry.id = leg.entry_id
        JOIN balance ON balance.account_id = leg.account_id
        GROUP BY leg.account_id
    ) dated ON dated.account_id = balance.account_id
    WHERE balance.opening <> coalesce(balance.sign * dated.before, 0)
       OR dated.latest_on > balance.moved_on
    ORDER BY account.id
    """,  # noqa: S608 - made of the constants above
)

FLOORS_HOLD: Final = Equation(
    "no floored account is below its floor",
    """
    SELECT account.book, account.code, account.owner, account.asset, amount, held, floor
    FROM balance JOIN account ON account.id = balance.account_id
    WHERE amount - held < floor OR held < 0 OR floor > 0
    ORDER BY account.id
    """,
)

HELD_IS_THE_LIVE_HOLDS: Final = Equation(
    "what an account holds back is the sum of its live holds",
    """
    SELECT account.book, account.code, account.owner, account.asset, coalesce(balance.held, 0) AS held,
        coalesce(live.amount, 0) AS holds
    FROM (SELECT account_id, sum(amount) AS amount FROM hold WHERE state = 'held' GROUP BY account_id) live
    FULL JOIN balance USING (account_id)
    JOIN account ON account.id = account_id
    WHERE coalesce(balance.held, 0) <> coalesce(live.amount, 0)
    ORDER BY account.id
    """,
)

CAPTURES_STAND: Final = Equation(
    "each captured hold names an entry that took no more of the account than was held",
    """
    SELECT hold.id AS hold_id, hold.entry_id, hold.amount AS held, taken.amount AS taken
    FROM hold
    JOIN account ON account.id = hold.account_id JOIN chart USING (code)
    CROSS JOIN LATERAL (
        SELECT sum(CASE WHEN (t.debit_id = hold.account_id) = (chart.side = 'debit') THEN -amount ELSE amount END)
            AS amount
        FROM transfer t WHERE t.entry_id = hold.entry_id AND hold.account_id IN (t.debit_id, t.credit_id)
    ) taken
    WHERE hold.state = 'captured' AND taken.amount <= hold.amount IS NOT TRUE
    """,
)

ROLLUPS_ARE_THEIR_TRANSFERS: Final = Equation(
    "for each account without a balance row, what is added up and its tail are the sum of its transfers, by date",
    f"""
    SELECT account.book, account.code, account.owner, account.asset, business_date,
        added.debits AS added_debits, moved.debits, added.credits AS added_credits, moved.credits
    FROM (
        SELECT account_id, business_date, sum(debits) AS debits, sum(credits) AS credits
        FROM (
            SELECT account_id, business_date, debits, credits FROM rollup
            UNION ALL
            SELECT account_id, business_date, debits, credits FROM rollup_tail
        ) both_parts
        GROUP BY account_id, business_date
    ) added
    FULL JOIN (
        SELECT leg.account_id, entry.business_date, sum(leg.debit) AS debits, sum(leg.credit) AS credits
        FROM ({_LEGS}) leg
        JOIN entry ON entry.id = leg.entry_id
        JOIN account ON account.id = leg.account_id JOIN chart USING (code)
        WHERE NOT chart.floored
        GROUP BY leg.account_id, entry.business_date
    ) moved USING (account_id, business_date)
    LEFT JOIN account ON account.id = account_id
    WHERE (added.debits = moved.debits AND added.credits = moved.credits) IS NOT TRUE
    ORDER BY account_id, business_date
    """,  # noqa: S608 - made of the constants above
)

ENTRIES_MATCH_THEIR_HASH: Final = _of_each_entry(
    "each entry is what its content hash and its reference say",
    """
    SELECT entry.id AS entry_id, entry.key, entry.reference
    FROM entry
    LEFT JOIN (
        SELECT t.entry_id, string_agg(
            ledger_path(d.book, d.code, d.owner, d.asset) || '>' || ledger_path(c.book, c.code, c.owner, c.asset)
            || '=' || t.amount::text, E'\\n' ORDER BY t.position) AS lines
        FROM transfer t JOIN account d ON d.id = t.debit_id JOIN account c ON c.id = t.credit_id
        WHERE t.entry_id BETWEEN {first} AND {last}
        GROUP BY t.entry_id
    ) content ON content.entry_id = entry.id
    WHERE entry.id BETWEEN {first} AND {last} AND (entry.reference <> ledger_reference(entry.id)
       OR (entry.content_hash = ledger_content_hash(
            ledger_request_hash(entry.kind, entry.key, entry.value_on, entry.about_on, entry.reverses, entry.about,
                content.lines),
            entry.id, entry.business_date, entry.posted_at, entry.actor)) IS NOT TRUE)
    ORDER BY entry.id
    """,
)

SEALS_CHAIN: Final = Equation(
    "each sealed day is what its seal says, chained to the one before",
    """
    SELECT seal.business_date, encode(seal.head, 'hex') AS head, seal.entries, day.entries AS found
    FROM (
        SELECT *, lag(head, 1, decode(repeat('00', 32), 'hex')) OVER days AS chained,
            coalesce(lag(business_date) OVER days + 1, business_date) AS expected_on
        FROM seal WINDOW days AS (ORDER BY business_date)
    ) seal
    CROSS JOIN LATERAL (
        SELECT count(*) AS entries, coalesce(string_agg(content_hash, ''::bytea ORDER BY id), '') AS hashes
        FROM entry WHERE entry.business_date = seal.business_date
    ) day
    WHERE seal.previous <> seal.chained OR seal.business_date <> seal.expected_on OR seal.entries <> day.entries
       OR seal.head <> ledger_seal_head(seal.business_date, seal.previous, day.entries, day.hashes)
    ORDER BY seal.business_date
    """,
)

PAST_DAYS_ARE_SEALED: Final = Equation(
    "every day before the ones that are open is sealed, and no entry is dated outside the book's days",
    """
    SELECT entry.business_date, min(entry.id) AS first_entry_id, book.open_on, book.closing_on
    FROM entry CROSS JOIN book LEFT JOIN seal USING (business_date)
    WHERE entry.business_date > book.open_on
       OR (entry.business_date < book.open_on AND entry.business_date IS DISTINCT FROM book.closing_on
           AND seal.business_date IS NULL)
       OR (entry.business_date IN (book.open_on, book.closing_on) AND seal.business_date IS NOT NULL)
    GROUP BY entry.business_date, book.open_on, book.closing_on
    ORDER BY entry.business_date
    """,
)

REVERSALS_MIRROR: Final = Equation(
    "each reversal moves back exactly what the entry that it names moved, which is no reversal and not later",
    """
    SELECT reversal.id AS reversal_id, undone.id AS undone_id
    FROM entry reversal
    LEFT JOIN entry undone ON undone.id = reversal.reverses
    WHERE reversal.reverses IS NOT NULL AND (
        undone.id IS NULL OR undone.reverses IS NOT NULL OR undone.business_date > reversal.business_date
        OR undone.id >= reversal.id
        OR EXISTS (SELECT FROM entry other WHERE other.reverses = reversal.reverses AND other.id <> reversal.id)
        OR EXISTS (
            (SELECT debit_id, credit_id, amount FROM transfer WHERE entry_id = undone.id
             EXCEPT ALL SELECT credit_id, debit_id, amount FROM transfer WHERE entry_id = reversal.id)
            UNION ALL
            (SELECT credit_id, debit_id, amount FROM transfer WHERE entry_id = reversal.id
             EXCEPT ALL SELECT debit_id, credit_id, amount FROM transfer WHERE entry_id = undone.id)
        )
    )
    ORDER BY reversal.id
    """,
)

FUND_MIRRORS: Final = Equation(
    "what is due to and from each fund is the same in both books (2050 = F1040, 1200 = F2030)",
    f"""
    SELECT ours.code, theirs.code AS fund_code, owner AS fund, asset,
        coalesce(ours.amount, 0) AS ours, coalesce(theirs.amount, 0) AS theirs
    FROM (
        SELECT *, CASE code WHEN '2050' THEN 'F1040' WHEN '1200' THEN 'F2030' END AS mirror
        FROM ({_BY_CODE}) coded WHERE code IN ('2050', '1200')
    ) ours
    FULL JOIN (SELECT *, code AS mirror FROM ({_BY_CODE}) coded WHERE code IN ('F1040', 'F2030')) theirs
        USING (mirror, owner, asset)
    WHERE coalesce(ours.amount, 0) <> coalesce(theirs.amount, 0)
    """,  # noqa: S608 - made of the constants above
)

UNITS_ARE_HELD: Final = Equation(
    "the units in issue are those of the holders (U1000 = U2010 + U2015)",
    f"""
    SELECT book, asset, coalesce(sum(amount) FILTER (WHERE code = 'U1000'), 0) AS in_issue,
        coalesce(sum(amount) FILTER (WHERE code <> 'U1000'), 0) AS held
    FROM ({_BY_CODE}) coded WHERE book LIKE 'REG:%'
    GROUP BY book, asset
    HAVING coalesce(sum(amount) FILTER (WHERE code = 'U1000'), 0)
        <> coalesce(sum(amount) FILTER (WHERE code <> 'U1000'), 0)
    """,  # noqa: S608 - made of the constants above
)

CHANGE_PLUS_IS_WORTH_ONE: Final = Equation(
    "a unit of Change Plus is worth 1.00 (F3010 = U1000)",
    f"""
    SELECT fund, in_issue, capital FROM (
        SELECT substr(book, 5) AS fund, sum(amount) FILTER (WHERE code = 'U1000') AS in_issue
        FROM ({_BY_CODE}) coded WHERE book LIKE 'REG:%' AND asset = 'CHANGE+' GROUP BY book
    ) register
    LEFT JOIN (
        SELECT substr(book, 6) AS fund, sum(amount) AS capital
        FROM ({_BY_CODE}) coded WHERE code = 'F3010' GROUP BY book
    ) fund USING (fund)
    WHERE coalesce(in_issue, 0) <> coalesce(capital, 0)
    """,  # noqa: S608 - made of the constants above
)

CLIENT_MONEY_IS_COVERED: Final = Equation(
    "at each seal, client money was covered by segregated money (1020 + 1030 + 1040)",
    f"""
    SELECT business_date, asset, segregated, client_money FROM (
        SELECT day.business_date, day.asset, sealed.business_date IS NOT NULL AS is_sealed,
            sum(day.segregated) OVER upto AS segregated, sum(day.client_money) OVER upto AS client_money
        FROM (
            SELECT entry.business_date, account.asset,
                coalesce(sum(leg.debit - leg.credit) FILTER (WHERE code IN ('1020', '1030', '1040')), 0) AS segregated,
                coalesce(sum(leg.credit - leg.debit) FILTER (WHERE client_money), 0) AS client_money
            FROM ({_LEGS}) leg
            JOIN entry ON entry.id = leg.entry_id
            JOIN account ON account.id = leg.account_id JOIN chart USING (code)
            WHERE client_money OR code IN ('1020', '1030', '1040')
            GROUP BY entry.business_date, account.asset
        ) day
        LEFT JOIN seal sealed USING (business_date)
        WINDOW upto AS (PARTITION BY day.asset ORDER BY day.business_date)
    ) covered
    WHERE is_sealed AND segregated < client_money
    ORDER BY business_date, asset
    """,  # noqa: S608 - made of the constants above
)

LEDGER_EQUATIONS: Final[tuple[Equation, ...]] = (
    TRANSFERS_STAY_IN_ONE_BOOK,
    DEBITS_EQUAL_CREDITS,
    BALANCES_ARE_THEIR_TRANSFERS,
    OPENINGS_ARE_THEIR_TRANSFERS,
    FLOORS_HOLD,
    HELD_IS_THE_LIVE_HOLDS,
    CAPTURES_STAND,
    ROLLUPS_ARE_THEIR_TRANSFERS,
    ENTRIES_MATCH_THEIR_HASH,
    SEALS_CHAIN,
    PAST_DAYS_ARE_SEALED,
    REVERSALS_MIRROR,
    FUND_MIRRORS,
    UNITS_ARE_HELD,
    CHANGE_PLUS_IS_WORTH_ONE,
    CLIENT_MONEY_IS_COVERED,
)

_MOVED_SINCE: Final = f"""
    SELECT leg.account_id, entry.business_date, sum(leg.debit) AS debits, sum(leg.credit) AS credits
    FROM (
        SELECT debit_id AS account_id, entry_id, amount AS debit, 0::bigint AS credit FROM transfer
        WHERE entry_id >= (SELECT min(id) FROM entry WHERE business_date > {_SEALED_TO})
        UNION ALL
        SELECT credit_id, entry_id, 0, amount FROM transfer
        WHERE entry_id >= (SELECT min(id) FROM entry WHERE business_date > {_SEALED_TO})
    ) leg
    JOIN entry ON entry.id = leg.entry_id
    WHERE entry.business_date > {_SEALED_TO}
    GROUP BY leg.account_id, entry.business_date
"""  # noqa: S608 - made of the constants above

MOVED_SINCE_THE_SEAL: Final = Equation(
    "each balance is its opening and what has moved on its day",
    f"""
    SELECT account.book, account.code, account.owner, account.asset, balance.moved_on, moved.business_date,
        balance.opening, balance.amount AS balance, moved.debits, moved.credits
    FROM balance
    JOIN account ON account.id = balance.account_id
    LEFT JOIN ({_MOVED_SINCE}) moved
        ON moved.account_id = balance.account_id AND moved.business_date >= balance.moved_on
    WHERE moved.business_date > balance.moved_on
       OR balance.moved_on > {_SEALED_TO}
          AND balance.amount <> balance.opening + balance.sign * coalesce(moved.debits - moved.credits, 0)
    ORDER BY account.id
    """,  # noqa: S608 - made of the constants above
)

ROLLED_UP_SINCE_THE_SEAL: Final = Equation(
    "for each account without a balance row, what is added up since the seal is the sum of its transfers, by date",
    f"""
    SELECT account.book, account.code, account.owner, account.asset, business_date,
        added.debits AS added_debits, moved.debits, added.credits AS added_credits, moved.credits
    FROM (
        SELECT account_id, business_date, sum(debits) AS debits, sum(credits) AS credits
        FROM (
            SELECT account_id, business_date, debits, credits FROM rollup WHERE business_date > {_SEALED_TO}
            UNION ALL
            SELECT account_id, business_date, debits, credits FROM rollup_tail WHERE business_date > {_SEALED_TO}
        ) both_parts
        GROUP BY account_id, business_date
    ) added
    FULL JOIN (
        SELECT moved.* FROM ({_MOVED_SINCE}) moved
        JOIN account ON account.id = moved.account_id JOIN chart USING (code)
        WHERE NOT chart.floored
    ) moved USING (account_id, business_date)
    LEFT JOIN account ON account.id = account_id
    WHERE (added.debits = moved.debits AND added.credits = moved.credits) IS NOT TRUE
    ORDER BY account_id, business_date
    """,  # noqa: S608 - made of the constants above
)

EQUATIONS_SINCE_THE_SEAL: Final[tuple[Equation, ...]] = (
    TRANSFERS_STAY_IN_ONE_BOOK,
    MOVED_SINCE_THE_SEAL,
    FLOORS_HOLD,
    HELD_IS_THE_LIVE_HOLDS,
    ROLLED_UP_SINCE_THE_SEAL,
    ENTRIES_MATCH_THEIR_HASH,
)
"""What is looked at when only the days that are not sealed yet are asked for: those by entries from the first on that
was dated after the last seal."""

FIRST_SINCE_THE_SEAL: Final = (
    f"SELECT coalesce(min(id), {_ALL_ENTRIES[1]}) FROM entry WHERE business_date > {_SEALED_TO}"  # noqa: S608
)
LAST_ENTRY: Final = "SELECT max(id) FROM entry"
