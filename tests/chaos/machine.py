"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

import imageio_ffmpeg


def machine() -> list[str]:
    """Processor, cores, memory, kernel and programs, a line each."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB",
        f"Linux {platform.release()}, Python {platform.python_version()}",
        f"ffmpeg {imageio_ffmpeg.get_ffmpeg_version()}; {_said('nginx', '-v')}; "
        f"node {_said('node', '-v')}",
    ]


def load() -> str:
    """How busy the machine was over the last minutes."""
    return ", ".join(f"{value:.1f}" for value in os.getloadavg())


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except OSError:
        return "none"
    return (done.stdout or done.stderr).strip().removeprefix("nginx version: ")
