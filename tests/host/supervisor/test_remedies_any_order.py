"""Whatever comes in whatever order, there is no storm of restarts, levels or alerts."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from host.model import Incident
from host.model.messages import Beat
from host.supervisor.alarms import AGAIN
from host.supervisor.easing import HIGHEST, SETTLE
from host.supervisor.remedies import FIRST, GRACE, RESTARTED
from stream.encoder import IN_PLACE, PRESETS
from tests.host.supervisor.watched import Watched, health, on_air, push

STATES = st.builds(
    on_air,
    showing=st.sampled_from(["programme", "held", "stand-by"]),
    hold=st.booleans(),
    ring_depth=st.integers(0, 6),
    late_ticks=st.integers(0, 10_000),
    encoder_ms=st.floats(0, 100),
    preset=st.sampled_from([*PRESETS, ""]),
    line=st.integers(0, 2),
    destinations=st.lists(
        st.builds(
            push,
            st.sampled_from(["a", "b"]),
            connected=st.booleans(),
            rejected=st.integers(0, 3),
            restarts=st.integers(0, 3),
        ),
        max_size=2,
    ),
)
HEALTHS = st.builds(
    health,
    frozen_seconds=st.sampled_from([0.0, 40.0, 200.0]),
    black_seconds=st.sampled_from([0.0, 40.0]),
    silent_seconds=st.sampled_from([0.0, 40.0, 200.0]),
    clipped=st.sampled_from([0.0, 0.5]),
    av_offset_ms=st.sampled_from([-50.0, 400.0]),
    speed=st.sampled_from([1.0, 0.5]),
)
INCIDENTS = st.builds(
    Incident,
    st.sampled_from(["media", "onair", "ledger", "recorder", "voice"]),
    st.sampled_from(["restarted", "hung", "unwritten", "written", "stopped", "resumed"]),
    st.just("why"),
)
SPELL = st.tuples(
    st.integers(1, 12), st.sampled_from([0.3, 1.0, 5.0, 30.0]), STATES, st.none() | HEALTHS,
    st.none() | st.floats(0, 2), st.none() | INCIDENTS,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(SPELL, max_size=25), st.sampled_from(PRESETS))
def test_whatever_comes_there_is_no_storm(spells: list[Any], preset: str) -> None:
    watched = Watched(preset=preset)
    pulled = watched.pulled
    began = pulled.now
    for times, step, state, measured, load, incident in spells:
        if incident is not None:
            watched.hear(incident)
        for _ in range(times):
            pulled.now += step
            if load is not None:
                watched.remedies.hear("media", Beat(load))
            if measured is not None:
                watched.remedies.hear("health", measured)
            before = len(pulled.restarts)
            watched.remedies.hear("onair", state)
            assert not (state.hold and len(pulled.restarts) > before)

    restarts = defaultdict(list)
    for at, role in pulled.restarts:
        assert role in RESTARTED
        assert at >= began + GRACE
        restarts[role].append(at)
    for times in restarts.values():
        assert all(two - one >= FIRST for one, two in pairwise(times))
    levels = [(began - SETTLE, 0), *pulled.levels]
    for (one_at, one), (two_at, two) in pairwise(levels):
        assert 0 <= two <= HIGHEST
        assert abs(two - one) == 1
        assert two_at - one_at >= SETTLE
    assert all(name in IN_PLACE or name == PRESETS[0] for _, name in pulled.presets)
    told = defaultdict(list)
    for at, alert in pulled.alerts:
        told[alert.kind, alert.about].append((at, alert.over))
    for times in told.values():
        begun = [at for at, over in times if not over]
        assert all(two - one >= AGAIN for one, two in pairwise(begun))
        assert not times[0][1]
        assert not any(one and two for (_, one), (_, two) in pairwise(times)), "over is told once"
