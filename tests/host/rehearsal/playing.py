"""Rehearsals for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from host.config import Room, load_room
from host.rehearsal import Edit, Rehearsal, Remark
from host.rehearsal.show import Sounding
from tests.e2e.room_file import write_room

ROOT = Path(__file__).parents[3]
MORNING = datetime(2026, 11, 22, 8)


def room(
    folder: Path, changes: Mapping[str, Any] | None = None, demo: str = "configs/demo.toml"
) -> Room:
    """The demo room with changes."""
    write_room(ROOT / demo, folder / "room.toml", changes or {})
    return load_room(folder / "room.toml")


def rehearsal(
    of: Room,
    hours: float,
    *,
    remarks: Sequence[Remark] = (),
    edits: Sequence[Edit] = (),
    start: datetime = MORNING,
    follow: list[Sounding] | None = None,
) -> Rehearsal:
    """A rehearsal from ``start``, in the room's time; ``follow`` gets each clause."""
    heard = follow if follow is not None else []
    begin = start.replace(tzinfo=of.timezone)
    return Rehearsal(of, begin, hours, remarks=remarks, edits=edits, follow=heard.append)
