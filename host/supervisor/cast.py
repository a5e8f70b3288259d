"""Which processes a room consists of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from host.config import Room
from host.model import Destination, Incident, MusicBed, OnAirSpec, wire
from host.supervisor import commands
from host.supervisor.child import Child


@dataclass(frozen=True, slots=True)
class Output:
    """Where the show goes."""

    destinations: tuple[Destination, ...] = ()
    standby: tuple[str, ...] = ()
    """Stand-by clips, best first."""
    music: MusicBed | None = None
    render_to: Path | None = None
    """A file in place of the air; None: on air."""
    seconds: float = 0.0
    """Length of that file."""
    recorder: tuple[str, ...] = ()
    """Command that makes that file of FLV."""


def cast(
    room: Room, output: Output, ring: int, wake: int, report: Callable[[Incident], Awaitable[None]]
) -> list[Child]:
    """The room's processes, the one that goes on air first. ``ring``, ``wake``: descriptors."""
    target = output.render_to
    destinations = output.destinations
    if target is not None:
        destinations = (Destination("file", output.recorder),)
    spec = OnAirSpec(
        room=room.name,
        format=room.format,
        sockets=str(room.sockets),
        standby=output.standby,
        destinations=destinations,
        music=output.music,
    )
    air = (
        commands.onair(room, ring, wake)
        if target is None
        else commands.render(room, ring, wake, output.seconds)
    )
    fds = (ring, wake)
    children = [
        Child("onair", air, report, fds, wire.to_json(spec).encode(), once=target is not None),
        Child("media", commands.media(room, ring, wake, patient=target is not None), report, fds),
    ]
    if not room.settings.test_card:
        children.append(Child("voice", commands.voice(room, lazy=target is not None), report))
        children.append(Child("studio", commands.studio(room, listens=target is None), report))
    if target is None:
        children.append(Child("console", commands.console(room), report))
    return children
