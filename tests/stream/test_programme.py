"""What goes on air when the programme is there, late or held, and the account of it."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from host.model import Aired, AudioFormat, Format, Tick, VideoFormat
from stream import programme as programmes
from stream import ring as rings
from stream.programme import Programme, Shown
from stream.ring import Ring
from stream.standby import StandbyClip

FORMAT = Format(VideoFormat(16, 32), AudioFormat())
SAMPLES = FORMAT.samples
HELD = 5
"""Ticks of 0.2 s at 25 fps."""
STANDBY, SHOW = 200, 100
"""Luma of the two, so that a picture tells how much of each is in it."""


class _Clip(StandbyClip):
    """A stand-by clip of one grey."""

    def __init__(self) -> None:
        super().__init__((), FORMAT)

    def frame(self) -> NDArray[np.uint8]:
        return np.full(FORMAT.frame_shape, STANDBY, np.uint8)


class Room:
    """Media and onair in one, tick by tick."""

    def __init__(self) -> None:
        fd = rings.create(FORMAT)
        self.ring = Ring(fd)
        os.close(fd)
        self.ring.grant()
        self.programme = Programme(self.ring, _Clip(), FORMAT)
        self.air_tick = 1000
        self.seq = 1
        self.aired: list[Aired] = []

    def write(self, line: int = 0, clause: int = -1, frame: int = 0, **more: bool) -> None:
        """Media's next tick."""
        i420 = np.full(FORMAT.frame_shape, SHOW, np.uint8)
        pcm = np.full((SAMPLES, 2), self.seq / 1000, np.float32)
        self.ring.write(
            Tick(self.ring.epoch, self.seq, i420, pcm, line, clause, frame * SAMPLES, 1.0, **more)
        )
        self.seq += 1

    def air(self) -> Shown:
        """Onair's next tick."""
        shown, aired = self.programme.show(self.air_tick)
        self.aired += aired
        self.programme.advance(self.air_tick)
        self.air_tick += 1
        return shown

    def sources(self, ticks: int) -> list[str]:
        return [self.air().source for _ in range(ticks)]


@pytest.fixture
def room() -> Room:
    return Room()


def luma(shown: Shown) -> int:
    """The one grey of a picture."""
    assert np.ptp(shown.i420) == 0
    return int(shown.i420[0, 0])


def test_stand_by_is_shown_before_the_first_tick(room: Room) -> None:
    assert room.sources(2) == ["stand-by"] * 2
    assert room.programme.late_ticks == 2


def test_a_programme_that_is_there_from_the_start_needs_no_fade(room: Room) -> None:
    room.write(1, 0)
    shown = room.air()
    assert (shown.source, luma(shown), shown.duck) == ("programme", SHOW, 1.0)
    assert shown.pcm is not None
    assert (shown.pcm == np.float32(0.001)).all()


def test_the_last_picture_is_held_for_a_fifth_of_a_second_then_stand_by(room: Room) -> None:
    room.write(1, 0)
    room.air()
    late = [room.air() for _ in range(HELD + 2)]
    assert [shown.source for shown in late] == ["held"] * HELD + ["stand-by"] * 2
    assert [luma(shown) for shown in late] == [SHOW] * HELD + [STANDBY] * 2
    assert all(shown.pcm is None and not shown.duck for shown in late)
    assert room.programme.late_ticks == HELD + 2


def test_a_short_lateness_needs_no_fade(room: Room) -> None:
    room.write(1, 0)
    room.air()
    room.sources(HELD)
    room.write(1, 0, 1)
    assert luma(room.air()) == SHOW


def test_after_stand_by_the_programme_fades_in(room: Room) -> None:
    room.sources(2)
    greys = []
    for frame in range(8):
        room.write(1, 0, frame)
        shown = room.air()
        assert shown.source == "programme"
        greys.append(luma(shown))
    steps = -np.diff([STANDBY, *greys[:6]])
    assert greys[6:] == [SHOW, SHOW]
    assert (steps > 0).all()
    assert np.ptp(steps) <= 1, "an even fade"


def test_lateness_within_a_fade_holds_what_was_seen_and_the_fade_goes_on(room: Room) -> None:
    room.air()
    for frame in range(3):
        room.write(1, 0, frame)
    seen = [luma(room.air()) for _ in range(4)]
    assert seen[3] == seen[2] != SHOW
    room.write(1, 0, 3)
    assert SHOW < luma(room.air()) < seen[3]


def test_the_red_button_shows_stand_by_at_once_and_the_programme_waits(room: Room) -> None:
    room.write(1, 0, 0)
    room.write(1, 0, 1)
    room.air()
    room.programme.hold = True
    assert room.sources(3) == ["stand-by"] * 3
    assert room.programme.late_ticks == 0
    assert room.ring.depth == 1
    room.programme.hold = False
    shown = room.air()
    assert shown.source == "programme"
    assert luma(shown) > SHOW, "it fades back in"
    assert [(run.first_tick, run.last_tick, run.first_offset) for run in room.aired] == [
        (1000, 1000, 0)
    ]
    assert room.programme.finish() == [Aired(1, 0, 1004, 1004, False, False, SAMPLES)]
    assert room.programme.finish() == []


