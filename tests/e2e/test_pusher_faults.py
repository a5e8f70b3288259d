"""A bare pusher against a real ingest, with everything done to it that lines and platforms do."""

from __future__ import annotations

import os
import signal
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from host.model import Destination
from stream.flv import WRAP_MS
from tests.e2e import node_ingest
from tests.e2e.arrivals import Arrival
from tests.e2e.conftest import need
from tests.e2e.ingest import Ingest, free_port
from tests.e2e.live_pusher import LivePusher, destination
from tests.e2e.node_ingest import NodeIngest
from tests.e2e.proxy import Proxy

KEY = "card-5tr3amk3y"


@pytest.fixture
def proxy(ingest: Ingest) -> Iterator[Proxy]:
    """The line to the ingest."""
    with Proxy(urlsplit(ingest.url(KEY)).port or 0) as started:
        yield started


def video(ingest: Ingest, session: int) -> list[Arrival]:
    """Pictures of one session."""
    return [a for a in ingest.arrivals(KEY) if a.tag.kind == "video" and a.session == session]


def on_air(live: LivePusher, ingest: Ingest, seconds: float = 2.5) -> None:
    """Until its media arrives, and some seconds more."""
    count = len(ingest.sessions)
    live.run_until(lambda: bool(video(ingest, max(0, count - 1))), "media")
    live.run(seconds)


def gap_to(live: LivePusher, ingest: Ingest, session: int, patience: float = 20.0) -> float:
    """Seconds without a picture before the first of ``session``, which is a keyframe at 0 ms."""
    live.run_until(lambda: bool(video(ingest, session)), f"session {session}", patience)
    last, first = video(ingest, session - 1)[-1], video(ingest, session)[0]
    assert first.tag.key
    assert first.tag.dts == 0
    return first.at - last.at


def in_step(arrivals: list[Arrival]) -> None:
    """Sound and picture of a session end within a frame of each other, and begin so."""
    kinds = [[a.tag.dts for a in arrivals if a.tag.kind == kind] for kind in ("video", "audio")]
    assert abs(kinds[0][0] - kinds[1][0]) <= 22
    for stamps in kinds:
        assert all(two > one for one, two in pairwise(stamps))


def test_killed_cut_and_rotated_it_is_back_at_once(ingest: Ingest, proxy: Proxy) -> None:
    """Rows 1, 8 and 21."""
    with LivePusher(destination(proxy.url(ingest.url(KEY)))) as live:
        on_air(live, ingest)
        os.kill(live.pid, signal.SIGKILL)
        killed = gap_to(live, ingest, 1)
        live.run(1.5)
        proxy.reset()
        cut = gap_to(live, ingest, 2)
        live.run(1.5)
        live.pusher.rotate("planned")
        rotated = gap_to(live, ingest, 3)
        live.run(1.5)
        print(f"killed {killed:.2f} s, reset {cut:.2f} s, rotated {rotated:.2f} s")
        assert max(killed, cut, rotated) <= 1.5
        assert [what for what in live.whats() if what != "connected"] == ["lost", "lost", "rotated"]
        assert live.pusher.state.connected
    for session in range(4):
        in_step([a for a in ingest.arrivals(KEY) if a.session == session])


def test_a_stopped_pusher_is_replaced(ingest: Ingest) -> None:
    """Row 3."""
    with LivePusher(destination(ingest.url(KEY))) as live:
        on_air(live, ingest)
        os.kill(live.pid, signal.SIGSTOP)
        gap = gap_to(live, ingest, 1)
        print(f"stopped pusher: {gap:.2f} s")
        assert gap <= 4
        assert "hung" in live.incidents[0][1].why


