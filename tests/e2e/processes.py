"""Ends processes for certain."""

from __future__ import annotations

import signal
import subprocess


def end(process: subprocess.Popen[bytes], *, grace: float = 5.0) -> int:
    """SIGTERM, then SIGKILL after ``grace`` seconds; the exit status.

    A single SIGTERM was seen to leave an RTMP process alive for 10 minutes.
    """
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()
