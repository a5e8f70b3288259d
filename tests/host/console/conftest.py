"""One event loop for the console's asynchronous tests: the one it runs on."""

from __future__ import annotations

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """uvicorn and NiceGUI run on asyncio."""
    return "asyncio"
