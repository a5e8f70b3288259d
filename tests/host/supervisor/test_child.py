"""A process is kept running: restarts, back-off, and an end that is one."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import anyio
import psutil
import pytest

from host.errors import StageError
from host.supervisor import child as children
from host.supervisor.child import Child, ended_how
from host.supervisor.process import Left
from tests.host.supervisor.small_processes import Reports, python, run, written


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    before = {process.pid for process in psutil.Process().children()}
    yield
    assert {process.pid for process in psutil.Process().children()} <= before


def test_a_job_is_done_once_and_tells_its_code() -> None:
    async def test() -> None:
        reports = Reports()
        assert await Child("x", python("sys.exit(2)"), reports, once=True).keep() == 2
        assert not reports.incidents

    run(test)


def test_its_input_and_descriptors_are_handed_to_it_at_each_start() -> None:
    async def test() -> None:
        read, write = os.pipe()
        code = f"os.write({write}, sys.stdin.buffer.read() + b'.')"
        reports = Reports(after=3)
        child = Child("x", python(code), reports, (write,), "钥匙".encode())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await reports.enough.wait()
            await child.end()
        os.close(write)
        got = os.read(read, 1000).decode()
        os.close(read)
        assert got.startswith("钥匙." * 3)

    run(test)


def test_input_larger_than_a_pipe_that_nobody_reads_holds_nothing_up() -> None:
    async def test() -> None:
        child = Child("x", python("sys.exit(4)"), Reports(), stdin=bytes(10_000_000), once=True)
        assert await child.keep() == 4

    run(test)


def test_one_that_dies_is_started_again_and_told(tmp_path: Path) -> None:
    async def test() -> None:
        pid = tmp_path / "pid"
        code = f"open({str(pid)!r}, 'w').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
        reports = Reports()
        child = Child("media", python(code), reports)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            first = int(await written(pid))
            pid.unlink()
            os.kill(first, signal.SIGKILL)
            await reports.enough.wait()
            assert int(await written(pid)) != first
            await child.end()
        (incident,) = reports.incidents
        assert (incident.stage, incident.what) == ("media", "restarted")
        assert incident.why.startswith("killed by SIGKILL after")

    run(test)


def test_one_that_dies_young_is_started_ever_more_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LONGEST_WAIT", 0.4)

    async def test() -> None:
        reports = Reports(after=5)
        child = Child("x", python("os._exit(1)"), reports)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await reports.enough.wait()
            await child.end()
        waits = [float(one.why.rpartition(" in ")[2].split()[0]) for one in reports.incidents]
        assert waits == [0.0, 0.2, 0.4, 0.4, 0.4]
        between = [b - a for a, b in zip(reports.moments, reports.moments[1:], strict=False)]
        assert min(between[2:]) >= 0.4

    run(test)


def test_one_that_dies_young_for_days_is_still_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LONGEST_WAIT", 0.0)

    async def test() -> None:
        reports = Reports(after=1200)

        class Instant(Child):
            async def _run(self) -> int:
                return 1

        child = Instant("x", [], reports)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await reports.enough.wait()
            await child.end()

    run(test)


def test_one_that_cannot_begin_is_a_stage_error() -> None:
    async def test() -> None:
        reports = Reports()
        with pytest.raises(StageError, match="studio: cannot begin") as caught:
            await Child("studio", python("sys.exit(2)"), reports).keep()
        assert not caught.value.retryable
        assert not reports.incidents

    run(test)


def test_one_that_had_settled_is_started_for_ever(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A lineup that is broken in the middle of a show makes media exit with 2: not the end."""
    monkeypatch.setattr(children, "SETTLED", 0.5)
    monkeypatch.setattr(children, "LONGEST_WAIT", 0.01)

    async def test() -> None:
        broken = tmp_path / "broken"
        code = f"time.sleep(0 if os.path.exists({str(broken)!r}) else 0.6); sys.exit(2)"
        reports = Reports(after=4)
        child = Child("media", python(code), reports)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            with anyio.move_on_after(0.3):
                await reports.enough.wait()
            broken.touch()
            await reports.enough.wait()
            await child.end()

    run(test)


