"""Fresh addresses while on air: from the room's key provider, or pasted by its operator."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Event

import anyio
from anyio import to_thread

from host.config import Room
from host.errors import ConfigError, Finding
from host.model import Decision, Destination, Incident
from host.model.state import OnAirState
from host.settings import ADDRESS, Push, check_url
from host.supervisor import prepare
from host.supervisor.levers import Levers
from stream import command

ASKED_AGAIN = 30.0
"""Seconds between two runs of a ``url_command``: it may ask a service that counts."""
READ_AGAIN = 1.0
"""Seconds between two looks at a ``url_file``."""
SETTLING = 10.0
"""Seconds that a fresh address has to be accepted before it is doubted too."""
TOLD_AGAIN = 600.0
"""Seconds in which the same trouble is noted once."""

_CHANGE = "paste a new address on the page, or: livehost key ROOM {name}"


@dataclass(slots=True)
class _Source:
    """Where one destination's address comes from."""

    push: Push
    answer: Destination | None
    """As it was last given; what an operator pasted does not change it."""
    wanted: anyio.Event = field(default_factory=anyio.Event)
    """Its ingest refuses the address that it has."""
    told: dict[str, float] = field(default_factory=dict)
    """What was noted, and when: monotonic seconds."""


class KeyKeeper:
    """Asks for a fresh address when an ingest refuses the one it was given (an ``Observer``).

    A destination's provider is asked by one thread at a time, never in the supervisor's loop.
    No note holds an address, nor what a provider wrote.
    """

    def __init__(self, room: Room, levers: Levers, destinations: Sequence[Destination]) -> None:
        """``destinations``: as they are on air, what the room's sources gave at the start."""
        self._room = room
        self._levers = levers
        self._give_up = Event()
        on_air = {each.name: each for each in destinations}
        self._sources = {
            push.name: _Source(push, on_air.get(push.name)) for push in room.settings.push
        }

    def hear(self, role: str, message: object) -> None:
        """Take note of each refusal; never waits."""
        if isinstance(message, Incident) and message.what == "rejected":
            self._want(message.stage.removeprefix("pusher:"))
        elif isinstance(message, OnAirState):
            for state in message.destinations:
                if state.rejected and not state.connected:
                    self._want(state.name)

    def _want(self, name: str) -> None:
        source = self._sources.get(name)
        if source is not None:
            source.wanted.set()

    async def run(self) -> None:
        """Until cancelled; a provider that is being asked then is killed."""
        async with anyio.create_task_group() as tasks:
            for source in self._sources.values():
                tasks.start_soon(self._serve, source)
            try:
                await anyio.sleep_forever()
            finally:
                self._give_up.set()

    async def _serve(self, source: _Source) -> None:
        while True:
            await source.wanted.wait()
            pause = await self._ask(source)
            await anyio.sleep(pause)
            # What was heard meanwhile may be from before a change.
            source.wanted = anyio.Event()

    async def _ask(self, source: _Source) -> float:
        """One try; seconds until the next."""
        push = source.push
        if not push.fresh:
            self._note(source, "key-wanted", _CHANGE.format(name=push.name))
            return ASKED_AGAIN
        pause = ASKED_AGAIN if push.url_command else READ_AGAIN
        try:
            answer = await to_thread.run_sync(self._resolve, push)
        except ConfigError as error:
            self._note(source, "key-unavailable", str(error))
        except Exception as error:  # noqa: BLE001 (no provider's fault may end the show)
            self._note(source, "key-unavailable", type(error).__name__)
        else:
            if answer == source.answer:
                fix = _CHANGE.format(name=push.name)
                self._note(source, "key-unchanged", f"the same address was given again; {fix}")
                return pause
            source.answer = answer
            source.told.clear()
            self._levers.redirect(answer)
            why = f"{push.name} was refused; its key provider gave another address"
            self._levers.note(Decision("key-renewed", why, {"destination": push.name}))
            return max(pause, SETTLING)
        return pause

    def _resolve(self, push: Push) -> Destination:
        url = push.resolve(self._room.folder, self._give_up)
        return prepare.destination(self._room, push, url, prepare.ffmpeg_binary(self._room))

    def _note(self, source: _Source, what: str, why: str) -> None:
        now = time.monotonic()
        if now - source.told.get(what, float("-inf")) >= TOLD_AGAIN:
            source.told[what] = now
            self._levers.note(Incident(f"pusher:{source.push.name}", what, why))


def resolve_address(
    room: Room, name: str, url: str, current: Destination | None = None
) -> Destination:
    """The destination of that name with a pasted address, or with a pasted key alone.

    ``current``: the destination as it is on air; needed for a key alone, and for one of the
    command line. Raises ConfigError, without the address: unknown name, no address, an address
    that the platform does not take.
    """
    push = next((each for each in room.settings.push if each.name == name), None)
    if push is None and (current is None or current.name != name):
        known = ", ".join(each.name for each in room.settings.push) or "none"
        raise ConfigError(Finding(f"no destination is called {name!r}", f"there are: {known}"))
    binary = prepare.ffmpeg_binary(room)
    address = _completed(name, url.strip(), current)
    if push is not None:
        return prepare.destination(room, push, address, binary)
    assert current is not None
    return replace(current, argv=command.push(binary, address))


_KEY = re.compile(r"[^\s/?]+(\?\S*)?|\?\S+")
"""What stands behind the server's address: "live_123", "?streamname=a&key=b"."""


def _completed(name: str, text: str, current: Destination | None) -> str:
    if "://" not in text and _KEY.fullmatch(text):
        text = _beside(text, current)
    try:
        check_url(text)
    except ValueError:
        raise ConfigError(Finding(f"{name}: that is no address to push to", ADDRESS)) from None
    return text


def _beside(key: str, current: Destination | None) -> str:
    """The address so far with another key; empty where it does not tell its key's place."""
    path, _, query = (prepare.address_of(current) if current else "").partition("?")
    told = path.startswith(("rtmp://", "rtmps://")) and "/" not in query
    return f"{path.rpartition('/')[0]}/{key}" if told else ""
