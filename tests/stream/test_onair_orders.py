"""What onair does when it is told, and of itself when a line or the machine is too slow."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from host.errors import EncodeError
from host.model import Aired, Destination, Format, Incident, VideoFormat
from host.model.messages import Destinations, Noted, Preset, TapHeader, TapPacket
from stream import adapt as adapts
from stream import onair as onairs
from stream.adapt import Second
from stream.encoder import PRESETS, Encoder
from stream.handover import adopt
from stream.pusher import Pusher
from stream.ring import Ring
from tests.stream.airing import Room, recorder, video


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    made.ring.grant()
    yield made
    made.close()


def a_while(room: Room) -> None:
    """Let a few ticks go by."""
    tick = room.ring.air_tick
    room.until(lambda: room.ring.air_tick > tick + 12)


def told(room: Room, what: str) -> list[str]:
    return [one.why for one in room.all(Incident) if one.what == what]


# Destinations.


def test_a_changed_destination_is_renewed_and_the_other_stays_connected(
    room: Room, tmp_path: Path
) -> None:
    stays, old, new = (recorder(tmp_path / f"{name}.flv") for name in ("stays", "old", "new"))
    changed = Destination("old", new.argv)
    added = recorder(tmp_path / "added.flv")
    room.start(stays, old)
    room.supervise()
    room.until(lambda: room.ring.air_tick > 30)
    room.supervisor.send(Destinations((stays, changed, added)))
    room.until(lambda: (tmp_path / "added.flv").exists() and (tmp_path / "new.flv").exists())
    a_while(room)
    room.supervisor.send(Destinations((stays, added)))
    room.until(lambda: len(room.state.destinations) == 2)
    states = room.state.destinations
    assert [one.name for one in states] == ["stays", "added"]
    assert states[0].restarts == 0
    room.end()
    assert len(video(tmp_path / "stays.flv")) == room.ring.air_tick + 1, "not a frame less"
    for name in ("added", "new"):
        assert video(tmp_path / f"{name}.flv")[0].dts == 0


def test_what_is_handed_over_has_the_destinations_as_they_are_now(
    room: Room, tmp_path: Path
) -> None:
    room.start(recorder(tmp_path / "a.flv"))
    room.supervise()
    new = (Destination("a", (*recorder(tmp_path / "b.flv").argv, "key")),)
    room.supervisor.send(Destinations(new))
    room.until(lambda: bool(told(room, "renewed")))
    adopted = adopt(tmp_path)
    assert adopted is not None
    assert adopted.spec.destinations == new
    assert Ring(adopted.ring).air_tick == pytest.approx(room.ring.air_tick, abs=5)
    os.close(adopted.ring)
    os.close(adopted.wake)


# The encoder.


def tap(room: Room, packets: int) -> list[Any]:
    """So many messages of the tap from now on."""
    peer = room.join(name="tap")
    got: list[Any] = []

    def enough() -> bool:
        got.extend(peer.receive())
        return len(got) >= packets

    room.until(enough)
    return got


def test_a_preset_is_changed_in_place(room: Room, tmp_path: Path) -> None:
    room.start(recorder(tmp_path / "a.flv"))
    room.supervise()
    a_while(room)
    room.supervisor.send(Preset("veryfast"))
    room.until(lambda: bool(told(room, "preset")))
    assert told(room, "preset") == ["superfast → veryfast: asked for"]
    assert room.state.preset == "veryfast"
    room.end()
    pictures = video(tmp_path / "a.flv")
    assert len(pictures) == room.ring.air_tick + 1
    assert [two.dts - one.dts for one, two in pairwise(pictures)] == [40] * (len(pictures) - 1)
    assert not told(room, "rotated")


def test_ultrafast_is_a_new_header_for_all(room: Room, tmp_path: Path) -> None:
    room.start(recorder(tmp_path / "a.flv"))
    room.supervise()
    room.until(lambda: room.ring.air_tick > 30)
    viewer = room.join(name="tap")
    room.supervisor.send(Preset("ultrafast"))
    room.until(lambda: bool(told(room, "rotated")))
    assert room.state.preset == "ultrafast"
    got = viewer.receive()
    at = [index for index, one in enumerate(got) if isinstance(one, TapHeader)]
    assert len(at) == 2
    first, second = (got[index].video_extradata.tobytes() for index in at)
    assert first != second
    video_after = [one for one in got[at[1] :] if isinstance(one, TapPacket) and one.video]
    assert video_after[0].key
    assert tap(room, 3)[0].video_extradata.tobytes() == second


def test_a_preset_that_there_is_none_of_is_told_and_nothing_else(room: Room) -> None:
    room.start()
    room.supervise()
    room.supervisor.send(Preset("placebo"))
    room.until(lambda: bool(told(room, "preset")))
    assert room.state.preset == "superfast"


def test_one_congested_line_lowers_the_bitrate_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pusher, "congested", property(lambda self: True))
    room = Room(tmp_path, Format(VideoFormat(64, 96, kbps=1000)))
    try:
        room.start(recorder(tmp_path / "a.flv"))
        room.supervise()
        room.until(lambda: room.ring.air_tick > 30 and room.state.kbps == 700)
        assert told(room, "bitrate")[0] == "1000 → 700 kb/s: the line is congested"
        room.end()
        assert len(video(tmp_path / "a.flv")) == room.ring.air_tick + 1
    finally:
        room.close()


def test_overload_lowers_the_preset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def overloaded(*args: Any) -> Second:
        return Second(False, 0, 1, busy=0.9, late=0.4)

    monkeypatch.setattr(onairs, "Second", overloaded)
    room = Room(tmp_path, Format(VideoFormat(64, 96, preset="veryfast")))
    try:
        room.start()
        room.supervise()
        room.until(lambda: bool(told(room, "preset")))
        assert told(room, "preset") == ["veryfast → superfast: the encoder is too slow"]
    finally:
        room.close()


def test_what_the_encoder_refuses_is_told_and_costs_no_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> bool:
        raise EncodeError("no memory")

    monkeypatch.setattr(Pusher, "congested", property(lambda self: True))
    change = Encoder.change
    monkeypatch.setattr(Encoder, "change", refuse)
    monkeypatch.setattr(adapts, "AGAIN", 2.0)
    room = Room(tmp_path, Format(VideoFormat(64, 96, kbps=1000)))
    try:
        room.start(recorder(tmp_path / "a.flv"))
        room.supervise()
        room.until(lambda: bool(told(room, "bitrate")))
        assert told(room, "bitrate")[0].startswith(
            "1000 → 700 kb/s: the line is congested; refused"
        )
        assert room.onair._adapt.kbps == 1000
        monkeypatch.setattr(Encoder, "change", change)
        room.until(lambda: room.ring.air_tick > 30 and room.state.kbps == 700)
        room.end()
        assert len(video(tmp_path / "a.flv")) == room.ring.air_tick + 1
    finally:
        room.close()


# The state.


def test_the_state_says_what_is_on_air(room: Room, tmp_path: Path) -> None:
    room.start(recorder(tmp_path / "a.flv"))
    room.supervise()
    room.write(7, ticks=60)
    on_air = [one for one in room.heard if getattr(one, "line", 0) == 7 and hasattr(one, "kbps")]
    assert on_air
    assert (on_air[0].clause, on_air[0].kbps, on_air[0].preset) == (0, 100, "superfast")
    assert on_air[0].stalls == 0
    a_while(room)
    last = room.state
    assert (last.line, last.clause) == (0, -1)


# The supervisor.


def test_a_supervisor_that_does_not_read_does_not_hold_the_loop(room: Room) -> None:
    room.start()
    room.supervise()
    room.until(lambda: room.ring.air_tick > 5)
    listener = room.join()  # a second one, so that the first may be deaf
    for _ in range(2000):
        room.supervisor.send(Preset("placebo"))  # each is answered by an incident
    first, began = room.ring.air_tick, time.monotonic()
    while room.ring.air_tick < first + 50:
        time.sleep(0.01)
        listener.receive()
    assert (room.ring.air_tick - first) / (time.monotonic() - began) == pytest.approx(25, rel=0.15)


def test_what_was_not_noted_is_told_to_the_next(room: Room) -> None:
    room.start()
    room.supervise()
    for line in (1, 2):
        room.write(line, ticks=4)
    room.until(lambda: len(room.all(Aired)) == 2)
    first = [one for one in room.heard if isinstance(one, Aired | Incident)]
    room.supervisor.send(Noted(first.index(room.all(Aired)[0]) + 1))
    a_while(room)
    room.supervisor.close()
    room.heard.clear()
    room.supervise()
    room.until(lambda: bool(room.all(Aired)))
    assert [run.line for run in room.all(Aired)] == [2]


# What it consists of.


def test_it_imports_nothing_of_third_parties_but_numpy_and_pyav() -> None:
    code = (
        "import sys; before = set(sys.modules); import stream.onair;"
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    others = set(said.stdout.split()) - sys.stdlib_module_names - {"stream", "host"}
    # Cython's shared runtime, which PyAV's own modules make at import.
    assert {one for one in others if not one.lstrip("_").startswith("cython")} == {"av", "numpy"}


def test_every_preset_that_may_be_asked_for_opens(tmp_path: Path) -> None:
    for preset in PRESETS:
        made = Room(tmp_path, Format(VideoFormat(64, 96, preset=preset)))
        made.start()
        made.close()
