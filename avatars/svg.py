"""Drawings (SVG) made into pixels. No system library and no system font is used."""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray


def rasterise(path: Path, width: int, height: int) -> NDArray[np.uint8]:
    """The drawing stretched to ``width`` x ``height`` px: BGRA, straight alpha.

    Raises ValueError where it is no SVG, OSError where it cannot be read.
    """
    png = resvg_py.svg_to_bytes(
        svg_string=path.read_text("utf-8"),
        width=width,
        height=height,
        skip_system_fonts=True,
        resources_dir=str(path.parent),
    )
    image = cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.shape != (height, width, 4):
        raise ValueError(f"{path} gave no picture of {width}x{height} px")
    return np.asarray(image, np.uint8)


def _main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m avatars.svg", description="Draw SVG files as PNG pictures."
    )
    parser.add_argument("drawings", type=Path, nargs="+", metavar="SVG")
    parser.add_argument("--into", type=Path, required=True, metavar="DIR")
    parser.add_argument("--size", type=int, default=640, help="px of each side")
    chosen = parser.parse_args()
    for drawing in chosen.drawings:
        image = rasterise(drawing, chosen.size, chosen.size)
        opaque = image[..., :3] if image[..., 3].min() == 255 else image
        _, packed = cv2.imencode(".png", opaque, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        (chosen.into / f"{drawing.stem}.png").write_bytes(packed.tobytes())


if __name__ == "__main__":
    _main()
