"""The room's processes: who does what now, and who is on trial."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from host.supervisor.child import Child


class Roster:
    """The children by role. One on trial stands beside the one that it may replace."""

    def __init__(self, children: Iterable[Child]) -> None:
        """The one that goes on air comes first."""
        self._roles = {child.role: child for child in children}
        self._others: list[Child] = []

    def __iter__(self) -> Iterator[Child]:
        """Every child, also those on trial and those that leave."""
        yield from tuple(self._roles.values())
        yield from tuple(self._others)

    def __contains__(self, role: str) -> bool:
        return role in self._roles

    def __getitem__(self, role: str) -> Child:
        return self._roles[role]

    def get(self, role: str) -> Child | None:
        """Who does that now; None: nobody does."""
        return self._roles.get(role)

    @property
    def roles(self) -> tuple[str, ...]:
        """What is done by a process of its own, in the order of starting."""
        return tuple(self._roles)

    def by_pid(self, pid: int) -> Child | None:
        """The child that is that process."""
        return next((child for child in self if pid and child.pid == pid), None)

    def beside(self, child: Child) -> None:
        """It runs beside the others: on trial, or leaving."""
        self._others.append(child)

    def promote(self, child: Child) -> Child | None:
        """It does its role from now on; who did until now, and stands beside."""
        former = self._roles.get(child.role)
        self._roles[child.role] = child
        if child in self._others:
            self._others.remove(child)
        if former is not None:
            self._others.append(former)
        return former

    def remove(self, child: Child) -> None:
        """It is no more."""
        if child in self._others:
            self._others.remove(child)
        if self._roles.get(child.role) is child:
            del self._roles[child.role]
