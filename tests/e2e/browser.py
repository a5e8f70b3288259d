"""Drives a headless Chromium over its DevTools protocol: enough for a page, no more."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from tests.e2e import processes

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
"""None: this machine has none."""

_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # root has no user namespace in CI's containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # Chromium's own traffic, so that what is seen is the page's.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--remote-debugging-port=0",
)

_STANDING_STILL = """new Promise((done) => {
  let before = "";
  let tries = 200;
  const look = () => {
    const element = document.querySelector(SELECTOR);
    element?.scrollIntoView({ block: "center" });
    const r = element?.getBoundingClientRect() ?? { width: 0 };
    const x = r.x + r.width / 2, y = r.y + r.height / 2;
    const now = [x, y, r.width, r.height].join();
    const seen = r.width && element.contains(document.elementFromPoint(x, y));
    if (seen && now === before) return done([x, y]);
    before = now;
    if (tries--) setTimeout(look, 50);
    else done(null);
  };
  look();
})"""
"""The middle of an element that has stopped moving and that nothing covers; null: none in 10 s."""


def missing() -> str:
    """What this machine lacks for it; empty: nothing."""
    return "" if CHROMIUM else "no Chromium on this machine: apt-get install chromium"


class Page:
    """One tab. ``requests`` and ``errors`` fill while any method runs."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.requests: list[str] = []
        """Addresses of everything the page asked for, WebSockets too."""
        self.errors: list[str] = []
        """Exceptions and console errors."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.command(f"{domain}.enable")

    def command(self, method: str, **params: Any) -> Any:
        """Send a DevTools command; its result. Raises RuntimeError with the browser's words."""
        ident = next(self._ids)
        self._socket.send(json.dumps({"id": ident, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=30))
            if message.get("id") == ident:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(params["url"])
            case "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                self.errors.append(str(details.get("exception", {}).get("description", details)))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")

    def open(self, url: str, *, width: int = 1280, height: int = 800) -> None:
        """Go to ``url`` in a window of that size, CSS pixels."""
        self.resize(width, height)
        self.requests.clear()
        self.errors.clear()
        self.command("Page.navigate", url=url)

    def resize(self, width: int, height: int, *, phone: bool = False) -> None:
        """Give the window another size."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )

    def run(self, script: str, *, gesture: bool = False) -> Any:
        """The value of a JavaScript expression, promises awaited. ``gesture``: as by a user."""
        result = self.command(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=gesture,
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description"))
        return result["result"].get("value")

    def wait(self, script: str, patience: float = 15.0) -> Any:
        """The first true value of an expression. Raises TimeoutError with the last one."""
        until = time.monotonic() + patience
        value: Any = None
        while time.monotonic() < until:
            with suppress(RuntimeError):  # the page may be between two documents
                value = self.run(script)
            if value:
                return value
            time.sleep(0.05)
        raise TimeoutError(f"{script} stayed {value!r} for {patience} s; {self.errors}")

    def click(self, selector: str) -> None:
        """A real mouse click on the first element that matches, once it stands still."""
        place = self.run(_STANDING_STILL.replace("SELECTOR", json.dumps(selector)))
        if place is None:
            raise TimeoutError(f"{selector} cannot be clicked; {self.errors}")
        x, y = place
        for kind in ("mousePressed", "mouseReleased"):
            self.command(
                "Input.dispatchMouseEvent",
                type=kind,
                x=x,
                y=y,
                button="left",
                clickCount=1,
            )

    def type(self, text: str) -> None:
        """Write into what has the focus, then Enter."""
        self.command("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            self.command(
                "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter",
                windowsVirtualKeyCode=13, text="\r" if kind == "keyDown" else "",
            )  # fmt: skip

    def foreign(self, own: str) -> list[str]:
        """Requests that went to another server than ``own`` ("127.0.0.1:8700")."""
        self.run("1")
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme in ("http", "https", "ws", "wss")
            and urlsplit(url).netloc != own
        ]

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Save what is seen as PNG; ``whole``: the page beyond the window too."""
        result = self.command("Page.captureScreenshot", captureBeyondViewport=whole)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(result["data"]))


@contextmanager
def chromium(fonts: Path | None = None) -> Iterator[Page]:
    """A browser with one tab. ``fonts``: a folder of fonts for a machine that has none."""
    assert CHROMIUM is not None, missing()
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as home:
        process = subprocess.Popen(
            [CHROMIUM, *_FLAGS, f"--user-data-dir={home}", "about:blank"],
            env={"HOME": home, "PATH": "/usr/bin:/bin", **_font_environment(Path(home), fonts)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            with connect(_tab(Path(home)), max_size=None, proxy=None) as socket:
                yield Page(socket)
        finally:
            processes.end(process)
            # Its helpers outlive it by a moment, and write into its folder meanwhile.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _font_environment(home: Path, fonts: Path | None) -> dict[str, str]:
    if fonts is None:
        return {}
    config = home / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{home}/fonts</cachedir></fontconfig>"
    )
    return {"FONTCONFIG_FILE": str(config)}


def _tab(home: Path) -> str:
    """DevTools address of the first tab, once the browser has written its port."""
    note = home / "DevToolsActivePort"
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(OSError, IndexError):
            port, path = note.read_text().splitlines()[:2]
            with connect(f"ws://127.0.0.1:{port}{path}", proxy=None) as socket:
                socket.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
                targets = json.loads(socket.recv(timeout=10))["result"]["targetInfos"]
            page = next((t for t in targets if t["type"] == "page"), None)
            if page is not None:
                return f"ws://127.0.0.1:{port}/devtools/page/{page['targetId']}"
        time.sleep(0.05)
    raise TimeoutError("Chromium did not start within 30 s")
