"""One SVG of a pack: read, checked, and made into pixels at the place it has on the frame."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray

from avatars.colour import bgra_to_yuva
from avatars.planes import Rect
from host.errors import Finding

SVG = "{http://www.w3.org/2000/svg}"
ElementTree.register_namespace("", SVG[1:-1])
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")

# What would be drawn differently on another machine, or not at all.
_REFUSED = {
    "text": "turn the text into a path (Inkscape: Path > Object to Path)",
    "image": "draw it, or trace the bitmap: a pack holds drawings only",
    "foreignObject": "take it out: it is not drawn",
    "script": "take it out: nothing runs in a pack",
    "animate": "take it out: livehost moves the host",
}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the canvas lies on the frame: ``frame = canvas * scale + (x, y)``."""

    scale: float
    """Pixels a canvas unit."""
    x: float
    """Pixels."""
    y: float
    """Pixels."""

    def rect(self, x: float, y: float, width: float, height: float) -> Rect:
        """The smallest even rectangle of the frame about one of the canvas."""
        left, top = np.floor(np.array([x * self.scale + self.x, y * self.scale + self.y]) / 2) * 2
        right = np.ceil(((x + width) * self.scale + self.x) / 2) * 2
        bottom = np.ceil(((y + height) * self.scale + self.y) / 2) * 2
        return Rect(int(top), int(left), int(bottom - top), int(right - left))

    def pixel(self, point: tuple[float, float]) -> tuple[float, float]:
        """A canvas point (x, y) on the frame."""
        return point[0] * self.scale + self.x, point[1] * self.scale + self.y


class Drawing:
    """An SVG in canvas coordinates: its ``viewBox`` says which part of the canvas it shows."""

    def __init__(self, root: ElementTree.Element, file: Path) -> None:
        """``root``: as ``read`` has checked it."""
        self.root = root
        self.file = file
        x, y, width, height = _numbers(root.get("viewBox", ""))
        self.view = (x, y, width, height)
        """Canvas units: x, y, width, height."""

    def element(self, name: str) -> ElementTree.Element | None:
        """The element with that id."""
        return next((part for part in self.root.iter() if part.get("id") == name), None)

    def raster(self, rect: Rect, placement: Placement) -> NDArray[np.uint8]:
        """What of it lies under ``rect`` of the frame.

        Premultiplied Y, U, V, A: shape (rect.height, rect.width, 4).
        """
        root = deepcopy(self.root)
        scale = placement.scale
        x, y = (rect.x - placement.x) / scale, (rect.y - placement.y) / scale
        root.set("viewBox", f"{x} {y} {rect.width / scale} {rect.height / scale}")
        root.set("width", str(rect.width))
        root.set("height", str(rect.height))
        png = resvg_py.svg_to_bytes(
            svg_string=ElementTree.tostring(root, "unicode"), skip_system_fonts=True
        )
        image = cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_UNCHANGED)
        if image is None or image.shape != (rect.height, rect.width, 4):
            raise ValueError(f"{self.file} gave no picture of {rect.width}x{rect.height}")
        return bgra_to_yuva(np.asarray(image, np.uint8))


def read(file: Path, column: str) -> Drawing | list[Finding]:
    """The drawing, or everything that is wrong with it. ``column``: the field that names it."""
    try:
        # A pack is the operator's own data, like the code beside it.
        root = ElementTree.fromstring(file.read_text("utf-8"))  # noqa: S314
    except OSError as error:
        what = error.strerror or str(error)
        fix = "name a file of the pack"
        return [Finding(f"the drawing cannot be read: {what}", fix, file, column=column)]
    except (ElementTree.ParseError, UnicodeDecodeError) as error:
        line = getattr(error, "position", (None,))[0]
        return [Finding(f"no SVG: {error}", "save it from Inkscape as SVG", file, line, column)]
    findings = []
    if root.tag != f"{SVG}svg":
        findings.append(Finding(f"no SVG: its root is <{root.tag}>", "save it as SVG", file))
    if len(_numbers(root.get("viewBox", ""))) != 4:
        fix = 'give it viewBox="x y width height" in canvas units'
        findings.append(Finding("it has no viewBox of four numbers", fix, file, column=column))
    for element in root.iter():
        name = str(element.tag).removeprefix(SVG)
        if name in _REFUSED:
            findings.append(Finding(f"it holds a <{name}>", _REFUSED[name], file, column=column))
    return findings or Drawing(root, file)


def _numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", text)]
