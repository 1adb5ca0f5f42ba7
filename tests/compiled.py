"""What SQLAlchemy has compiled, shared by all engines of a test process.

Many tests have a database, and so an engine, of their own. What is compiled belongs to an engine's dialect: each test
compiled anew what the one before had. So an engine takes over the first one's dialect and cache once it has connected,
which is when a dialect learns about its server; all tests have the same.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from finance_core.storage import engine as engines

STATEMENTS_KEPT: Final = 5_000
"""More than there are: the statements of one test would push out another's."""
_first: list[Engine] = []


def share_what_is_compiled() -> None:
    """Make every engine that this process creates from now on share it."""
    vars(engines).update(create_async_engine=_create_sharing)


def _create_sharing(*address: Any, **options: Any) -> AsyncEngine:
    options["connect_args"]["prepared_statement_cache_size"] = STATEMENTS_KEPT
    made = create_async_engine(*address, query_cache_size=STATEMENTS_KEPT, **options)
    event.listen(made.sync_engine, "connect", lambda *_: _share(made.sync_engine), once=True)
    return made


def _share(engine: Engine) -> None:
    first = (_first or [engine])[0]
    _first[:] = [first]
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
