"""The instruments before the broadcast: each is shown a good stream and each fault it must see."""

from __future__ import annotations

import dataclasses
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from tests.e2e import ingest as rtmp
from tests.e2e.arrivals import largest_gap
from tests.e2e.conftest import need
from tests.e2e.decoded import pictures, samples
from tests.e2e.ingest import Ingest
from tests.e2e.processes import end
from tests.e2e.received import Received, check_broadcast, check_codecs, read


def publisher(url: str, seconds: float) -> subprocess.Popen[bytes]:
    """ffmpeg publishing a test picture and a 440 Hz tone in real time."""
    sources = ["-re", "-f", "lavfi", "-i", "testsrc=size=180x320:rate=25"]
    sources += ["-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]
    codecs = ["-c:v", "libx264", "-preset", "superfast", "-g", "50", "-bf", "0"]
    codecs += ["-c:a", "aac", "-b:a", "128k", "-ac", "2"]
    tags = "range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    codecs += ["-vf", f"format=yuv420p,setparams={tags}"]
    return subprocess.Popen(
        [imageio_ffmpeg.get_ffmpeg_exe(), *sources, "-t", str(seconds), *codecs, "-f", "flv", url],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ingest, Received]]:
    """An ingest that took one stream of 5 s to its end."""
    need(rtmp.missing())
    with Ingest(tmp_path_factory.mktemp("ingest")) as ingest:
        assert publisher(ingest.url("demo"), 5).wait(30) == 0
        ingest.wait_event("unpublish", key="demo")
        yield ingest, read(ingest.recording("demo"))


def test_sound_stream_passes_every_bar(shown: tuple[Ingest, Received]) -> None:
    _, received = shown
    assert received.seconds == pytest.approx(5, abs=0.2)
    assert received.torn == 0
    assert check_broadcast(received, seconds=5) == []
    assert check_codecs(received.codecs, width=180, height=320) == []
    assert received.audio_kbps()[0] == pytest.approx(128, rel=0.1)


def test_arrivals_keep_pace_with_the_timestamps(shown: tuple[Ingest, Received]) -> None:
    ingest, received = shown
    video = [a for a in ingest.arrivals("demo") if a.tag.kind == "video"]
    assert [a.tag.dts for a in video] == list(received.video)
    took = video[-1].at - video[0].at
    assert took == pytest.approx(received.seconds, abs=1)
    assert 0.02 < largest_gap(video) < 1


def test_pictures_and_sound_decode_with_their_times(shown: tuple[Ingest, Received]) -> None:
    _, received = shown
    decoded = list(pictures(received.path, every=25))
    assert [picture.ms for picture in decoded] == list(received.video[::25])
    assert decoded[0].luma.shape == (320, 180)
    assert decoded[0].luma.std() > 20
    sound = samples(received.path)
    assert len(sound.pcm) == 1024 * len(received.audio)
    assert (sound.rate, sound.pcm.shape[1]) == (48_000, 2)
    # lavfi's sine has a peak of 1/8 (−18.06 dB); mono goes into each of two channels at −3.01 dB.
    assert sound.rms_db()[10:40] == pytest.approx(-21.07, abs=0.5)
    assert sound.silences() == []


def replace(received: Received, **changes: Any) -> list[str]:
    return check_broadcast(dataclasses.replace(received, **changes))


def test_each_fault_is_named(shown: tuple[Ingest, Received]) -> None:
    _, good = shown
    assert "belong" in replace(good, video=good.video[:60:2] + good.video[60:])[0]
    assert "video gap of 120" in " ".join(replace(good, video=good.video[:60] + good.video[62:]))
    assert "audio gap" in replace(good, audio=good.audio[:60] + good.audio[62:])[0]
    assert "rise" in replace(good, audio=(*good.audio[:60], *good.audio[59:]))[0]
    assert "keyframes 4000 ms" in replace(good, keyframes=good.keyframes[::2])[0]
    assert "first picture" in " ".join(replace(good, keyframes=good.keyframes[1:]))
    assert "from the last sound" in replace(good, audio=good.audio[:-6])[0]
    assert "received in 8" in check_broadcast(good, seconds=8)[0]
    assert check_broadcast(dataclasses.replace(good, audio=())) != []
    wrong = dataclasses.replace(good.codecs, colour=(2, 2, 2, 0), b_frames=True, rate=44_100)
    assert len(check_codecs(wrong, width=320, height=180)) == 4


def test_a_publisher_is_refused(shown: tuple[Ingest, Received]) -> None:
    ingest, _ = shown
    assert publisher(ingest.refusing_url("late"), 5).wait(30) != 0
    ingest.refused_keys.add("expired")
    assert publisher(ingest.url("expired"), 5).wait(30) != 0
    assert [e.kind for e in ingest.events if e.key in ("late", "expired")] == ["refuse"] * 2
    assert not any(session.key != "demo" for session in ingest.sessions)


def test_an_ingest_that_dies_and_returns(ingest: Ingest) -> None:
    first = publisher(ingest.url("demo"), 30)
    try:
        ingest.wait_media("demo")
        second = publisher(ingest.url("demo"), 30)
        assert second.wait(30) != 0, "a key that is on air was taken twice"
        ingest.kill()
        assert first.wait(10) != 0, "the publisher did not notice"
        ingest.restart()
        back = time.monotonic()
        again = publisher(ingest.url("demo"), 1)
        assert ingest.wait_media("demo", after=back).session == 1
        assert again.wait(30) == 0
    finally:
        end(first)
    ingest.wait_event("unpublish", key="demo")
    assert [e.kind for e in ingest.events] == [
        "publish", "busy", "killed", "restarted", "publish", "unpublish",
    ]  # fmt: skip
    torn, whole = read(ingest.recording("demo", 0)), read(ingest.recording("demo"))
    assert torn.video
    assert len(whole.video) == 25
    outage = ingest.events[-2].at - ingest.events[2].at
    assert largest_gap(ingest.arrivals("demo")) > outage


def test_nothing_runs_on_after_the_ingest(tmp_path: Path) -> None:
    need(rtmp.missing())
    with Ingest(tmp_path) as ingest:
        pid, url = ingest.pid, ingest.url("demo")
    assert not Path(f"/proc/{pid}").exists()
    assert publisher(url, 1).wait(10) != 0
