from pathlib import Path

import numpy as np
import pytest

from avatars.drawing import Drawing, Placement, read
from avatars.morph import Morph, read_morph
from avatars.planes import Rect

PLACE = Placement(1.0, 0.0, 0.0)


def svg(body: str, view: str = "0 0 40 40") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">{body}</svg>'


def square(side: float, extra: str = "") -> str:
    return svg(f'<path d="M0 0h{side}v{side}h-{side}z" fill="#fff"/>{extra}')


def shapes(folder: Path, **files: str) -> Morph:
    for name, text in files.items():
        (folder / f"{name.replace('_', '+')}.svg").write_text(text)
    morph = read_morph(folder, "mouth.shapes")
    assert isinstance(morph, Morph)
    return morph


def area(drawing: Drawing) -> float:
    """Covered pixels."""
    return float(drawing.raster(Rect(0, 0, 40, 40), PLACE)[..., 3].sum()) / 255


def test_weights_mix_the_nodes(tmp_path: Path) -> None:
    morph = shapes(tmp_path, rest=square(10), big=square(30))
    assert area(morph.at({})) == pytest.approx(100, abs=1)
    assert area(morph.at({"big": 0.5})) == pytest.approx(400, abs=1)
    assert area(morph.at({"big": 1.0, "unknown": 1.0})) == pytest.approx(900, abs=1)


def test_a_corrective_counts_where_both_are(tmp_path: Path) -> None:
    morph = shapes(tmp_path, rest=square(10), one=square(20), two=square(20), one_two=square(4))
    assert area(morph.at({"one": 1.0})) == pytest.approx(400, abs=1)
    assert area(morph.at({"one": 1.0, "two": 1.0})) == pytest.approx(16, abs=1)
    assert morph.has("one")
    assert not morph.has("one+two")


def test_numbers_and_styles_are_mixed_too(tmp_path: Path) -> None:
    def dot(radius: float, opacity: float) -> str:
        style = f"fill:#ffffff;opacity:{opacity}"
        return svg(f'<circle cx="20" cy="20" r="{radius}" style="{style}"/>')

    morph = shapes(tmp_path, rest=dot(5, 1), wide=dot(15, 0.5))
    half = morph.at({"wide": 0.5}).raster(Rect(0, 0, 40, 40), PLACE)[..., 3]
    assert abs(int(half[20, 20]) - 191) <= 1
    assert np.count_nonzero(half) / (np.pi * 100) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"open": square(5)}, "no rest.svg"),
        ({"rest": square(5), "open": svg('<path d="M0 0h5z"/>')}, "nodes"),
        ({"rest": square(5), "open": square(5, "<path d='M0 0z'/>")}, "shapes and numbers"),
        ({"rest": square(5), "open+wide": square(6)}, "corrects 'open'"),
        ({"rest": svg('<path d="M0 0A1 1 0 0 0 2 2"/>')}, "arc"),
        ({"rest": square(5), "open": "<svg"}, "no SVG"),
        ({"rest": svg("<text>hi</text>")}, "holds a <text>"),
        ({"rest": '<svg xmlns="http://www.w3.org/2000/svg"/>'}, "no viewBox"),
        ({"rest": "<html/>"}, "root is <html>"),
    ],
)
def test_what_is_wrong_is_found(tmp_path: Path, files: dict[str, str], found: str) -> None:
    for name, text in files.items():
        (tmp_path / f"{name}.svg").write_text(text)
    result = read_morph(tmp_path, "mouth.shapes")
    assert isinstance(result, list)
    assert any(found in str(finding) for finding in result)
    assert all(finding.file is not None for finding in result)


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    result = read(tmp_path / "none.svg", "layers.0.file")
    assert isinstance(result, list)
    assert "cannot be read" in str(result[0])
