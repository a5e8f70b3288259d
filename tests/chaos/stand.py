"""A room on air with its ingests: what every fault is tried on."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import imageio_ffmpeg

from tests.chaos.feeds import Feed
from tests.chaos.lines import Lines
from tests.chaos.namespace import Beyond
from tests.e2e.ingest import Ingest
from tests.e2e.node_ingest import NodeIngest
from tests.e2e.proxy import Proxy
from tests.e2e.receiver import Receiver, free_port
from tests.e2e.room import Room
from tests.host.writer.server import Server

HERE = Path(__file__).parent
STARTING = 120.0
"""Seconds a room has to go on air; the voice is loaded meanwhile."""
TALKING = 40.0
"""Seconds from the first picture to the end of the first clause."""
QUIET = 6.0
"""Seconds on one connection after which a feed counts as settled, as a pusher counts it."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How a room differs from the one that most faults share."""

    prepare: Callable[[Stand], AbstractContextManager[None]] | None = None
    """Entered before the room starts, left after its end; may change ``changes`` and ``push_a``."""
    proxied: bool = False
    """A destination behind a proxy."""
    dead: bool = False
    """A further destination at which nobody listens."""


class Stand:
    """Destinations ``a`` (the faulted one, nginx), ``b`` (nginx), ``c`` (node-media-server) and
    ``p`` (by way of a proxy to b's nginx). From ``__enter__`` to ``__exit__``.
    """

    def __init__(
        self,
        folder: Path,
        setup: Setup | None = None,
        *,
        kinds: str = "both",
        beyond: Beyond | None = None,
    ) -> None:
        """``kinds`` of ingests: "nginx", "node" or "both". ``beyond``: where ``a`` stands."""
        self.folder = folder
        self.beyond = beyond
        self.setup = setup or Setup(proxied=True)
        self.changes: dict[str, Any] = {}
        """Further changes to the room's file."""
        self.push_a: dict[str, Any] = {}
        """What is said of the faulted destination in place of its address."""
        self.known: list[str] = []
        """Faults of lines that were told already."""
        self._kinds = kinds
        self._stack = contextlib.ExitStack()
        self.feeds: dict[str, Feed] = {}
        self.flags = folder / "flags"
        self.model: Server | None = None
        """The language model that the room's writer asks; None: it has none."""
        self.room: Room
        self.lines: Lines
        self.talks = False
        """Lines are planned and aired in it."""

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self.flags.mkdir(parents=True, exist_ok=True)
            self._listen(stack)
            if self.setup.prepare is not None:
                stack.enter_context(self.setup.prepare(self))
            self.room = self._room()
            self.lines = Lines(self.room.var / self.room.name / "ledger.sqlite")
            stack.callback(self.room.stop)
            self.room.var.mkdir(parents=True, exist_ok=True)
            self.room.start()
            self._wait_for_air()
            self._wait_for_talk()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _wait_for_air(self) -> None:
        """Pictures at every destination. Raises TimeoutError with the end of the room's log."""
        deadline = time.monotonic() + STARTING
        while missing := [name for name, feed in self.feeds.items() if not feed.pictures(0.0)]:
            code = self.room.process.poll()
            if code is not None or time.monotonic() > deadline:
                ended = "" if code is None else f", the room ended with {code}"
                raise TimeoutError(f"no picture at {missing}{ended}; {self.room.tail()}")
            time.sleep(0.05)

    def _wait_for_talk(self) -> None:
        """The first clause on air; a room that never says one is found out by its figures."""
        deadline = time.monotonic() + TALKING
        while not self.talks and time.monotonic() < deadline:
            time.sleep(0.2)
            self.talks = self.lines.aired > 0

    def settle(self, patience: float = 60.0, *, lines: bool = True) -> None:
        """Until all is well: every feed steady and, with ``lines``, one more clause aired.

        Raises TimeoutError naming what is not.
        """
        deadline = time.monotonic() + patience
        aired = self.lines.aired
        while True:
            wrong = [feed.name for feed in self.feeds.values() if not feed.steady(QUIET)]
            if lines and self.talks and self.lines.aired == aired:
                wrong.append("the talk")
            if not wrong:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {patience:g} s not settled: {wrong}; {self.room.tail()}")
            time.sleep(0.1)

    def flag(self, name: str, text: str = "") -> None:
        """Tell the shim in the room's processes; no text: the fault is over."""
        path = self.flags / name
        if text:
            part = path.with_suffix(".part")
            part.write_text(text)
            part.replace(path)
        else:
            path.unlink(missing_ok=True)

    def _listen(self, stack: contextlib.ExitStack) -> None:
        folder = self.folder
        network = self.beyond.network if self.beyond is not None else None
        first: Receiver
        second: Receiver
        if self._kinds == "node":
            first = stack.enter_context(NodeIngest(folder / "a"))
            second = stack.enter_context(NodeIngest(folder / "b"))
            kinds = ("node", "node")
        else:
            first = stack.enter_context(Ingest(folder / "a", network))
            second = stack.enter_context(Ingest(folder / "b"))
            kinds = ("nginx", "nginx")
        self.feeds["a"] = Feed("a", kinds[0], first, "faulted")
        self.feeds["b"] = Feed("b", kinds[1], second, "innocent")
        if self._kinds == "both":
            third = stack.enter_context(NodeIngest(folder / "c"))
            self.feeds["c"] = Feed("c", "node", third, "innocent")
        if self.setup.proxied:
            proxy = stack.enter_context(Proxy(second.port))
            self.feeds["p"] = Feed("p", kinds[1], second, "proxied", proxy)

    def _room(self) -> Room:
        pushes: list[dict[str, Any]] = [
            {"name": feed.name, "url": feed.url} for feed in self.feeds.values()
        ]
        if self.push_a:
            pushes[0] = {"name": "a", **self.push_a}
        if self.setup.dead:
            pushes.insert(1, {"name": "dead", "url": f"rtmp://127.0.0.1:{free_port()}/live/dead"})
        changes: dict[str, Any] = {
            "test_card": True,
            "test_card_talk": True,
            "push": pushes,
            "ffmpeg": str(ffmpeg_wrapper(self.folder, self.flags)),
        }
        return Room(
            self.folder / "run",
            changes=changes | self.changes,
            environment={"PYTHONPATH": str(HERE / "shim"), "LIVEHOST_CHAOS": str(self.flags)},
        )


def ffmpeg_wrapper(folder: Path, flags: Path) -> Path:
    """A program in ffmpeg's place: floods its standard error while the flag "stderr" is there."""
    ffmpeg, flood = imageio_ffmpeg.get_ffmpeg_exe(), HERE / "flood.py"
    wrapper = folder / "ffmpeg"
    python = shlex.quote(sys.executable)
    wrapper.write_text(
        f"#!/bin/sh\nif [ -e {shlex.quote(str(flags / 'stderr'))} ]; then\n"
        f"    {python} {shlex.quote(str(flood))} $$ &\nfi\n"
        f'exec {shlex.quote(str(ffmpeg))} "$@"\n'
    )
    wrapper.chmod(0o755)
    return wrapper


def space(folder: Path) -> int:
    """Bytes free where the stand's recordings go."""
    return shutil.disk_usage(folder).free
