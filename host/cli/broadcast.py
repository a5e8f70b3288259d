"""``livehost run``: on air."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated

import anyio
import typer

from host.cli.checking import sound_room
from host.cli.common import RoomFile, progress_bar
from host.cli.watching import Watcher
from host.config import Room
from host.errors import ConfigError, Finding
from host.model import Destination
from host.schedule import Schedule
from host.settings import Push, check_url
from host.supervisor import Output, Supervisor, adoption, again, prepare
from host.supervisor.hours import Hours
from host.supervisor.notify import Notify
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
    """Go on air with ROOM, around the clock or in its hours, until Ctrl+C.

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
    watcher, hours = Watcher(checked), kept_hours(checked)
    on_air = adoption.clear_the_way(checked)
    # What is on air already is taken up whatever the hours say: they end it in good order.
    while on_air or _opens(hours, watcher):
        code = _broadcast(checked, urls, on_air, watcher, hours)
        if code or not hours.over:
            raise typer.Exit(code)
        on_air = adoption.clear_the_way(checked)


def _broadcast(
    room: Room, urls: list[str], on_air: tuple[Destination, ...], watcher: Watcher, hours: Hours
) -> int:
    """One show, from its first picture to its last; the exit code."""
    output = prepared(room, urls, on_air)
    renewal = Renewal(room, urls, output.destinations)
    make = partial(
        Supervisor,
        room,
        output,
        tell=watcher.tell,
        state=watcher.state,
        observe=partial(observers, room),
        renew=renewal.renew,
        hours=hours,
    )
    return again.run(make)


def kept_hours(room: Room) -> Hours:
    """The room's hours, by this machine's clock."""
    schedule = Schedule(room.settings.schedule, room.timezone)
    return Hours(schedule, lambda: datetime.now(room.timezone))


def _opens(hours: Hours, watcher: Watcher) -> bool:
    """Wait for the room's hours; False: it is not to go on air any more."""
    opens = hours.opens()
    if opens is None:
        watcher.never()
        return False
    if opens <= datetime.now(opens.tzinfo):
        return True
    return anyio.run(hours.until_open, watcher.closed(opens), Notify())


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
