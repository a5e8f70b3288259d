"""One event loop for the studio's asynchronous tests: the one it runs on."""

from __future__ import annotations

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """The studio runs on asyncio."""
    return "asyncio"
