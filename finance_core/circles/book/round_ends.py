"""What a circle's groups are told when a round has ended: who had paid and whose pot it was, as a picture.

A row of the outbox for each round and board, written in the unit that pays the pot out: there is one exactly when it
was paid, whatever dies when. The names in it stay encrypted until it is sent.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text

from finance_core.circles.boards import CIRCLE
from finance_core.circles.book.notices import OF_CIRCLE, CircleRoundEnded, money
from finance_core.kernel.payloads import read
from finance_core.notices import Notice, Urgency, boards, enqueue_many
from finance_core.storage.unit import Unit


def _sealed(column: str, place: str) -> str:
    """Return SQL for an encrypted column as a notice carries it: `content.sealed`."""
    return f"""jsonb_build_object('sealed', translate(encode({column}, 'base64'), E'\\n', ''), 'place', {place})"""


_NAME: Final = f"""CASE
    WHEN m.nickname_sealed IS NOT NULL
        THEN {_sealed("m.nickname_sealed", "'circles.nickname:' || l.circle_id || ':' || l.customer_id")}
    WHEN u.name_sealed <> '' THEN {_sealed("u.name_sealed", "'customer.name:' || u.id")}
    ELSE to_jsonb(CAST('' AS text)) END"""
_ENDED: Final = text(
    f"""
    SELECT c.id AS circle_id, w.round, jsonb_build_object({OF_CIRCLE}, 'round', w.round, 'rounds', c.rounds,
        'due_on', r.due_on, 'pot', {money("c.contribution * of.paying")}, 'receiver', w.place, 'people', of.people)
        AS said
    FROM circle_paying w JOIN circle c ON c.id = w.circle_id
        JOIN circle_round r ON r.circle_id = w.circle_id AND r.nr = w.round
        CROSS JOIN LATERAL (
            SELECT count(d.amount) AS paying, jsonb_agg(jsonb_build_object('nr', l.nr, 'name', {_NAME},
                'paid', d.paid = d.amount, 'has_received', l.received_round IS NOT NULL) ORDER BY l.nr) AS people
            FROM circle_place l
                LEFT JOIN customer u ON u.id = l.customer_id
                LEFT JOIN circle_member m ON m.circle_id = l.circle_id AND m.customer_id = l.customer_id
                LEFT JOIN circle_due d ON d.circle_id = l.circle_id AND d.round = w.round AND d.place = l.nr
                    AND d.amount > 0
            WHERE l.circle_id = w.circle_id AND l.state IN ('held', 'closed')
        ) of
    WHERE w.kind = 'prize' AND w.circle_id = ANY(:circles)
    ORDER BY w.circle_id, w.round
    """  # noqa: S608 - constants
)
_PAID: Final = text("SELECT DISTINCT circle_id FROM circle_paying WHERE kind = 'prize'")


async def tell_groups(unit: Unit) -> None:
    """Tell the groups of the circles whose pots are being paid, where they have a board: once for each round."""
    shown = await boards.shown_in_chats(unit, CIRCLE, list(await unit.session.scalars(_PAID)))
    if not shown:
        return
    rows = await unit.session.execute(_ENDED, {"circles": list(shown)})
    told = [_notice(board, row) for row in rows for board in shown[row.circle_id]]
    await enqueue_many(unit, told, wakes=False)


def _notice(board: boards.Shown, row: Any) -> Notice:
    return Notice(
        content=read(CircleRoundEnded, row.said),
        urgency=Urgency.SYSTEM,
        key=f"{CircleRoundEnded.kind}:{row.circle_id}:{row.round}:{board.id}",
        chat_id=board.chat_id,
        language=board.language,
    )
