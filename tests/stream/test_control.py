"""The red button works, and no report is lost before a supervisor has noted it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host.model import Aired, Incident, sockets
from host.model.messages import Destinations, EndShow, Hello, Hold, Noted, Preset, Retire
from host.model.state import OnAirState
from stream import control as controls
from tests.stream.controlling import STATE, SUPERVISOR, TO, Onair, run


@pytest.fixture
def onair(tmp_path: Path) -> Iterator[Onair]:
    made = Onair(tmp_path)
    yield made
    made.control.close()
    made.selector.close()
    for peer in made.peers:
        peer.close()


def test_anyone_may_press_the_red_button_and_end_the_show(onair: Onair) -> None:
    onair.connect(Hello("console", 2), Hold(True), Hold(False), EndShow("enough"))
    assert onair.pressed == [True, False]
    assert onair.ends == 1


def test_everyone_is_told_the_state_only_the_supervisor_the_reports(onair: Onair) -> None:
    supervisor, console = onair.connect(SUPERVISOR), onair.connect(Hello("console", 2))
    onair.control.publish(STATE)
    onair.control.report(run(1))
    assert supervisor.receive() == [STATE, run(1)]
    assert console.receive() == [STATE]


def test_reports_are_kept_in_order_while_nobody_supervises(onair: Onair) -> None:
    assert not onair.control.supervised
    for line in range(1, 4):
        onair.control.report(run(line))
    supervisor = onair.connect(SUPERVISOR)
    assert onair.control.supervised
    onair.control.report(run(4))
    assert supervisor.receive() == [run(line) for line in range(1, 5)]


def test_a_new_supervisor_is_told_first_what_the_old_one_did_not_note(onair: Onair) -> None:
    first = onair.connect(SUPERVISOR)
    for line in range(1, 5):
        onair.control.report(run(line))
    assert first.receive() == [run(line) for line in range(1, 5)]
    onair.say(first, Noted(2))
    first.close()
    onair.serve()
    assert not onair.control.supervised
    onair.control.report(run(5))
    second = onair.connect(SUPERVISOR)
    onair.control.report(run(6))
    assert second.receive() == [run(line) for line in range(3, 7)]


def test_noting_counts_in_the_order_of_the_connection(onair: Onair) -> None:
    """Runs and incidents are kept apart, but told and noted in the order they came in."""
    reports: list[Aired | Incident] = [
        run(1),
        Incident("onair", "late", "", 1),
        run(2),
        run(3),
        Incident("x", "y", "", 2),
    ]
    first = onair.connect(SUPERVISOR)
    for report in reports:
        onair.control.report(report)
    onair.say(first, Noted(1), Noted(2))
    assert onair.connect(SUPERVISOR).receive() == reports[3:]


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(("run", "incident", "note", "new", "gone")), max_size=40))
def test_whatever_happens_to_supervisors_every_report_is_noted_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    onair = Onair(tmp_path_factory.mktemp("room"))
    peer: sockets.Peer | None = None
    made: list[Any] = []
    noted: list[Any] = []
    heard: list[Any] = []
    for step in [*steps, "new"]:
        if step == "run":
            made.append(run(len(made)))
            onair.control.report(made[-1])
        elif step == "incident":
            made.append(Incident("onair", "x", "", len(made)))
            onair.control.report(made[-1])
        elif step == "new":
            peer, heard = onair.connect(SUPERVISOR), []
        elif peer is not None and step == "note":
            heard += onair.say(peer)
            if heard:
                noted.append(heard.pop(0))
                onair.say(peer, Noted())
        elif peer is not None and step == "gone":
            peer.close()
            onair.serve()
            peer = None
    assert peer is not None
    noted += onair.hear(peer)
    onair.control.close()
    onair.selector.close()
    for one in onair.peers:
        one.close()
    assert noted == made


def test_the_report_at_which_a_dead_supervisor_is_noticed_is_kept(onair: Onair) -> None:
    """The loop has not come round to its end of the connection yet."""
    onair.connect(SUPERVISOR).close()
    onair.control.report(run(1))
    onair.serve()
    assert onair.connect(SUPERVISOR).receive() == [run(1)]


def test_a_supervisor_that_stops_reading_is_none_after_a_minute(onair: Onair) -> None:
    stuck = onair.connect(SUPERVISOR)
    for tick in range(3000):
        onair.control.report(Incident("onair", "late", "x" * 1000, tick))
    onair.now += controls.UNNOTED - 1
    onair.control.publish(STATE)
    assert onair.control.supervised
    onair.now += 2
    onair.control.publish(STATE)
    assert not onair.control.supervised
    assert not stuck.closed
    got = onair.hear(onair.connect(SUPERVISOR))
    assert [one.tick for one in got] == list(range(3000))


def test_a_supervisor_has_gone_when_its_process_has(onair: Onair) -> None:
    assert onair.control.orphaned
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        supervisor = onair.connect(Hello("supervisor", process.pid))
        assert not onair.control.orphaned
        supervisor.close()
        onair.serve()
        assert not onair.control.supervised
        assert not onair.control.orphaned, "it runs, and may come back"
    assert onair.control.orphaned
    for pid in (2**22 + 1, -1, 2**70):
        onair.connect(Hello("supervisor", pid)).close()
        onair.serve()
        assert onair.control.orphaned


def test_one_that_has_nothing_to_note_or_notes_now_and_then_stays(onair: Onair) -> None:
    supervisor = onair.connect(SUPERVISOR)
    onair.now += 3600
    onair.control.publish(STATE)
    for line in range(10):
        onair.control.report(run(line))
        onair.control.report(run(line))
        onair.now += controls.UNNOTED - 1
        onair.control.publish(STATE)
        onair.say(supervisor, Noted())
    assert onair.control.supervised


def test_one_that_only_reads_states_slowly_is_cut_off_at_the_limit(onair: Onair) -> None:
    onair.connect(SUPERVISOR)
    state = OnAirState(1, "x" * 100_000, False, (), 0, 6, 3.5)
    for _ in range(60):
        onair.control.publish(state)
    assert not onair.control.supervised


def test_when_nobody_notes_for_long_incidents_go_first_and_no_run(onair: Onair) -> None:
    onair.control.report(run(1))
    for tick in range(controls.KEPT_INCIDENTS + 3):
        onair.control.report(Incident("onair", "late", "", tick))
    onair.control.report(run(2))
    got = onair.hear(onair.connect(SUPERVISOR))
    assert [one.line for one in got if isinstance(one, Aired)] == [1, 2]
    ticks = [one.tick for one in got if isinstance(one, Incident)]
    assert ticks == list(range(3, controls.KEPT_INCIDENTS + 3))
    assert onair.connect(SUPERVISOR).receive() == []


def test_noting_goes_on_where_incidents_had_to_go_after_they_were_told(onair: Onair) -> None:
    supervisor = onair.connect(SUPERVISOR)
    for tick in range(controls.KEPT_INCIDENTS + 3):
        onair.control.report(Incident("onair", "late", "", tick))
    onair.control.report(run(7))
    got = onair.hear(supervisor)
    assert got[-1] == run(7)
    assert len(got) == controls.KEPT_INCIDENTS + 4
    assert onair.connect(SUPERVISOR).receive() == []


def test_the_supervisor_redirects_sets_the_preset_and_retires(onair: Onair) -> None:
    onair.connect(SUPERVISOR, Destinations(TO), Preset("veryfast"), Destinations(()), Retire("up"))
    assert onair.redirected == [TO, ()]
    assert onair.allowed == ["veryfast"]
    assert (onair.ends, onair.retired) == (0, 1)


def test_nobody_else_may(onair: Onair) -> None:
    onair.control.report(run(1))
    onair.connect(Destinations(TO), Preset("veryfast"), Retire(), Noted(1))
    former = onair.connect(SUPERVISOR)
    newer = onair.connect(SUPERVISOR)
    onair.say(former, Noted(1), Destinations(TO))
    assert (onair.redirected, onair.allowed, onair.retired) == ([], [], 0)
    assert newer.receive() == [run(1)]
    assert onair.connect(SUPERVISOR).receive() == [run(1)], "the newer one did not note it"


def test_what_is_no_order_is_passed_over(onair: Onair) -> None:
    onair.connect(Hello("supervisor?", 2), run(1), STATE)
    assert (onair.pressed, onair.ends, onair.control.supervised) == ([], 0, False)
