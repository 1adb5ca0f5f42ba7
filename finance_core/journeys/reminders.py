"""The step that reminds of loans: it says what lies in the wallet and in Change Plus, so it knows both products."""

from __future__ import annotations

from typing import Final

from finance_core.change_plus.queries import can_leave_of
from finance_core.loans.contact import ladder

REMIND: Final = ladder.remind(can_leave_of("l.customer_id"))