def test_a_whole_clause_is_one_run(room: Room) -> None:
    for frame in range(3):
        room.write(4, 1, frame, ends_clause=frame == 2, ends_line=frame == 2)
        room.air()
    assert room.aired == [Aired(4, 1, 1000, 1002, True, True)]


def test_a_clause_that_is_broken_off_ends_its_run(room: Room) -> None:
    room.write(4, 1, 0)
    room.write(5, 0, 0)
    room.write(0)
    room.sources(3)
    assert room.aired == [
        Aired(4, 1, 1000, 1000, False, False),
        Aired(5, 0, 1001, 1001, False, False),
    ]


def test_a_clause_that_begins_again_is_another_run(room: Room) -> None:
    """A new media starts a clause over that an old one had begun."""
    room.write(4, 1, 0)
    room.air()
    room.ring.grant()
    room.write(4, 1, 0)
    room.air()
    assert [(run.first_tick, run.first_offset) for run in room.aired] == [(1000, 0)]
    assert room.programme.finish() == [Aired(4, 1, 1001, 1001, False, False)]


@pytest.mark.parametrize("frame", [0, 2, 7])
def test_a_clause_that_jumps_is_another_run(room: Room, frame: int) -> None:
    """Offsets of a run tell where in the clause each of its ticks is."""
    room.write(4, 1, 0)
    room.write(4, 1, frame)
    room.sources(2)
    assert [run.first_offset for run in room.aired + room.programme.finish()] == [
        0, frame * SAMPLES,
    ]  # fmt: skip


def test_what_is_on_air_is_told(room: Room) -> None:
    programme = room.programme
    assert (programme.line, programme.clause) == (0, -1)
    room.write(4, 1)
    room.write(0)
    room.air()
    assert (programme.line, programme.clause) == (4, 1)
    room.air()
    assert (programme.line, programme.clause) == (0, -1)
    room.write(5, 0)
    room.programme.hold = True
    room.air()
    assert (programme.line, programme.clause) == (0, -1)


def test_quiet_is_a_third_of_a_second_without_a_line(room: Room) -> None:
    quiet = []
    for line in (4, 0, 0, 0, 5, *[0] * 10, 6):
        room.write(line, 0 if line else -1)
        room.air()
        quiet.append(room.programme.quiet)
    needed = round(programmes.QUIET * 25)
    assert needed == 8
    assert quiet == [False] * (5 + needed - 1) + [True] * (10 - needed + 1) + [False]


def test_stand_by_and_the_red_button_are_quiet(room: Room) -> None:
    ticks = round(programmes.QUIET * 25)
    room.sources(ticks)
    assert room.programme.quiet
    room.write(1, 0)
    room.write(1, 0, 1)
    room.air()
    room.programme.hold = True
    room.sources(ticks)
    assert room.programme.quiet


def test_at_the_end_pictures_go_on_but_no_clause_counts_as_whole(room: Room) -> None:
    room.write(4, 1, 0)
    room.write(4, 1, 1, ends_clause=True, ends_line=True)
    shown = []
    for _ in range(3):
        shown.append(room.programme.show(room.air_tick, over=True))
        room.programme.advance(room.air_tick)
        room.air_tick += 1
    assert [one.source for one, _ in shown] == ["programme", "programme", "held"]
    assert shown[2][1] == [Aired(4, 1, 1000, 1001, False, False)]
    assert not room.ring.cursor().ends_clause


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("clause"), st.integers(1, 4)),
        st.tuples(st.just("pause"), st.integers(1, 2)),
        st.tuples(st.just("air"), st.integers(1, 8)),
        st.tuples(st.sampled_from(("hold", "grant")), st.just(0)),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=100)
@given(EVENTS)
def test_the_runs_cover_exactly_the_speech_that_was_aired(events: list[tuple[str, int]]) -> None:
    room = Room()
    line = 0
    spoken: list[tuple[int, int, int, bool]] = []  # air tick, line, offset, ends_clause
    for kind, count in events:
        if kind == "hold":
            room.programme.hold = not room.programme.hold
        elif kind == "grant":
            room.ring.grant()
            room.seq = room.ring.next_seq
        elif kind == "air":
            for _ in range(count):
                waiting = None if room.programme.hold else room.ring.peek()
                tick = room.air_tick
                assert (room.air().source == "programme") == (waiting is not None)
                if waiting is not None and waiting.line:
                    spoken.append((tick, waiting.line, waiting.offset, waiting.ends_clause))
        else:
            line += kind == "clause"
            for frame in range(count):
                if room.ring.writable(room.seq):
                    said = (line, 0, frame) if kind == "clause" else ()
                    ends = kind == "clause" and frame == count - 1
                    room.write(*said, ends_clause=ends, ends_line=ends)
    runs = room.aired + room.programme.finish()

    told = []
    for run in runs:
        assert run.ends_clause == run.ends_line
        for tick in range(run.first_tick, run.last_tick + 1):
            offset = run.first_offset + (tick - run.first_tick) * SAMPLES
            told.append((tick, run.line, offset, run.ends_clause and tick == run.last_tick))
    assert told == spoken
