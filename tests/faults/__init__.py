"""Deleted: wrong: processes that are killed, databases that go away, clocks that jump, people who tap twice."""

import gc
import sys

if "pytest" not in sys.modules:
    # A process that a test has started: the collector finds nothing in what it imports, and it is killed soon.
    gc.disable()
