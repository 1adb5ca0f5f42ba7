"""From a dispute that was won to goodwill: a case of its person, in which one proposes it and another approves."""

from __future__ import annotations

from typing import Final

from finance_core.cases import service as cases
from finance_core.cases.models import ServiceCase
from finance_core.cases.service import Question
from finance_core.circles.decision_models import CircleCase
from finance_core.circles.finding import locked_by_id, member_of
from finance_core.circles.suspending import Verdict, said_in
from finance_core.customers.roles import Permission, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

TOPIC: Final = "circle.what_i_pay"
"""Under which topic the case of somebody stands who has won a dispute."""


async def service_case_of(unit: Unit, cipher: Cipher, case_id: int, operator_id: int) -> ServiceCase:
    """Return the case in which goodwill is proposed to who has won a dispute: made once, of their own words.

    §5 gives no money back for a dispute that is won: corrections are reversals. What went wrong beyond that is made
    good by goodwill, which two operators pay.

    Raises NotFound: `circle_case`: it is no dispute that was upheld. NotAllowed: `no_permission`, `own_dealing`.
    """
    await require(unit, operator_id, Permission.PROPOSE_GOODWILL)
    case = await unit.session.get(CircleCase, case_id)
    if case is None or case.decision != Verdict.UPHELD or case.customer_id is None:
        raise NotFound(ErrorCode.CIRCLE_CASE)
    circle = await locked_by_id(unit, case.circle_id)
    if await member_of(unit, circle, operator_id) is not None:
        raise NotAllowed(ErrorCode.OWN_DEALING)
    question = Question(topic=TOPIC, text=f"{circle.code}: {said_in(case, cipher)}")
    return await cases.hand_over(unit, cipher, case.customer_id, question, key=f"circle_case:{case.id}")
