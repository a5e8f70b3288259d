"""A segment plays alone, plays when it was cut short, and says that a machine made it."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import imageio_ffmpeg
import pytest

from host.model.messages import TapPacket
from stream.aigc import COMMENT
from stream.segments import Segment
from tests.stream.recorded import FORMAT, FPS, GOP, Recorded, encoded, read

ROOM = "demo"


def packets_from(tick: int, seconds: float) -> tuple[TapPacket, ...]:
    """From the keyframe at ``tick`` on, with some sound from before it."""

    def seen_at(packet: TapPacket) -> float:
        return packet.pts / (FPS if packet.video else FORMAT.audio.rate)

    first = tick / FPS
    return tuple(
        p for p in encoded()[1]
        if first - (0 if p.video else 0.1) <= seen_at(p) < first + seconds
    )  # fmt: skip


def begun(path: Path, tick: int) -> Segment:
    header, packets = encoded()
    key = next(p for p in packets if p.video and p.pts == tick)
    assert key.key
    return Segment(path, ROOM, header, key)


def write(path: Path, tick: int, seconds: float) -> Segment:
    segment = begun(path, tick)
    for packet in packets_from(tick, seconds):
        segment.push(packet)
    return segment


def check(seen: Recorded, tick: int, pictures: int) -> None:
    assert seen.ticks == tuple((tick + n) % 200 for n in range(pictures))
    assert seen.video == pytest.approx([n / FPS for n in range(pictures)], abs=1e-6)
    # AAC's frames are 1 024 samples on a grid of their own: the first begins within one of them.
    grid = -tick * FORMAT.samples % 1024 / FORMAT.audio.rate
    wanted = [grid + n * 1024 / FORMAT.audio.rate for n in range(len(seen.audio))]
    assert seen.audio == pytest.approx(wanted, abs=2e-5)
    assert abs(seen.audio[-1] - seen.video[-1]) < 0.05
    assert seen.sounding


@pytest.mark.parametrize("tick", [0, 150])
def test_a_closed_segment_plays_from_0_with_all_that_was_pushed(tmp_path: Path, tick: int) -> None:
    path = tmp_path / "a.mp4"
    write(path, tick, 5).close()
    check(read(path), tick, 5 * FPS)


def test_a_closed_segment_is_a_plain_mp4_with_one_index(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write(path, 0, 5).close()
    data, at, boxes = path.read_bytes(), 0, []
    while at < len(data):
        boxes.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4])
    assert boxes == [b"ftyp", b"free", b"mdat", b"moov"]
    assert at == len(data)


@pytest.mark.parametrize("tick", [0, 150])
def test_a_segment_that_was_never_closed_plays_to_its_last_fragment(
    tmp_path: Path, tick: int
) -> None:
    path = tmp_path / "a.mp4"
    write(path, tick, 5.5)  # a fragment is written when the next keyframe comes
    check(read(path), tick, 2 * GOP)


def test_every_state_of_the_file_on_the_disk_plays_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    segment = begun(path, 0)
    sizes = [0]
    for packet in packets_from(0, 11):
        segment.push(packet)
        if (size := path.stat().st_size) != sizes[-1]:
            assert size == segment.bytes
            check(read(path), 0, GOP * len(sizes))
            sizes.append(size)
    assert len(sizes) == 6
    segment.close()
    check(read(path), 0, 11 * FPS)


def test_a_segment_shorter_than_a_fragment_plays_when_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write(path, GOP, 0.4).close()
    check(read(path), GOP, 10)


def test_the_label_is_in_the_file_closed_or_not(tmp_path: Path) -> None:
    closed, running = tmp_path / "demo-1.mp4", tmp_path / "demo-2.part.mp4"
    write(closed, 0, 5).close()
    write(running, 0, 5)
    for path, produced in ((closed, "demo-1"), (running, "demo-2")):
        metadata = read(path).metadata
        assert metadata["comment"] == COMMENT
        assert json.loads(metadata["AIGC"]) == {
            "Label": "1",
            "ContentProducer": "livehost/demo",
            "ProduceID": produced,
            "ReservedCode1": "",
            "ContentPropagator": "",
            "PropagateID": "",
            "ReservedCode2": "",
        }


def test_another_program_sees_the_label(tmp_path: Path) -> None:
    path = tmp_path / "demo-1.mp4"
    write(path, 0, 3).close()
    shown = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(path)],
        capture_output=True, text=True, timeout=30, check=False,
    ).stderr  # fmt: skip
    assert re.search(r'AIGC +: \{"Label":"1",', shown)
    assert re.search(r"comment +: AIGC: AI-generated", shown)


def test_no_file_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        begun(path, 0)
    assert path.read_text() == "mine"


class FullDisk:
    """``os.pwrite`` of a disk with so many bytes left; it takes a part of what doesn't fit."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, file: int, data: memoryview, at: int) -> int:
        if self.left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        new = max(0, at + len(data) - os.fstat(file).st_size)
        taken = data[: len(data) - max(0, new - self.left)]
        written = os.write(self._at(file, at), taken)
        self.left -= min(self.left, new)
        return written

    def _at(self, file: int, at: int) -> int:
        os.lseek(file, at, os.SEEK_SET)
        return file


def push_and_close(segment: Segment, packets: Iterable[TapPacket]) -> None:
    try:
        for packet in packets:
            segment.push(packet)
    except OSError:
        segment.abandon()
        raise
    segment.close()


@pytest.mark.parametrize("left", [0, 100, 5_000, 60_000, 90_000, 119_000, 120_000, 121_000])
def test_a_full_disk_leaves_whole_fragments(
    tmp_path: Path, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mp4"
    segment = begun(path, 0)
    monkeypatch.setattr(os, "pwrite", FullDisk(left))
    with pytest.raises(OSError, match="No space"):
        push_and_close(segment, packets_from(0, 5))
    if segment.bytes:
        assert path.stat().st_size == segment.bytes
        check(read(path), 0, GOP * (1 if segment.bytes < 100_000 else 2))
    else:
        assert not path.exists()


def test_a_deleted_file_is_noticed(tmp_path: Path) -> None:
    segment = begun(tmp_path / "a.mp4", 0)
    assert not segment.deleted
    segment.path.unlink()
    assert segment.deleted
    segment.abandon()
