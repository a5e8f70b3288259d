"""The processes around a studio, as far as its parts can tell: they listen, answer, and die."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import numpy as np

from host.answerer import Answerer
from host.errors import VoiceError, WireError
from host.gate import Gate
from host.gate.verdict import Verdict, Violation
from host.link import Link, serve
from host.model import Clause, Line, Lineup, Planned, Sound
from host.planner import Planner
from host.script import BEATS, Scripts, Variant
from host.studio.rests import Rests
from host.studio.revision import Current, Revision
from host.studio.voices import Voices

SCRIPTS = Scripts("zh", tuple(Variant(beat, f"{beat} {n}", ()) for beat in BEATS for n in "甲乙"))
PATIENCE = 20.0
"""Seconds until a test that waits for something fails."""


def planned(line: int, clauses: int = 3, priority: int = 0, sku: str | None = None) -> Planned:
    """A line of so many clauses, each with a text of its own: "1.0", "1.1" …"""
    parts = tuple(
        Clause(line, index, f"{line}.{index}", "zh", last=index == clauses - 1)
        for index in range(clauses)
    )
    beat = "answer" if priority else "selling"
    return Planned(Line(line, "zh", "…", beat, sku=sku, priority=priority), parts)


def sound(clause: Clause, samples: int = 480) -> Sound:
    return Sound(np.full(samples, (clause.line * 10 + clause.index) / 1000, np.float32), 48_000)


class Process:
    """Another process of the room, listening at its socket; keeps what it is told."""

    def __init__(self, reply: Callable[[Any], object | None]) -> None:
        self.heard: list[Any] = []
        self.links: list[Link] = []
        self.open = 0
        """Connections whose other end has not closed."""
        self._reply = reply
        self._more = anyio.Event()

    async def handle(self, link: Link) -> None:
        self.links.append(link)
        self.open += 1
        async for message in link:
            self.heard.append(message)
            self._more.set()
            if (answer := self._reply(message)) is not None:
                with contextlib.suppress(WireError):  # it has left meanwhile
                    await link.send(answer)
        self.open -= 1

    async def until(self, count: int) -> list[Any]:
        """What it heard, once that is at least ``count`` messages."""
        with anyio.fail_after(PATIENCE):
            while len(self.heard) < count:
                self._more = anyio.Event()
                await self._more.wait()
        return self.heard


@asynccontextmanager
async def alive(
    folder: Path, name: str, reply: Callable[[Any], object | None] = lambda message: None
) -> AsyncIterator[Process]:
    """A process that is killed when the block ends."""
    process = Process(reply)
    async with anyio.create_task_group() as tasks:
        await tasks.start(serve, folder, name, process.handle)
        yield process
        tasks.cancel_scope.cancel()


def current(
    lineup: Lineup, *, gate: Gate | None = None, scripts: Scripts = SCRIPTS, seed: int = 0
) -> Current:
    """The revision that a studio's parts work from."""
    planner, answerer = Planner(lineup, scripts, 1, "zh"), Answerer(lineup, "zh", seed)
    return Current(Revision(lineup, gate or Gate(lineup), planner, answerer, Rests(lineup)))


class FakeVoices(Voices):
    """Says everything at once, but for what it ``cannot`` say; waits while ``held``."""

    def __init__(self, cannot: Iterable[str] = ()) -> None:
        self.said: list[tuple[str, bool]] = []
        """(text, urgent), in order."""
        self.cannot = set(cannot)
        self.samples = 480
        """Of each sound."""
        self.free = anyio.Event()
        self.free.set()

    def hold(self) -> anyio.Event:
        """Say nothing until the event is set."""
        self.free = anyio.Event()
        return self.free

    async def say(self, clause: Clause, *, urgent: bool = False) -> Sound:
        self.said.append((clause.text, urgent))
        await self.free.wait()
        await anyio.lowlevel.checkpoint()
        if clause.text in self.cannot:
            raise VoiceError("chain", f"{clause.text} cannot be said", retryable=False)
        return sound(clause, self.samples)


class FakeGate(Gate):
    """Refuses texts that ``refuse`` says; everything else passes."""

    def __init__(self, refuse: Callable[[str], bool] = lambda text: False) -> None:
        super().__init__(Lineup((), ""))
        self._refuse = refuse

    def check(self, text: str, *_: object) -> Verdict:
        if not self._refuse(text):
            return Verdict(())
        return Verdict((Violation("unknown-number", 0, 1, text, "no such number"),))


async def eventually(true: Callable[[], bool]) -> None:
    """Wait until it is true."""
    with anyio.fail_after(PATIENCE):
        while not true():  # noqa: ASYNC110 (what is waited for has no event)
            await anyio.sleep(0.005)


async def settled() -> None:
    """Let everything run that can."""
    for _ in range(50):
        await anyio.lowlevel.checkpoint()
