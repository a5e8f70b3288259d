"""The voice process: what it answers, in which order, and when it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.abc
import pytest

from host import link
from host.model.messages import Beat, Hello, Speak, Spoken, Unspoken
from host.model.sound import Sound
from host.model.talk import Clause, Decision
from host.voice.cache import Cache
from host.voice.cached import Cached
from host.voice.chain import Chain
from host.voice.engine import Engine, Fake
from host.voice.service import Service
from host.voice.style import Style


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class _Telling(Fake):
    """Tells when it is asked for the first time."""

    begun = anyio.Event()

    async def synthesize(self, clause: Clause, style: Style) -> Sound:
        self.begun.set()
        return await super().synthesize(clause, style)


def _clause(text: str, line: int = 1, index: int = 0) -> Clause:
    return Clause(line, index, text, "zh")


@asynccontextmanager
async def _serving(folder: Path, *engines: Engine) -> AsyncIterator[anyio.abc.TaskGroup]:
    """A service at ``voice.sock``. Every client must have closed when the block ends."""
    service = Service(Chain(engines))
    open_links: set[link.Link] = set()
    closed = anyio.Condition()

    async def handle(connection: link.Link) -> None:
        open_links.add(connection)
        await service.handle(connection)
        async with closed:
            open_links.discard(connection)
            closed.notify_all()

    async with anyio.create_task_group() as tasks:
        await tasks.start(link.serve, folder, "voice", handle)
        tasks.start_soon(service.work)
        yield tasks
        with anyio.fail_after(5):
            async with closed:
                while open_links:
                    await closed.wait()
        tasks.cancel_scope.cancel()


async def _take(voice: link.Link, count: int) -> list[Spoken | Unspoken]:
    answers: list[Spoken | Unspoken] = []
    with anyio.fail_after(30):
        async for message in voice:
            answers.append(message)
            if len(answers) == count:
                break
    return answers


@pytest.mark.anyio
async def test_urgent_clauses_come_first_and_the_rest_in_order(tmp_path: Path) -> None:
    fake = Fake(delay=0.05)
    async with _serving(tmp_path, fake):
        voice = await link.connect(tmp_path, "voice")
        for number in range(4):
            await voice.send(Speak(number, _clause(f"话{number}", line=number)))
        await voice.send(Speak(9, _clause("答", line=9), urgent=True))
        answers = await _take(voice, 5)
        await voice.aclose()
    assert [answer.request for answer in answers] == [0, 9, 1, 2, 3]
    assert all(isinstance(answer, Spoken) for answer in answers)


@pytest.mark.anyio
async def test_what_was_said_before_does_not_wait(tmp_path: Path) -> None:
    fake = Fake(delay=0.2)
    cached = Cached(fake, Cache(tmp_path / "cache"), rate=48_000)
    async with _serving(tmp_path, cached):
        voice = await link.connect(tmp_path, "voice")
        await voice.send(Speak(0, _clause("包邮")))
        await _take(voice, 1)
        await voice.send(Speak(1, _clause("新的", line=2)))
        await voice.send(Speak(2, _clause("又一句", line=3)))
        await voice.send(Speak(3, _clause("包邮", line=4)))
        answers = await _take(voice, 3)
        await voice.aclose()
    assert [answer.request for answer in answers] == [3, 1, 2]


@pytest.mark.anyio
async def test_a_clause_waits_for_those_before_it_in_its_line(tmp_path: Path) -> None:
    fake = Fake(delay=0.05)
    cached = Cached(fake, Cache(tmp_path / "cache"), rate=48_000)
    async with _serving(tmp_path, cached):
        voice = await link.connect(tmp_path, "voice")
        await voice.send(Speak(0, _clause("包邮")))
        await _take(voice, 1)
        await voice.send(Speak(1, _clause("占着", line=5)))
        await voice.send(Speak(2, _clause("新的", line=6)))
        await voice.send(Speak(3, _clause("包邮", line=6, index=1)))
        answers = await _take(voice, 3)
        await voice.aclose()
    assert [answer.request for answer in answers] == [1, 2, 3]


@pytest.mark.anyio
async def test_what_cannot_be_said_is_unspoken(tmp_path: Path) -> None:
    async with _serving(tmp_path, Fake(failing=lambda clause: clause.text == "坏")):
        voice = await link.connect(tmp_path, "voice")
        await voice.send(Speak(1, _clause("坏")))
        await voice.send(Speak(2, _clause("好")))
        answers = await _take(voice, 2)
        await voice.aclose()
    assert answers[0] == Unspoken(1, "fake: told to fail")
    assert isinstance(answers[1], Spoken)


@pytest.mark.anyio
async def test_the_requests_of_a_client_that_left_are_dropped(tmp_path: Path) -> None:
    fake = _Telling(delay=0.1)
    async with _serving(tmp_path, fake):
        gone = await link.connect(tmp_path, "voice")
        for number in range(5):
            await gone.send(Speak(number, _clause(f"走{number}", line=number)))
        await fake.begun.wait()
        await gone.aclose()
        other = await link.connect(tmp_path, "voice")
        await other.send(Speak(1, _clause("在")))
        (answer,) = await _take(other, 1)
        await other.aclose()
    assert isinstance(answer, Spoken)
    assert [clause.text for clause in fake.asked] == ["走0", "在"]


@pytest.mark.anyio
async def test_what_is_no_message_ends_only_that_connection(tmp_path: Path) -> None:
    async with _serving(tmp_path, Fake()):
        bad = await anyio.connect_unix(tmp_path / "voice.sock")
        await bad.send(b"\xff" * 64)
        with pytest.raises(anyio.EndOfStream):
            await bad.receive()
        await bad.aclose()
        voice = await link.connect(tmp_path, "voice")
        await voice.send(Speak(1, _clause("好")))
        (answer,) = await _take(voice, 1)
        await voice.aclose()
    assert answer.request == 1


def _start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "host.voice", "--sockets", str(folder)]
    command += ["--cache", str(folder / "cache"), *arguments]
    return subprocess.Popen(command)


@pytest.mark.anyio
async def test_the_process_speaks_again_at_once_after_a_kill(tmp_path: Path) -> None:
    arguments = ("--lang", "en", "--chain", "hibari,espeak")
    speak = Speak(1, Clause(1, 0, "It ships today.", "en"))
    for run in range(2):
        process = _start(tmp_path, *arguments)
        try:
            voice = await link.connect(tmp_path, "voice")
            await voice.send(speak)
            (answer,) = await _take(voice, 1)
            assert isinstance(answer, Spoken), run
            assert answer.sound.engine == "hibari"
            await voice.aclose()
        finally:
            process.kill()
            process.wait()


@pytest.mark.anyio
async def test_it_greets_the_supervisor_reports_to_it_and_ends_with_it(tmp_path: Path) -> None:
    heard: list[object] = []
    told = anyio.Event()

    async def supervise(connection: link.Link) -> None:
        async for message in connection:
            heard.append(message)
            if isinstance(message, Decision):
                told.set()
                return  # closes the connection, as a dying supervisor would

    async with anyio.create_task_group() as tasks:
        await tasks.start(link.serve, tmp_path, "supervisor", supervise)
        # Without a network, edge fails at once: a fall-back to report.
        process = _start(tmp_path, "--lang", "en", "--chain", "edge,espeak")
        try:
            voice = await link.connect(tmp_path, "voice")
            await voice.send(Speak(1, Clause(1, 0, "It ships today.", "en")))
            with anyio.fail_after(20):
                await told.wait()
            await anyio.to_thread.run_sync(process.wait, 10)
            await voice.aclose()
        finally:
            process.kill()
            process.wait()
        tasks.cancel_scope.cancel()
    assert heard[0] == Hello("voice", process.pid)
    (decision,) = (message for message in heard if isinstance(message, Decision))
    assert decision.what == "voice-fallback"
    assert Beat() in heard
    assert process.returncode == 0


@pytest.mark.anyio
async def test_it_ends_at_once_on_sigterm_even_while_it_loads(tmp_path: Path) -> None:
    process = _start(tmp_path, "--lang", "zh", "--chain", "kokoro,espeak")
    try:
        voice = await link.connect(tmp_path, "voice")
        await voice.send(Speak(1, _clause("欢迎来到直播间，")))
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        await anyio.to_thread.run_sync(process.wait, 10)
        assert time.monotonic() - began < 3
        await voice.aclose()
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0


def test_a_wrong_chain_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "host.voice", "--sockets", str(tmp_path), "--cache", str(tmp_path),
         "--lang", "zh", "--chain", "kokorro"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert process.returncode == 2
    assert process.stderr.strip() == (
        "there is no voice engine 'kokorro' — name one or more of edge, kokoro, espeak"
    )
