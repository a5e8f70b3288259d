"""What an ingest tells of its publishers, with times; and what it is told in reply."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at the ingest."""

    at: float
    """Seconds, ``time.monotonic()``."""
    kind: str
    """"publish", "busy" (refused: the key is on air), "refuse", "unpublish"; "killed" and
    "restarted" of the ingest itself."""
    key: str = ""
    """The stream key; empty where there is none."""
    client: str = ""
    """The ingest's number of the connection, unique until it restarts."""
    name: str = ""
    """Of a "publish": what its recording is called."""


class Notify:
    """A small HTTP server for the calls of nginx's ``on_*`` and of ``node/ingest.js``.

    Each accepted session is given a name of its own (by redirect), so that a reconnect within
    the same second never overwrites the recording before it.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        """``host``: the address it listens at."""
        self.refused_keys: set[str] = set()
        """Keys that are refused from now on."""
        self._events: list[Event] = []
        self._lock = threading.Lock()
        self._live: dict[str, Event] = {}
        self._count = 0
        # One request at a time: events stay in nginx's order.
        self._server = TCPServer((host, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._server.server_address[1]
        return port

    def start(self) -> None:
        """Serve from a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def events(self) -> list[Event]:
        """All events so far, in order."""
        with self._lock:
            return list(self._events)

    def note(self, kind: str) -> None:
        """An event of the ingest itself. Its sessions are over."""
        with self._lock:
            self._live.clear()
            self._events.append(Event(time.monotonic(), kind))

    def answer(self, call: str, key: str, client: str) -> tuple[int, str]:
        """HTTP status for the ingest, and the session's name where it is a redirect."""
        now = time.monotonic()
        with self._lock:
            if call == "unpublish":
                over = [k for k, event in self._live.items() if event.client == client]
                key = over[0] if over else key
                self._live.pop(key, None)
            elif call == "publish":
                if key in self.refused_keys:
                    call = "refuse"
                elif key in self._live:
                    call = "busy"
                else:
                    self._count += 1
                    name = f"{key}.{self._count:03}"
                    event = Event(now, call, key, client, name)
                    self._live[key] = event
                    self._events.append(event)
                    return 302, name
            self._events.append(Event(now, call, key, client))
            return (403 if call in ("refuse", "busy") else 200), ""

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        notify = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urlsplit(self.path)
                query = parse_qs(url.query)
                key, client = (query.get(field, [""])[0] for field in ("name", "clientid"))
                status, name = notify.answer(url.path.strip("/"), key, client)
                self.send_response(status)
                if name:
                    self.send_header("Location", name)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """The events are the log."""

        return Handler
