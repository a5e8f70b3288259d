"""What those who watch a room may do about it."""

from __future__ import annotations

from typing import Protocol

from host.model import Decision, Destination, Incident


class Levers(Protocol):
    """The supervisor, as its observers see it. No call waits or raises."""

    def restart(self, role: str, why: str) -> None:
        """End that process at once (SIGKILL); it is started again."""
        ...

    def cost(self, level: int, why: str) -> None:
        """Let media spend less on the picture (0: everything)."""
        ...

    def preset(self, name: str, why: str) -> None:
        """Let onair encode with another of x264's presets."""
        ...

    def redirect(self, destination: Destination) -> None:
        """Give the destination of that name another command: a new address."""
        ...

    def finish(self, line: int) -> None:
        """Let the file that is rendered end with that line."""
        ...

    def note(self, what: Incident | Decision) -> None:
        """Put it on record and tell whoever watches."""
        ...


class Observer(Protocol):
    """Hears every report and state of the room, in order, in the supervisor's loop."""

    def hear(self, role: str, message: object) -> None:
        """``role``: whose message it is ("" when not known). Must not wait."""
        ...
