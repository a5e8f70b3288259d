"""``livehost render``: the same show to a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import anyio
import typer

from host.cli.checking import sound_room
from host.cli.common import RoomFile, err, out, progress_bar
from host.config import Room
from host.errors import ConfigError, Finding
from host.model import Decision, Incident
from host.model.state import OnAirState
from host.rehearsal import Rehearsal
from host.supervisor import Output, Supervisor, prepare
from host.supervisor.laps import LapEnd
from stream import command

LONGEST = 86_400.0
"""Seconds of a file: a day."""


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(render)


def render(
    room: RoomFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="The MP4 to write.")],
    seconds: Annotated[
        float | None, typer.Option(min=1, max=LONGEST, help="Its length; 60 where none is given.")
    ] = None,
    lap: Annotated[bool, typer.Option("--lap", help="One whole lap, to its last word.")] = False,
    laps: Annotated[int | None, typer.Option(min=1, max=100, help="So many whole laps.")] = None,
    host: Annotated[str | None, typer.Option(help="A host's pack in place of the room's.")] = None,
) -> None:
    """Render ROOM's show to a file, faster than real time.

    [bold]livehost render configs/demo.toml --seconds 60 -o minute.mp4[/bold]

    [bold]livehost render configs/demo.toml --lap -o lap.mp4[/bold]
    """
    wanted = laps or int(lap)
    if wanted and seconds is not None:
        raise ConfigError(Finding("--seconds beside --lap", "give one of the two"))
    if output.suffix != ".mp4":
        raise ConfigError(Finding(f"-o: {output.name} is no .mp4", "name it like lap.mp4"))
    if not output.resolve().parent.is_dir():
        fix = "make it first, or choose another place"
        raise ConfigError(Finding(f"-o: the folder {output.parent} is not there", fix))
    # A folder is meant from where the command is given, not from where the room's file is.
    pack = str(Path(host).resolve()) if host and Path(host).is_dir() else host
    checked = sound_room(room, pack=pack, sub="render", pushed=False)
    about = _about(checked, wanted) if wanted else seconds or 60.0
    prepare.make_folder(checked)
    target = output.resolve()
    binary = prepare.ffmpeg_binary(checked)
    plan = Output(
        music=prepare.music_bed(checked),
        render_to=target,
        seconds=LONGEST if wanted else about,
        laps=wanted,
        recorder=command.record(binary, str(target), checked.name),
    )
    fps = checked.settings.video.fps
    title = f"rendering {about:g} s"
    if wanted:
        title = f"rendering {wanted} {'lap' if wanted == 1 else 'laps'}, about {about / 60:.0f} min"
    ticks = 0
    with progress_bar(title) as done:

        def state(state: OnAirState) -> None:
            nonlocal ticks
            ticks = state.tick
            done(min(1.0, ticks / (about * fps)))

        supervisor = Supervisor(
            checked,
            plan,
            tell=_tell,
            state=state,
            observe=lambda levers: (LapEnd(levers, wanted),) if wanted else (),
        )
        code = anyio.run(supervisor.run)
    if code == 0:
        out.print(f"{output}: {ticks / fps if wanted else about:g} s", markup=False)
    raise typer.Exit(code)


def _about(room: Room, laps: int) -> float:
    """Seconds that so many laps will take, for the bar: as estimated by a rehearsal."""
    hours = room.settings.talk.lap_minutes * laps / 60
    start = datetime.now(room.timezone)
    for _ in range(2):
        record = Rehearsal(room, start, hours).run()
        after = (line.t for line in record.lines if line.lap > laps)
        if (found := next(after, None)) is not None:
            return found
        hours *= 1.5
    return hours * 3600


def _tell(what: Incident | Decision) -> None:
    if isinstance(what, Incident) and what.stage != "onair":
        err.print(f"! {what.stage}: {what.what}: {what.why}", markup=False)
