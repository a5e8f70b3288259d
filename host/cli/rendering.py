"""``livehost render``: the same show to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import anyio
import typer

from host.cli.checking import sound_room
from host.cli.common import RoomFile, err, out, progress_bar
from host.errors import ConfigError, Finding
from host.model import Decision, Incident
from host.model.state import OnAirState
from host.supervisor import Output, Supervisor, prepare
from stream import command


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(render)


def render(
    room: RoomFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="The MP4 to write.")],
    seconds: Annotated[float, typer.Option(min=1, max=86_400, help="Its length.")] = 60.0,
    host: Annotated[str | None, typer.Option(help="A host's pack in place of the room's.")] = None,
) -> None:
    """Render ROOM's show to a file, faster than real time.

    [bold]livehost render configs/demo.toml --seconds 60 -o lap.mp4[/bold]
    """
    if output.suffix != ".mp4":
        raise ConfigError(Finding(f"-o: {output.name} is no .mp4", "name it like lap.mp4"))
    if not output.resolve().parent.is_dir():
        fix = "make it first, or choose another place"
        raise ConfigError(Finding(f"-o: the folder {output.parent} is not there", fix))
    # A folder is meant from where the command is given, not from where the room's file is.
    pack = str(Path(host).resolve()) if host and Path(host).is_dir() else host
    checked = sound_room(room, pack=pack, sub="render", pushed=False)
    prepare.make_folder(checked)
    target = output.resolve()
    binary = prepare.ffmpeg_binary(checked)
    plan = Output(
        music=prepare.music_bed(checked),
        render_to=target,
        seconds=seconds,
        recorder=command.record(binary, str(target), checked.name),
    )
    ticks = seconds * checked.settings.video.fps
    with progress_bar(f"rendering {seconds:g} s") as done:

        def state(state: OnAirState) -> None:
            done(min(1.0, state.tick / ticks))

        supervisor = Supervisor(checked, plan, tell=_tell, state=state)
        code = anyio.run(supervisor.run)
    if code == 0:
        out.print(f"{output}: {seconds:g} s", markup=False)
    raise typer.Exit(code)


def _tell(what: Incident | Decision) -> None:
    if isinstance(what, Incident) and what.stage != "onair":
        err.print(f"! {what.stage}: {what.what}: {what.why}", markup=False)
