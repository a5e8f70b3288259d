"""A room on air for a long time: does anything grow or drift?

``python -m tests.chaos.soak [--minutes 60]`` runs the demo room's whole show to an ingest, prints a
table and writes ``var/soak-report.md``; exit code 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

import numpy as np
from rich.console import Console
from rich.progress import track

from host.model import sockets
from host.model.state import OnAirState
from tests.chaos.case import Figure
from tests.chaos.feeds import Feed
from tests.chaos.growth import Processes, settled, slope
from tests.chaos.lines import Lines
from tests.chaos.machine import load, machine
from tests.e2e.ingest import Ingest, missing
from tests.e2e.room import ROOT, Room

PERIOD = 10.0
"""Seconds between two samples."""
MINUTE = 6
"""Samples that tell the beginning and the end."""
SHORT = 1800.0
"""Seconds below which memory is still being taken for the first time."""
KEY = "soak"


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the broadcast stood."""

    drift_ms: float
    """Time that the air ticks count, less the time that passed since the first."""
    apart_ms: float
    """Newest sound less newest picture at the ingest, by their timestamps."""
    behind_ms: float
    """How much later after its tick a picture comes to the ingest than at first."""
    stalls: int
    """Times onair's clock was re-anchored."""


class Ticks(threading.Thread):
    """Follows onair's state, and when it came."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self._folder = folder
        self.seen: list[tuple[float, OnAirState]] = []

    def run(self) -> None:
        """Until onair goes."""
        peer = sockets.connect(self._folder, "onair")
        with DefaultSelector() as selector:
            selector.register(peer, EVENT_READ)
            while True:
                selector.select()
                try:
                    states = [m for m in peer.receive() if isinstance(m, OnAirState)]
                except OSError:
                    return
                self.seen += [(time.monotonic(), state) for state in states]

    def drift_ms(self, fps: int) -> float:
        """Of the newest state against the first; the fastest deliveries of each ten count."""
        if len(self.seen) < 2:
            return 0.0
        late = [at - state.tick / fps for at, state in self.seen]
        return (min(late[:10]) - min(late[-10:])) * 1000


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--warm-up", type=float, help="minutes; else a tenth, at most 5")
    parser.add_argument("--config", type=Path, default=ROOT / "configs/demo.toml")
    parser.add_argument("--report", type=Path, default=ROOT / "var" / "soak-report.md")
    asked = parser.parse_args()
    if asked.minutes < 2:
        parser.error("--minutes: at least 2")
    if missing():
        sys.exit(f"soak: {missing()}")
    warm_up = asked.warm_up if asked.warm_up is not None else min(5.0, asked.minutes / 10)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        text, faults = soak(Path(folder), asked.config, asked.minutes * 60, warm_up * 60)
    asked.report.parent.mkdir(parents=True, exist_ok=True)
    asked.report.write_text(text, encoding="utf-8")
    out = Console(highlight=False, soft_wrap=True)
    out.print(text, markup=False)
    return int(faults > 0)


def soak(folder: Path, config: Path, seconds: float, warm_up: float) -> tuple[str, int]:
    """The report of a run, and how many bars it missed."""
    with Ingest(folder / "ingest") as ingest:
        feed = Feed("soak", "nginx", ingest, KEY)
        with Room(folder / "run", config=config, push=[feed.url]) as room:
            ingest.wait_media(KEY, patience=120)
            ticks = Ticks(room.var / room.name / "sockets")
            ticks.start()
            time.sleep(warm_up)
            del ticks.seen[:]
            processes = Processes(room)
            began, sessions, late = time.monotonic(), len(feed.sessions), 0.0
            first = _stamp(feed, began)
            for _ in track(range(round(seconds / PERIOD)), f"{seconds / 60:g} min on air"):
                processes.sample()
                time.sleep(max(0.0, began + PERIOD * len(processes.samples["onair"]) - _now()))
            apart, late = _apart(feed), _stamp(feed, _now() - 5) - first
            drift = ticks.drift_ms(25)
            stalls = ticks.seen[-1][1].stalls - ticks.seen[0][1].stalls if ticks.seen else 0
            moment = Moment(drift, apart, late + drift, stalls)
            renewed = len(feed.sessions) - sessions
            faults = Lines(room.var / room.name / "ledger.sqlite").faults()
    figures = [
        Figure("stalls of onair's clock (over 0.2 s)", moment.stalls, 0, ""),
        Figure("drift of the air ticks", abs(moment.drift_ms), 40, "ms"),
        Figure("sound and picture apart at the ingest", abs(moment.apart_ms), 40, "ms"),
        Figure("more on its way to the ingest", moment.behind_ms, 2000, "ms"),
        Figure("new connections", renewed, 0, ""),
        Figure("lines lost", len(faults["lost"]), 0, ""),
        Figure("lines doubled", len(faults["doubled"]), 0, ""),
    ]
    rows, grown = _growth(processes)
    figures += grown
    text = _report(seconds, warm_up, rows, figures)
    return text, sum(not figure.holds for figure in figures)


def _now() -> float:
    return time.monotonic()


def _stamp(feed: Feed, after: float) -> float:
    """Arrival less timestamp of the fastest of 5 s of pictures, milliseconds."""
    deadline = _now() + 30
    while len(came := feed.pictures(after)) < 100 and _now() < deadline:
        time.sleep(0.5)
    return min((a.at * 1000 - a.tag.dts for a in came[:125]), default=float("nan"))


def _apart(feed: Feed) -> float:
    """Newest sound less newest picture, the median of some looks; milliseconds."""
    seen = []
    for _ in range(11):
        came = feed.arrivals(_now() - 2)
        newest = {k: max(a.tag.dts for a in came if a.tag.kind == k) for k in ("audio", "video")}
        seen.append(newest["audio"] - newest["video"])
        time.sleep(0.13)
    return float(np.median(seen))


def _growth(processes: Processes) -> tuple[list[str], list[Figure]]:
    rows, figures = [], []
    for role, samples in processes.samples.items():
        first, last = samples[:MINUTE], samples[-MINUTE:]
        half = samples[len(samples) // 2 :]
        rate = slope(half)
        rows.append(
            f"| {role} | {first[0].rss / 1e6:.1f} → {last[-1].rss / 1e6:.1f} "
            f"| {first[0].pss / 1e6:.1f} → {last[-1].pss / 1e6:.1f} "
            f"| {rate.mb_an_hour:+.2f} ± {rate.error:.2f} "
            f"| {settled(first, 'fds')} → {settled(last, 'fds')} "
            f"| {settled(first, 'threads')} → {settled(last, 'threads')} |"
        )
        figures.append(Figure(f"{role}: RSS grows beyond noise by", rate.surely, 1.0, "MB/h"))
        for field, what in (("fds", "descriptors"), ("threads", "threads")):
            more = settled(last, field) - settled(first, field)
            figures.append(Figure(f"{role}: more {what}", more, 0, ""))
        restarts = len({sample.pid for sample in samples}) - 1
        figures.append(Figure(f"{role}: restarts", restarts, 0, ""))
    return rows, figures


def _report(seconds: float, warm_up: float, rows: list[str], figures: list[Figure]) -> str:
    missed = [figure for figure in figures if not figure.holds]
    lines = [
        "# A room on air for a long time",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {seconds / 60:g} min after {warm_up / 60:g} min "
        f"of warming up · {len(missed)} of {len(figures)} bars missed",
        "",
        *(f"- {line}" for line in machine()),
        f"- load average over 1, 5, 15 min at the end: {load()}",
        *(["- too short to tell growth from warming up"] if seconds < SHORT else []),
        "",
        "| Process | RSS, MB | PSS, MB | RSS, MB/h, last half | descriptors | threads |",
        "| --- | --- | --- | --- | --- | --- |",
        *rows,
        "",
        "| What | Measured | Bar | |",
        "| --- | --- | --- | --- |",
    ]
    for figure in figures:
        value = "not measured" if figure.value is None else f"{figure.value:.3g} {figure.unit}"
        verdict = "holds" if figure.holds else "**MISSED**"
        bar = f"≤ {figure.limit:g} {figure.unit}".strip()
        lines.append(f"| {figure.what} | {value.strip()} | {bar} | {verdict} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
