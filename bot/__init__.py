"""The running processes: wiring and I/O, no business rule."""

from bot import absent, deferred_models

absent.remember()
deferred_models.install()
