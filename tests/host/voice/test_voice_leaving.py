"""When the voice process leaves: asked to, or because an engine holds it for good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from host import link
from host.errors import StageError
from host.model.messages import Beat, Retire, Speak
from host.model.talk import Clause
from host.voice import service as module
from host.voice.breaker import Breaker
from host.voice.chain import Chain
from host.voice.engine import Fake
from host.voice.service import Service


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "host.voice", "--sockets", str(folder)]
    return subprocess.Popen([*command, "--cache", str(folder / "cache"), *arguments])


@pytest.mark.anyio
async def test_asked_to_retire_it_leaves_at_once(tmp_path: Path) -> None:
    async def supervise(connection: link.Link) -> None:
        async for message in connection:
            if isinstance(message, Beat):
                await connection.send(Retire("a newer one is here"))

    async with anyio.create_task_group() as tasks:
        await tasks.start(link.serve, tmp_path, "supervisor", supervise)
        process = start(tmp_path, "--lang", "en", "--chain", "espeak")
        try:
            assert await anyio.to_thread.run_sync(process.wait, 20) == 0
        finally:
            process.kill()
            process.wait()
        tasks.cancel_scope.cancel()


@pytest.mark.anyio
async def test_an_engine_that_hangs_for_good_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HUNG", 2)
    chain = Chain([Fake(delay=1e9), Fake("espeak")], limit=0.01, breaker=lambda: Breaker(first=0))
    service, left = Service(chain), anyio.Event()

    async def handle(connection: link.Link) -> None:
        await service.handle(connection)
        left.set()

    async with anyio.create_task_group() as tasks:
        await tasks.start(link.serve, tmp_path, "voice", handle)
        voice = await link.connect(tmp_path, "voice")
        for number in range(3):
            await voice.send(Speak(number, Clause(number, 0, "好", "zh")))
        with anyio.fail_after(5), pytest.raises(StageError, match="hang") as caught:
            await service.work()
        await voice.aclose()
        await left.wait()
        tasks.cancel_scope.cancel()
    assert caught.value.retryable
