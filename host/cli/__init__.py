"""The command ``livehost``: one file a group of commands."""

from __future__ import annotations

import io
import sys

import typer

from host.cli import (
    asking,
    broadcast,
    checking,
    doctoring,
    gating,
    importing,
    platforms,
    preparing,
    rehearsing,
    rendering,
    soaking,
    writing,
)
from host.errors import LivehostError

app = typer.Typer(
    name="livehost",
    help="A digital human that sells live, around the clock: lineup in, live stream out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for group in (
    broadcast,
    checking,
    asking,
    platforms,
    rendering,
    doctoring,
    gating,
    importing,
    preparing,
    rehearsing,
    soaking,
    writing,
):
    group.add_to(app)


def main() -> None:
    """Run a command. What the merchant can mend is one line a finding, and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show "✓" is no failure
    try:
        app()
    except LivehostError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"livehost: {line}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
