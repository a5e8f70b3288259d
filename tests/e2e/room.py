"""A whole room on air, as a merchant runs it, whose processes a test may kill."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import psutil

from tests.e2e.room_file import write_room

Role = Literal[
    "supervisor", "onair", "media", "studio", "voice", "console", "health", "recorder", "pusher"
]

ROOT = Path(__file__).parents[2]
_MODULES: dict[str, Role] = {
    "stream.onair": "onair",
    "host.media": "media",
    "host.studio": "studio",
    "host.voice": "voice",
    "host.console": "console",
    "stream.health": "health",
    "stream.recorder": "recorder",
}
_INGESTS = ("rtmp://", "rtmps://", "srt://")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the room's ledger."""

    seq: int
    ts_utc: str
    """ISO 8601, UTC."""
    kind: str
    body: dict[str, Any]
    """The row's canonical JSON, parsed."""


class Room:
    """Runs ``livehost run`` from ``__enter__`` to ``__exit__``, which leaves no process behind.

    Every process of the room bears ``LIVEHOST_VAR`` in its environment or belongs to the session
    that was started here: that finds them when their parents are dead.
    """

    def __init__(
        self,
        folder: Path,
        *,
        config: Path = ROOT / "configs/demo.toml",
        push: Sequence[str] = (),
        options: Sequence[str] = (),
        changes: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        program: Sequence[str] = (sys.executable, "-m", "host.cli"),
    ) -> None:
        """``folder``: for the room's copy of ``config``, its ``var`` and its log.

        ``push``: addresses; ``options``: further words for ``livehost run``; ``changes``: to the
        room's file, as ``room_file.write_room`` takes them; ``environment``: further variables.
        """
        self._program = program
        self._environment = dict(environment or {})
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._push = push
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.var = folder / "var"
        self.config = folder / config.name
        settings = write_room(config, self.config, changes or {})
        self.name: str = settings["name"]
        self.console_url = f"http://127.0.0.1:{settings['console']['port']}"
        self.comments_url = f"ws://127.0.0.1:{settings['comments']['port']}/comments"
        self.log = folder / "room.log"

    def __enter__(self) -> Self:
        self.var.mkdir(parents=True, exist_ok=True)
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        left = self.stop()
        if kind is None:
            assert not left, f"still running after the room's end: {left}; {self.tail()}"

    def start(self) -> None:
        """Start the supervisor; also after it was killed."""
        pushes = [word for url in self._push for word in ("--push", url)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._program, "run", str(self.config), *pushes, *self._options],
                cwd=ROOT,
                env=self._variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def _variables(self) -> dict[str, str]:
        return {**os.environ, "LIVEHOST_VAR": str(self.var), **self._environment}

    def command(self, *words: str, timeout: float = 60.0) -> subprocess.CompletedProcess[str]:
        """``livehost WORD ROOM WORD…`` beside the room that runs. Raises TimeoutExpired."""
        return subprocess.run(
            [*self._program, words[0], str(self.config), *words[1:]],
            cwd=ROOT,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The supervisor."""
        assert self._process is not None, "the room was not started"
        return self._process

    def stop(self, *, grace: float = 15.0) -> list[str]:
        """End the room by SIGTERM to its supervisor; what ran on ``grace`` s later is killed.

        Returns the command lines of what had to be killed.
        """
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + grace
        while self.processes() and time.monotonic() < deadline:
            self.process.poll()  # reaps
            time.sleep(0.05)
        left = self.processes()
        names = [_command(process) for process in left]
        for process in left:
            _kill(process)
        psutil.wait_procs(left, timeout=5)
        self.process.wait()
        return names

    def processes(self) -> list[psutil.Process]:
        """All living processes of the room, zombies left out."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def roles(self) -> list[tuple[psutil.Process, Role]]:
        """The living processes that have a role."""
        found = [(process, self._role(process)) for process in self.processes()]
        return [(process, role) for process, role in found if role is not None]

    def pids(self, role: Role) -> list[int]:
        """Processes of that role that live now."""
        return [process.pid for process, theirs in self.roles() if theirs == role]

    def pid(self, role: Role, *, patience: float = 10.0) -> int:
        """The one process of that role, waited for. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        while not (found := self.pids(role)):
            if time.monotonic() > deadline:
                commands = [_command(process) for process in self.processes()]
                raise TimeoutError(f"no {role} among {commands}; {self.tail()}")
            time.sleep(0.02)
        return found[0]

    def pusher(self, url: str, *, patience: float = 10.0) -> int:
        """The process that pushes to that address, waited for. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for process, role in self.roles():
                if role == "pusher" and url in _words(process):
                    return process.pid
            time.sleep(0.02)
        raise TimeoutError(f"no pusher to that address; {self.tail()}")

    def kill(self, role: Role, pid: int | None = None) -> int:
        """``kill -9`` that process (one of several: ``pid``) and see it dead; its pid.

        Raises TimeoutError.
        """
        pid = pid or self.pid(role)
        os.kill(pid, signal.SIGKILL)
        if role == "supervisor":
            self.process.wait()
        deadline = time.monotonic() + 5
        while pid in self.pids(role):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{role} ({pid}) outlives kill -9")
            time.sleep(0.005)
        return pid

    def wait_restarted(self, role: Role, killed: int, *, patience: float = 10.0) -> int:
        """The pid of what took the place of ``killed``. Raises TimeoutError."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            fresh = [pid for pid in self.pids(role) if pid != killed]
            if fresh:
                return fresh[0]
            time.sleep(0.02)
        raise TimeoutError(f"{role} did not come back; {self.tail()}")

    def memory(self) -> dict[Role, int]:
        """Proportional set size of each role, bytes: shared pages are counted once."""
        sizes: dict[Role, int] = {}
        for process, role in self.roles():
            sizes[role] = sizes.get(role, 0) + process.memory_full_info().pss
        return sizes

    def ledger(self, *kinds: str) -> list[LedgerRow]:
        """Rows of the ledger in order, of all kinds or of those given; none before it exists."""
        file = self.var / self.name / "ledger.sqlite"
        if not file.exists():
            return []
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)) as db:
            rows = db.execute("SELECT seq, ts_utc, kind, body FROM ledger ORDER BY seq").fetchall()
        return [
            LedgerRow(seq, ts_utc, kind, json.loads(body))
            for seq, ts_utc, kind, body in rows
            if not kinds or kind in kinds
        ]

    def tail(self, size: int = 1500) -> str:
        """The end of what the room printed."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return f"log: {text[-size:]}"

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            if os.getsid(process.pid) == self.process.pid:
                return True
            return process.environ().get("LIVEHOST_VAR") == str(self.var)
        except (psutil.Error, OSError):
            return False  # gone meanwhile, or another user's

    def _role(self, process: psutil.Process) -> Role | None:
        if process.pid == self.process.pid:
            return "supervisor"
        words = _words(process)
        for module, role in _MODULES.items():
            if any(word == module or word.startswith(f"{module}.") for word in words):
                return role
        encodes = bool(words) and "ffmpeg" in Path(words[0]).name and "copy" in words
        pushes = encodes and any(word.startswith(_INGESTS) for word in words)
        return "pusher" if pushes else None


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def _command(process: psutil.Process) -> str:
    return " ".join(_words(process)[:6]) or f"pid {process.pid}"


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
