"""A second kind of ingest: node-media-server, from npm."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.e2e.receiver import IngestError, Receiver, free_port

_HERE = Path(__file__).with_name("node")
_LOCK = _HERE / "package-lock.json"
"""Exact versions with their hashes, as ``npm ci`` checks them."""


def missing() -> str:
    """What this machine lacks for it; empty: nothing. Installs the package when npm can."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            return f"{program} is not installed (apt-get install nodejs npm)"
    return "" if _module().exists() else _install()


def _module() -> Path:
    return _cache() / "node_modules" / "node-media-server" / "src" / "index.js"


def _cache() -> Path:
    """Where npm installs it: survives a test's folder, stays out of the checkout."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    lock = hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:12]
    return Path(base) / "livehost-tests" / f"node-{lock}"


def _install() -> str:
    """What went wrong; empty: nothing."""
    cache = _cache()
    cache.mkdir(parents=True, exist_ok=True)
    for file in (_LOCK, _HERE / "package.json"):
        shutil.copy(file, cache)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(command, cwd=cache, capture_output=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        return "npm ci took more than 3 minutes for node-media-server"
    said = done.stderr.decode(errors="replace")[-300:]
    return "" if _module().exists() else f"npm cannot install node-media-server: {said}"


class NodeIngest(Receiver):
    """node-media-server, which is one process.

    Its recordings are pulled back over HTTP-FLV, so each begins with the keyframe group that was
    kept for viewers, at once.
    """

    @property
    def _log(self) -> Path:
        return self._folder / "node.log"

    def _command(self) -> list[str]:
        if why := missing():
            raise IngestError(why)
        words = ["node", str(_HERE / "ingest.js"), str(_module()), self._port, free_port()]
        words += [self._notify.port, str(self._folder)]
        return ["sh", "-c", 'exec "$@" >"$0" 2>&1', str(self._log), *map(str, words)]
