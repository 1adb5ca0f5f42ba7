"""What a person is told when it did not work: a refusal's own sentence, or that a fault has a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from aiogram.types import Update

from bot.dispatch.counters import Counters
from bot.dispatch.faults import error_name, new_reference
from bot.dispatch.update_context import UpdateContext
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, IntegrityFault
from handlers.chat.replies import Shown

OnFault = Callable[[FinanceError, Update, str | None], Sequence[Shown]]
"""What to show for a refusal in a state of the conversation.

The dispatcher's own codes: `unforeseen` (with `reference`), `too_fast`, `timed_out`."""

_log = structlog.get_logger(__name__)


class FaultReplies:
    """Turns errors into replies. An unforeseen one is logged here, once, under the number that the person sees."""

    def __init__(self, on_fault: OnFault, counters: Counters) -> None:
        self._on_fault = on_fault
        self._counters = counters

    def explain(self, context: UpdateContext, error: Exception) -> Sequence[Shown]:
        """Return what to show for an error of a handler or a preparer; notes its number, if it gets one."""
        if isinstance(error, FinanceError) and not isinstance(error, IntegrityFault):
            self._counters.add("updates_refused")
            return self._told(context, error)
        context.reference, context.error = new_reference(), error_name(error)
        self._counters.add("updates_failed")
        _log.error("update_failed", reference=context.reference, inbox_id=context.claimed.inbox_id, exc_info=error)
        return self.numbered(context, context.reference)

    def numbered(self, context: UpdateContext, reference: str) -> Sequence[Shown]:
        """Return what says that something went wrong, with its number."""
        return self._told(context, FinanceError(ErrorCode.UNFORESEEN, reference=reference))

    def _told(self, context: UpdateContext, error: FinanceError) -> Sequence[Shown]:
        try:
            return self._on_fault(error, context.update, context.standing.state)
        except Exception:  # noqa: BLE001 - the update ends all the same; only its sentence is missing
            _log.exception("fault_not_told", inbox_id=context.claimed.inbox_id, code=error.code)
            return []
