"""The container's health check: exit code 0 while a broadcast is on air, stand-by too."""

from __future__ import annotations

import os
import sys
import urllib.request

PORT = "8702"
"""``metrics.port`` of a room; $LIVEHOST_METRICS_PORT names another."""
SHOWN = "livehost_showing"
"""Gauge: 1 for what is shown ("programme", "held" or "stand-by"), as onair told a moment ago."""


def on_air(metrics: str) -> bool:
    """Whether a sample of ``SHOWN`` is 1, in Prometheus's text format."""
    return any(
        line.startswith(SHOWN) and float(line.rpartition(" ")[2]) == 1
        for line in metrics.splitlines()
    )


def main() -> int:
    """0: on air. 1: not, with the reason on standard error."""
    port = int(os.environ.get("LIVEHOST_METRICS_PORT") or PORT)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=4) as reply:
            metrics = reply.read().decode()
        if on_air(metrics):
            return 0
        sys.stderr.write(f"{SHOWN} says that nothing is on air\n")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"no metrics at port {port}: {error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
