"""``livehost prepare``: the part of the set-up that comes after the packages."""

from __future__ import annotations

import typer

from avatars import open_avatar
from avatars.bake import default_folder
from avatars.scene import Scene
from host.cli.common import out, progress_bar
from host.model import Format
from host.voice.models import home
from host.voice.prepare import prepare as prepare_voices


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(prepare)


def prepare() -> None:
    """Make what the first start would wait for: the voices' models, the host's pixels.

    Part of [bold]make install[/bold].
    """
    with progress_bar("voices") as done:
        prepare_voices(progress=lambda name, step, steps: done(step / steps))
    with progress_bar("face") as done:
        open_avatar("xiaoyu", Scene(Format(), "zh").background).close()
        done(1.0)
    out.print(f"voices are ready in {home()}, the face in {default_folder()}", markup=False)
