"""Who may talk to the page."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from host.console.guard import Guard


async def _hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def _greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("hello")
    await websocket.close()


def client(host: str = "127.0.0.1", *names: str, base: str = "http://127.0.0.1:8700") -> TestClient:
    routes = [Route("/", _hello), WebSocketRoute("/ws", _greet)]
    return TestClient(Guard(Starlette(routes=routes), host, names), base_url=base)


@pytest.mark.parametrize("host", ["127.0.0.1:8700", "localhost:8700", "[::1]:8700", "LOCALHOST"])
def test_its_own_names_are_served(host: str) -> None:
    assert client().get("/", headers={"host": host}).text == "hello"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8700", "192.168.1.9:8700", ""])
def test_another_name_is_refused(host: str) -> None:
    response = client().get("/", headers={"host": host})
    assert response.status_code == 403
    assert "hello" not in response.text


def test_names_that_were_configured_are_served() -> None:
    guarded = client("127.0.0.1", "Studio.local")
    assert guarded.get("/", headers={"host": "studio.local:8700"}).status_code == 200


def test_bound_to_all_addresses_numbers_are_served_and_names_are_not() -> None:
    guarded = client("0.0.0.0")  # noqa: S104 (no socket is bound)
    assert guarded.get("/", headers={"host": "192.168.1.9:8700"}).status_code == 200
    assert guarded.get("/", headers={"host": "evil.example:8700"}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:9999", "null", "file://", ""]
)
def test_another_sites_page_is_refused(origin: str) -> None:
    headers = {"host": "127.0.0.1:8700", "origin": origin}
    assert client().post("/", headers=headers).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect),
        client().websocket_connect("/ws", headers=headers) as socket,
    ):
        socket.receive_text()


def test_the_pages_own_socket_is_served() -> None:
    headers = {"host": "127.0.0.1:8700", "origin": "http://127.0.0.1:8700"}
    with client().websocket_connect("/ws", headers=headers) as socket:
        assert socket.receive_text() == "hello"


def test_the_page_may_not_be_framed_nor_load_from_elsewhere() -> None:
    headers = client().get("/").headers
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
