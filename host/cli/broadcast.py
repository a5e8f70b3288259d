"""``livehost run``: on air."""

from __future__ import annotations

import contextlib
from typing import Annotated

import anyio
import typer
from rich.console import Console

from host.cli.checking import sound_room
from host.cli.common import RoomFile, err, out, progress_bar
from host.config import Room
from host.errors import ConfigError, Finding
from host.model import Decision, Incident
from host.model.state import OnAirState
from host.settings import check_url
from host.supervisor import Output, Supervisor, prepare
from stream.standby import bundled


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(run)


def run(
    room: RoomFile,
    push: Annotated[
        list[str] | None,
        typer.Option(help="Ingest address with the stream key; may be given more than once."),
    ] = None,
    test_card: Annotated[
        bool, typer.Option(help="A coded counter and a matching tone in place of the show.")
    ] = False,
) -> None:
    """Go on air with ROOM, around the clock, until Ctrl+C.

    [bold]livehost run configs/demo.toml[/bold]: previewed at http://127.0.0.1:8700

    [bold]livehost run configs/demo.toml --push rtmp://HOST/APP/KEY[/bold]: and on a platform
    """
    checked = sound_room(room, test_card=test_card)
    urls = push or []
    for url in urls:
        try:
            check_url(url)
        except ValueError as error:
            raise ConfigError(Finding("--push: no address to push to", str(error))) from None
    prepare.check_ports(checked)
    prepare.make_folder(checked)
    output = prepared(checked, urls)
    watcher = _Watcher(checked)
    supervisor = Supervisor(checked, output, tell=watcher.tell, state=watcher.state)
    raise typer.Exit(anyio.run(supervisor.run))


def prepared(room: Room, urls: list[str]) -> Output:
    """Everything the on-air process is handed; bakes what is not there yet."""
    binary = prepare.ffmpeg_binary(room)
    destinations = prepare.destinations(room, urls, binary)
    if room.settings.test_card:
        return Output(destinations, standby=(str(bundled(room.format)),))
    with progress_bar("stand-by clip") as done:
        standby = prepare.standby(room, binary, done)
    return Output(destinations, standby, prepare.music_bed(room))


class _Watcher:
    """Prints what a person at the terminal should know."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._showing = ""
        self._connected: set[str] = set()

    def state(self, state: OnAirState) -> None:
        if state.showing != self._showing:
            self._showing = state.showing
            if state.showing == "programme":
                console = self._room.settings.console
                where = f"http://{console.host}:{console.port}"
                _say(out, f"● on air · preview and red button: {where}")
            elif state.showing == "stand-by":
                _say(out, "○ stand-by clip on air" + (" (red button)" if state.hold else ""))
        for destination in state.destinations:
            if destination.connected and destination.name not in self._connected:
                self._connected.add(destination.name)
                _say(out, f"  → {destination.name}: connected")

    def tell(self, what: Incident | Decision) -> None:
        if isinstance(what, Decision):
            return  # the page and the ledger show those
        if what.stage.startswith("pusher:"):
            self._connected.discard(what.stage.removeprefix("pusher:"))
            fix = "trying again every 1-2 s; check address and key if this goes on"
            _say(err, f"! {what.stage.removeprefix('pusher:')}: {what.why}; {fix}")
        elif what.stage != "onair":
            _say(err, f"! {what.stage}: {what.what}: {what.why}")


def _say(console: Console, text: str) -> None:
    """Print it if that can be: a full disk under the log or a closed pipe must not end the show.

    Rich ends the program over a closed pipe.
    """
    with contextlib.suppress(OSError, SystemExit):
        console.print(text, markup=False)
