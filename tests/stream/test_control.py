"""The red button works, and no report is lost while nobody supervises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from selectors import DefaultSelector
from typing import Any

import pytest

from host.model import Aired, Incident, sockets
from host.model.messages import EndShow, Hello, Hold
from host.model.state import OnAirState
from stream import control as controls
from stream.control import Control
from stream.hub import serve_io

STATE = OnAirState(25, "programme", False, (), 0, 6, 3.5)


def run(line: int) -> Aired:
    return Aired(line, 0, line, line, True, True)


class Onair:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.selector = DefaultSelector()
        self.pressed: list[bool] = []
        self.ends = 0
        self.peers: list[sockets.Peer] = []
        self.control = Control(folder, self.selector, hold=self.pressed.append, end=self._end)

    def _end(self) -> None:
        self.ends += 1

    def connect(self, *messages: object) -> sockets.Peer:
        """A peer that has said so much."""
        peer = sockets.connect(self.folder, "onair")
        self.peers.append(peer)
        self.serve()
        for message in messages:
            peer.send(message)
        self.serve()
        return peer

    def serve(self) -> None:
        """Until nothing more is to be read or written."""
        while self.selector.select(0):
            serve_io(self.selector, 0)


@pytest.fixture
def onair(tmp_path: Path) -> Iterator[Onair]:
    made = Onair(tmp_path)
    yield made
    made.control.close()
    made.selector.close()
    for peer in made.peers:
        peer.close()


SUPERVISOR = Hello("supervisor", 1)


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


def test_a_new_supervisor_gets_what_came_since_the_old_one_went(onair: Onair) -> None:
    onair.connect(SUPERVISOR).close()
    onair.serve()
    assert not onair.control.supervised
    onair.control.report(run(1))
    assert onair.connect(SUPERVISOR).receive() == [run(1)]


def test_the_report_at_which_a_dead_supervisor_is_noticed_is_kept(onair: Onair) -> None:
    """The loop has not come round to its end of the connection yet."""
    onair.connect(SUPERVISOR).close()
    onair.control.report(run(1))
    onair.serve()
    assert onair.connect(SUPERVISOR).receive() == [run(1)]


def test_a_supervisor_that_stops_reading_is_left_for_the_next(onair: Onair) -> None:
    stuck = onair.connect(SUPERVISOR)
    told = 0
    while onair.control.supervised:
        told += 1
        onair.control.report(Incident("onair", "late", "x" * 100_000, told))
    onair.control.report(run(1))
    got: list[Any] = onair.connect(SUPERVISOR).receive()
    assert got[-1] == run(1)
    assert got[0].tick == told, "the one at which it was cut off"
    assert not stuck.closed


def test_the_oldest_reports_go_when_nobody_comes_for_an_hour(onair: Onair) -> None:
    for line in range(1, controls.KEPT + 3):
        onair.control.report(run(line))
    supervisor = onair.connect(SUPERVISOR)
    got: list[Any] = []
    while more := supervisor.receive():
        got += more
        onair.serve()
    assert [one.line for one in got] == list(range(3, controls.KEPT + 3))


def test_what_is_no_order_is_passed_over(onair: Onair) -> None:
    onair.connect(Hello("supervisor?", 2), run(1), STATE)
    assert (onair.pressed, onair.ends, onair.control.supervised) == ([], 0, False)
