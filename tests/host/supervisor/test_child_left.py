"""What another supervisor left is kept like a child, and nothing of a child is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL

import anyio
import psutil
import pytest

from host.supervisor.child import Child
from host.supervisor.process import Left
from tests.host.supervisor.small_processes import Reports, alive, python, run, written


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    before = {process.pid for process in psutil.Process().children()}
    yield
    assert {process.pid for process in psutil.Process().children()} <= before


def test_one_that_another_supervisor_left_is_watched_and_then_replaced(tmp_path: Path) -> None:
    """It is nobody's child here: only its descriptor tells that it has ended."""

    async def test() -> None:
        pid, ready = tmp_path / "pid", tmp_path / "ready"
        left = (
            f"import subprocess; p = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
            f"open({str(pid)!r}, 'w').write(f'{{p.pid}}\\n')"
        )
        await anyio.run_process(python(left), stdout=DEVNULL, stderr=DEVNULL)
        orphan = int(await written(pid))
        code = f"open({str(ready)!r}, 'w').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
        reports = Reports()
        child = Child("onair", python(code), reports, left=Left(orphan))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            while child.pid != orphan:
                await anyio.lowlevel.checkpoint()
            child.restart("it hangs")
            await reports.enough.wait()
            assert int(await written(ready)) == child.pid != orphan
            await child.end()
        assert "is gone (it hangs)" in reports.incidents[0].why
        assert not alive(orphan)

    run(test)


@pytest.mark.parametrize("stubborn", [False, True])
def test_one_that_another_supervisor_left_can_be_ended(tmp_path: Path, stubborn: bool) -> None:
    async def test() -> None:
        ready = tmp_path / "ready"
        code = (
            f"signal.signal(signal.SIGTERM, signal.SIG_IGN if {stubborn} else signal.SIG_DFL)\n"
            f"open({str(ready)!r}, 'w').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
        )
        argv = ["setsid", "--fork", *python(code)]
        await anyio.run_process(argv, stdout=DEVNULL, stderr=DEVNULL)
        orphan = int(await written(ready))
        reports = Reports()
        child = Child("onair", python("os._exit(1)"), reports, left=Left(orphan))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await anyio.lowlevel.checkpoint()
            await child.end(grace=0.3)
        assert not reports.incidents
        assert not alive(orphan)

    run(test)


def test_what_its_session_leaves_behind_is_killed(tmp_path: Path) -> None:
    """A pusher that is stopped does not see that onair was killed."""

    async def test() -> None:
        pid = tmp_path / "pid"
        code = (
            "import subprocess; p = subprocess.Popen(['sleep', '60'])\n"
            f"os.kill(p.pid, signal.SIGSTOP); open({str(pid)!r}, 'w').write(f'{{p.pid}}\\n')\n"
            "os.kill(os.getpid(), signal.SIGKILL)"
        )
        await Child("onair", python(code), Reports(), once=True).keep()
        pusher = int(await written(pid))
        with anyio.fail_after(5):
            while alive(pusher):  # noqa: ASYNC110 (the kernel tells nobody)
                await anyio.sleep(0.01)

    run(test)


def test_one_that_is_let_go_is_not_started_again(tmp_path: Path) -> None:
    async def test() -> None:
        ready = tmp_path / "ready"
        code = f"open({str(ready)!r}, 'a').write('1\\n'); time.sleep(0.3)"
        child = Child("media", python(code), Reports())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await written(ready)
            child.leave()
        assert child.ended.is_set()
        assert ready.read_text() == "1\n"

    run(test)


def test_new_input_is_given_to_the_next_start(tmp_path: Path) -> None:
    async def test() -> None:
        given = tmp_path / "given"
        code = f"open({str(given)!r}, 'a').write(sys.stdin.read() + '\\n'); time.sleep(60)"
        reports = Reports()
        child = Child("onair", python(code), reports, stdin=b"old")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.keep)
            await written(given)
            child.stdin = b"new"
            child.restart("other keys")
            while given.read_text() != "old\nnew\n":  # noqa: ASYNC110 (a process writes it)
                await anyio.sleep(0.01)
            await child.end()

    run(test)


def test_who_is_behind_the_air_steps_back(tmp_path: Path) -> None:
    async def test() -> None:
        said = tmp_path / "said"
        told = "os.nice(0), open('/proc/self/autogroup').read().split()[-1]"
        code = f"time.sleep(0.2); print({told}, file=open({str(said)!r}, 'w'))"
        await Child("console", python(code), Reports(), once=True, nice=5).keep()
        nice, group = said.read_text().split()
        assert (int(nice), int(group)) == (5, 5)

    run(test)
