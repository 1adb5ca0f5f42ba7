"""What a library may use and is not installed is not looked for again and again.

httpcore asks for `sniffio` some ten times a request; a module that is absent is looked for in every folder of the path
each time, which came to a tenth of what a message costs.
"""

import sys
from importlib.util import find_spec
from typing import Final

OPTIONAL: Final = ("sniffio",)


def remember() -> None:
    """Let Python know of those that are absent: importing one fails at once, as it would have failed."""
    for name in OPTIONAL:
        if name not in sys.modules and find_spec(name) is None:
            sys.modules[name] = None  # type: ignore[assignment]
