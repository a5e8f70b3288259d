"""The console as a process: what it serves, how it begins, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.e2e.console import Console, command, console
from tests.e2e.fake_room import FakeRoom


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("console")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Console]:
    cwd = folder / "cwd"
    cwd.mkdir()
    with FakeRoom(folder / "sockets") as fake, console(fake.folder, cwd) as started:
        yield started


def get(console: Console, path: str = "/", **headers: str) -> httpx.Response:
    return httpx.get(console.url + path, headers=headers, trust_env=False)


def test_serves_its_page_in_the_rooms_language_and_the_other(served: Console) -> None:
    assert "直播控制台" in get(served).text
    assert "Control room" in get(served, "/en").text
    assert "直播控制台" in get(served, "/zh").text


def test_the_rooms_name_is_escaped(served: Console) -> None:
    assert "<room>" not in get(served).text
    assert "demo &lt;room&gt;" in get(served).text


def test_every_address_in_the_page_is_its_own(served: Console) -> None:
    page = get(served).text
    for mark in ('src="http', 'href="http', "url(http", 'src="//', 'href="//', "import('http"):
        assert mark not in page


def test_strangers_are_refused(served: Console) -> None:
    assert get(served, host="evil.example").status_code == 403
    assert get(served, origin="http://evil.example").status_code == 403
    for path in ("/preview", "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"):
        address = f"ws://{served.address}{path}"
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(address, origin=Origin("http://evil.example"), proxy=None),
        ):
            pass
        assert refused.value.response.status_code == 403


def test_the_preview_begins_with_what_a_player_needs(served: Console) -> None:
    with connect(f"ws://{served.address}/preview", proxy=None) as socket_:
        assert '"mime"' in str(socket_.recv(timeout=10))
        init = socket_.recv(timeout=10)
        assert isinstance(init, bytes)
        assert init[4:8] == b"ftyp"
        fragment = socket_.recv(timeout=10)
        assert isinstance(fragment, bytes)
        assert fragment[4:8] == b"moof"


def test_leaves_nothing_in_its_working_folder(served: Console, folder: Path) -> None:
    assert served.process.poll() is None
    assert list((folder / "cwd").iterdir()) == []


def test_ends_at_once_on_sigterm_with_open_pages(tmp_path: Path) -> None:
    with (
        FakeRoom(tmp_path / "sockets") as fake,
        console(fake.folder, tmp_path) as started,
        connect(f"ws://{started.address}/preview", proxy=None) as viewer,
    ):
        viewer.recv(timeout=10)
        asked = time.monotonic()
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(5) == 0
        assert time.monotonic() - asked < 2


def test_a_port_in_use_is_one_line_and_code_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = subprocess.run(
            command(tmp_path, port), capture_output=True, text=True, timeout=30, check=False
        )
    assert ran.returncode == 2
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    assert f"port {port} on 127.0.0.1 is in use" in line


def test_an_address_that_is_not_ours_is_one_line_and_code_2(tmp_path: Path) -> None:
    ran = subprocess.run(
        command(tmp_path, 0, "--host", "192.0.2.1"),
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    (line,) = ran.stderr.splitlines()
    assert "192.0.2.1" in line


@pytest.mark.slow
def test_ends_by_itself_when_the_supervisor_is_gone(tmp_path: Path) -> None:
    with FakeRoom(tmp_path / "sockets") as fake, console(fake.folder, tmp_path) as started:
        time.sleep(0.5)
        gone = time.monotonic()
        fake.lose("supervisor")
        assert started.process.wait(15) == 0
        assert 7 < time.monotonic() - gone < 12
