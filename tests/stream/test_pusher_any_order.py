"""Whatever the pipe, the ingest and the clock do, each connection is a whole stream."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from stream.connection import BEHIND, PRELUDE, STALLED
from tests.e2e.flv import Tag
from tests.stream.pushing import GOP, SECOND, TAKEN, FakeProcess, Onair

AUDIO_STEP = 40
"""Milliseconds: the fake encoder makes one sound a tick."""


class AnyOrder(RuleBasedStateMachine):
    """Drives a pusher; looks at what each process got."""

    def __init__(self) -> None:
        super().__init__()
        self.onair = Onair()
        self.onair.accepts = False
        self.checked: set[int] = set()

    @rule(ticks=st.integers(1, 80), size=st.integers(1, 40_000))
    def air(self, ticks: int, size: int) -> None:
        self.onair.air(ticks, size)

    @rule(room=st.integers(0, 800_000))
    def narrow(self, room: int) -> None:
        if self.onair.started:
            self.onair.process.room = room

    @rule()
    def widen(self) -> None:
        if self.onair.started:
            self.onair.process.room = 1 << 40

    @rule(reads=st.booleans())
    def stop_reading(self, reads: bool) -> None:
        if self.onair.started:
            self.onair.process.reads = reads

    @rule()
    def accept(self) -> None:
        if self.onair.started:
            self.onair.process.fresh += TAKEN

    @rule(code=st.sampled_from((0, 1, -9)), accepts=st.booleans())
    def die(self, code: int, accepts: bool) -> None:
        if self.onair.started:
            self.onair.die(code)
        self.onair.accepts = accepts

    @rule()
    def rotate(self) -> None:
        self.onair.pusher.rotate("any")

    @rule()
    def renew(self) -> None:
        self.onair.pusher.renew(self.onair.destination, "any")

    @invariant()
    def each_connection_is_a_whole_stream(self) -> None:
        for process in self.onair.started[-2:]:
            tags = process.tags
            if not tags:
                continue
            assert tags[0].kind == "video"
            assert tags[0].key
            assert tags[0].dts == 0
            for kind in ("video", "audio"):
                stamps = [tag.dts for tag in tags if tag.kind == kind]
                assert all(two > one for one, two in pairwise(stamps))
            assert_sound_is_whole(tags)
            assert_video_rejoins_at_keyframes(tags)

    @invariant()
    def what_waits_is_bounded(self) -> None:
        sound = round(BEHIND + STALLED) * 400 * 25
        keyframes = 2 * 40_020
        assert self.onair.pusher.state.waiting_bytes < 4 * SECOND + sound + keyframes

    @invariant()
    def starts_are_apart(self) -> None:
        starts = self.onair.starts
        assert all(two - one > 0.999 for one, two in pairwise(starts))

    @invariant()
    def one_process_at_a_time(self) -> None:
        alive: list[FakeProcess] = [
            process
            for process in self.onair.started[:-1]
            if not process.killed and process.code is None
        ]
        assert not [process for process in alive if not process.ended]


def assert_sound_is_whole(tags: list[Tag]) -> None:
    """No sound is left out: its steps are even but for the join after a long wait to be accepted,
    which is at a keyframe and takes no longer than a frame.
    """
    sounds = [tag.dts for tag in tags if tag.kind == "audio"]
    uneven = [(one, two) for one, two in pairwise(sounds) if two - one != AUDIO_STEP]
    assert len(uneven) <= 1
    for one, two in uneven:
        # The join is after the prelude: fresh (PRELUDE) or kept (at most a tick more).
        assert one <= PRELUDE * 1000 + AUDIO_STEP
        assert 0 < two - one <= 2 * AUDIO_STEP


def assert_video_rejoins_at_keyframes(tags: list[Tag]) -> None:
    """After pictures that were left out comes a keyframe."""
    pictures = [tag for tag in tags if tag.kind == "video"]
    for one, two in pairwise(pictures):
        assert two.dts - one.dts <= 40 or two.key


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
assert GOP * 40 == 2000
