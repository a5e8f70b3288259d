"""What a room on air costs, beside ffmpeg alone encoding the same picture from a file.

``python -m tests.e2e.bench [--seconds 60] [--config configs/demo.toml]`` prints CPU and memory of
each process. The room pushes to an ingest on loopback; ffmpeg then encodes, at the same pace and
with the same settings, raw frames decoded from what that ingest recorded.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import psutil
from rich.console import Console
from rich.table import Table

from tests.e2e.ingest import Ingest, missing
from tests.e2e.processes import end
from tests.e2e.received import Received, check_broadcast, read
from tests.e2e.room import ROOT, Role, Room

_REFERENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process over the measured time."""

    cpu: float
    """Percent of one core."""
    memory: int
    """Proportional set size at the end, bytes."""


def main() -> int:
    """Measure and print; 1 when what was received misses a bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--config", type=Path, default=ROOT / "configs/demo.toml")
    wanted = parser.parse_args()
    if missing():
        sys.exit(f"bench: {missing()}")
    with tempfile.TemporaryDirectory() as folder:
        costs, received = measure_room(Path(folder), wanted.config, wanted.seconds)
        alone = measure_ffmpeg(Path(folder), received)
    faults = check_broadcast(received)
    Console().print(table(costs, alone, received))
    Console().print("; ".join(faults) or "what the ingest received passes every bar")
    return int(bool(faults))


def measure_room(folder: Path, config: Path, seconds: float) -> tuple[dict[Role, Cost], Received]:
    """CPU and memory of each role over ``seconds`` on air, after 10 s to settle."""
    with Ingest(folder / "ingest") as ingest:
        with Room(folder, config=config, push=[ingest.url("bench")]) as room:
            ingest.wait_media("bench", patience=60)
            time.sleep(10)
            before, began = _cpu_seconds(room), time.monotonic()
            time.sleep(seconds)
            after, took = _cpu_seconds(room), time.monotonic() - began
            memory = room.memory()
        costs = {
            role: Cost(100 * (after[role] - before.get(role, 0.0)) / took, memory.get(role, 0))
            for role in after
        }
        return costs, read(ingest.recording("bench"))


def measure_ffmpeg(folder: Path, received: Received) -> Cost:
    """ffmpeg alone: raw frames and samples from files to the same H.264 and AAC, in real time."""
    ffmpeg, codecs = imageio_ffmpeg.get_ffmpeg_exe(), received.codecs
    raw, pcm = folder / "raw.yuv", folder / "raw.pcm"
    decode = [ffmpeg, "-loglevel", "error", "-t", str(_REFERENCE_SECONDS), "-i"]
    decode += [str(received.path)]
    pictures = ["-an", "-pix_fmt", "yuv420p", "-f", "rawvideo", str(raw)]
    subprocess.run([*decode, *pictures, "-vn", "-f", "s16le", str(pcm)], check=True)
    size = f"{codecs.width}x{codecs.height}"
    sources = ["-re", "-f", "rawvideo", "-s", size, "-r", "25", "-i", str(raw)]
    sources += ["-re", "-f", "s16le", "-ar", str(codecs.rate), "-ac", "2", "-i", str(pcm)]
    kbps = "2500k"
    target = ["-c:v", "libx264", "-preset", "superfast", "-g", "50", "-bf", "0", "-b:v", kbps]
    target += ["-maxrate", kbps, "-bufsize", kbps, "-c:a", "aac", "-b:a", "128k"]
    process = subprocess.Popen(
        [ffmpeg, "-loglevel", "error", *sources, *target, "-f", "flv", "-y", "/dev/null"],
        stdin=subprocess.DEVNULL,
    )
    try:
        encoder = psutil.Process(process.pid)
        time.sleep(2)
        before, began = _seconds_of(encoder), time.monotonic()
        time.sleep(_REFERENCE_SECONDS - 5)
        spent = _seconds_of(encoder) - before
        took = time.monotonic() - began
        memory = encoder.memory_full_info().pss
        return Cost(100 * spent / took, memory)
    finally:
        end(process)


def table(costs: dict[Role, Cost], alone: Cost, received: Received) -> Table:
    """The costs, for a person."""
    codecs = received.codecs
    title = f"{codecs.width}x{codecs.height}, {received.seconds:.0f} s received"
    shown = Table("process", "CPU, % of a core", "memory (PSS), MB", title=title)
    for role, cost in sorted(costs.items(), key=lambda item: -item[1].cpu):
        shown.add_row(role, f"{cost.cpu:.1f}", f"{cost.memory / 1e6:.0f}")
    shown.add_section()
    cpu, memory = sum(c.cpu for c in costs.values()), sum(c.memory for c in costs.values())
    shown.add_row("the whole room", f"{cpu:.1f}", f"{memory / 1e6:.0f}")
    shown.add_row("ffmpeg alone", f"{alone.cpu:.1f}", f"{alone.memory / 1e6:.0f}")
    return shown


def _cpu_seconds(room: Room) -> dict[Role, float]:
    spent: dict[Role, float] = {}
    for process, role in room.roles():
        spent[role] = spent.get(role, 0.0) + _seconds_of(process)
    return spent


def _seconds_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    sys.exit(main())
