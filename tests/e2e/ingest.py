"""A platform's ingest on loopback: nginx with its RTMP module, recording all that it gets."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.e2e.arrivals import Arrival, Watcher
from tests.e2e.notify import Event, Notify
from tests.e2e.processes import end

_MODULES = (
    Path("/usr/lib/nginx/modules/ngx_rtmp_module.so"),
    Path("/usr/lib64/nginx/modules/ngx_rtmp_module.so"),
)
_CONF = """
load_module {module};
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
events {{ worker_connections 256; }}
rtmp {{
    access_log off;
    server {{
        listen 127.0.0.1:{port};
        chunk_size 4096;
        notify_method get;
        application live {{
            live on;
            on_publish http://127.0.0.1:{notify}/publish;
            on_publish_done http://127.0.0.1:{notify}/unpublish;
            record all;
            record_path {folder}/recordings;
            record_unique off;
        }}
        application refused {{
            live on;
            on_publish http://127.0.0.1:{notify}/refuse;
        }}
    }}
}}
"""


class IngestError(RuntimeError):
    """nginx did not start; carries the end of its log."""


def missing() -> str:
    """What this machine lacks for an ingest; empty: nothing."""
    if _nginx() is None:
        return "nginx is not installed (apt-get install nginx libnginx-mod-rtmp)"
    if _module() is None:
        return "nginx has no RTMP module (apt-get install libnginx-mod-rtmp)"
    return ""


def _nginx() -> str | None:
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def _module() -> Path | None:
    return next((module for module in _MODULES if module.exists()), None)


@dataclass(frozen=True, slots=True)
class Session:
    """One publishing session, from its acceptance to its end."""

    key: str
    """The stream key that was asked for."""
    path: Path
    """Its recording; nothing else is written there."""
    began: float
    """Seconds, ``time.monotonic()``."""


class Ingest:
    """Listens at a random port of loopback from ``__enter__`` to ``__exit__``.

    Each session is recorded into its own file. ``events`` says who published, was refused and left,
    ``arrivals`` when each packet came. A key that is on air is refused a second time, as the
    platforms do.
    """

    def __init__(self, folder: Path) -> None:
        """``folder``: for the configuration, the log and the recordings; made when missing."""
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._notify = Notify(folder / "recordings")
        self._watcher = Watcher(folder / "recordings")
        self._port = 0

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
        """Of nginx, which is one process here."""
        assert self._process is not None
        return self._process.pid

    def url(self, key: str) -> str:
        """Where a publisher of ``key`` pushes to."""
        return f"rtmp://127.0.0.1:{self._port}/live/{key}"

    def refusing_url(self, key: str) -> str:
        """An address at which every publisher is refused."""
        return f"rtmp://127.0.0.1:{self._port}/refused/{key}"

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

    def arrivals(self, key: str) -> list[Arrival]:
        """Every media packet of ``key`` with the moment it came, over all its sessions."""
        return self._watcher.arrivals([entry.path for entry in self.sessions if entry.key == key])

    def wait(self, done: Callable[[], bool], what: str, *, patience: float = 15.0) -> float:
        """Until ``done()``; ``time.monotonic()`` then. Raises TimeoutError naming ``what``."""
        deadline = time.monotonic() + patience
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {patience:g} s no {what}; events: {self.events}")
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
            return [a for a in self.arrivals(key) if a.tag.kind == "video" and a.at > after]

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
        for _ in range(5):  # another process may take the free port before nginx does
            self._port = free_port()
            try:
                return self._start()
            except IngestError as error:
                if "Address already in use" not in str(error):
                    raise
        raise IngestError("no free port in five tries")

    def _start(self) -> None:
        nginx, module = _nginx(), _module()
        if nginx is None or module is None:
            raise IngestError(missing())
        conf = self._folder / "nginx.conf"
        conf.write_text(
            _CONF.format(
                module=module, folder=self._folder, port=self._port, notify=self._notify.port
            )
        )
        log = self._folder / "nginx.log"
        self._process = subprocess.Popen(
            [nginx, "-p", str(self._folder), "-c", str(conf), "-e", str(log)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 10
        while not _listens(self._port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                end(self._process)
                raise IngestError(log.read_text()[-800:] if log.exists() else "nginx said nothing")
            time.sleep(0.01)


def free_port() -> int:
    """A TCP port of loopback that nobody listens at now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
