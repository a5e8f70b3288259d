from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from avatars.testcard import TestCard, tone
from host.model import Format, VideoFormat
from tests.e2e.testcard_reader import counters, offsets

FORMAT = Format(VideoFormat(kbps=1000))
FIRST = 70_000


def record(path: Path, late_ticks: int, ticks: int = 100) -> None:
    """A recording as onair makes it, 1 Mbit/s, with the sound ``late_ticks`` behind."""
    card = TestCard(FORMAT)
    video, audio = FORMAT.video, FORMAT.audio
    with av.open(str(path), "w") as out:
        pictures = out.add_stream("libx264", rate=video.fps)
        pictures.width, pictures.height, pictures.pix_fmt = video.width, video.height, "yuv420p"
        pictures.bit_rate = 1_000_000
        pictures.options = {"preset": "superfast", "bf": "0", "maxrate": "1M", "bufsize": "1M"}
        sound = out.add_stream("aac", rate=audio.rate)
        sound.bit_rate = 128_000
        for index in range(ticks):
            n = FIRST + index
            frame = av.VideoFrame.from_ndarray(card.frame(n), "yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, video.fps)
            out.mux(pictures.encode(frame))
            pcm = np.ascontiguousarray(tone(n - late_ticks, FORMAT).T)
            block = av.AudioFrame.from_ndarray(pcm, "fltp", "stereo")
            block.sample_rate = audio.rate
            block.pts, block.time_base = index * FORMAT.samples, Fraction(1, audio.rate)
            out.mux(sound.encode(block))
        out.mux(pictures.encode(None))
        out.mux(sound.encode(None))


@pytest.mark.parametrize("late_ticks", [0, 2, -76])
def test_a_recording_says_how_late_its_sound_is(tmp_path: Path, late_ticks: int) -> None:
    record(tmp_path / "card.mkv", late_ticks)

    seen = counters(tmp_path / "card.mkv")
    found = offsets(tmp_path / "card.mkv")

    assert [frame.counter for frame in seen] == list(range(FIRST, FIRST + 100))
    assert found
    for offset in found:
        assert abs(offset.late_ms - late_ticks * 40) <= 10
        assert offset.agreement > (0.8 if abs(late_ticks) < 10 else 0.15)
