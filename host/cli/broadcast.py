"""``livehost run``: on air."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from host.cli.checking import sound_room
from host.cli.common import RoomFile, progress_bar
from host.cli.watching import Watcher
from host.config import Room
from host.errors import ConfigError, Finding
from host.model import Destination
from host.settings import Push, check_url
from host.supervisor import Output, Supervisor, adoption, again, prepare
from host.supervisor.upgrade import Renewed
from host.supervisor.watching import observers
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
    on_air = adoption.clear_the_way(checked)
    output = prepared(checked, urls, on_air)
    watcher = Watcher(checked)
    renewal = Renewal(checked, urls, output.destinations)
    make = partial(
        Supervisor,
        checked,
        output,
        tell=watcher.tell,
        state=watcher.state,
        observe=partial(observers, checked),
        renew=renewal.renew,
    )
    raise typer.Exit(again.run(make))


def prepared(room: Room, urls: list[str], on_air: tuple[Destination, ...] = ()) -> Output:
    """Everything the on-air process is handed; bakes what is not there yet.

    ``on_air``: where the room is pushed to already. A program is not asked for another key then.
    """
    binary = prepare.ffmpeg_binary(room)
    destinations = prepare.destinations(room, urls, binary, asked(room, on_air))
    if room.settings.test_card:
        return Output(destinations, standby=(str(bundled(room.format)),))
    with progress_bar("stand-by clip") as done:
        standby = prepare.standby(room, binary, done)
    return Output(destinations, standby, prepare.music_bed(room))


class Renewal:
    """Reads a room's files again for an upgrade. A key that a program has given stays: another
    one might end the connection that the first has on air.
    """

    def __init__(self, room: Room, urls: list[str], destinations: tuple[Destination, ...]) -> None:
        """``urls``: of the command line. ``destinations``: as the room gave them at the start."""
        self._urls = urls
        self._keep(room, destinations)

    def renew(self) -> Renewed:
        """Waits for the disk. Raises ConfigError with everything that is wrong."""
        test_card = self._room.settings.test_card
        room = sound_room(self._room.file, test_card=test_card, pushed=False)
        binary = prepare.ffmpeg_binary(room)
        destinations = prepare.destinations(room, self._urls, binary, self._asked)
        self._keep(room, destinations)
        return Renewed(room, destinations)

    def _keep(self, room: Room, destinations: tuple[Destination, ...]) -> None:
        self._room = room
        self._asked = asked(room, destinations)


def asked(room: Room, destinations: tuple[Destination, ...]) -> dict[Push, Destination]:
    """Those whose address a program has given."""
    named = {each.name: each for each in destinations}
    pushes = (push for push in room.settings.push if push.url_command)
    return {push: named[push.name] for push in pushes if push.name in named}
