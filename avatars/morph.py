"""Shapes of one thing, drawn apart and mixed: "rest" and "open" give every mouth between.

Each shape is an SVG with the same elements in the same order whose nodes were moved. A shape named
"open+round" is not a third direction but a corrective: what the mouth looks like where both are
whole. Known in the field as blend shapes with correctives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from avatars import svg_path
from avatars.drawing import SVG, Drawing, read
from host.errors import Finding

REST = "rest"
"""Name of the shape that the others are measured from."""

_NUMERIC = frozenset(
    {"cx", "cy", "r", "rx", "ry", "fx", "fy", "x", "y", "x1", "y1", "x2", "y2", "width", "height"}
    | {"opacity", "fill-opacity", "stroke-opacity", "stop-opacity", "stroke-width", "offset"}
    | {"stdDeviation"}
)
"""Attributes and style properties that are mixed when they are plain numbers."""
_STYLE = re.compile(r"([\w-]+)\s*:\s*([^;]+)")


class Morph:
    """The shapes of one folder."""

    def __init__(self, shapes: Mapping[str, Drawing]) -> None:
        """``shapes``: by name, as ``read_morph`` has checked them."""
        self._rest = shapes[REST]
        self.view = self._rest.view
        """Canvas units: x, y, width, height."""
        vectors = {name: _vector(drawing)[1] for name, drawing in shapes.items()}
        self._base = vectors[REST]
        self._deltas: dict[tuple[str, ...], NDArray[np.float64]] = {}
        for name in sorted(set(shapes) - {REST}, key=lambda name: name.count("+")):
            parts = tuple(name.split("+"))
            already = self._mixed(dict.fromkeys(parts, 1.0))
            self._deltas[parts] = vectors[name] - already

    def at(self, weights: Mapping[str, float]) -> Drawing:
        """The drawing at ``weights`` by shape name; names that were not drawn are passed over."""
        root = deepcopy(self._rest.root)
        _write(root, self._mixed(weights))
        return Drawing(root, self._rest.file)

    def has(self, name: str) -> bool:
        """Whether that shape was drawn."""
        return (name,) in self._deltas

    def _mixed(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        mixed = self._base.copy()
        for parts, delta in self._deltas.items():
            weight = float(np.prod([weights.get(part, 0.0) for part in parts]))
            if weight:
                mixed += weight * delta
        return mixed


def read_morph(folder: Path, column: str) -> Morph | list[Finding]:
    """Every shape of ``folder``, or everything that is wrong. ``column``: the field naming it."""
    files = sorted(folder.glob("*.svg")) if folder.is_dir() else []
    if folder / f"{REST}.svg" not in files:
        fix = f"name a folder of the pack that holds {REST}.svg and the other shapes"
        return [Finding(f"no {REST}.svg in it", fix, folder, column=column)]
    findings: list[Finding] = []
    shapes: dict[str, Drawing] = {}
    for file in files:
        drawing = read(file, column)
        if isinstance(drawing, Drawing):
            shapes[file.stem] = drawing
        else:
            findings.extend(drawing)
    if findings:
        return findings
    try:
        skeleton = _vector(shapes[REST])[0]
    except ValueError as error:
        return [Finding(str(error), "redraw that path", shapes[REST].file, column=column)]
    for name, drawing in shapes.items():
        try:
            fault = _difference(skeleton, _vector(drawing)[0])
        except ValueError as error:
            fault = str(error)
        if fault:
            fix = f"copy {REST}.svg and move nodes only: never add, delete or reorder"
            findings.append(Finding(fault, fix, drawing.file, column=column))
        for part in name.split("+"):
            if part not in shapes:
                fix = f"draw {part}.svg as well, or rename it"
                findings.append(
                    Finding(f"it corrects {part!r}, which is not drawn", fix, drawing.file)
                )
    return findings or Morph(shapes)


def _difference(one: list[str], two: list[str]) -> str:
    if len(one) != len(two):
        return f"it has {len(two)} shapes and numbers, {REST}.svg has {len(one)}"
    for here, there in zip(one, two, strict=True):
        if here != there:
            return f"it has {there} where {REST}.svg has {here}"
    return ""


def _vector(drawing: Drawing) -> tuple[list[str], NDArray[np.float64]]:
    """What a drawing is made of, and its numbers in that order. Raises ValueError on bad paths."""
    skeleton: list[str] = []
    numbers: list[float] = []
    for element in drawing.root.iter():
        name = str(element.tag).removeprefix(SVG)
        if name.startswith("{"):  # an editor's own notes
            continue
        skeleton.append(f"<{name}>")
        path = element.get("d")
        if path is not None:
            try:
                commands, values = svg_path.normalised(path)
            except ValueError as error:
                raise ValueError(f"<{name} id={element.get('id')!r}>: {error}") from error
            skeleton.append(f"the nodes {commands} in a path")
            numbers.extend(values)
        for key, value in _numeric(element):
            skeleton.append(f"{key} of <{name}>")
            numbers.append(value)
    return skeleton, np.array(numbers)


def _numeric(element: ElementTree.Element) -> list[tuple[str, float]]:
    """Numbers of one element that may be mixed, in a fixed order."""
    found: dict[str, float] = {}
    for key in _NUMERIC:
        number = _number(element.get(key))
        if number is not None and element.tag != f"{SVG}svg":
            found[key] = number
    for key, value in _STYLE.findall(element.get("style", "")):
        number = _number(value)
        if key in _NUMERIC and number is not None:
            found[f"style:{key}"] = number
    return sorted(found.items())


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    part = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?:px)?\s*", text)
    return None if part is None else float(part.group(1))


def _write(root: ElementTree.Element, numbers: NDArray[np.float64]) -> None:
    """Put mixed numbers back where ``_vector`` took them from."""
    at = 0
    for element in root.iter():
        if str(element.tag).removeprefix(SVG).startswith("{"):
            continue
        path = element.get("d")
        if path is not None:
            commands, values = svg_path.normalised(path)
            element.set("d", svg_path.data(commands, list(numbers[at : at + len(values)])))
            at += len(values)
        for key, _ in _numeric(element):
            value = f"{numbers[at]:.4f}"
            at += 1
            if key.startswith("style:"):
                name = key.removeprefix("style:")
                style = dict(_STYLE.findall(element.get("style", "")))
                style[name] = value
                element.set("style", ";".join(f"{k}:{v}" for k, v in style.items()))
            else:
                element.set(key, value)
