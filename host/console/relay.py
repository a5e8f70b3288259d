"""The preview: one reading of the tap, as many viewers as look, none of whom it waits for."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from host import link
from host.errors import EncodeError, WireError
from host.model.messages import TapHeader, TapPacket
from stream.preview import FRAGMENT_MS, FragmentMuxer

_log = logging.getLogger(__name__)

VIEWERS = 12
"""Viewers at a time; an operator has a handful of tabs."""
BEHIND = 6_000 // FRAGMENT_MS
"""Fragments a viewer may lag (6 s) before it is cut off; its player joins again at live."""
LINGER = 5.0
"""Seconds the tap is still read when the last viewer has gone: pages reload."""

Item = str | bytes
"""What a player receives: a JSON header, then its initialisation segment, then fragments."""


class Viewer:
    """One that looks: what it is owed, bounded."""

    def __init__(self, beginning: list[Item]) -> None:
        """``beginning``: what it needs before the next fragment."""
        send, receive = anyio.create_memory_object_stream[Item](len(beginning) + BEHIND)
        self._send: MemoryObjectSendStream[Item] = send
        self.items: MemoryObjectReceiveStream[Item] = receive
        """What to send to its player, in order."""
        self.lagging = anyio.Event()
        """It lags more than ``BEHIND`` fragments and gets nothing more: let it go."""
        for item in beginning:
            send.send_nowait(item)

    def offer(self, item: Item) -> None:
        """Hand it an item; never waits."""
        if self.lagging.is_set():
            return
        try:
            self._send.send_nowait(item)
        except anyio.WouldBlock:
            self.lagging.set()

    def close(self) -> None:
        """Let its streams go."""
        self._send.close()
        self.items.close()


class Relay:
    """Reads ``tap.sock`` while anyone looks; without viewers it costs nothing."""

    def __init__(self, folder: Path, formatted: Callable[[TapHeader], None]) -> None:
        """``folder``: the room's sockets. ``formatted``: told each header of the tap."""
        self._folder = folder
        self._formatted = formatted
        self._viewers: set[Viewer] = set()
        self._beginning: list[Item] = []
        self._group: list[bytes] = []
        self._wanted = anyio.Event()

    @property
    def viewers(self) -> int:
        """How many look now."""
        return len(self._viewers)

    @contextmanager
    def viewer(self) -> Iterator[Viewer | None]:
        """A viewer, from the last keyframe on. None: too many look already."""
        if len(self._viewers) >= VIEWERS:
            yield None
            return
        viewer = Viewer([*self._beginning, *self._group])
        self._viewers.add(viewer)
        self._wanted.set()
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)
            viewer.close()

    async def run(self) -> None:
        """For ever: follow the tap while it is wanted."""
        while True:
            await self._wanted.wait()
            try:
                tap = await link.connect(self._folder, "tap", patience=2.0)
            except WireError:
                self._forget_if_unwatched()
                continue
            try:
                await self._follow(tap)
            except (WireError, EncodeError) as error:
                _log.warning("preview: %s", error)
            finally:
                self._beginning, self._group = [], []
                with anyio.CancelScope(shield=True):
                    await tap.aclose()
            self._forget_if_unwatched()

    def _forget_if_unwatched(self) -> None:
        if not self._viewers:
            self._wanted = anyio.Event()

    async def _follow(self, tap: link.Link) -> None:
        muxer: FragmentMuxer | None = None
        alone_since = anyio.current_time()
        try:
            async for message in tap:
                now = anyio.current_time()
                if self._viewers:
                    alone_since = now
                elif now - alone_since > LINGER:
                    return
                if isinstance(message, TapHeader):
                    muxer = self._begin(message, muxer)
                elif isinstance(message, TapPacket) and muxer is not None:
                    for fragment in muxer.push(message):
                        self._share(fragment.data, key=fragment.key)
        finally:
            if muxer is not None:
                muxer.close()

    def _begin(self, header: TapHeader, before: FragmentMuxer | None) -> FragmentMuxer:
        if before is not None:
            before.close()
        muxer = FragmentMuxer(header)
        self._formatted(header)
        video = header.format.video
        head = {"mime": muxer.mime, "width": video.width, "height": video.height}
        self._beginning = [json.dumps(head), muxer.init]
        self._group = []
        for item in self._beginning:
            self._send(item)
        return muxer

    def _share(self, fragment: bytes, *, key: bool) -> None:
        if key:
            self._group = []
        self._group.append(fragment)
        self._send(fragment)

    def _send(self, item: Item) -> None:
        for viewer in self._viewers:
            viewer.offer(item)
