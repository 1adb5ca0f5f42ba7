"""What circles that form bring to the line: what is asked on the way in, buttons that name, buttons of the board."""

from __future__ import annotations

from typing import Final

from handlers.chat.line import Holds

ANSWERS: Final = {
    "circle_words": Holds.OWN_WORDS,
    "circle_answer": Holds.OWN_WORDS,
    "circle_income": Holds.SUM,
    "circle_adult": Holds.OWN_WORDS,
}
GROUP_TAPS: Final = ("joinhere", "minehere", "drawhere", "pictureof")
ADMIN_TAPS: Final = ("circlein", "opencircle")
"""In private: each names its group last, and Telegram is asked who its admins are before it is done."""
TAPS: Final = (*GROUP_TAPS, "joincircle", "startcircle", "confirmcircle", "gocircle")
"""Buttons that name a circle by its token."""
