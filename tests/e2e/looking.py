"""A room, its console and a browser that looks at it, for tests of the operator's page."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.sync.server import ServerConnection, serve

from tests.e2e.browser import Page
from tests.e2e.console import Console, console
from tests.e2e.fake_room import FakeRoom

PLAYS = "document.querySelector('video')?.currentTime > 0.3"


@contextmanager
def comments_port(heard: list[str]) -> Iterator[int]:
    """A comments source that takes everything."""

    def hear(connection: ServerConnection) -> None:
        for message in connection:
            comment = json.loads(message)
            heard.append(comment["text"])
            connection.send(json.dumps({"id": comment["id"], "status": "queued"}))

    with serve(hear, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.socket.getsockname()[1]
        finally:
            server.shutdown()
            thread.join()


@dataclass(slots=True)
class Desk:
    """A room, its console and a browser that looks at it."""

    fake: FakeRoom
    console: Console
    page: Page
    comments: list[str]
    """What the comments port has heard."""
    more: tuple[str, ...]
    """The console's further arguments."""

    def open(self, path: str = "/en") -> None:
        """Open the page; wait for its picture, and until it can be told that the console went."""
        self.page.open(self.console.url + path)
        self.page.wait(PLAYS)
        self.page.wait("window.socket?.connected && window.did_handshake")

    def sees(self, text: str) -> None:
        """Wait until the page shows that."""
        self.page.wait(f"document.body.innerText.includes({json.dumps(text)})")


@contextmanager
def started(folder: Path, page: Page) -> Iterator[Desk]:
    """A room and its console in ``folder``, looked at by ``page``."""
    heard: list[str] = []
    with comments_port(heard) as port, FakeRoom(folder / "sockets") as fake:
        more = ("--comments-port", str(port))
        with console(fake.folder, folder, *more) as running:
            yield Desk(fake, running, page, heard, more)
