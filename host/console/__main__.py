"""``python -m host.console``: the operator's page of one room."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import signal
import socket
import sys
from datetime import UTC, timedelta
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

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

    from host.console.api import PushOptions
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
            pushes=PushOptions(
                folder=given.lineup,
                token=os.environ.get(given.push_token_env, ""),
                longest=timedelta(minutes=given.push_max_age),
                zone=given.timezone,
                lang=given.lang,
            )
            if given.lineup is not None
            else None,
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
    parser.add_argument("--lineup", type=Path, help="folder of the room's revisions")
    parser.add_argument("--timezone", type=ZoneInfo, default=UTC, help="the room's")
    parser.add_argument(
        "--push-token-env", default="", help="variable with the token of pushes of the lineup"
    )
    parser.add_argument(
        "--push-max-age", type=float, default=30.0, help="minutes for which a pushed price counts"
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
