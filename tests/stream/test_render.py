"""A show into a file: as long as was asked for, with every tick that media gave."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest

from host.model import (
    Aired,
    AudioFormat,
    Destination,
    Format,
    OnAirSpec,
    Tick,
    VideoFormat,
    sockets,
)
from host.model.messages import Finish, Hello
from stream import command
from stream import render as renders
from stream import ring as rings
from stream.render import Render
from stream.ring import Ring

FORMAT = Format(VideoFormat(64, 96, kbps=100), AudioFormat())


class Media:
    """Writes ticks of its own accord, pausing as it likes."""

    def __init__(self, fd: int, pauses: dict[int, float]) -> None:
        self.ring = Ring(fd)
        self.ring.grant()
        self._pauses = pauses
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        seq = 1
        sound = np.zeros((FORMAT.samples, 2), np.float32)
        while not self._over.is_set():
            if not self.ring.writable(seq):
                time.sleep(0.001)
                continue
            self._over.wait(self._pauses.get(seq, 0))
            frame = np.full(FORMAT.frame_shape, 128, np.uint8)
            frame[:96] = 40 + seq % 150
            ends = seq % 10 == 0
            line, at = (seq - 1) // 10 + 1, (seq - 1) % 10 * FORMAT.samples
            self.ring.write(Tick(1, seq, frame, sound, line, 0, at, 0.0, ends, ends))
            seq += 1

    def close(self) -> None:
        self._over.set()
        self._thread.join(10)


class Room:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "show.mp4"
        self.folder = folder
        self.fd = rings.create(FORMAT)
        self.wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self.media: Media | None = None

    def render(self, seconds: float, program: str = "", *, to_line: bool = False) -> Render:
        argv = command.record(
            program or str(imageio_ffmpeg.get_ffmpeg_exe()), str(self.file), "test"
        )
        to = (Destination("file", argv),)
        spec = OnAirSpec("test", FORMAT, str(self.folder), (), to, music=None)
        return Render(spec, Ring(self.fd), self.wake, seconds, to_line=to_line)

    def close(self) -> None:
        if self.media is not None:
            self.media.close()
        os.close(self.fd)
        os.close(self.wake)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    made.close()


def greys(file: Path) -> list[int]:
    with av.open(str(file)) as show:
        return [
            round(float(f.reformat(format="yuv420p").to_ndarray()[:96].mean()))
            for f in show.decode(video=0)
        ]


@pytest.mark.parametrize("pauses", [{}, {1: 0.3, 20: 0.4, 33: 0.1}])
def test_a_file_has_every_tick_whatever_media_takes_for_it(
    room: Room, pauses: dict[int, float]
) -> None:
    room.media = Media(room.fd, pauses)
    assert room.render(2.0).run() == 0
    shown = greys(room.file)
    assert len(shown) == 50
    assert shown == pytest.approx([40 + seq for seq in range(1, 51)], abs=3)
    with av.open(str(room.file)) as show:
        sound = sum(f.samples for f in show.decode(audio=0))
    assert sound == pytest.approx(2 * 48_000, abs=2048)


def test_what_was_rendered_is_told_as_if_it_had_been_aired(room: Room) -> None:
    render = room.render(2.0)
    supervisor = sockets.connect(room.folder, "onair")
    supervisor.send(Hello("supervisor", 1))
    room.media = Media(room.fd, {})
    assert render.run() == 0
    runs = [one for one in supervisor.receive() if isinstance(one, Aired)]
    supervisor.close()
    assert [(run.line, run.ends_line) for run in runs] == [(n, True) for n in range(1, 6)]
    assert [run.first_tick for run in runs] == [0, 10, 20, 30, 40]


def test_a_file_ends_with_the_last_tick_of_the_line_that_is_named(room: Room) -> None:
    render = room.render(60.0, to_line=True)
    supervisor = sockets.connect(room.folder, "onair")
    supervisor.send(Hello("supervisor", 1))
    supervisor.send(Finish(3))
    room.media = Media(room.fd, {})
    assert render.run() == 0
    supervisor.close()
    assert len(greys(room.file)) == 30


def test_a_line_that_has_ended_when_it_is_named_ends_the_file_there(room: Room) -> None:
    render = room.render(60.0, to_line=True)
    supervisor = sockets.connect(room.folder, "onair")
    supervisor.send(Hello("supervisor", 1))
    room.media = Media(room.fd, {25: 1.0})
    threading.Timer(0.5, supervisor.send, [Finish(2)]).start()
    assert render.run() == 0
    supervisor.close()
    assert 20 <= len(greys(room.file)) <= 25


def test_a_file_that_was_to_end_with_a_line_and_did_not_is_not_whole(room: Room) -> None:
    room.media = Media(room.fd, {})
    assert room.render(1.0, to_line=True).run() == 1


def test_without_media_it_is_given_up(
    room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(renders, "PATIENCE", 0.2)
    assert room.render(2.0).run() == 1
    assert capsys.readouterr().err.startswith("render: no picture for")


def test_stopped_early_it_leaves_a_file_that_plays(room: Room) -> None:
    room.media = Media(room.fd, {30: 60.0})
    render = room.render(60.0)
    stopper = threading.Timer(1.0, render.stop)
    stopper.start()
    assert render.run() == 1
    stopper.join()
    assert len(greys(room.file)) == 29


def test_a_file_that_cannot_be_written_is_told(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    room.file = room.folder / "none" / "show.mp4"
    room.media = Media(room.fd, {})
    assert room.render(3600.0).run() == 1, "and at once, not after an hour"
    assert "No such file" in capsys.readouterr().err
