"""Every destination's pusher: what there are can be changed while on air."""

from __future__ import annotations

import time
from collections.abc import Callable

from host.model import Destination, Incident
from host.model.messages import TapHeader, TapPacket
from host.model.state import PushState
from stream.pusher import Pusher

GOODBYE = 2.0
"""Seconds in which a destination that is no longer wanted may end its stream."""


class Outputs:
    """Hands packets to the pushers; none can hold up another."""

    def __init__(
        self,
        destinations: tuple[Destination, ...],
        header: TapHeader,
        report: Callable[[Incident], None],
        *,
        now: Callable[[], float] = time.monotonic,
        make: Callable[[Destination, TapHeader, Callable[[Incident], None]], Pusher] = Pusher,
    ) -> None:
        self._header = header
        self._report = report
        self._now = now
        self._make = make
        self._pushers = [make(one, header, report) for one in destinations]
        self._leaving: list[tuple[Pusher, float]] = []

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """As they are now, with their keys."""
        return tuple(pusher.destination for pusher in self._pushers)

    @property
    def states(self) -> tuple[PushState, ...]:
        """As onair tells them."""
        return tuple(pusher.state for pusher in self._pushers)

    @property
    def congested(self) -> bool:
        """Some line does not carry what is sent."""
        return any(pusher.congested for pusher in self._pushers)

    def poll(self, *, quiet: bool) -> bool:
        """See to each connection, once a tick; whether one wishes for a keyframe.

        ``quiet``: a viewer would miss nothing, so that a connection may be renewed.
        """
        for pusher in self._pushers:
            pusher.poll(quiet)
        now = self._now()
        # One that the kernel holds is not waited for: it is asked again at the next tick.
        self._leaving = [one for one in self._leaving if now < one[1] or not one[0].abandon()]
        # A sum asks each: a wish that is granted is to be forgotten by all.
        return sum(pusher.take_keyframe_wish() for pusher in self._pushers) > 0

    def push(self, packet: TapPacket) -> None:
        """Offer a packet to each."""
        for pusher in self._pushers:
            pusher.push(packet)

    def redirect(self, wanted: tuple[Destination, ...]) -> None:
        """Push to these, whose names differ; what is unchanged stays connected."""
        former = {pusher.destination.name: pusher for pusher in self._pushers}
        self._pushers = []
        for one in wanted:
            pusher = former.pop(one.name, None)
            if pusher is None:
                pusher = self._make(one, self._header, self._report)
            elif pusher.destination != one:
                pusher.renew(one, "a new address was given")
            self._pushers.append(pusher)
        for pusher in former.values():
            pusher.end()
            self._leaving.append((pusher, self._now() + GOODBYE))

    def renew(self, header: TapHeader, why: str) -> None:
        """What follows is of another codec's making: every connection begins anew."""
        self._header = header
        for pusher in self._pushers:
            pusher.set_header(header)
            pusher.rotate(why)

    def close(self, until: float) -> None:
        """End every stream; kill who has not ended by ``until``."""
        ending = [*self._pushers, *(pusher for pusher, _ in self._leaving)]
        for pusher in self._pushers:
            pusher.end()
        for pusher in ending:
            pusher.close(max(0.0, until - self._now()))
        self._pushers, self._leaving = [], []
