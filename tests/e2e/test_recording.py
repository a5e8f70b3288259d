"""The recorder as a process of its own, at a real tap: killed, starved of disk, told to leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from host.model import Incident
from host.model.messages import Beat, Hello, TapPacket
from stream.hub import serve_io
from stream.recording import RETRY, Recording, World
from stream.retention import Limits, Shelf
from tests.e2e.conftest import need
from tests.e2e.taped import ROOM, ROOT, Air, ticks
from tests.stream.recorded import FPS, GOP, encoded, read

NAL = 12_000
"""Bytes a picture at 2.4 Mbit/s."""


@pytest.fixture
def air(tmp_path: Path) -> Iterator[Air]:
    made = Air(tmp_path)
    yield made
    made.close()


def test_killed_in_mid_segment_it_leaves_a_file_that_plays(air: Air) -> None:
    air.begin(ticks(0, 10))
    process = air.record()
    air.publish(ticks(10, 130))
    air.until(lambda: air.bytes(0) > 100_000)  # two fragments
    process.kill()
    air.exit_code()
    cut_short = air.files[0]
    assert cut_short.name.endswith(".part.mp4")
    seen = read(cut_short)
    assert seen.ticks == tuple(range(2 * GOP))
    assert seen.sounding

    before = cut_short.read_bytes()
    air.record()
    air.publish(ticks(130, 250))
    air.until(lambda: len(air.files) == 2 and air.bytes(1) > 100_000)
    air.retire()
    assert air.exit_code() == 0
    assert read(air.files[1]).ticks == tuple(tick % 200 for tick in range(100, 250))
    assert cut_short.read_bytes() == before


@pytest.mark.parametrize("how", ["terminated", "retired", "alone"])
def test_it_leaves_with_its_file_closed(air: Air, how: str) -> None:
    air.begin(ticks(0, 10))
    process = air.record()
    air.publish(ticks(10, 130))
    air.until(lambda: air.bytes(0) > 100_000)
    if how == "terminated":
        process.send_signal(signal.SIGTERM)
    elif how == "retired":
        air.retire()
    else:
        air.leave()
    assert air.exit_code() == 0
    (path,) = air.files
    assert not path.name.endswith(".part.mp4")
    assert read(path).ticks == tuple(range(130))


def test_it_says_who_it_is_and_that_it_lives(air: Air) -> None:
    air.begin(ticks(0, 10))
    process = air.record()
    began = time.monotonic()
    air.until(lambda: sum(isinstance(one, Beat) for one in air.said) >= 4)
    assert 2 < time.monotonic() - began < 6
    assert air.said[0] == Hello("recorder", process.pid)
    assert f"--room {ROOM}" in " ".join(process.cmdline())


def test_a_new_onair_begins_a_new_segment(air: Air) -> None:
    air.begin(ticks(0, 10))
    air.record()
    air.publish(ticks(10, 80))
    air.until(lambda: air.bytes(0) > 0)
    air.begin(ticks(0, 10))
    air.until(lambda: len(air.files) == 2)
    air.publish(ticks(10, 60))
    air.until(lambda: air.bytes(1) > 0)
    air.retire()
    assert air.exit_code() == 0
    assert [read(path).ticks for path in air.files] == [tuple(range(80)), tuple(range(60))]


def test_without_a_supervisor_it_does_not_begin(tmp_path: Path) -> None:
    argv = [
        sys.executable, "-m", "stream.recorder", "--room", ROOM, "--sockets", str(tmp_path),
        "--folder", str(tmp_path), "--hours", "1", "--gigabytes", "1", "--segment-minutes", "1",
        "--keep-free-gigabytes", "0",
    ]  # fmt: skip
    ended = subprocess.run(argv, cwd=ROOT, capture_output=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(b"recorder: ")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    need("" if os.geteuid() == 0 else "only root may mount a tmpfs")
    folder = tmp_path / "disk"
    folder.mkdir()
    unmounting = ["umount", "--lazy", str(folder)]
    mounting = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    mounted = subprocess.run(mounting, capture_output=True, text=True, check=False, timeout=10)
    need(f"no tmpfs here: {mounted.stderr}" if mounted.returncode else "")
    yield folder
    subprocess.run(unmounting, check=True, timeout=10)


def test_a_full_disk_stops_it_and_space_lets_it_go_on(small_disk: Path) -> None:
    """Row 16 of the fault table. Time is the test's, the disk is real."""
    now = 0.0
    told: list[Incident] = []
    shelf = Shelf(small_disk, ROOM)
    world = World(now=lambda: now)
    recording = Recording(shelf, Limits(72, 10**9), 600, told.append, world)
    filler = small_disk / "somebody-elses"
    filler.write_bytes(bytes(4_020_000))

    recording.take(encoded()[0])
    for packet in ticks(0, 220):
        recording.take(packet)
    assert [one.what for one in told] == ["stopped"]
    assert told[0].why == "No space left on device"
    (cut_short,) = shelf.kept()
    written = read(cut_short.path).ticks
    assert written == tuple(range(len(written)))
    assert len(written) >= 2 * GOP
    assert filler.stat().st_size == 4_020_000

    filler.unlink()
    now += RETRY
    for packet in ticks(220, 300):
        recording.take(packet)
    recording.lost()
    assert [one.what for one in told] == ["stopped", "resumed"]
    assert read(shelf.kept()[1].path).ticks == tuple(tick % 200 for tick in range(250, 300))


def heavy() -> Iterator[TapPacket]:
    """A broadcast of 2.4 Mbit/s without end: the encoder's packets, with filler NAL units."""
    filler = np.frombuffer(b"\x00\x00\x00\x01\x0c" + b"\xff" * NAL + b"\x80", np.uint8)
    lap, seconds = 0, 12
    while True:
        for packet in ticks(0, seconds * FPS):
            if not packet.video and not 0 <= packet.pts < seconds * 48_000:
                continue
            later = seconds * lap * (FPS if packet.video else 48_000)
            data = np.concatenate((packet.data, filler)) if packet.video else packet.data
            yield replace(packet, pts=packet.pts + later, data=data)
        lap += 1


@pytest.mark.slow
def test_it_costs_little(air: Air) -> None:
    """CPU at real time and 2.4 Mbit/s, and memory over 15 minutes of programme."""
    packets = heavy()
    air.begin([next(packets)])
    process = air.record(minutes=1)

    def play(pictures: int, rate: float) -> None:
        began = time.monotonic()
        for packet in packets:
            air.publish([packet])
            if packet.video:
                pictures -= 1
                if pictures <= 0:
                    return
                began += 1 / rate
                while (left := began - time.monotonic()) > 0:
                    serve_io(air.selector, left)

    play(100, FPS)  # what it imports is loaded, its first fragments are written
    used, began = process.cpu_times(), time.monotonic()
    play(15 * FPS, FPS)
    after = process.cpu_times()
    share = (after.user + after.system - used.user - used.system) / (time.monotonic() - began)
    print(f"recorder at real time: {share:.1%} of a core")
    assert share < 0.05  # 2 % on a machine that does nothing else

    memory = []
    for _ in range(5):
        play(3 * 60 * FPS, 30 * FPS)
        memory.append(process.memory_info().rss / 1e6)
    print("RSS each 3 minutes, MB:", *(f"{one:.1f}" for one in memory))
    assert max(memory[2:]) - memory[1] < 5
    assert len(air.files) >= 15
