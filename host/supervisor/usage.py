"""Memory, processor time, descriptors and threads of a room's processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import psutil

from host.supervisor.adoption import listener

MODULES = {
    "stream.onair": "onair",
    "stream.health": "health",
    "stream.recorder": "recorder",
    "host.media": "media",
    "host.studio": "studio",
    "host.voice": "voice",
    "host.console": "console",
}
Reading = tuple[Literal["gauge", "counter"], str, str, dict[str, float]]
"""(kind, what it is, name, value by role)."""


class Usage:
    """Reads ``/proc`` when it is asked: some milliseconds a time."""

    def __init__(self, folder: Path) -> None:
        """``folder``: of the room's sockets."""
        self._folder = folder
        self._onair: psutil.Process | None = None
        self._lock = threading.Lock()

    def read(self) -> Iterator[Reading]:
        """Figures of all, those of one role added up; pushers are one role."""
        memory: dict[str, float] = {}
        seconds: dict[str, float] = {}
        descriptors: dict[str, float] = {}
        threads: dict[str, float] = {}
        for role, process in self._processes():
            try:
                with process.oneshot():
                    used = process.cpu_times()
                    figures = (
                        (memory, process.memory_info().rss),
                        (seconds, used.user + used.system),
                        (descriptors, process.num_fds()),
                        (threads, process.num_threads()),
                    )
            except psutil.Error:
                continue  # it has just ended
            for totals, value in figures:
                totals[role] = totals.get(role, 0.0) + value
        yield "gauge", "Resident memory.", "process_resident_memory_bytes", memory
        yield "counter", "User and system time.", "process_cpu_seconds", seconds
        yield "gauge", "Open descriptors.", "process_open_fds", descriptors
        yield "gauge", "Threads.", "process_threads", threads

    def _processes(self) -> list[tuple[str, psutil.Process]]:
        supervisor = psutil.Process(os.getpid())
        found = [("supervisor", supervisor)]
        try:
            roles = ((_role(child), child) for child in supervisor.children())
            found += [(role, child) for role, child in roles if role and role != "onair"]
            onair = self._find_onair()
            if onair is not None:
                found.append(("onair", onair))
                found += [("pusher", pusher) for pusher in onair.children()]
        except psutil.Error:
            pass  # one ended while it was looked at; the next reading has the rest
        return found

    def _find_onair(self) -> psutil.Process | None:
        """Whoever listens at onair's socket: it may have been adopted, and be nobody's child."""
        with self._lock:
            if self._onair is None or not self._onair.is_running():
                pid = listener(self._folder, "onair")
                self._onair = psutil.Process(pid) if pid else None
            return self._onair


def _role(process: psutil.Process) -> str:
    """By the module in its arguments; empty: none of the room's."""
    try:
        words = process.cmdline()
    except psutil.Error:
        return ""
    return next((MODULES[word] for word in words[:4] if word in MODULES), "")
