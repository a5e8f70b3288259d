"""``livehost upgrade`` and ``livehost key``: something of a room that is on air."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated

import anyio
import typer

from host import link
from host.cli.checking import sound_room
from host.cli.common import RoomFile, err, out
from host.config import Room, load_room
from host.errors import ConfigError, Finding, WireError
from host.model.messages import Address, Hello, Told, Upgrade

PATIENCE = 1.0
"""Seconds in which a room that is on air answers."""
SILENCE = 180.0
"""Seconds without a word after which nothing more is waited for; a voice loads in a few."""


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(upgrade)
    app.command()(key)


def upgrade(room: RoomFile) -> None:
    """Let ROOM go on with its files as they are now, while it is on air.

    New code, lineup and scripts; the platforms notice nothing. The files are checked first.

    [bold]livehost upgrade configs/demo.toml[/bold]
    """
    checked = sound_room(room, pushed=False)
    raise typer.Exit(ask(checked, Upgrade(), "upgrading"))


def key(
    room: RoomFile, name: Annotated[str, typer.Argument(help="Name of a destination.")]
) -> None:
    """Give a destination of ROOM a new address or stream key, while it is on air.

    It is asked for, or read from standard input; never give it as an argument, where `ps` shows
    it.

    [bold]livehost key configs/demo.toml douyin[/bold]

    [bold]my-key-tool | livehost key configs/demo.toml douyin[/bold]
    """
    checked = load_room(room)
    url = _secret(f"new address or key of {name}").strip()
    if not url:
        fix = "give the whole address, or the key alone"
        raise ConfigError(Finding("no address was given", fix))
    raise typer.Exit(ask(checked, Address(name, url), f"giving {name} another address"))


def _secret(title: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(title, hide_input=True, err=True))
    return sys.stdin.readline()


def ask(room: Room, message: Address | Upgrade, doing: str) -> int:
    """Send ``message`` to the room's supervisor and print what it tells; the exit code."""
    try:
        with err.status(doing):
            return anyio.run(_ask, room, message, out.print)
    except WireError as error:
        err.print(f"livehost: {error.why}", markup=False)
        return 1


async def _ask(room: Room, message: Address | Upgrade, tell: Callable[..., None]) -> int:
    """Raises WireError when nobody answers."""
    try:
        supervisor = await link.connect(room.sockets, "supervisor", patience=PATIENCE)
    except WireError:
        why = f"the room {room.name!r} is not on air from {room.var} — start it: livehost run"
        raise WireError(why) from None
    try:
        await supervisor.send(Hello("command", os.getpid()))
        await supervisor.send(message)
        with anyio.CancelScope(deadline=anyio.current_time() + SILENCE) as scope:
            async for told in supervisor:
                scope.deadline = anyio.current_time() + SILENCE
                if isinstance(told, Told):
                    tell(told.text, markup=False, style="red" if told.failed else None)
                    if told.over:
                        return 1 if told.failed else 0
    finally:
        with anyio.CancelScope(shield=True):
            await supervisor.aclose()
    if scope.cancelled_caught:
        raise WireError(f"the room has not answered for {SILENCE:g} s; it goes on as it was")
    raise WireError("the room's supervisor ended before it was done")