def test_a_narrow_line_costs_pictures_only(ingest: Ingest, proxy: Proxy) -> None:
    """Row 7."""
    with LivePusher(destination(proxy.url(ingest.url(KEY)))) as live:
        on_air(live, ingest)
        proxy.squeeze(125_000)
        begun = time.monotonic()
        live.run(9)
        ended = time.monotonic()
        squeezed = [state for at, state in live.states if at > begun]
        dropped = squeezed[-1].dropped_video
        proxy.squeeze(None)
        live.run(5)
        after = live.pusher.state
        assert not live.incidents
        arrivals = ingest.arrivals(KEY)
    assert len(ingest.sessions) == 1
    sounds = [a for a in arrivals if a.tag.kind == "audio"]
    assert max(two.tag.dts - one.tag.dts for one, two in pairwise(sounds)) <= 45
    # Against the first second, when nothing waited.
    behind = [a.at - a.tag.dts / 1000 for a in sounds]
    late = max(behind) - min(behind[:40])
    pictures = [a for a in arrivals if a.tag.kind == "video"]
    for one, two in pairwise(pictures):
        assert two.tag.dts - one.tag.dts <= 40 or two.tag.key
    print(f"squeezed: sound {late:.1f} s late at most, {dropped} pictures left out")
    assert late <= 3.5
    assert dropped > 60
    # Full bitrate again: no picture is left out from two seconds after the end on.
    assert after.dropped_video - dropped <= 75
    free = [a for a in pictures if a.at > ended + 3]
    assert max(two.tag.dts - one.tag.dts for one, two in pairwise(free)) == 40


def test_refused_it_asks_ever_less_and_says_so(ingest: Ingest) -> None:
    """Row 9."""
    ingest.refused_keys.add(KEY)
    with LivePusher(destination(ingest.url(KEY))) as live:
        live.run(7)
        tries = [event.at for event in ingest.events if event.kind == "refuse"]
        assert 3 <= len(tries) <= 7
        assert min(two - one for one, two in pairwise(tries)) >= 0.95
        assert live.pusher.state.rejected >= 3
        assert not live.pusher.state.connected
        _, incident = live.incidents[0]
        assert incident.what == "rejected"
        assert "key" in incident.why
        ingest.refused_keys.clear()
        asked = time.monotonic()
        live.pusher.renew(destination(ingest.url(KEY)), "a fresh key")
        live.run_until(lambda: bool(video(ingest, 0)), "media")
        print(f"a fresh key: on air after {time.monotonic() - asked:.2f} s")
        assert time.monotonic() - asked < 2
        assert KEY not in str(live.incidents)


@pytest.mark.slow
def test_a_second_kind_of_ingest_refuses_after_it_has_accepted(tmp_path: Path) -> None:
    need(node_ingest.missing())
    with NodeIngest(tmp_path / "node") as ingest:
        ingest.refused_keys.add(KEY)
        with LivePusher(destination(ingest.url(KEY))) as live:
            live.run(6)
            assert live.whats() == ["rejected"]
            assert 2 <= live.pusher.state.rejected <= 7
            ingest.refused_keys.clear()
            live.run_until(lambda: live.pusher.state.connected, "connection", 15)


@pytest.mark.slow
def test_a_stream_that_is_on_air_already_is_tried_until_it_is_free(ingest: Ingest) -> None:
    url = ingest.url(KEY)
    with LivePusher(destination(url, "first"), destination(url, "second")) as live:
        live.run_until(lambda: bool(video(ingest, 0)), "media")
        live.run(5)
        refused = next(pusher for pusher in live.pushers if pusher.state.rejected)
        holding = next(pusher for pusher in live.pushers if pusher is not refused)
        assert holding.state.connected
        holding.renew(destination(ingest.url("another")), "make room")
        freed = time.monotonic()
        live.run_until(lambda: bool(video(ingest, 1)), "the second's media")
        assert time.monotonic() - freed < 15


def test_timestamps_that_come_to_their_end_begin_anew(ingest: Ingest) -> None:
    """Row 20, with 8 s left in place of 30."""
    with LivePusher(destination(ingest.url(KEY), first_ms=WRAP_MS - 8_000)) as live:
        live.run_until(lambda: bool(video(ingest, 0)), "media")
        gap = gap_to(live, ingest, 1)
        live.run(1)
        assert live.whats() == ["rotated"]
    stamps = [a.tag.dts for a in video(ingest, 0)]
    print(f"wrap: {gap:.2f} s; last timestamp {WRAP_MS - stamps[-1]} ms before it")
    assert gap <= 1.5
    assert stamps[0] == WRAP_MS - 8_000
    assert stamps[-1] < WRAP_MS


