"""A server that speaks chat completions over real sockets, as well or badly as a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What the server does with a request."""

    content: str | None = None
    """The model's text; None: ``body`` is sent as it is."""
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    usage: dict[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 20}
    )
    cut: bool = False
    """The connection ends in the middle of the body."""
    drip: float = 0.0
    """Seconds between two bytes."""
    until: threading.Event | None = None
    """Dripping ends with it."""

    def payload(self) -> bytes:
        if self.content is None:
            return self.body
        message = {"role": "assistant", "content": self.content}
        answer: dict[str, Any] = {
            "id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        }  # fmt: skip
        if self.usage is not None:
            answer["usage"] = self.usage
        return json.dumps(answer).encode()


@dataclass
class Server:
    """What was asked, and what is answered to each."""

    url: str
    answer: Callable[[dict[str, Any]], Reply]
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """The Authorization header of each request."""


def variants(*texts: str) -> str:
    return json.dumps({"variants": list(texts)}, ensure_ascii=False)


@contextmanager
def serving(answer: Callable[[dict[str, Any]], Reply] | Reply) -> Iterator[Server]:
    """A server on a free port of 127.0.0.1. ``answer``: by the request's body, or always this."""
    give = answer if callable(answer) else lambda _: answer
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append(body)
            server.keys.append(self.headers.get("Authorization", ""))
            reply = server.answer(body)
            data = reply.payload()
            self.close_connection = True
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Connection", "close")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if reply.cut:
                    self.wfile.write(data[: len(data) // 2])
                elif reply.drip:
                    for at in range(len(data)):
                        if over.is_set():
                            break
                        self.wfile.write(data[at : at + 1])
                        self.wfile.flush()
                        time.sleep(reply.drip)
                else:
                    self.wfile.write(data)
            except OSError:
                pass  # the client had enough

        def log_message(self, *args: Any) -> None:
            """Not to standard error."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = Server(f"http://127.0.0.1:{httpd.server_port}/v1", give)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        over.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join(5)
