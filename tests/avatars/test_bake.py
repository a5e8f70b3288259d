import shutil
from pathlib import Path

import numpy as np
import pytest

from avatars.bake import Baker, default_folder
from avatars.drawing import Drawing, Placement, read
from avatars.planes import Rect

PLACE = Placement(2.0, 0.0, 0.0)
RECT = Rect(0, 0, 20, 20)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<rect x="2" y="2" width="4" height="4" fill="#f00"/></svg>'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "dot.svg").write_text(SVG)
    return tmp_path / "pack"


def drawing(folder: Path) -> Drawing:
    result = read(folder / "dot.svg", "layers.0.file")
    assert isinstance(result, Drawing)
    return result


def never() -> Drawing:
    raise AssertionError("drawn again")


def test_pixels_are_premultiplied_bt709_at_their_place(folder: Path) -> None:
    pixels = Baker(folder, PLACE, None).pixels("dot", lambda: drawing(folder), RECT)
    assert pixels[8, 8].tolist() == pytest.approx([63, 102, 240, 255], abs=1)
    assert not pixels[0, 0].any()
    assert np.count_nonzero(pixels[..., 3] == 255) == 64


def test_kept_pixels_are_not_drawn_again(folder: Path, tmp_path: Path) -> None:
    first = Baker(folder, PLACE, tmp_path / "kept")
    drawn = first.pixels("dot", lambda: drawing(folder), RECT)
    first.keep()
    second = Baker(folder, PLACE, tmp_path / "kept")
    assert np.array_equal(second.pixels("dot", never, RECT), drawn)
    with pytest.raises(AssertionError, match="drawn again"):
        second.pixels("dot", never, Rect(2, 0, 20, 20))


def test_another_drawing_or_place_is_drawn_anew(folder: Path, tmp_path: Path) -> None:
    first = Baker(folder, PLACE, tmp_path / "kept")
    first.pixels("dot", lambda: drawing(folder), RECT)
    first.keep()
    with pytest.raises(AssertionError, match="drawn again"):
        Baker(folder, Placement(2.0, 1.0, 0.0), tmp_path / "kept").pixels("dot", never, RECT)
    (folder / "dot.svg").write_text(SVG.replace("#f00", "#0f0"))
    with pytest.raises(AssertionError, match="drawn again"):
        Baker(folder, PLACE, tmp_path / "kept").pixels("dot", never, RECT)


def test_a_spoilt_or_unwritable_cache_is_no_error(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    baker = Baker(folder, PLACE, kept)
    baker.pixels("dot", lambda: drawing(folder), RECT)
    baker.keep()
    (file,) = kept.glob("*.npz")
    file.write_bytes(b"PK\x03\x04 cut short")
    again = Baker(folder, PLACE, kept).pixels("dot", lambda: drawing(folder), RECT)
    assert again.any()
    shutil.rmtree(kept)
    kept.write_text("a file where the folder should be")
    blocked = Baker(folder, PLACE, kept)
    blocked.pixels("dot", lambda: drawing(folder), RECT)
    blocked.keep()


def test_where_pixels_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEHOST_CACHE", "/a")
    assert default_folder() == Path("/a/faces")
    monkeypatch.delenv("LIVEHOST_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/b")
    assert default_folder() == Path("/b/livehost/faces")