@pytest.mark.parametrize(
    ("code", "incidents"),
    [
        ("import sys\nwhile True: sys.stderr.write('x' * 99 + '\\n')", []),
        ("import time; time.sleep(99)", []),
        ("import sys; sys.exit('no')", ["lost"]),
        (None, ["lost"]),
    ],
    ids=["floods", "hangs", "exits", "missing"],
)
def test_a_pusher_of_no_use_holds_nobody_up(code: str | None, incidents: list[str]) -> None:
    """Row 19, and programs that do worse."""
    argv = ("/no/such/program",) if code is None else (sys.executable, "-c", code)
    with LivePusher(Destination("main", argv)) as live:
        live.run(1.5)
        median = statistics.median(live.own_costs)
        print(f"{median * 1000:.2f} ms of processor time a tick")
        assert median < 0.005
        assert live.whats() == incidents
        assert len(live.states) > 25


def test_three_destinations_cost_little(ingest: Ingest) -> None:
    """Of the thread's own time: what others on the machine take is none of its."""
    with LivePusher(*[destination(ingest.url(f"{KEY}{n}"), f"{n}") for n in range(3)]) as live:
        live.run(4)
        assert all(pusher.state.connected for pusher in live.pushers)
        wall, own = (statistics.median(costs[50:]) * 1000 for costs in (live.costs, live.own_costs))
        print(f"three pushers: {own:.2f} ms of processor time a tick ({wall:.2f} ms by the clock)")
        assert own < 1.0


@pytest.mark.slow
def test_a_dead_ingest_is_on_air_soon_after_its_return(ingest: Ingest) -> None:
    """Row 4."""
    with LivePusher(destination(ingest.url(KEY))) as live:
        on_air(live, ingest, 4)
        ingest.kill()
        live.run(20)
        ingest.restart()
        returned = time.monotonic()
        live.run_until(lambda: bool(video(ingest, 1)), "media")
        first = video(ingest, 1)[0]
        print(f"ingest dead for 20 s: back {first.at - returned:.2f} s after its return")
        assert first.at - returned <= 4
        assert first.tag.key
        assert first.tag.dts == 0
        live.run(6)
        assert live.whats()[-1] == "connected"


@pytest.mark.slow
def test_a_stopped_ingest_is_noticed_and_gets_no_old_media(ingest: Ingest) -> None:
    """Row 5."""
    with LivePusher(destination(ingest.url(KEY))) as live:
        on_air(live, ingest, 4)
        os.kill(ingest.pid, signal.SIGSTOP)
        stopped = time.monotonic()
        live.run_until(lambda: bool(live.incidents), "detection")
        detected = time.monotonic() - stopped
        live.run(30 - detected)
        os.kill(ingest.pid, signal.SIGCONT)
        woken = time.monotonic()
        live.run_until(lambda: bool(video(ingest, 1)), "media")
        live.run(5)
    first = video(ingest, 1)[0]
    back = first.at - woken
    # Stream time that came, beyond the time in which it came.
    burst = max((a.tag.dts / 1000) - (a.at - first.at) for a in video(ingest, 1))
    print(f"stopped ingest: noticed after {detected:.2f} s, back after {back:.2f} s, {burst:.2f} s")
    assert detected <= 5.5
    assert back <= 5
    assert burst <= 2


@pytest.mark.slow
def test_a_line_that_goes_silent_is_back_soon(ingest: Ingest, proxy: Proxy) -> None:
    """Row 6 by a proxy: the ingest holds on to the old stream all the while."""
    with LivePusher(destination(proxy.url(ingest.url(KEY)))) as live:
        on_air(live, ingest, 4)
        proxy.black_hole()
        live.run(20)
        proxy.black_hole(False)
        freed = time.monotonic()
        live.run_until(lambda: bool(video(ingest, 1)), "media", 30)
        back = video(ingest, 1)[0].at - freed
        print(f"silent line: back after {back:.2f} s")
        assert back <= 15


def test_a_port_at_which_nobody_listens_is_said_so() -> None:
    with LivePusher(destination(f"rtmp://127.0.0.1:{free_port()}/live/{KEY}")) as live:
        live.run_until(lambda: bool(live.incidents), "incident")
        assert live.incidents[0][1].what == "lost"
        assert "nobody listens" in live.incidents[0][1].why
