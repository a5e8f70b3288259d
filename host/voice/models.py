"""Where prepared models lie: made once from what packages ship, then only read."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from host.errors import VoiceError


def home() -> Path:
    """``$LIVEHOST_CACHE``, else ``$XDG_CACHE_HOME/livehost``, else ``~/.cache/livehost``."""
    given = os.environ.get("LIVEHOST_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "livehost"


def package_folder(package: str, engine: str) -> Path:
    """The folder of an installed package, without importing it. Raises VoiceError (final)."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise VoiceError(engine, f"the package {package} is not installed", retryable=False)
    return Path(spec.origin).parent


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, whoever else writes it too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        scratch.write_bytes(data)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
