"""Talk scripts: Markdown into variants, and findings with their line."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from host.errors import ConfigError, Finding
from host.fields import FIELDS
from host.model import Lang, Mood
from host.script import BEATS, GESTURES, load_scripts

SCRIPTS = Path(__file__).parents[2] / "scripts"

WHOLE = "\n".join(f"## {names[0]}\n- 你好" for names in BEATS.values())


def refused(folder: Path, text: str) -> tuple[Finding, ...]:
    file = folder / "a.md"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_scripts([file], "zh")
    assert all(finding.file == file for finding in caught.value.findings)
    return caught.value.findings


@pytest.mark.parametrize(("lang", "least"), [("zh", 8), ("en", 8)])
def test_the_bundled_scripts_are_rich(lang: Lang, least: int) -> None:
    scripts = load_scripts([SCRIPTS / f"{lang}.md"], lang)
    for beat in BEATS:
        variants = scripts.of(beat)
        assert len(variants) >= least, beat
        assert len({variant.text for variant in variants}) == len(variants)


def test_beats_tags_categories_and_notes(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        WHOLE
        + """
<!-- not
said -->
# 随便
> a note
## 卖点
- [excited, nod] {short_name}，{selling_point}，
  还在说。
### 类目：食品
* [none] 好吃
## Price
- {price}
""",
        encoding="utf-8",
    )
    scripts = load_scripts([file], "zh")
    _, tagged, food = scripts.of("selling")
    assert (tagged.mood, tagged.gesture) == ("excited", "nod")
    assert tagged.fields == ("short_name", "selling_point")
    assert tagged.text.endswith("， 还在说。")
    assert (food.category, food.mood, food.gesture) == ("食品", None, "none")
    assert [variant.category for variant in scripts.of("price")] == ["", ""]
    assert scripts.of("price")[-1].source == f"a.md:{len(file.read_text('utf-8').splitlines())}"


@pytest.mark.parametrize(
    ("text", "line", "what", "fix"),
    [
        ("## 开厂\n- 你好", 1, "unknown beat '开厂'", "did you mean '开场'?"),
        ("## 开场\n- {pirce}", 2, "unknown field 'pirce'", "did you mean 'price'?"),
        ("## 开场\n\n- {zzz}", 3, "unknown field 'zzz'", "use one of: name"),
        ("## 开场\n- [exited] 你好", 2, "unknown mood or gesture 'exited'", "'excited'"),
        ("## 开场\n- {price", 2, "braces", "{price}"),
        ("## 开场\n- {price:.2f}", 2, "with a format", "alone"),
        ("- 你好", 1, "before the first beat", "## 开场"),
        ("## 开场\n你好", 2, "neither heading nor variant", "'- '"),
    ],
)
def test_findings_have_their_line(
    tmp_path: Path, text: str, line: int, what: str, fix: str
) -> None:
    (finding,) = refused(tmp_path, text)
    assert finding.line == line
    assert what in finding.what
    assert fix in finding.fix


def test_a_beat_without_a_variant(tmp_path: Path) -> None:
    found = refused(tmp_path, "## 开场\n- 你好")
    assert len(found) == len(BEATS) - 1
    assert "no variant of '痛点'" in found[0].what


def test_files_that_are_no_script(tmp_path: Path) -> None:
    gone = tmp_path / "gone.md"
    latin = tmp_path / "latin.md"
    latin.write_bytes(b"## \xff\xfe")
    with pytest.raises(ConfigError) as caught:
        load_scripts([gone, latin], "zh")
    assert [finding.file for finding in caught.value.findings] == [gone, latin]


@pytest.mark.parametrize("name", ["scripts.md", "scripts.zh-CN.md"])
def test_the_guide_names_every_field_beat_mood_and_gesture(name: str) -> None:
    guide = (SCRIPTS.parent / "docs" / name).read_text("utf-8")
    for field in FIELDS:
        assert f"`{{{field}}}`" in guide, field
    for word in (*GESTURES, *get_args(Mood), *(names[0] for names in BEATS.values())):
        assert word in guide, word
