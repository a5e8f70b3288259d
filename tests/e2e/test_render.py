"""``livehost render``: the same show to a file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np

from tests.e2e.room import ROOT
from tests.e2e.room_file import write_room


def test_a_lap_in_a_file(tmp_path: Path) -> None:
    room = tmp_path / "room.toml"
    write_room(ROOT / "configs/demo-en.toml", room, {})
    target = tmp_path / "lap.mp4"

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "host.cli",
            "render",
            str(room),
            "--seconds",
            "12",
            "-o",
            str(target),
        ],
        cwd=ROOT,
        env={**os.environ, "LIVEHOST_VAR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        timeout=200,
    )

    assert done.returncode == 0, done.stderr
    with av.open(str(target)) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        assert (video.codec_context.width, video.codec_context.height) == (720, 1280)
        assert "AIGC" in " ".join(film.metadata.values())
        pictures = sum(1 for _ in film.decode(video=0))
        assert pictures == 300
        assert audio.codec_context.sample_rate == 48_000
    with av.open(str(target)) as film:
        sound = np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)
    loud = np.sqrt((sound[:, : 48_000 * 10].reshape(2, 100, -1) ** 2).mean(axis=2)).max(axis=0)
    # Somebody speaks most of the time.
    assert (loud > 10 ** (-32 / 20)).mean() > 0.5
