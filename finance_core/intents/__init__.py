"""Intents: what a person is about to do, as a row. A button carries its token, never a payload.

Another person's tap, an old button, a double tap and a forged payload all meet the same row and get a calm answer.
"""

from finance_core.intents.models import Intent, IntentState
from finance_core.intents.service import (
    cancel,
    cancel_open,
    complete,
    confirm,
    find,
    frequent,
    latest,
    move_chat,
    note_shown,
    params_of,
    propose,
    replace,
    require_usable,
    resealed,
    result_of,
    shown_of,
    told_of,
)

__all__ = [
    "Intent",
    "IntentState",
    "cancel",
    "cancel_open",
    "complete",
    "confirm",
    "find",
    "frequent",
    "latest",
    "move_chat",
    "note_shown",
    "params_of",
    "propose",
    "replace",
    "require_usable",
    "resealed",
    "result_of",
    "shown_of",
    "told_of",
]