def test_one_that_has_beaten_is_started_again_whatever_its_code() -> None:
    """What it lacked may pass; a Hello alone does not show that it can begin."""

    async def test() -> None:
        reports = Reports(after=2)
        child = Child("media", python("sys.exit(2)"), reports)
        child.greet()
        with pytest.raises(StageError):
            await child.keep()
        child.beat()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await reports.enough.wait()
            await child.end()

    run(test)


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_it_outlives_the_loop_of_a_supervisor_that_failed(tmp_path: Path) -> None:
    """The next one in this process adopts it."""
    pid = tmp_path / "pid"
    code = f"open({str(pid)!r}, 'w').write(f'{{os.getpid()}}\\n'); time.sleep(60)"

    async def fail() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(Child("onair", python(code), Reports()).keep)
            await written(pid)
            raise ArithmeticError("a mistake of ours")

    async def adopt() -> None:
        child = Child("onair", python(code), Reports(), left=Left(int(pid.read_text())))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await anyio.lowlevel.checkpoint()
            assert child.pid == int(pid.read_text())
            await child.end()

    with pytest.raises(ExceptionGroup):
        run(fail)
    gc.collect()
    process = psutil.Process(int(pid.read_text()))
    assert process.status() != psutil.STATUS_ZOMBIE
    run(adopt)
    assert process.wait(5) == -signal.SIGTERM


def test_the_end_is_asked_for_before_it_is_forced(tmp_path: Path) -> None:
    async def test() -> None:
        ready, word = tmp_path / "ready", tmp_path / "word"
        code = (
            f"def end(*_): open({str(word)!r}, 'w').write('bye\\n'); sys.exit(0)\n"
            f"signal.signal(signal.SIGTERM, end); open({str(ready)!r}, 'w').write('1\\n')\n"
            "time.sleep(60)"
        )
        child = Child("x", python(code), Reports())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await written(ready)
            await child.end()
            assert await written(word) == "bye"

    run(test)


def test_one_that_will_not_end_is_killed(tmp_path: Path) -> None:
    async def test() -> None:
        ready = tmp_path / "ready"
        code = (
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            f"open({str(ready)!r}, 'w').write('1\\n')\ntime.sleep(60)"
        )
        reports = Reports()
        child = Child("x", python(code), reports)
        codes: list[int] = []

        async def keep() -> None:
            codes.append(await child.keep())

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(keep)
            await written(ready)
            await child.end(grace=0.2)
        assert codes == [-signal.SIGKILL]
        assert not reports.incidents

    run(test)


def test_one_that_is_ended_while_it_waits_is_not_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(children, "LONGEST_WAIT", 60.0)

    async def test() -> None:
        starts = tmp_path / "starts"
        code = f"open({str(starts)!r}, 'a').write('x'); os._exit(1)"
        reports = Reports(after=4)  # the fourth wait lasts 1 s
        child = Child("x", python(code), reports)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await reports.enough.wait()
            began = anyio.current_time()
            await child.end()
        assert anyio.current_time() - began < 0.7
        assert starts.read_text() == "x" * 4

    run(test)


def test_one_that_is_ended_as_it_starts_ends() -> None:
    async def test() -> None:
        child = Child("x", python("time.sleep(60)"), Reports())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await anyio.lowlevel.checkpoint()
            await child.end()

    run(test)


def test_ctrl_c_is_not_its_business(tmp_path: Path) -> None:
    async def test() -> None:
        session = tmp_path / "session"
        code = f"open({str(session)!r}, 'w').write(f'{{os.getsid(0)}}\\n')"
        await Child("x", python(code), Reports(), once=True).keep()
        assert int(session.read_text()) != os.getsid(0)

    run(test)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (0, "ended with code 0"),
        (3, "ended with code 3"),
        (-9, "killed by SIGKILL"),
        (-99, "killed by signal 99"),
    ],
)
def test_an_exit_code_is_told_in_words(code: int, told: str) -> None:
    assert ended_how(code) == told
