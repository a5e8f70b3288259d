"""Who may talk to the page: this machine's own browser tabs, and no other site's."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_ANY = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 (recognised, not bound)

_HEADERS = (
    # NiceGUI writes its page as inline script and compiles Vue templates in the browser.
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        b"style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        b"media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        b"form-action 'none'; frame-ancestors 'none'",
    ),
    # A page that frames this one could place the red button under a visitor's cursor.
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class Guard:
    """Stands before the whole application.

    - ``Host`` must name this server: a foreign name that resolves to it (DNS rebinding) does not.
    - ``Origin``, where a browser sends one, must be the page's own: WebSockets know no same-origin
      rule by themselves (RFC 6455, 10.2).
    """

    def __init__(self, app: ASGIApp, host: str, others: Collection[str] = ()) -> None:
        """``host``: the address bound; ``others``: further names the page is reached by."""
        self.app = app
        self._names = _LOCAL | {host.lower()} | {name.lower() for name in others}
        # Bound to every address, each of them is this server; a rebound one is a name, no number.
        self._numbers = host in _ANY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        why = self._refusal(Headers(scope=scope))
        if not why:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": why})
        else:
            await PlainTextResponse(why, HTTPStatus.FORBIDDEN)(scope, receive, send)

    def _refusal(self, headers: Headers) -> str:
        host = headers.get("host", "").lower()
        name = _without_port(host)
        if name not in self._names and not (self._numbers and _is_number(name)):
            return "This server is not called that: open it by its own address."
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
            return "Other sites' pages have no access here."
        return ""


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS]
        await send(message)

    return sending
