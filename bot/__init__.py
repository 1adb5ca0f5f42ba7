"""The running processes: wiring and I/O, no business rule."""

from bot import deferred_models

deferred_models.install()
