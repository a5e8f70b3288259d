"""What systemd hears, through a real socket."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.supervisor.notify import QUIET, Notify


class Systemd:
    """Listens as systemd does; time is the test's."""

    def __init__(self, name: str, bound: str) -> None:
        self.environ = {"NOTIFY_SOCKET": name}
        self.time = 100.0
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sock.setblocking(False)
        self._sock.bind(bound)

    def notify(self, **environ: str) -> Notify:
        return Notify({**self.environ, **environ}, lambda: self.time)

    def heard(self) -> list[list[str]]:
        """Each message's lines since the last call."""
        messages = []
        while True:
            try:
                messages.append(self._sock.recv(65536).decode().split("\n"))
            except BlockingIOError:
                return messages

    def close(self) -> None:
        self._sock.close()


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    if request.param == "path":
        path = str(tmp_path / "notify")
        made = Systemd(path, path)
    else:
        name = f"livehost-test-{uuid.uuid4()}"
        made = Systemd("@" + name, "\0" + name)
    yield made
    made.close()


def test_the_life_of_a_service(systemd: Systemd) -> None:
    notify = systemd.notify()
    notify.ready("on air: 2 destinations")
    notify.reloading()
    notify.ready("on air again")
    notify.stopping()
    assert systemd.heard() == [
        ["READY=1", "STATUS=on air: 2 destinations"],
        ["RELOADING=1", "MONOTONIC_USEC=100000000"],
        ["READY=1", "STATUS=on air again"],
        ["STOPPING=1"],
    ]


def test_the_watchdog_hears_of_us_twice_a_period_and_no_more(systemd: Systemd) -> None:
    notify = systemd.notify(WATCHDOG_USEC="30000000", WATCHDOG_PID=str(os.getpid()))
    times = []
    for _ in range(500):
        notify.alive("on air")
        if heard := systemd.heard():
            assert heard == [["WATCHDOG=1", "STATUS=on air"]]
            times.append(systemd.time)
        systemd.time += 0.125
    assert times == [100, 115, 130, 145, 160]


@pytest.mark.parametrize(
    "environ",
    [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"},
     {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}],
)  # fmt: skip
def test_without_a_watchdog_only_the_status_is_told(
    systemd: Systemd, environ: dict[str, str]
) -> None:
    notify = systemd.notify(**environ)
    for _ in range(3):
        notify.alive("on air")
    systemd.time += QUIET
    notify.alive("stand-by")
    assert systemd.heard() == [["STATUS=on air"], ["STATUS=stand-by"]]


def test_a_status_stays_one_line(systemd: Systemd) -> None:
    systemd.notify().ready("on air\nMAINPID=1 直播中\udcff")
    assert systemd.heard() == [["READY=1", "STATUS=on air MAINPID=1 直播中?"]]


def test_a_systemd_that_does_not_read_holds_nobody_up(systemd: Systemd) -> None:
    notify = systemd.notify()
    for _ in range(5000):
        notify.ready("on air")
    assert 0 < len(systemd.heard()) < 5000


@pytest.mark.parametrize("address", ["", "/nobody/listens/here", "x" * 500, "@", "bad\0name"])
def test_without_systemd_nothing_happens(address: str) -> None:
    notify = Notify({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000000"})
    notify.ready("on air")
    notify.alive("on air")
    notify.reloading()
    notify.stopping()


def test_variables_may_be_missing() -> None:
    Notify({}).ready("on air")
