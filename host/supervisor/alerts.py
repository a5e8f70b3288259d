"""Alerts to a person, by a webhook: posted from a thread of its own, in the room's language.

The address holds a token as a rule, so it stands in no error, log or ledger; nor does anything
that the receiver answers.

============  ==============================================  ============================
Style         Body                                            Taken when
============  ==============================================  ============================
json          ``{"room", "kind", "about", "text", "detail",   status 2xx
              "over", "at"}``
feishu        ``{"msg_type": "text", "content": {"text"}}``   ``code`` 0
dingtalk      ``{"msgtype": "text", "text": {"content"}}``    ``errcode`` 0
wecom         ``{"msgtype": "text", "text": {"content"}}``    ``errcode`` 0
slack         ``{"text"}``                                    status 2xx
============  ==============================================  ============================

Feishu, DingTalk and WeCom answer a refused message with status 200 and a code. A DingTalk or Feishu
robot that is bound to a keyword takes "livehost": every text begins with it.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections import deque
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
from tenacity import (
    RetryError,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_when_event_set,
    wait_exponential,
)
from tenacity.nap import sleep_using_event

from host.config import Room
from host.errors import ConfigError, Finding, StageError
from host.model import Incident, Lang
from host.supervisor.alarms import Alert
from host.supervisor.levers import Levers
from host.supervisor.wordings import wording

WAITING = 64
"""Alerts that wait to be posted; when there are more, the oldest are left out."""
TIMEOUT = 5.0
"""Seconds for each step of a post: connecting, writing, reading."""
TRIES = 3
SPACING = 3.0
"""Seconds between two posts: DingTalk and WeCom take 20 a minute."""
LONGEST = 1000
"""Characters of an alert; WeCom takes 2 048 bytes of text."""
_ACCEPTED = {"feishu": ("code", "StatusCode"), "dingtalk": ("errcode",), "wecom": ("errcode",)}


class Alerts:
    """An Observer that posts. Nothing here waits for the network but its own thread."""

    def __init__(
        self, room: Room, levers: Levers, *, spacing: float = SPACING, timeout: float = TIMEOUT
    ) -> None:
        """Raises ConfigError when the room names a variable that holds no address."""
        self._room = room.name
        self._lang: Lang = room.settings.lang
        self._style = room.settings.alerts.style
        self._levers = levers
        self._url = _address(room)
        self._spacing = spacing
        self._timeout = timeout
        self._queue: queue.Queue[Alert | None] = queue.Queue(WAITING)
        self._failures: deque[str] = deque(maxlen=WAITING)
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        if self._url:
            # httpx tells each request with its address at INFO, httpcore at DEBUG.
            for name in ("httpx", "httpcore"):
                logging.getLogger(name).setLevel(logging.WARNING)
            self._thread = threading.Thread(target=self._post_all, name="alerts", daemon=True)
            self._thread.start()

    def hear(self, role: str, message: object) -> None:
        """An ``Incident`` that says "alert" is one, whoever reports it."""
        while self._failures:
            self._levers.note(Incident("alerts", "undelivered", self._failures.popleft()))
        if isinstance(message, Incident) and message.what == "alert" and message.stage != "health":
            self._post(Alert("reported", message.stage, message.why))

    def send(self, alert: Alert) -> None:
        """Put the alert on record and post it, now or as soon as the receiver takes it."""
        text = wording(alert, "en")
        self._levers.note(Incident("health", "alert-over" if alert.over else "alert", text))
        self._post(alert)

    def _post(self, alert: Alert) -> None:
        if self._thread is None:
            return
        while True:
            try:
                self._queue.put_nowait(alert)
                return
            except queue.Full:
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        try:
            self._queue.get_nowait()
        except queue.Empty:
            return
        self._failures.append(f"more than {WAITING} alerts were waiting: the oldest is left out")

    async def run(self) -> None:
        """Close it when the room ends."""
        try:
            await anyio.sleep_forever()
        finally:
            self.close()

    def close(self, seconds: float = 1.0) -> None:
        """Post what waits, for so many seconds at most."""
        if self._thread is None:
            return
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            self._over.set()
        self._thread.join(seconds)
        self._over.set()
        self._thread = None

    def _post_all(self) -> None:
        with httpx.Client(timeout=self._timeout) as client:
            while (alert := self._queue.get()) is not None and not self._over.is_set():
                try:
                    self._try(client, self._body(alert))
                except RetryError as error:
                    last = error.last_attempt.exception()
                    self._failures.append(f"{alert.kind}: {last} ({TRIES} tries)")
                if not self._queue.empty():
                    self._over.wait(self._spacing)

    def _try(self, client: httpx.Client, body: dict[str, Any]) -> None:
        """Raises RetryError when no try was taken."""
        for attempt in Retrying(
            stop=stop_after_attempt(TRIES) | stop_when_event_set(self._over),
            wait=wait_exponential(multiplier=1, max=10),
            retry=retry_if_exception_type(StageError),
            sleep=sleep_using_event(self._over),
        ):
            with attempt:
                self._deliver(client, body)

    def _deliver(self, client: httpx.Client, body: dict[str, Any]) -> None:
        """Raises StageError, without the address, when it was not taken."""
        try:
            answer = client.post(self._url, json=body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            # Its text may hold the address: the name of its class does not.
            raise StageError("alerts", type(error).__name__, retryable=True) from None
        if not answer.is_success:
            raise StageError("alerts", f"status {answer.status_code}", retryable=True)
        for key in _ACCEPTED.get(self._style, ()):
            code = _code(answer, key)
            if code:
                raise StageError("alerts", f"{key} {code}", retryable=True)

    def _body(self, alert: Alert) -> dict[str, Any]:
        text = f"[livehost {self._room}] {wording(alert, self._lang)}"[:LONGEST]
        match self._style:
            case "feishu":
                return {"msg_type": "text", "content": {"text": text}}
            case "dingtalk" | "wecom":
                return {"msgtype": "text", "text": {"content": text}}
            case "slack":
                return {"text": text}
            case "json":
                return {
                    "room": self._room,
                    "kind": alert.kind,
                    "about": alert.about,
                    "text": text,
                    "detail": alert.detail,
                    "over": alert.over,
                    "at": datetime.now(UTC).isoformat(timespec="seconds"),
                }


def _code(answer: httpx.Response, key: str) -> int:
    """The receiver's own code; 0 when it gives none."""
    try:
        said = answer.json()
        return int(said.get(key, 0))
    except (ValueError, TypeError, AttributeError):
        return 0


def _address(room: Room) -> str:
    name = room.settings.alerts.webhook_env
    if not name:
        return ""
    url = os.environ.get(name, "")
    try:
        good = httpx.URL(url).scheme in ("http", "https") and bool(httpx.URL(url).host)
    except httpx.InvalidURL:
        good = False
    if not good:
        what = f"[alerts] the variable {name} holds no address of a webhook"
        fix = f"set it, for instance: export {name}=https://HOST/PATH, or leave webhook_env out"
        raise ConfigError(Finding(what, fix, room.file))
    return url
