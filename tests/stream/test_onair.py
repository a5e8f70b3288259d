"""The broadcast goes on, whatever media, supervisor and destinations do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from host.model import (
    Aired,
    Destination,
    Incident,
    OnAirSpec,
    wire,
)
from host.model.messages import EndShow, Hello, Hold, TapHeader
from host.model.state import OnAirState
from stream import onair as onairs
from tests.stream.airing import FORMAT, Room, recorder, video


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    made.ring.grant()
    yield made
    made.close()


def test_a_show_goes_out_whole_and_its_account_comes_back(room: Room, tmp_path: Path) -> None:
    room.start(recorder(tmp_path / "a.flv"))
    room.supervise()
    for line in (1, 2):
        room.write(line, ticks=15)
    room.until(lambda: len(room.all(Aired)) == 2)
    room.end()

    runs = room.all(Aired)
    assert [(run.line, run.ends_line) for run in runs] == [(1, True), (2, True)]
    assert [run.last_tick - run.first_tick for run in runs] == [14, 14]
    assert runs[1].first_tick == runs[0].last_tick + 1
    pictures = video(tmp_path / "a.flv")
    assert [two.dts - one.dts for one, two in pairwise(pictures)] == [40] * (len(pictures) - 1)
    assert len(pictures) == room.ring.air_tick + 1, "every air tick went out"
    assert os.eventfd_read(room.wake) > 0, "media was woken"


def test_ticks_leave_on_time(room: Room) -> None:
    room.start()
    room.supervise()
    room.until(lambda: room.ring.air_tick >= 5)
    began, first = time.monotonic(), room.ring.air_tick
    room.until(lambda: room.ring.air_tick >= first + 50)
    rate = (room.ring.air_tick - first) / (time.monotonic() - began)
    assert rate == pytest.approx(25, rel=0.1)


def test_without_media_the_stand_by_clip_goes_out_until_it_is_back(room: Room) -> None:
    room.start()
    room.supervise()
    room.write(1, ticks=10)
    room.until(lambda: room.ring.air_tick > 25)
    room.ring.grant()
    room.seq = room.ring.next_seq
    room.write(2, ticks=10)
    room.until(lambda: len(room.all(Aired)) == 2)
    shown = [one.what for one in room.all(Incident)]
    shown = [what for what in shown if what in ("programme", "stand-by")]
    assert shown[-3:] == ["programme", "stand-by", "programme"]
    assert room.all(OnAirState)[-1].late_ticks >= 10


def test_the_red_button_works_with_nobody_else_alive(room: Room) -> None:
    room.start()
    room.supervise()
    room.write(1, ticks=3)
    console = room.join(Hello("console", 2), Hold(True))
    room.until(lambda: any(state.hold for state in room.all(OnAirState)))
    room.write(2, ticks=1)
    depth = room.ring.depth
    tick = room.ring.air_tick
    room.until(lambda: room.ring.air_tick > tick + 5)
    assert room.ring.depth == depth > 0, "the programme waits"
    console.send(Hold(False))
    room.until(lambda: any(run.line == 2 for run in room.all(Aired)))
    console.send(EndShow())
    room.until(lambda: not room.running)


def test_a_destination_that_dies_takes_no_other_with_it(room: Room, tmp_path: Path) -> None:
    dead = Destination("dead", (sys.executable, "-c", "raise SystemExit('rtmp://h/app/k3y00')"))
    absent = Destination("absent", ("/no/such/ffmpeg",))
    room.start(dead, absent, recorder(tmp_path / "a.flv"))
    room.supervise()
    room.until(lambda: room.ring.air_tick > 60)
    room.end()
    assert len(video(tmp_path / "a.flv")) == room.ring.air_tick + 1
    assert {one.stage for one in room.all(Incident)} >= {"pusher:dead", "pusher:absent"}


def test_a_destination_that_hangs_is_not_waited_for_long(room: Room) -> None:
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
    room.start(*(Destination(f"stuck-{n}", (sys.executable, "-c", code)) for n in range(3)))
    room.supervise()
    room.until(lambda: room.ring.air_tick > 10)
    began = time.monotonic()
    room.end()
    assert time.monotonic() - began < 2.9, "the supervisor kills it after 3 s"


def test_what_comes_after_a_keyframe_goes_to_the_tap(room: Room) -> None:
    room.start()
    room.supervise()
    room.until(lambda: room.ring.air_tick > 10)
    viewer = room.join(name="tap")
    got: list[Any] = []

    def enough() -> bool:
        got.extend(viewer.receive())
        return len(got) > 40

    room.until(enough)
    assert isinstance(got[0], TapHeader)
    assert got[1].key


def test_left_alone_it_ends_in_good_order(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onairs, "ORPHANED", 0.4)
    room.start(recorder(tmp_path / "a.flv"))
    room.supervise()
    room.until(lambda: room.ring.air_tick > 25)
    assert room.running
    room.supervisor.close()
    room.until(lambda: not room.running)
    assert video(tmp_path / "a.flv")


def test_a_supervisor_that_hangs_does_not_end_the_broadcast_only_its_end_does(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onairs, "ORPHANED", 0.2)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as hung:
        try:
            room.start()
            room.supervise(hung.pid)
            room.until(lambda: bool(room.all(OnAirState)))
            os.kill(hung.pid, signal.SIGSTOP)
            room.supervisor.close()  # it notes nothing, so onair has cut it off
            first = room.ring.air_tick
            room.until(lambda: room.ring.air_tick > first + 25)
        finally:
            hung.kill()
    room.until(lambda: not room.running)


def test_a_new_onair_counts_on_and_tells_what_the_old_one_could_not(room: Room) -> None:
    room.start()
    room.write(1, ticks=5)
    room.until(lambda: room.ring.next_seq == room.seq)
    room.end()
    last = room.ring.air_tick
    room.start()
    room.supervise()
    room.write(2, ticks=5)
    room.until(lambda: bool(room.all(Aired)))
    (run,) = room.all(Aired)
    assert run.line == 2
    assert run.first_tick > last


# As a process.


def process(room: Room, spec: bytes) -> subprocess.Popen[bytes]:
    argv = ["--room", "x", "--ring", str(room.fd), "--wake", str(room.wake)]
    child = subprocess.Popen(
        [sys.executable, "-m", "stream.onair", *argv],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(room.fd, room.wake),
    )
    assert child.stdin is not None
    child.stdin.write(spec)
    child.stdin.close()
    child.stdin = None
    return child


@pytest.mark.parametrize("spec", [b"", b'{"$":"Unheard"}'])
def test_without_its_orders_it_cannot_begin(room: Room, spec: bytes) -> None:
    with process(room, spec) as child:
        _, said = child.communicate(timeout=30)
    assert child.returncode == 2
    assert said.startswith(b"onair: ")
    assert len(said.splitlines()) == 1


def test_asked_to_end_it_ends_with_code_0(room: Room, tmp_path: Path) -> None:
    spec = OnAirSpec("x", FORMAT, str(tmp_path), (), (recorder(tmp_path / "a.flv"),), None)
    with process(room, wire.to_json(spec).encode()) as child:
        end = time.monotonic() + 20
        while room.ring.air_tick < 20:
            assert time.monotonic() < end
            time.sleep(0.01)
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=10)
    assert (child.returncode, said) == (0, b"")
    assert len(video(tmp_path / "a.flv")) == room.ring.air_tick + 1
