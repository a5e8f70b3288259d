"""Alerts against a real HTTP server: taken, refused, failing, hanging; and never the address."""

from __future__ import annotations

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args

import pytest

from host.config import Room
from host.errors import ConfigError
from host.model import Incident, Lang
from host.settings import AlertSettings
from host.supervisor import alerts as module
from host.supervisor import wordings
from host.supervisor.alarms import Alert
from host.supervisor.alerts import TRIES, WAITING, Alerts
from tests.host.supervisor.watched import Pulled, room

KEY = "s3cr3t-t0ken"
STYLES = get_args(AlertSettings.model_fields["style"].annotation)


class Receiver:
    """A webhook on a free port."""

    def __init__(self) -> None:
        self.bodies: queue.Queue[Any] = queue.Queue()
        self.statuses: list[int] = []
        self.answer = b"{}"
        self.hangs = threading.Event()
        self.released = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                receiver.bodies.put((self.headers["Content-Type"], self.rfile.read(length)))
                if receiver.hangs.is_set():
                    receiver.released.wait(20)
                    return
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", str(len(receiver.answer)))
                self.end_headers()
                self.wfile.write(receiver.answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name)
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook/{KEY}"

    def body(self) -> Any:
        kind, data = self.bodies.get(timeout=15)
        assert kind == "application/json"
        return json.loads(data)

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    made = Receiver()
    monkeypatch.setenv("HOOK", made.url)
    yield made
    made.close()


class Posting:
    """Alerts of a room, and what they noted."""

    def __init__(self, folder: Path, style: str = "json", lang: Lang = "en", **rest: float) -> None:
        plain = room(folder, alerts={"webhook_env": "HOOK", "style": style})
        settings = plain.settings.model_copy(update={"lang": lang})
        self.levers = Pulled()
        self.alerts = Alerts(Room(plain.file, settings), self.levers, spacing=0.0, **rest)

    def noted(self, what: str, seconds: float = 15.0) -> list[str]:
        """Reasons of what was noted, as soon as there is one."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.alerts.hear("onair", None)
            found = [
                one.why
                for one in self.levers.noted
                if isinstance(one, Incident) and one.what == what
            ]
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"nothing noted as {what}")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between tries in hundredths: their number is what counts."""
    monkeypatch.setattr(module, "wait_exponential", lambda **_: lambda state: 0.02)


def test_every_style_says_the_same_text(tmp_path: Path, receiver: Receiver) -> None:
    where: dict[str, Callable[[Any], tuple[str, str]]] = {
        "feishu": lambda body: (body["msg_type"], body["content"]["text"]),
        "dingtalk": lambda body: (body["msgtype"], body["text"]["content"]),
        "wecom": lambda body: (body["msgtype"], body["text"]["content"]),
        "slack": lambda body: ("text", body["text"]),
        "json": lambda body: ("text", body["text"]),
    }
    assert set(where) == set(STYLES)
    for style, text in where.items():
        posting = Posting(tmp_path, style)
        posting.alerts.send(Alert("clipped", detail="2.0%"))
        told = text(receiver.body())
        assert told == (
            "text",
            "[livehost test] the sound is too loud and distorted (2.0%)",
        )
        posting.alerts.close()


def test_json_holds_the_parts(tmp_path: Path, receiver: Receiver) -> None:
    posting = Posting(tmp_path)
    posting.alerts.send(Alert("rejected", "bilibili", over=True))
    body = receiver.body()
    assert body.pop("at").endswith("+00:00")
    assert body.pop("text").startswith("[livehost test] bilibili: over")
    assert body == {
        "room": "test", "kind": "rejected", "about": "bilibili", "detail": "", "over": True,
    }  # fmt: skip
    posting.alerts.close()


def test_in_the_rooms_language_and_on_record_in_english(tmp_path: Path, receiver: Receiver) -> None:
    posting = Posting(tmp_path, "dingtalk", "zh")
    posting.alerts.send(Alert("black", detail="9 s"))
    assert receiver.body()["text"]["content"] == "[livehost test] 画面是黑的 (9 s)"
    (noted,) = posting.levers.noted
    assert noted == Incident("health", "alert", "the picture is black (9 s)")
    posting.alerts.hear("supervisor", noted)
    posting.alerts.hear("recorder", Incident("recorder", "alert", "no disk"))
    assert "no disk" in receiver.body()["text"]["content"]
    assert receiver.bodies.empty(), "its own record is not posted again"
    posting.alerts.close()


def test_every_kind_has_both_languages() -> None:
    for kind in wordings._TEXTS:
        chinese, english = (wordings.wording(Alert(kind), lang) for lang in get_args(Lang))
        assert any("一" <= sign <= "鿿" for sign in chinese)
        assert english.isascii()


def test_what_fails_is_tried_again(tmp_path: Path, receiver: Receiver) -> None:
    receiver.statuses = [500, 503]
    posting = Posting(tmp_path)
    posting.alerts.send(Alert("black"))
    for _ in range(TRIES):
        assert receiver.body()["kind"] == "black"
    posting.alerts.send(Alert("frozen"))
    assert receiver.body()["kind"] == "frozen"
    posting.alerts.close()
    assert [one.what for one in posting.levers.noted if isinstance(one, Incident)] == ["alert"] * 2


def test_what_is_never_taken_is_noted_without_the_address(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.statuses = [500] * TRIES
    posting = Posting(tmp_path)
    posting.alerts.send(Alert("black"))
    (why,) = posting.noted("undelivered")
    assert "500" in why
    assert KEY not in why
    assert receiver.bodies.qsize() == TRIES
    posting.alerts.close()


def test_a_robot_that_refuses_with_status_200_is_noted(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answer = b'{"errcode": 310000, "errmsg": "keywords not in content"}'
    posting = Posting(tmp_path, "dingtalk")
    posting.alerts.send(Alert("black"))
    (why,) = posting.noted("undelivered")
    assert "errcode 310000" in why
    posting.alerts.close()


def test_a_receiver_that_hangs_or_is_gone_delays_nobody(
    tmp_path: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.hangs.set()
    posting = Posting(tmp_path, timeout=0.2)
    began = time.perf_counter()
    for _ in range(3 * WAITING):
        posting.alerts.send(Alert("black"))
    assert time.perf_counter() - began < 0.5
    reasons = posting.noted("undelivered")
    assert any("oldest is left out" in why for why in reasons)
    began = time.perf_counter()
    posting.alerts.close(0.5)
    assert time.perf_counter() - began < 1.0
    said = [str(one) for one in posting.levers.noted] + [caplog.text]
    assert not any(KEY in text for text in said)


def test_nobody_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HOOK", f"http://127.0.0.1:9/{KEY}")
    posting = Posting(tmp_path)
    posting.alerts.send(Alert("black"))
    (why,) = posting.noted("undelivered")
    assert "ConnectError" in why
    assert KEY not in why + caplog.text
    posting.alerts.close()


@pytest.mark.parametrize("address", ["", f"ftp://host/{KEY}", f"host/{KEY}", f"http:///{KEY}"])
def test_a_variable_without_an_address_is_the_merchants_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("HOOK", address)
    with pytest.raises(ConfigError) as raised:
        Posting(tmp_path)
    assert "HOOK" in str(raised.value)
    assert KEY not in str(raised.value)


def test_without_a_webhook_alerts_are_on_record_only(tmp_path: Path) -> None:
    levers = Pulled()
    alerts = Alerts(room(tmp_path), levers)
    alerts.send(Alert("black"))
    assert [one.what for one in levers.noted if isinstance(one, Incident)] == ["alert"]
    alerts.close()
