import shutil
from pathlib import Path

import numpy as np
import pytest

from avatars import PACKS, open_avatar
from avatars.pack import find, load
from host.errors import ConfigError

XIAOYU = PACKS / "xiaoyu"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A pack of one's own to spoil."""
    return Path(shutil.copytree(XIAOYU, tmp_path / "mine"))


def spoil(folder: Path, old: str, new: str) -> None:
    file = folder / "avatar.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def findings(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder)
    return [str(finding) for finding in caught.value.findings]


def test_the_built_in_pack_is_sound() -> None:
    pack = load(find("xiaoyu"))
    assert pack.spec.name == "xiaoyu"
    assert pack.spec.licence == "Apache-2.0"
    depths = [spec.z for spec, _ in pack.layers]
    assert depths == sorted(depths)
    assert set(pack.spec.title) == {"zh", "en"}


def test_a_pack_is_found_by_name_or_folder(copy: Path) -> None:
    assert find("xiaoyu") == XIAOYU
    assert find(str(copy)) == copy
    with pytest.raises(ConfigError, match=r"no host is called 'xiaoyo' — name one of .*xiaoyu"):
        find("xiaoyo")
    with pytest.raises(ConfigError, match="no host is called"):
        open_avatar("nobody", np.zeros((2, 2, 3), np.uint8))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("format = 1", "format = 2", "[format]"),
        ('licence = "Apache-2.0"', "", "[licence]"),
        ('licence = "Apache-2.0"', 'licence = ""', "[licence]"),
        ("mouth_width = 114", "mouth_width = -1", "[anchors.mouth_width]: -1"),
        ("mouth_width = 114", "mouth_widht = 114", "[anchors.mouth_widht]"),
        ("depth = -0.45", "depth = 3", "[layers.0.depth]: 3"),
        ('skin = "#fde2d3"', 'skin = "pink"', "[palette.skin]: 'pink'"),
        ("format = 1", "format = ", "no TOML"),
        ('file = "head.svg"', 'file = "hed.svg"', "hed.svg [layers.3.file]: the drawing cannot be"),
        ('file = "head.svg"', 'file = "../../x.svg"', "leads out of the pack"),
        ('shapes = "mouth"', 'shapes = "mount"', "no rest.svg in it"),
    ],
)
def test_what_is_wrong_in_the_toml_is_named(copy: Path, old: str, new: str, found: str) -> None:
    spoil(copy, old, new)
    assert any(found in line for line in findings(copy)), findings(copy)


def test_every_finding_is_told_at_once(copy: Path) -> None:
    spoil(copy, 'file = "head.svg"', 'file = "hed.svg"')
    (copy / "mouth" / "tuck.svg").unlink()
    (copy / "eye_left" / "iris.svg").write_text("<svg")
    lines = findings(copy)
    assert len(lines) == 3
    assert all(" — " in line and "\n" not in line for line in lines)


def test_an_eye_needs_its_opening(copy: Path) -> None:
    for file in (copy / "eye_right" / "lids").glob("*.svg"):
        file.write_text(file.read_text().replace('id="opening"', 'id="hole"'))
    assert any("eyes.right.lids" in line and "opening" in line for line in findings(copy))


def test_no_pack_in_the_folder(tmp_path: Path) -> None:
    assert "avatar.toml" in findings(tmp_path)[0]
