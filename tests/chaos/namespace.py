"""A network of this process's own, and a second one beyond a wire in which packets can be lost.

Nothing outside is touched: addresses and filter rules stand in namespaces that end with the
processes that hold them.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from typing import Self

from tests.e2e.processes import end
from tests.e2e.receiver import Network

_CLONE_NEWNET = 0x40000000
"""linux/sched.h"""
_HOLD = ("unshare", "--net", "sleep", "infinity")
_HERE, _THERE = "10.91.7.1", "10.91.7.2"


def missing() -> str:
    """What this machine lacks for namespaces and filters; empty: nothing."""
    if os.geteuid() != 0:
        return "network namespaces and iptables need root"
    for program in ("ip", "iptables", "nsenter", "unshare"):
        if shutil.which(program) is None:
            return f"{program} is not installed (apt-get install iproute2 iptables util-linux)"
    return ""


def enter() -> None:
    """Move this process, which has one thread yet, into an empty network with a loopback.

    Raises OSError where that is not allowed.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    _run("ip", "link", "set", "lo", "up")


class Beyond:
    """A second namespace at the other end of a wire, from ``__enter__`` to ``__exit__``.

    For a process that has called ``enter``.
    """

    def __init__(self) -> None:
        self._holder: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._holder = subprocess.Popen(_HOLD)
        ours = os.stat("/proc/self/ns/net").st_ino
        deadline = time.monotonic() + 5
        while os.stat(f"/proc/{self._holder.pid}/ns/net").st_ino == ours:
            if time.monotonic() > deadline:
                raise TimeoutError("no second network namespace after 5 s")
            time.sleep(0.01)
        pid = str(self._holder.pid)
        _run("ip", "link", "add", "chaos0", "type", "veth", "peer", "name", "chaos1", "netns", pid)
        _run("ip", "address", "add", f"{_HERE}/30", "dev", "chaos0")
        _run("ip", "link", "set", "chaos0", "up")
        self._inside("ip", "address", "add", f"{_THERE}/30", "dev", "chaos1")
        self._inside("ip", "link", "set", "chaos1", "up")
        self._inside("ip", "link", "set", "lo", "up")
        return self

    def __exit__(self, *_: object) -> None:
        if self._holder is not None:
            end(self._holder)

    @property
    def network(self) -> Network:
        """For an ingest that stands there."""
        return Network(inside=_THERE, outside=_HERE, prefix=self._prefix)

    def drop(self, port: int, on: bool) -> None:
        """Lose every packet to and from a TCP port there, without a word."""
        action = "-I" if on else "-D"
        for chain, which in (("INPUT", "--dport"), ("OUTPUT", "--sport")):
            rule = (chain, "-p", "tcp", which, str(port), "-j", "DROP")
            self._inside("iptables", "-w", action, *rule)

    @property
    def _prefix(self) -> tuple[str, ...]:
        assert self._holder is not None
        return ("nsenter", f"--net=/proc/{self._holder.pid}/ns/net")

    def _inside(self, *command: str) -> None:
        _run(*self._prefix, *command)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
