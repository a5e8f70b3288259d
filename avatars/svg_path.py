"""SVG path data as cubic curves, so that two drawings of one thing can be mixed by numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_TOKEN = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_COUNT = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}

Point = tuple[float, float]


def normalised(data: str) -> tuple[str, list[float]]:
    """The commands, each of M, C or Z, and their absolute coordinates.

    Moving nodes of a path changes the numbers only; adding or deleting nodes, or breaking the path,
    changes the commands. Raises ValueError on what is no path data, and on arcs.
    """
    commands: list[str] = []
    numbers: list[float] = []
    at: Point = (0.0, 0.0)
    start: Point = at
    # Second control point of the segment before, for the smooth commands.
    control: dict[str, Point] = {}

    def curve(one: Point, two: Point, end: Point) -> None:
        nonlocal at
        commands.append("C")
        numbers.extend((*one, *two, *end))
        at = end

    for command, values in _segments(data):
        upper = command.upper()
        points = _points(upper, values, at, relative=command.islower())
        before, control = control, {}
        if upper == "Z":
            commands.append("Z")
            at = start
        elif upper == "M":
            commands.append("M")
            numbers.extend(points[0])
            at = start = points[0]
        elif upper in "LHV":
            curve(_mix(at, points[0], 1 / 3), _mix(at, points[0], 2 / 3), points[0])
        elif upper in "CS":
            if upper == "S":
                points.insert(0, _mirrored(at, before.get("C")))
            control = {"C": points[1]}
            curve(points[0], points[1], points[2])
        else:
            if upper == "T":
                points.insert(0, _mirrored(at, before.get("Q")))
            control = {"Q": points[0]}
            # A quadratic curve as a cubic one: both controls two thirds of the way to its own.
            curve(_mix(at, points[0], 2 / 3), _mix(points[1], points[0], 2 / 3), points[1])
    return "".join(commands), numbers


def data(commands: str, numbers: list[float]) -> str:
    """Path data again."""
    parts: list[str] = []
    at = 0
    for command in commands:
        count = _COUNT[command]
        parts.append(command + " ".join(f"{value:.3f}" for value in numbers[at : at + count]))
        at += count
    return "".join(parts)


def _segments(text: str) -> Iterator[tuple[str, list[float]]]:
    """Commands with their numbers; repeated groups get their command again."""
    rest = _TOKEN.sub("", text).replace(",", " ").strip()
    if rest:
        raise ValueError(f"{rest[:20]!r} is no path data")
    marks = [match for match in _TOKEN.finditer(text) if match.group(1)]
    if not marks or marks[0].group(1) not in "Mm":
        raise ValueError("a path begins with M")
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=True):
        command = mark.group(1)
        if command in "Aa":
            raise ValueError("an arc cannot be mixed (Inkscape: Path > Object to Path)")
        found = _TOKEN.finditer(text[mark.end() : end])
        values = [float(match.group(2)) for match in found]
        count = _COUNT[command.upper()]
        if count == 0 and not values:
            yield command, []
            continue
        if count == 0 or not values or len(values) % count:
            raise ValueError(f"{command} with {len(values)} numbers")
        for first, last in pairwise(range(0, len(values) + 1, count)):
            yield command, values[first:last]
            # Points after a move are lines.
            command = {"M": "L", "m": "l"}.get(command, command)


def _points(upper: str, values: list[float], at: Point, *, relative: bool) -> list[Point]:
    x, y = at if relative else (0.0, 0.0)
    if upper == "H":
        return [(values[0] + x, at[1])]
    if upper == "V":
        return [(at[0], values[0] + y)]
    return [(values[i] + x, values[i + 1] + y) for i in range(0, len(values), 2)]


def _mix(one: Point, two: Point, part: float) -> Point:
    return one[0] + (two[0] - one[0]) * part, one[1] + (two[1] - one[1]) * part


def _mirrored(at: Point, control: Point | None) -> Point:
    return at if control is None else (2 * at[0] - control[0], 2 * at[1] - control[1])
