"""``python -m host.console``: the operator's page of one room."""

from __future__ import annotations

import argparse
import errno
import logging
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from host.errors import ConfigError, Finding, PortInUseError

_PASSING = frozenset((errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOBUFS))
"""What the machine lacks for a moment: no address mends it."""


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or until the supervisor has been away too long; the exit code."""
    given = _arguments(argv)
    logging.basicConfig(level=logging.WARNING, format="console: %(levelname)s: %(message)s")
    try:
        # Before the imports, which take a second: a port in use is told at once.
        listener = _bind(given.host, given.port)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"console: {error}\n")
        return 1
    # NiceGUI hands a signal on when it has stopped; the exit code should be 0 all the same.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)

    from host.console.app import Options
    from host.console.serving import serve

    serve(
        Options(
            sockets=given.sockets,
            room=given.room,
            lang=given.lang,
            host=given.host,
            port=listener.getsockname()[1],
            comments_port=given.comments_port,
            names=tuple(given.name),
        ),
        listener,
    )
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m host.console", description=__doc__)
    parser.add_argument("--sockets", type=Path, required=True, help="folder of the room's sockets")
    parser.add_argument("--room", default="livehost", help="name of the room, shown")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the page")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve at")
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--comments-port", type=int, default=8701)
    parser.add_argument(
        "--name", action="append", default=[], help="a host name by which browsers open the page"
    )
    return parser.parse_args(argv)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(
                Finding(
                    f"port {port} on {host} is in use",
                    "end the program that holds it, or set another console port for this room",
                )
            ) from error
        if error.errno in _PASSING:
            raise
        raise ConfigError(
            Finding(f"{host}:{port} cannot be served at ({error.strerror})", "use another address")
        ) from error


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
