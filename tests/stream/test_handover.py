"""A new supervisor gets from a living onair what the old one held."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from selectors import DefaultSelector

import pytest

from host.errors import WireError
from host.model import AudioFormat, Destination, Format, OnAirSpec, Tick, VideoFormat, sockets
from stream import handover as handovers
from stream import ring as rings
from stream.handover import Adopted, Handover, adopt
from stream.hub import serve_io
from stream.ring import Ring

FORMAT = Format(VideoFormat(64, 96), AudioFormat())


class Onair:
    """Serves its sockets in a thread, as its loop would."""

    def __init__(self, folder: Path) -> None:
        self.ring = rings.create(FORMAT)
        self.wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self.spec = OnAirSpec("x", FORMAT, str(folder), (), (Destination("a", ("ffmpeg", "u")),))
        self.selector = DefaultSelector()
        self.handover = Handover(
            folder, self.selector, ring=self.ring, wake=self.wake, spec=lambda: self.spec
        )
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over.is_set():
            serve_io(self.selector, 0.01)

    def close(self) -> None:
        self._over.set()
        self._thread.join(10)
        self.handover.close()
        self.selector.close()
        os.close(self.ring)
        os.close(self.wake)


@pytest.fixture
def onair(tmp_path: Path) -> Iterator[Onair]:
    made = Onair(tmp_path)
    yield made
    made.close()


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def taken(folder: Path) -> Adopted:
    adopted = adopt(folder)
    assert adopted is not None
    return adopted


def let_go(adopted: Adopted) -> None:
    os.close(adopted.ring)
    os.close(adopted.wake)


def test_the_descriptors_are_those_of_the_living_onair(onair: Onair, tmp_path: Path) -> None:
    adopted = taken(tmp_path)
    assert (adopted.pid, adopted.spec) == (os.getpid(), onair.spec)
    ours, theirs = Ring(adopted.ring), Ring(onair.ring)
    epoch = ours.grant()
    frame, pcm = ours._frames[0] + 7, ours._pcm[0] + 0.5
    ours.write(Tick(epoch, 1, frame, pcm, line=3))
    got = theirs.peek()
    assert got is not None
    assert got.line == 3
    assert (got.i420 == 7).all()
    os.eventfd_write(adopted.wake, 1)
    assert os.eventfd_read(onair.wake) == 1
    let_go(adopted)


def test_they_are_not_inherited(onair: Onair, tmp_path: Path) -> None:
    adopted = taken(tmp_path)
    assert not os.get_inheritable(adopted.ring)
    assert not os.get_inheritable(adopted.wake)
    let_go(adopted)


def test_a_changed_key_is_in_what_is_handed_over(onair: Onair, tmp_path: Path) -> None:
    onair.spec = replace(onair.spec, destinations=(Destination("a", ("ffmpeg", "new")),))
    adopted = taken(tmp_path)
    assert adopted.spec.destinations == onair.spec.destinations
    assert "new" not in repr(adopted)
    let_go(adopted)


def test_a_spec_of_any_length_comes_whole(onair: Onair, tmp_path: Path) -> None:
    many = tuple(Destination(str(n), ("ffmpeg", "长" * 5000)) for n in range(100))
    onair.spec = replace(onair.spec, destinations=many)
    adopted = taken(tmp_path)
    assert adopted.spec.destinations == many
    let_go(adopted)


def test_who_comes_again_and_again_costs_no_descriptor(onair: Onair, tmp_path: Path) -> None:
    before = descriptors()
    for _ in range(20):
        let_go(taken(tmp_path))
        with socket.socket(socket.AF_UNIX) as rude:  # goes without reading
            rude.connect(sockets.address(tmp_path, "handover"))
    let_go(taken(tmp_path))
    until = time.monotonic() + 10
    while descriptors() > before:  # the thread lets go of its end a moment later
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_socket_is_its_owners_alone(onair: Onair, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "handover.sock").stat().st_mode) == 0o600


def test_where_nobody_listens_there_is_nothing_to_adopt(tmp_path: Path) -> None:
    assert adopt(tmp_path) is None
    sockets.listen(tmp_path, "handover").close()  # a dead onair leaves its socket's name
    assert adopt(tmp_path) is None


def test_one_that_hangs_is_an_error_and_no_absence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a second onair would push beside it."""
    monkeypatch.setattr(handovers, "PATIENCE", 0.1)
    hung = sockets.listen(tmp_path, "handover")
    with hung, pytest.raises(WireError, match=f"pid {os.getpid()}"):
        adopt(tmp_path)


@pytest.mark.parametrize("said", [b"something else", handovers._GREETING])
def test_what_is_no_onair_is_refused_and_its_descriptors_closed(
    tmp_path: Path, said: bytes
) -> None:
    listener = sockets.listen(tmp_path, "handover")
    listener.setblocking(True)

    def answer() -> None:
        peer, _ = listener.accept()
        with peer, open(os.devnull, "rb") as null:
            socket.send_fds(peer, [said], [null.fileno()] * 3)

    thread = threading.Thread(target=answer)
    thread.start()
    with pytest.raises(WireError):
        adopt(tmp_path)
    thread.join(10)
    listener.close()
    before = descriptors()
    assert adopt(tmp_path) is None
    assert descriptors() == before


def test_one_that_leaves_in_between_is_none(tmp_path: Path) -> None:
    listener = sockets.listen(tmp_path, "handover")
    listener.setblocking(True)
    thread = threading.Thread(target=lambda: listener.accept()[0].close())
    thread.start()
    assert adopt(tmp_path) is None
    thread.join(10)
    listener.close()


def test_another_process_adopts_and_the_pid_is_onairs(onair: Onair, tmp_path: Path) -> None:
    code = (
        "import sys; from stream.handover import adopt; from stream.ring import Ring;"
        "got = adopt(sys.argv[1]); print(got.pid, Ring(got.ring).grant())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert said.stdout.split() == [str(os.getpid()), "1"], said.stderr
    assert Ring(onair.ring).epoch == 1
