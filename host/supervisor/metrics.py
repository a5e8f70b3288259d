"""The room's figures for Prometheus, at ``http://HOST:PORT/metrics`` of the room's [metrics].

Every name is listed in docs/health.md. Counters that onair or a pusher keeps begin at 0 again with
it, as Prometheus expects of a restart. Labels hold names of roles, destinations and fixed words,
never an address.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from wsgiref.simple_server import WSGIServer

import anyio
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from host.config import Room
from host.errors import Finding, PortInUseError
from host.model import Aired, Answer, Comment, Decision, Ended, Incident, Planned
from host.model.messages import Beat
from host.model.state import Health, OnAirState
from host.supervisor.usage import Usage

SOURCES = ("programme", "held", "stand-by")
FRESH = 5.0
"""Seconds after which onair's and health's figures are left out: none is better than an old one."""
_REPORTS = (Aired, Answer, Comment, Decision, Ended, Incident, Planned)


class Metrics:
    """An Observer that serves what it heard."""

    def __init__(
        self,
        room: Room,
        *,
        cost: Callable[[], int] = lambda: 0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``cost``: media's cost level; called in the server's thread."""
        self._room = room
        self._cost = cost
        self._now = now
        self._lock = threading.Lock()
        self._state: tuple[float, OnAirState] | None = None
        self._health: tuple[float, Health] | None = None
        self._beats: dict[str, tuple[float, float]] = {}
        self._reports: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self._restarts: Counter[str] = Counter()
        self._hung: Counter[str] = Counter()
        self._written: Counter[str] = Counter()
        self._writing = True
        self._writable = True
        self._usage = Usage(room.sockets)
        self._server: WSGIServer | None = None
        self._thread: threading.Thread | None = None
        self.registry = CollectorRegistry()
        """Of this room alone; without the defaults of this process."""
        self.registry.register(self)

    def start(self) -> None:
        """Serve. Raises PortInUseError when the room's address cannot be listened at."""
        settings = self._room.settings.metrics
        if not settings.on:
            return
        try:
            self._server, self._thread = start_http_server(
                settings.port, settings.host, self.registry
            )
        except OSError as error:
            fix = f"end what uses it, or set another: [metrics] port = {settings.port + 10}"
            where = f"{settings.host}:{settings.port} for the metrics"
            what = f"{where} is not free ({error.strerror})"
            raise PortInUseError(Finding(what, fix, self._room.file)) from error

    @property
    def port(self) -> int:
        """Where it listens; 0: it does not."""
        return 0 if self._server is None else self._server.server_port

    def close(self) -> None:
        """End the server; a request under way is not waited for."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(2.0)
            self._server = None

    async def run(self) -> None:
        """Close it when the room ends."""
        try:
            await anyio.sleep_forever()
        finally:
            self.close()

    def hear(self, role: str, message: object) -> None:
        """``role``: whose message it is."""
        with self._lock:
            self._hear(role, message)

    def _hear(self, role: str, message: object) -> None:
        now = self._now()
        match message:
            case OnAirState():
                self._state = (now, message)
            case Health():
                self._health = (now, message)
            case Beat(load):
                self._beats[role] = (now, load)
            case Incident(stage, "restarted"):
                self._restarts[stage] += 1
            case Incident("ledger", "unwritten" | "written" as what):
                self._writable = what == "written"
            case Incident(stage, "hung"):
                self._hung[stage] += 1
            case Ended(_, outcome):
                self._ended[outcome] += 1
            case Decision("written", _, about):
                for kind in ("kept", "refused", "tokens", "micros"):
                    self._written[kind] += int(about.get(kind) or 0)
            case Decision("writer-off" | "writer-back" as what):
                self._writing = what == "writer-back"
        if isinstance(message, _REPORTS):
            self._reports[type(message).__name__.lower()] += 1

    def collect(self) -> Iterator[Metric]:
        """All families, for ``prometheus_client``; called in the server's thread."""
        with self._lock:
            families = [*self._show(), *self._measured(), *self._counted()]
        yield from families
        room = self._room.name
        yield _gauge("cost_level", "Media's cost level: 0 draws everything.", room, self._cost())
        yield _gauge("ledger_writable", "The disk takes the ledger's rows.", room, self._writable)
        for kind, what, key, values in self._usage.read():
            family = _counter if kind == "counter" else _gauge
            yield family(key, what, room, values, "role")

    def _show(self) -> Iterator[Metric]:
        if self._state is None or self._now() - self._state[0] > FRESH:
            return
        state, room = self._state[1], self._room.name
        shown = {source: float(source == state.showing) for source in SOURCES}
        yield _gauge("showing", "What viewers see: 1 for one source.", room, shown, "source")
        yield _gauge("hold", "The red button is down.", room, state.hold)
        yield _gauge("line_on_air", "A line is being said.", room, bool(state.line))
        yield _counter("ticks", "Air ticks.", room, state.tick)
        yield _counter("late_ticks", "Ticks without a programme ready.", room, state.late_ticks)
        yield _counter("clock_stalls", "Times the clock was re-anchored.", room, state.stalls)
        yield _gauge("ring_depth_ticks", "Programme ticks ready.", room, state.ring_depth)
        yield _gauge(
            "encode_seconds", "Median time to encode a tick.", room, state.encoder_ms / 1000
        )
        yield _gauge(
            "encoder_target_bytes_per_second", "The encoder's video bitrate.", room,
            state.kbps * 125,
        )  # fmt: skip
        yield _gauge("encoder_preset_info", "x264's preset.", room, {state.preset: 1}, "preset")
        yield from self._destinations(state)

    def _destinations(self, state: OnAirState) -> Iterator[Metric]:
        room, pushes = self._room.name, state.destinations
        for family, name, what, values in (
            (_gauge, "connected", "Its pusher is connected.",
             {one.name: float(one.connected) for one in pushes}),
            (_gauge, "rejections", "Times in a row that its ingest refused.",
             {one.name: one.rejected for one in pushes}),
            (_gauge, "waiting_bytes", "Encoded, not acknowledged yet.",
             {one.name: one.waiting_bytes for one in pushes}),
            (_gauge, "session_seconds", "Age of its connection.",
             {one.name: one.session_seconds for one in pushes}),
            (_counter, "reconnects", "Connections after the first.",
             {one.name: one.restarts for one in pushes}),
            (_counter, "dropped_video_packets", "Left out since the connection began.",
             {one.name: one.dropped_video for one in pushes}),
        ):  # fmt: skip
            yield family(f"destination_{name}", what, room, values, "destination")

    def _measured(self) -> Iterator[Metric]:
        if self._health is None or self._now() - self._health[0] > FRESH:
            return
        health, room = self._health[1], self._room.name
        for name, what, value in (
            ("frames_per_second", "Pictures a second.", health.fps),
            ("speed_ratio", "Programme a wall second.", health.speed),
            ("video_bytes_per_second", "Video bitrate.", health.video_kbps * 125),
            ("audio_bytes_per_second", "Audio bitrate.", health.audio_kbps * 125),
            ("av_offset_seconds", "Newest sound after newest picture.", health.av_offset_ms / 1000),
            ("keyframe_interval_seconds", "Largest of late.", health.keyframe_seconds),
            ("black_seconds", "Picture black for.", health.black_seconds),
            ("frozen_seconds", "Picture the same for.", health.frozen_seconds),
            ("silent_seconds", "No sound for.", health.silent_seconds),
            ("clipped_ratio", "Samples at full scale.", health.clipped),
            ("loudness_dbfs", "RMS.", health.loudness_db),
            ("lag_seconds", "The measurement's own lag.", health.behind_seconds),
        ):
            yield _gauge(f"output_{name}", f"Measured on the encoded output: {what}", room, value)

    def _counted(self) -> Iterator[Metric]:
        room, now = self._room.name, self._now()
        beats = {role: now - at for role, (at, _) in self._beats.items()}
        yield _gauge("beat_age_seconds", "Since a process's last beat.", room, beats, "role")
        loads = {role: load for role, (_, load) in self._beats.items() if role == "media"}
        yield _gauge("load_ratio", "Share of its ticks' time used.", room, loads, "role")
        yield _counter("restarts", "Processes started again.", room, self._restarts, "role")
        yield _counter("hung", "Processes that hung.", room, self._hung, "role")
        yield _counter("lines_ended", "Lines by outcome.", room, self._ended, "outcome")
        yield _counter("reports", "Reports by kind; each is a row.", room, self._reports, "kind")
        if self._room.settings.writer.on:
            yield from self._writer()

    def _writer(self) -> Iterator[Metric]:
        room, written = self._room.name, self._written
        outcomes = {kind: written[kind] for kind in ("kept", "refused")}
        yield _counter("written_variants", "By a language model.", room, outcomes, "outcome")
        yield _counter("written_tokens", "In and out.", room, written["tokens"])
        yield _counter("written_money", "By the room's prices.", room, written["micros"] / 1e6)
        yield _gauge("writer_up", "0: it rests, for trouble or budget.", room, self._writing)


def _gauge(
    name: str, what: str, room: str, values: float | Mapping[str, float], label: str = ""
) -> Metric:
    family = GaugeMetricFamily(f"livehost_{name}", what, labels=_labels(label))
    return _filled(family, room, values)


def _counter(
    name: str,
    what: str,
    room: str,
    values: float | Mapping[str, float],
    label: str = "",
) -> Metric:
    family = CounterMetricFamily(f"livehost_{name}", what, labels=_labels(label))
    return _filled(family, room, values)


def _labels(label: str) -> list[str]:
    return ["room", label] if label else ["room"]


def _filled(
    family: GaugeMetricFamily | CounterMetricFamily,
    room: str,
    values: float | Mapping[str, float],
) -> Metric:
    if isinstance(values, Mapping):
        for key, value in values.items():
            family.add_metric([room, key], value)
    else:
        family.add_metric([room], values)
    return family
