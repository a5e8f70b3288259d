"""The console as one ASGI application: pages, preview, guard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import anyio
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from nicegui import ui
from starlette.types import ASGIApp

from host.console.api import LineupApi, PushOptions
from host.console.guard import Guard
from host.console.pages import Pages
from host.console.relay import Relay, Viewer
from host.model import Lang

_FULL = 4003
"""WebSocket close code of our own (RFC 6455, 7.4.2), known to ``player.js``."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the process was told."""

    sockets: Path
    """Folder of the room's Unix sockets."""
    room: str
    """Name, shown."""
    lang: Lang
    """Language of ``/``."""
    host: str
    """Address to bind."""
    port: int
    """0: any that is free."""
    comments_port: int
    """Where the room takes comments, on this machine."""
    names: tuple[str, ...] = ()
    """Further host names by which browsers may open the page."""
    pushes: PushOptions | None = None
    """Who may push prices; None: nobody."""


def build(options: Options, pages: Pages, relay: Relay) -> ASGIApp:
    """The application; NiceGUI is process-wide, so there is one a process."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.websocket("/preview")
    async def preview(websocket: WebSocket) -> None:
        await websocket.accept()
        with relay.viewer() as viewer:
            if viewer is None:
                await websocket.close(_FULL)
            else:
                await _serve(websocket, viewer)

    if options.pushes is not None:
        LineupApi(options.pushes).add_to(app)
    pages.add_routes(options.lang)
    ui.run_with(
        app,
        title=options.room,
        # Nothing is bound to model values, so nothing need be polled for changes.
        binding_refresh_interval=None,
        tailwind=False,
        show_welcome_message=False,
        reconnect_timeout=5.0,
    )
    return Guard(app, options.host, options.names)


async def _serve(websocket: WebSocket, viewer: Viewer) -> None:
    async with anyio.create_task_group() as tasks:

        async def write() -> None:
            try:
                async for item in viewer.items:
                    if isinstance(item, str):
                        await websocket.send_text(item)
                    else:
                        await websocket.send_bytes(item)
            except WebSocketDisconnect:
                tasks.cancel_scope.cancel()

        async def until_gone() -> None:
            try:
                while True:
                    await websocket.receive_bytes()
            except (WebSocketDisconnect, KeyError):  # KeyError: a text; players send nothing
                tasks.cancel_scope.cancel()

        tasks.start_soon(write)
        tasks.start_soon(until_gone)
        await viewer.lagging.wait()
        # No closing frame: it would wait for the same browser that has stopped reading.
        tasks.cancel_scope.cancel()
