"""Runs the console's parts beside each other in one event loop."""

from __future__ import annotations

import socket
import time
from datetime import UTC
from types import FrameType

import anyio
import uvicorn

from host.console.app import Options, build
from host.console.desk import Desk
from host.console.pages import Pages
from host.console.relay import Relay
from host.console.room import Room
from host.lineup.store import Store
from host.link import leave_quietly
from host.model.messages import TapHeader


class _Server(uvicorn.Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at once: open pages reconnect by themselves, there is nothing to wait for."""
        self.stop()

    def stop(self) -> None:
        self.should_exit = self.force_exit = True


def serve(options: Options, listener: socket.socket) -> None:
    """Until a signal comes or the room has no supervisor any more."""
    anyio.run(_serve, options, listener)


async def _serve(options: Options, listener: socket.socket) -> None:
    desk = Desk(clock=time.monotonic)
    if options.pushes is not None:
        on_air = Store(options.pushes.folder).on_air()
        if on_air is not None:
            desk.revision(on_air.revision, on_air.since.astimezone(UTC).isoformat())

    def formatted(header: TapHeader) -> None:
        desk.fps = header.format.video.fps

    relay = Relay(options.sockets, formatted)
    room = Room(options.sockets, desk, lambda: pages.changed())
    pages = Pages(desk, room, name=options.room, comments_port=options.comments_port)
    server = _Server(
        uvicorn.Config(
            build(options, pages, relay),
            log_config=None,
            access_log=False,
            server_header=False,
            ws="websockets-sansio",
            lifespan="on",
        )
    )

    async def follow() -> None:
        await room.run()
        server.stop()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(relay.run)
        tasks.start_soon(pages.run)
        tasks.start_soon(follow)
        await server.serve(sockets=[listener])
        # A forced exit leaves NiceGUI running, and its tasks would complain of being cancelled.
        await server.lifespan.shutdown()
        leave_quietly()
        tasks.cancel_scope.cancel()
