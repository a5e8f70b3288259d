"""What every kind of ingest in these tests can do: record, tell, die and come back."""

from __future__ import annotations

import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from host.supervisor.process import give_way
from tests.e2e.arrivals import Arrival, Watcher
from tests.e2e.notify import Event, Notify
from tests.e2e.processes import end

STARTING = 10.0
"""Seconds an ingest has to listen."""


class IngestError(RuntimeError):
    """The ingest did not start; carries the end of its log."""


@dataclass(frozen=True, slots=True)
class Session:
    """One publishing session, from its acceptance to its end."""

    key: str
    """The stream key that was asked for."""
    path: Path
    """Its recording; nothing else is written there."""
    began: float
    """Seconds, ``time.monotonic()``."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where an ingest stands, as seen from this process."""

    inside: str = "127.0.0.1"
    """The address it listens at."""
    outside: str = "127.0.0.1"
    """This process's address as the ingest sees it."""
    prefix: tuple[str, ...] = ()
    """What its command begins with, to run there."""


class Receiver(ABC):
    """Listens at a random port of its network from ``__enter__`` to ``__exit__``.

    Each session is recorded into its own file. ``events`` says who published, was refused and left,
    ``arrivals`` when each packet came. A key that is on air is refused a second time, as the
    platforms do.
    """

    def __init__(self, folder: Path, network: Network | None = None) -> None:
        """``folder``: for its configuration, log and recordings; made when missing."""
        self._folder = folder
        self._network = network or Network()
        self._process: subprocess.Popen[bytes] | None = None
        self._notify = Notify(self._network.outside)
        self._watcher = Watcher(folder / "recordings")
        self._port = 0

    @abstractmethod
    def _command(self) -> list[str]:
        """The program, for ``_port`` and the port of ``_notify``. Raises IngestError."""

    @property
    @abstractmethod
    def _log(self) -> Path:
        """Where it writes why it does not start."""

    def __enter__(self) -> Self:
        (self._folder / "recordings").mkdir(parents=True, exist_ok=True)
        self._notify.start()
        self._watcher.start()
        try:
            self._start_anywhere()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            end(self._process)
        self._watcher.stop()
        self._notify.stop()

    @property
    def pid(self) -> int:
        """Of the ingest, which is one process."""
        assert self._process is not None
        return self._process.pid

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def url(self, key: str) -> str:
        """Where a publisher of ``key`` pushes to."""
        return f"rtmp://{self._network.inside}:{self._port}/live/{key}"

    @property
    def refused_keys(self) -> set[str]:
        """Keys that ``url`` refuses from now on; change it at will."""
        return self._notify.refused_keys

    @property
    def events(self) -> list[Event]:
        """All that happened, in order."""
        return self._notify.events()

    @property
    def sessions(self) -> list[Session]:
        """Publishing sessions that were accepted, in order."""
        return [
            Session(event.key, self._folder / "recordings" / f"{event.name}.flv", event.at)
            for event in self.events
            if event.kind == "publish"
        ]

    def recording(self, key: str, session: int = -1) -> Path:
        """The file of a session of ``key``: the last, or by number from 0."""
        return [entry.path for entry in self.sessions if entry.key == key][session]

    def arrivals(self, key: str, after: float = 0.0) -> list[Arrival]:
        """Media packets of ``key`` with the moment each came, over all its sessions.

        ``after``: monotonic seconds; what came by then is left out.
        """
        paths = [entry.path for entry in self.sessions if entry.key == key]
        return self._watcher.arrivals(paths, after)

    def lateness(self, after: float) -> float:
        """How late a moment of arrival after ``after`` may be, seconds; 0: not worth telling."""
        return self._watcher.lateness(after)

    def wait(self, done: Callable[[], bool], what: str, *, patience: float = 15.0) -> float:
        """Until ``done()``; ``time.monotonic()`` then. Raises TimeoutError naming ``what``."""
        deadline = time.monotonic() + patience
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {patience:g} s no {what}; events: {self.events[-20:]}")
            time.sleep(0.01)
        return time.monotonic()

    def wait_event(
        self, kind: str, *, key: str | None = None, count: int = 1, patience: float = 15.0
    ) -> Event:
        """The ``count``-th event of a kind (of a key), waiting for it. Raises TimeoutError."""

        def found() -> list[Event]:
            return [e for e in self.events if e.kind == kind and key in (None, e.key)]

        self.wait(lambda: len(found()) >= count, f"event {kind} #{count}", patience=patience)
        return found()[count - 1]

    def wait_media(self, key: str, *, after: float = 0.0, patience: float = 15.0) -> Arrival:
        """The first video packet of ``key`` that came after ``after`` (monotonic seconds)."""

        def found() -> list[Arrival]:
            return [a for a in self.arrivals(key, after) if a.tag.kind == "video"]

        self.wait(lambda: bool(found()), f"video of {key}", patience=patience)
        return found()[0]

    def kill(self) -> None:
        """``kill -9``: as when the platform's machine dies."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._notify.note("killed")

    def restart(self) -> None:
        """Back at the same port after ``kill``. Raises IngestError."""
        self._start()
        self._notify.note("restarted")

    def _start_anywhere(self) -> None:
        for _ in range(5):  # another process may take the free port before the ingest does
            self._port = free_port()
            try:
                return self._start()
            except IngestError as error:
                if "in use" not in str(error):
                    raise
        raise IngestError("no free port in five tries")

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [*self._network.prefix, *self._command()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # A platform's server has a machine of its own: the room must not make it late here.
        give_way(self._process.pid, Watcher.NICE)
        deadline = time.monotonic() + STARTING
        while not _listens(self._network.inside, self._port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                end(self._process)
                log = self._log
                raise IngestError(log.read_text()[-800:] if log.exists() else "it said nothing")
            time.sleep(0.01)


def free_port() -> int:
    """A TCP port of loopback that nobody listens at now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
