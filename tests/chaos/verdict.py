"""The bars that every fault has, measured once it is over."""

from __future__ import annotations

import time
from itertools import pairwise

from tests.chaos.case import Case
from tests.chaos.feeds import Feed, backward, seen_gap, stamps_gap
from tests.chaos.machine import load
from tests.chaos.scenario import Scenario
from tests.e2e.in_step import AGREES, measure
from tests.e2e.testcard_reader import counters

BYSTANDER_GAP = 0.2
"""Seconds without a picture that a connection may see that was not the fault."""
SOUND_STEP = 0.045
"""Seconds between the timestamps of two sound packets: two AAC frames of 1 024 at 48 kHz."""
CLIP = 8.0
"""Seconds of the stream that are decoded for counter and tone."""
BEFORE = 1.0
"""Seconds before the fault from which gaps are looked for."""


def common(case: Case, scenario: Scenario) -> None:
    """Add what holds for every fault: bystanders, connections, lines."""
    end = time.monotonic()
    feeds = case.stand.feeds.values()
    faulted = [feed for feed in feeds if scenario.everywhere or feed is case.target]
    for feed in faulted:
        _faulted(case, feed)
    _bystanders(case, [feed for feed in feeds if feed not in faulted], end)
    late = max(feed.receiver.lateness(case.began - BEFORE) for feed in feeds)
    if late:
        case.note(
            f"moments of arrival are up to {late:.2f} s late: the machine was busy ({load()})"
        )
    _lines(case)


def _lines(case: Case) -> None:
    stand = case.stand
    if not stand.talks:
        case.bar("lines aired in this room", None, 0, "")
        return
    for kind, found in stand.lines.faults().items():
        fresh = [fault for fault in found if fault not in stand.known]
        stand.known += fresh
        case.bar(f"lines {kind}", len(fresh), 0, "")
        if fresh:
            case.note("; ".join(fresh[:3]))


def in_step(case: Case, scenario: Scenario) -> None:
    """Add the offset of counter and tone over the last seconds, at each kind of destination."""
    end = time.monotonic()
    worst: list[tuple[float, str]] = []
    for feed in _told_apart(case):
        clip = feed.clip(case.folder / f"clip-{feed.name}.flv", end - CLIP - 2, end)
        try:
            found = measure(clip) if clip is not None else None
        except ValueError as error:
            found = None
            case.note(f"{feed.name}: {error}")
        if found is None or found.agreement < AGREES:
            case.bar(f"{feed.name}: counter and tone apart", None, scenario.offset_ms, "ms")
        else:
            worst.append((abs(found.late_ms), feed.name))
        if clip is not None:
            clip.unlink()
    if worst:
        late, name = max(worst)
        case.bar(f"counter and tone apart (worst: {name})", late, scenario.offset_ms, "ms")


def held_for(case: Case, feed: Feed, begin: float, end: float) -> float | None:
    """The longest run of one and the same counter at a destination between two moments, seconds.

    Frames without a counter (stand-by) end a run. None: nothing to be read.
    """
    clip = feed.clip(case.folder / "held.flv", begin, end)
    if clip is None:
        return None
    seen = [frame.counter for frame in counters(clip)]
    longest = run = 0
    for before, now in pairwise(seen):
        run = run + 1 if now is not None and now == before else 0
        longest = max(longest, run)
    return longest / 25


def _told_apart(case: Case) -> list[Feed]:
    """The faulted destination and one bystander of each kind: the others get the same packets."""
    feeds = case.stand.feeds
    chosen = [case.target] if case.target is not None else []
    chosen += [feeds[name] for name in ("b", "c") if name in feeds]
    return list(dict.fromkeys(chosen))


def _faulted(case: Case, feed: Feed) -> None:
    """New connections begin with a keyframe; how many there were."""
    fresh = [n for n, session in enumerate(feed.sessions) if session.began > case.began]
    firsts = [next((a for a in feed.pictures(case.began) if a.session == n), None) for n in fresh]
    unkeyed = sum(first is not None and not first.tag.key for first in firsts)
    case.bar(f"{feed.name}: connections that began without a keyframe", unkeyed, 0, "")
    refused = [event.kind for event in feed.events(case.began) if event.kind in ("busy", "refuse")]
    told = f", {len(refused)} refused" if refused else ""
    case.note(f"{feed.name}: {len(fresh)} new connections{told}")


def _bystanders(case: Case, feeds: list[Feed], end: float) -> None:
    """Each figure is the worst of all of them."""
    worst: dict[str, tuple[float, str]] = {}
    for feed in feeds:
        arrived = feed.arrivals(case.began - BEFORE)
        pictures = [arrival for arrival in arrived if arrival.tag.kind == "video"]
        seen = {
            "new connections": sum(session.began > case.began for session in feed.sessions),
            "no picture": seen_gap(pictures, case.began - BEFORE, end),
            "step of picture timestamps": stamps_gap(arrived, "video"),
            "step of sound timestamps": stamps_gap(arrived, "audio"),
            "timestamps that go back": backward(arrived),
        }
        for what, value in seen.items():
            worst[what] = max(worst.get(what, (-1.0, "")), (value, feed.name))
    limits = {"no picture": BYSTANDER_GAP, "step of picture timestamps": BYSTANDER_GAP}
    limits["step of sound timestamps"] = SOUND_STEP
    for what, (value, name) in worst.items():
        unit = "s" if what in limits else ""
        case.bar(f"others ({name}): {what}", value, limits.get(what, 0), unit)
