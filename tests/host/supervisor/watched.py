"""States to be heard, levers that remember, a clock that is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host.config import Room
from host.model import Decision, Destination, Incident
from host.model.messages import Beat
from host.model.state import Health, OnAirState, PushState
from host.settings import RoomSettings
from host.supervisor.alarms import Alert
from host.supervisor.remedies import Remedies

FPS = 25


def health(**changes: float) -> Health:
    figures: dict[str, float] = {
        "fps": 25, "speed": 1, "video_kbps": 2500, "audio_kbps": 128, "av_offset_ms": -53,
        "keyframe_seconds": 2, "black_seconds": 0, "frozen_seconds": 0, "silent_seconds": 0,
        "clipped": 0, "loudness_db": -20, "behind_seconds": 0.1,
    }  # fmt: skip
    return Health(tick=int(changes.pop("tick", 0)), **(figures | changes))


def on_air(
    *,
    tick: int = 0,
    showing: str = "programme",
    hold: bool = False,
    destinations: Sequence[PushState] = (),
    late_ticks: int = 0,
    ring_depth: int = 6,
    encoder_ms: float = 9.0,
    preset: str = "superfast",
    line: int = 1,
) -> OnAirState:
    return OnAirState(
        tick, showing, hold, tuple(destinations), late_ticks, ring_depth, encoder_ms,
        kbps=2500, preset=preset, line=line, clause=0 if line else -1,
    )  # fmt: skip


def push(name: str = "main", *, connected: bool = True, rejected: int = 0, restarts: int = 0) -> (
    PushState
):  # fmt: skip
    return PushState(name, connected, restarts, 0, rejected=rejected)


def room(folder: Path, **tables: Any) -> Room:
    settings = RoomSettings(
        name="test", lang="en", lineup=Path("l.csv"), scripts=(Path("s.md"),), **tables
    )
    return Room(folder / "room.toml", settings)


@dataclass
class Pulled:
    """Levers that remember what was pulled, and when."""

    now: float = 1000.0
    restarts: list[tuple[float, str]] = field(default_factory=list)
    levels: list[tuple[float, int]] = field(default_factory=list)
    presets: list[tuple[float, str]] = field(default_factory=list)
    noted: list[Incident | Decision] = field(default_factory=list)
    alerts: list[tuple[float, Alert]] = field(default_factory=list)

    def restart(self, role: str, why: str) -> None:
        assert why
        self.restarts.append((self.now, role))

    def cost(self, level: int, why: str) -> None:
        assert why
        self.levels.append((self.now, level))

    def preset(self, name: str, why: str) -> None:
        assert why
        self.presets.append((self.now, name))

    def redirect(self, destination: Destination) -> None:
        raise AssertionError("nobody who watches gives an address")

    def note(self, what: Incident | Decision) -> None:
        self.noted.append(what)

    def send(self, alert: Alert) -> None:
        self.alerts.append((self.now, alert))

    def kinds(self) -> list[str]:
        return [alert.kind + ("-over" if alert.over else "") for _, alert in self.alerts]


class Watched:
    """A room that is judged second by second."""

    def __init__(self, *, preset: str = "superfast", talks: bool = True) -> None:
        self.pulled = Pulled()
        self.remedies = Remedies(
            self.pulled, self.pulled.send, fps=FPS, preset=preset, talks=talks,
            now=lambda: self.pulled.now,
        )  # fmt: skip

    def live(
        self,
        seconds: float,
        state: OnAirState | None = None,
        measured: Health | None = None,
        load: float | None = 0.4,
    ) -> None:
        """So many seconds as they are given; ``measured`` None: all is well, ``load`` None: media
        does not beat.
        """
        for _ in range(round(seconds)):
            self.pulled.now += 1
            if load is not None:
                self.remedies.hear("media", Beat(load))
            self.remedies.hear("health", measured or health())
            self.remedies.hear("onair", state or on_air())

    def hear(self, *incidents: Incident) -> None:
        for incident in incidents:
            self.remedies.hear(incident.stage, incident)

    @property
    def restarted(self) -> list[str]:
        return [role for _, role in self.pulled.restarts]
