"""Encoded pictures and sound, and what Measure says of them.

``python -m tests.stream.watched`` measures what the thresholds of ``stream/pictures.py`` rest on:
how much a picture that stands still differs from itself, and how little a calm host moves.
``--cpu`` measures instead what the health process costs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from selectors import DefaultSelector

import av
import numpy as np
import psutil
from numpy.typing import NDArray

from avatars import open_avatar
from avatars.motion import Motion
from avatars.scene import Scene
from host.config import load_room
from host.model import Format, Scenery, VideoFormat, sockets
from host.model.messages import TapHeader, TapPacket
from host.model.state import Health
from stream import pictures
from stream.encoder import Encoder
from stream.hub import serve_io
from stream.measure import Measure
from stream.standby import StandbyClip, bundled
from stream.tap import Tap

SMALL = Format(VideoFormat(192, 320, kbps=600))
ROOM = Path(__file__).parents[2] / "configs/demo.toml"

Picture = NDArray[np.uint8]
Sound = Callable[[int], NDArray[np.float32]]
Ticks = list[list[TapPacket]]


@dataclass(frozen=True, slots=True)
class Encoded:
    """An encoder's output, tick by tick."""

    header: TapHeader
    ticks: Ticks


def encode(fmt: Format, shown: Iterator[Picture], sound: Sound, seconds: float) -> Encoded:
    encoder = Encoder(fmt)
    ticks = [
        encoder.encode(tick, picture, sound(tick))
        for tick, picture in enumerate(islice(shown, round(seconds * fmt.video.fps)))
    ]
    return Encoded(encoder.header, ticks)


def watch(encoded: Encoded, *, speed: float = 1.0, ticks: Ticks | None = None) -> list[Health]:
    """Health once a second while the ticks come at ``speed`` times their pace."""
    measure = Measure(encoded.header)
    fps = encoded.header.format.video.fps
    told: list[Health] = []
    report, last = 0.0, 0.0
    for tick, packets in enumerate(encoded.ticks if ticks is None else ticks):
        now = (tick + 1) / fps / speed
        assert not measure.take(packets, last, now)
        last = now
        if now >= report:
            report += 1.0
            health = measure.health(now)
            told += [health] if health else []
    return told


def moving(fmt: Format) -> Iterator[Picture]:
    """A bright square that goes round."""
    for tick in count():
        picture = plain(fmt, 120)
        left = tick * 4 % (fmt.video.width - 32)
        picture[64:96, left : left + 32] = 220
        yield picture


def still(picture: Picture) -> Iterator[Picture]:
    while True:
        yield picture


def plain(fmt: Format, luma: int) -> Picture:
    picture = np.full(fmt.frame_shape, 128, np.uint8)
    picture[: fmt.video.height] = luma
    return picture


def clip(fmt: Format) -> Iterator[Picture]:
    """The bundled stand-by clip."""
    shown = StandbyClip((str(bundled(fmt)),), fmt)
    while True:
        yield shown.frame()


def sine(fmt: Format, amplitude: float, hertz: float = 440.0) -> Sound:
    def sound(tick: int) -> NDArray[np.float32]:
        at = (np.arange(fmt.samples) + tick * fmt.samples) / fmt.audio.rate
        wave = amplitude * np.sin(2 * np.pi * hertz * at)
        return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)

    return sound


def silence(fmt: Format) -> Sound:
    return lambda tick: np.zeros((fmt.samples, 2), np.float32)


def _blocks(picture: Picture) -> NDArray[np.int16]:
    frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
    width, height = frame.width // pictures.BLOCK, frame.height // pictures.BLOCK
    small = frame.reformat(width=width, height=height, format="gray", interpolation="AREA")
    return small.to_ndarray().astype(np.int16)


def _idle() -> Callable[[int], Picture]:
    room = load_room(ROOM)
    scene = Scene(room.format, room.settings.lang)
    avatar = open_avatar(room.pack, scene.background)
    motion = Motion(room.settings.seed, room.settings.video.fps)
    return lambda tick: scene.frame(avatar.frame(motion.pose(tick)), Scenery())


def main() -> None:
    idle, group, after = _idle(), 50, pictures.FOLLOWING
    samples = [_blocks(idle(n)).copy() for k in range(800) for n in (k * group, k * group + after)]
    calmest = min(
        max(np.abs(two - one).max(), np.abs(three - one).max())
        for one, two, three in zip(samples[::2], samples[1::2], samples[2::2], strict=False)
    )
    print(f"idle host, least change of 800 pairs of samples: {calmest}")
    fmt = load_room(ROOM).format
    loop = [_blocks(picture) for picture in islice(clip(fmt), group)]
    least = min(np.abs(loop[(n + after) % group] - loop[n]).max() for n in range(group))
    print(f"bundled stand-by clip, least change over {after} pictures: {least}")
    picture = idle(7).copy()
    for kbps, preset in ((2500, "ultrafast"), (2500, "superfast"), (2500, "veryfast"),
                         (600, "superfast"), (300, "superfast")):  # fmt: skip
        chosen = replace(fmt, video=replace(fmt.video, kbps=kbps, preset=preset))
        last = watch(encode(chosen, still(picture), silence(fmt), 30))[-1]
        print(f"still picture, {kbps} kb/s {preset}: frozen for {last.frozen_seconds:.1f} of 30 s")


def cpu(seconds: int = 20) -> None:
    """The real process at the tap of a room at its pace."""
    idle = _idle()
    fmt = load_room(ROOM).format
    show = encode(fmt, (idle(n) for n in count()), sine(fmt, 0.1), seconds)
    with tempfile.TemporaryDirectory() as folder, DefaultSelector() as selector:
        listener = sockets.listen(folder, "supervisor")
        listener.setblocking(True)
        tap = Tap(folder, show.header, selector)
        argv = [sys.executable, "-m", "stream.health", "--room", "cpu", "--sockets", folder]
        with subprocess.Popen(argv) as process:
            supervisor = sockets.Peer(listener.accept()[0])
            began, used = time.monotonic(), 0.0
            for tick, packets in enumerate(show.ticks):
                while (left := began + tick / fmt.video.fps - time.monotonic()) > 0:
                    serve_io(selector, left)
                for packet in packets:
                    tap.publish(packet)
                if tick == 2 * fmt.video.fps:
                    used = _used(process.pid)
            used = _used(process.pid) - used
            told = [one for one in supervisor.receive() if isinstance(one, Health)]
            supervisor.close()
        tap.close()
        listener.close()
    print(f"{used / (seconds - 2):.1%} of a core, as it told {len(told)} times: {told[-1]}")


def _used(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    cpu() if "--cpu" in sys.argv[1:] else main()
