"""Which processes a room consists of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from host.config import Room
from host.model import Destination, Incident, MusicBed, OnAirSpec, wire
from host.supervisor import commands
from host.supervisor.child import Child

NICE = {"onair": -10, "media": 0, "studio": 5, "console": 5, "voice": 10}
"""Nice values: what the air waits for from tick to tick goes first, where that is allowed (root, or
LimitNICE in a systemd unit); the rest steps back, synthesis behind comments and page."""
ASIDE = 10
"""Nice value of those that only look on: health and recorder."""


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
    """Length of that file; with ``laps`` the longest that it may be."""
    laps: int = 0
    """Whole laps that the file holds; 0: it is as long as ``seconds``."""
    recorder: tuple[str, ...] = ()
    """Command that makes that file of FLV."""


def spec(room: Room, output: Output) -> OnAirSpec:
    """What onair is told of the room."""
    destinations = output.destinations
    if output.render_to is not None:
        destinations = (Destination("file", output.recorder),)
    return OnAirSpec(
        room=room.name,
        format=room.format,
        sockets=str(room.sockets),
        standby=output.standby,
        destinations=destinations,
        music=output.music,
    )


def cast(
    room: Room,
    output: Output,
    ring: int,
    wake: int,
    report: Callable[[Incident], Awaitable[None]],
    *,
    hours: Room,
) -> list[Child]:
    """The room's processes, the one that goes on air first. ``ring``, ``wake``: descriptors.

    ``hours``: the room as it was when the supervisor began, which keeps its hours.
    """
    on_air = output.render_to is None
    air = (
        commands.onair(room, ring, wake)
        if on_air
        else commands.render(room, ring, wake, output.seconds, to_line=output.laps > 0)
    )
    fds = (ring, wake)
    told = wire.to_json(spec(room, output)).encode()
    media = commands.media(room, ring, wake, patient=not on_air)
    children = [
        Child("onair", air, report, fds, told, nice=NICE["onair"] * on_air, once=not on_air),
        Child("media", media, report, fds, nice=NICE["media"]),
    ]
    if room.talks:
        children.append(
            Child("voice", commands.voice(room, lazy=not on_air), report, nice=NICE["voice"])
        )
        studio = commands.studio(room, listens=on_air, hours=hours if on_air else None)
        children.append(Child("studio", studio, report, nice=NICE["studio"]))
    if on_air:
        children.append(Child("console", commands.console(room), report, nice=NICE["console"]))
        if room.settings.health.on:
            children.append(Child("health", commands.health(room), report, nice=ASIDE))
        if room.settings.recording.on:
            children.append(Child("recorder", commands.recorder(room), report, nice=ASIDE))
    return children
