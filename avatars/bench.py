"""Milliseconds a frame of a host, on this machine: ``python -m avatars.bench [HOST]``."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from datetime import UTC, datetime

import numpy as np

from avatars import open_avatar
from avatars.motion import Motion
from avatars.visemes import track
from host.model import Sound, TimedPhone, VideoFormat

_PHONES = [
    *("n", "i", "x", "au", "t", "a", "ʨ", "j", "a", "x", "au", "ʨ", "i", "n", "tʰ", "j", "ɛ", "n"),
    *("w", "o", "m", "ə", "n", "l", "ai", "kʰ", "a", "n", "j", "i", "k", "x", "au", "p", "au"),
]
_SECONDS = 0.09
"""Of a phone: Mandarin at about five syllables a second."""


def speaking() -> Sound:
    """A sentence's worth of phones over a hum."""
    timed = tuple(
        TimedPhone(phone, index * _SECONDS, (index + 1) * _SECONDS)
        for index, phone in enumerate(_PHONES)
    )
    samples = np.arange(round(len(_PHONES) * _SECONDS * 24_000))
    return Sound((0.2 * np.sin(samples * 0.05)).astype(np.float32), 24_000, timed)


def milliseconds(
    host: str, video: VideoFormat, frames: int, cost: int
) -> tuple[list[float], list[float]]:
    """(wall, processor) time of each of ``frames`` frames in which the host speaks."""
    grey = np.full((video.height, video.width, 3), 200, np.uint8)
    avatar = open_avatar(host, grey)
    motion, sound = Motion(1, video.fps), speaking()
    length = round(sound.seconds * video.fps)
    mouth = track(sound, video.fps, length)
    wall, processor = [], []
    for tick in range(frames):
        pose = motion.pose(tick, mouth, tick % length)
        start, busy = time.perf_counter(), time.thread_time()
        avatar.frame(pose, cost)
        processor.append(1000.0 * (time.thread_time() - busy))
        wall.append(1000.0 * (time.perf_counter() - start))
    avatar.close()
    return wall, processor


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m avatars.bench", description=__doc__)
    parser.add_argument("host", nargs="?", default="xiaoyu")
    parser.add_argument("--frames", type=int, default=300)
    wanted = parser.parse_args()
    out = sys.stdout.write
    cpu = platform.processor() or platform.machine()
    load = os.getloadavg()[0]
    out(f"{datetime.now(UTC):%Y-%m-%d}, {cpu}, {os.cpu_count()} cores, load {load:.1f}\n")
    out("Milliseconds a frame; processor time tells what other work on the machine hides.\n")
    out("picture    cost  median  quietest    95 %  processor\n")
    for width, height in ((720, 1280), (1280, 720), (1080, 1920)):
        for cost in (0, 1):
            wall, processor = milliseconds(
                wanted.host, VideoFormat(width=width, height=height), wanted.frames, cost
            )
            low, middle, high = np.percentile(wall, [1, 50, 95])
            out(f"{width}x{height:<6} {cost:>3} {middle:>7.2f} {low:>9.2f} {high:>7.2f}")
            out(f"{np.median(processor):>11.2f}\n")


if __name__ == "__main__":
    main()
