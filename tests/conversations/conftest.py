"""The whole service, once for each module of scripts. A module for the sandbox alone has a `sandbox` of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest_asyncio

if TYPE_CHECKING:
    from tests.conversations.whole_service import Susu
    from tests.embedded import Cluster


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def susu(cluster: Cluster) -> AsyncIterator[Susu]:
    """Susu and the sandbox, running; people of one test are strangers to another's."""
    from tests.conversations.whole_service import whole_service

    async with whole_service(cluster) as running:
        yield running
        await running.left_in_order()
