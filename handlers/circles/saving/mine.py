"""A member's own card of an accumulating circle."""

from __future__ import annotations

from finance_core.circles.models import Circle, CircleMember
from finance_core.circles.rules.settings import Kind
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from handlers.chat.talk import Talk
from handlers.circles.mine import of_member


async def of_saver(talk: Talk, code: str) -> tuple[Circle, CircleMember]:
    """Return an accumulating circle that one is or was in, by its code. Raises NotFound: `circle`."""
    circle, member = await of_member(talk, code)
    if circle.kind != Kind.ACCUMULATING:
        raise NotFound(ErrorCode.CIRCLE)
    return circle, member
