"""The running processes: wiring and I/O, no business rule."""
