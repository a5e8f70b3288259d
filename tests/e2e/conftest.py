"""Real servers for end-to-end tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import ingest as rtmp


def need(lacking: str) -> None:
    """Skip where this machine lacks something, naming it; in CI nothing is skipped: fail."""
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)


@pytest.fixture
def ingest(tmp_path: Path) -> Iterator[rtmp.Ingest]:
    """A platform's ingest on loopback, recording."""
    need(rtmp.missing())
    with rtmp.Ingest(tmp_path / "ingest") as started:
        yield started
