"""Children that flood, stall, die or will not die: their parent never waits for them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stream.process import PIPE, FedProcess


def child(code: str) -> FedProcess:
    """A Python process that runs ``code`` with ``read`` and ``say`` at hand."""
    head = (
        "import os, signal, sys, time\n"
        "def read(): return os.read(0, 1 << 16)\n"
        "def say(text): os.write(2, text.encode())\n"
    )
    return FedProcess((sys.executable, "-c", head + code))


@pytest.fixture(autouse=True)
def _no_descriptor_is_left() -> Iterator[None]:
    before = set(os.listdir("/proc/self/fd"))
    yield
    assert set(os.listdir("/proc/self/fd")) == before


def fed(process: FedProcess, data: bytes, seconds: float = 10) -> float:
    """Write everything as onair does, a tick at a time; the longest time a call took."""
    view, longest, until = memoryview(data), 0.0, time.monotonic() + seconds
    while view:
        assert time.monotonic() < until, f"{len(view)} bytes left"
        began = time.perf_counter()
        view = view[process.write(view) :]
        process.exit_code()
        longest = max(longest, time.perf_counter() - began)
        if view:
            time.sleep(0.005)
    return longest


def test_what_is_written_is_read_and_the_child_finishes(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    process = child(f"open({str(copy)!r}, 'wb').write(sys.stdin.buffer.read())")
    data = os.urandom(3 * PIPE)
    fed(process, data)
    assert process.exit_code() is None
    assert process.finish(10) == 0
    assert copy.read_bytes() == data


def test_a_child_that_reads_nothing_costs_no_time() -> None:
    process = child("time.sleep(60)")
    taken = process.write(memoryview(bytes(4 * PIPE)))
    assert taken <= PIPE
    began = time.perf_counter()
    assert process.write(memoryview(b"more")) == 0
    process.kill()
    assert time.perf_counter() - began < 1


def test_a_child_that_died_takes_nothing_and_tells_why() -> None:
    process = child("say('first line\\nno such host\\n'); sys.exit(3)")
    until = time.monotonic() + 10
    while (code := process.exit_code()) is None and time.monotonic() < until:
        time.sleep(0.01)
    assert code == 3
    assert process.write(memoryview(b"x")) == 0
    assert process.last_words == "no such host"
    process.kill()


def test_a_child_that_says_nothing_has_no_last_words() -> None:
    process = child("pass")
    assert process.finish(10) == 0
    assert process.last_words == ""


def test_last_words_that_are_no_text_are_told_as_far_as_they_go() -> None:
    process = child("os.write(2, b'\\xff\\xfe bad \\xc3')")
    assert process.finish(10) == 0
    assert "bad" in process.last_words


def test_a_flood_of_errors_neither_stalls_the_child_nor_holds_its_parent_up() -> None:
    """1 MB a second and more: ffmpeg stalls on 64 901 unread bytes."""
    process = child("while read(): say('x' * 5000 + '\\n')")
    longest = fed(process, bytes(20 * 65536))
    assert longest < 0.5
    assert process.finish(10) == 0
    assert set(process.last_words) == {"x"}


def test_an_endless_flood_of_errors_is_read_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a child that writes faster than it is read."""
    process = child("time.sleep(60)")
    reads = 0

    def flooded(descriptor: int, size: int) -> bytes:
        nonlocal reads
        reads += 1
        assert reads < 1000, "it would never come back"
        return b"x" * size

    with monkeypatch.context() as patched:
        patched.setattr(os, "read", flooded)
        assert process.exit_code() is None
    assert len(process.last_words) <= 8192
    process.kill()


def test_a_child_that_floods_while_it_finishes_is_not_killed() -> None:
    process = child("while read(): pass\nfor _ in range(100): say('x' * 5000)")
    assert process.finish(10) == 0


def test_a_child_that_will_not_finish_is_killed_in_time() -> None:
    process = child(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); say('here')\nwhile True: time.sleep(9)"
    )
    while not process.last_words:
        process.exit_code()
    began = time.monotonic()
    assert process.finish(0.2) is None
    assert time.monotonic() - began < 2


def test_input_can_be_ended_ahead_of_the_wait() -> None:
    process = child("sys.exit(7 if sys.stdin.read() == 'all' else 1)")
    process.write(memoryview(b"all"))
    process.end_input()
    process.end_input()
    assert process.write(memoryview(b"late")) == 0
    assert process.finish(10) == 7


def test_writing_everything_waits_for_the_pipe(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    process = child(f"time.sleep(0.1); open({str(copy)!r}, 'wb').write(sys.stdin.buffer.read())")
    os.set_blocking(process.feed, True)
    process.write_all(bytes(3 * PIPE))
    assert process.finish(10) == 0
    assert copy.stat().st_size == 3 * PIPE


def test_writing_everything_stops_where_the_pipe_breaks() -> None:
    process = child("read(); sys.exit(4)")
    os.set_blocking(process.feed, True)
    process.write_all(bytes(8 * PIPE))
    assert process.finish(10) == 4


def test_a_program_that_is_not_there_is_an_os_error() -> None:
    with pytest.raises(FileNotFoundError):
        FedProcess(("/no/such/program",))


def test_a_second_child_does_not_keep_the_firsts_input_open() -> None:
    first = child("sys.stdin.read()")
    second = child("time.sleep(60)")
    assert first.finish(10) == 0
    second.kill()


def test_what_waits_in_the_pipe_is_told() -> None:
    process = child("time.sleep(60)")
    process.write(memoryview(bytes(5000)))
    assert process.unread == 5000
    process.end_input()
    assert process.unread == 0
    process.kill()


def test_what_was_said_is_handed_over_once() -> None:
    process = child("say('one\\n'); read(); say('two\\n')")
    said = b""
    until = time.monotonic() + 10
    while said != b"one\n" and time.monotonic() < until:
        process.exit_code()
        said += process.take_said()
        time.sleep(0.01)
    assert said == b"one\n"
    assert process.take_said() == b""
    assert process.finish(10) == 0
    assert process.take_said() == b"two\n"


def test_one_that_is_stopped_is_abandoned_without_waiting() -> None:
    process = child("os.kill(os.getpid(), signal.SIGSTOP)")
    began = time.monotonic()
    gone = process.abandon()
    assert time.monotonic() - began < 0.5
    until = began + 10
    while not gone and time.monotonic() < until:
        time.sleep(0.01)
        gone = process.abandon()
    assert gone
    assert process.exit_code() is not None
