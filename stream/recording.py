"""What is recorded of what comes: packets in, segments out, within the disk's bounds."""

from __future__ import annotations

import contextlib
import errno
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from host.model import Incident
from host.model.messages import TapHeader, TapPacket
from stream.retention import Limits, Shelf
from stream.segments import Segment

RETRY = 30.0
"""Seconds until the disk is looked at again."""
SLACK = 1.1
"""What must be free to go on, over what must be free while it goes: else it would stop again."""


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class World:
    """What a test puts in the place of."""

    now: Callable[[], float] = time.monotonic
    """Seconds that have passed."""
    wall: Callable[[], float] = time.time
    """Seconds since 1970; may be set back or forth."""
    free: Callable[[Path], int] = _free
    """Bytes left on a folder's disk. Raises OSError."""


class Recording:
    """Cuts the tap's packets into segments at keyframes.

    A segment ends when it is long enough, when video was lost (a consumer that lags loses it up
    to a keyframe), when the encoder's header changes and when the disk refuses. Sound goes to
    the segment in whose time it began, so that segments put together have all of it.
    """

    def __init__(
        self,
        shelf: Shelf,
        limits: Limits,
        segment_seconds: float,
        report: Callable[[Incident], None],
        world: World | None = None,
    ) -> None:
        """``report`` is told once that the recording has stopped, and once that it goes on."""
        self._shelf = shelf
        self._limits = limits
        self._seconds = segment_seconds
        self._report = report
        self._world = world or World()
        self._began_at = self._world.wall() - self._world.now()
        self._header: TapHeader | None = None
        self._segment: Segment | None = None
        self._before: Segment | None = None  # waits for the last of its sound
        self._next = -1  # tick of the picture that is due; another one: video was lost
        self._not_before = 0.0  # when the disk is tried again
        self.stopped = ""
        """Why nothing is recorded; empty: it is, or the stream has not come yet."""

    def take(self, message: TapHeader | TapPacket) -> None:
        """One message of the tap. Raises EncodeError when the packets make no file."""
        try:
            if isinstance(message, TapHeader):
                self._finish()
                self._header = message
            elif message.video:
                self._take_picture(message)
            else:
                self._take_sound(message)
        except OSError as error:
            self._stop(error)

    def look(self) -> None:
        """Once a second: whether the disk still has room, and the file its name."""
        if self._segment is None:
            return
        try:
            if self._world.free(self._shelf.folder) < self._limits.free_bytes:
                self._finish()
                raise _no_room(self._limits.free_bytes)
            if self._segment is not None and self._segment.deleted:
                self._finish()  # a new one begins at the next keyframe
        except OSError as error:
            self._stop(error)

    def lost(self) -> None:
        """The tap has closed: what was written is whole."""
        self._header = None
        try:
            self._finish()
        except OSError as error:
            self._stop(error)

    def _take_picture(self, packet: TapPacket) -> None:
        whole = packet.pts == self._next
        self._next = packet.pts + 1
        if self._header is None:
            return
        ticks = self._seconds * self._header.format.video.fps
        long = self._segment is not None and packet.pts - self._segment.first >= ticks
        if packet.key and (self._segment is None or long or not whole):
            self._begin(packet, self._header)
        if self._segment is not None:
            self._push(self._segment, packet)

    def _take_sound(self, packet: TapPacket) -> None:
        if self._segment is None or self._header is None:
            return
        earlier = packet.pts < self._segment.first * self._header.format.samples
        if not earlier:
            self._finish_before()
        into = self._before if earlier else self._segment
        if into is not None:
            self._push(into, packet)

    def _push(self, segment: Segment, packet: TapPacket) -> None:
        written = segment.bytes
        segment.push(packet)
        if segment.bytes > written:
            self._tell_it_goes(segment)

    def _begin(self, key: TapPacket, header: TapHeader) -> None:
        """A new segment, if the disk is to be tried."""
        self._finish_before()
        self._before, self._segment = self._segment, None
        now = self._world.now()
        if now < self._not_before:
            return
        begins = datetime.fromtimestamp(self._world.wall(), UTC)
        path = self._shelf.next(begins)
        running = self._before.path if self._before is not None else None
        # A clock that is set forth deletes nothing: at most as much has passed as has passed.
        wall = min(self._world.wall(), self._began_at + now)
        self._shelf.trim(self._limits, wall, running)
        wanted = self._limits.free_bytes * (SLACK if self.stopped else 1)
        if self._world.free(self._shelf.folder) < wanted:
            raise _no_room(self._limits.free_bytes)
        with contextlib.suppress(FileExistsError):  # another recorder's: at the next keyframe
            self._segment = Segment(path, self._shelf.room, header, key)

    def _finish_before(self) -> None:
        before, self._before = self._before, None
        if before is not None:
            before.close()
            self._tell_it_goes(before)
            self._shelf.finish(before.path)

    def _finish(self) -> None:
        """Close what is open; raises OSError when the disk does not take an index."""
        try:
            self._finish_before()
        finally:
            self._before, self._segment = self._segment, None
            self._finish_before()

    def _tell_it_goes(self, segment: Segment) -> None:
        if self.stopped:
            self.stopped = ""
            self._report(Incident("recorder", "resumed", f"into {segment.path.name}"))

    def _stop(self, error: OSError) -> None:
        for segment in (self._before, self._segment):
            if segment is not None:
                segment.abandon()
        self._before = self._segment = None
        self._not_before = self._world.now() + RETRY
        if not self.stopped:
            self.stopped = error.strerror or str(error)
            self._report(Incident("recorder", "stopped", self.stopped))


def _no_room(wanted: int) -> OSError:
    return OSError(errno.ENOSPC, f"less than {wanted / 1e9:.3g} GB are free")
