"""Talk scripts: Markdown into variants, and findings with their line."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from host.errors import ConfigError, Finding
from host.model import Lang, Mood
from host.script import BEATS, GESTURES, MORE_BEATS, Variant, load_scripts
from host.script.fields import FIELDS

SCRIPTS = Path(__file__).parents[3] / "scripts"

WHOLE = "\n".join(f"## {names[0]}\n- 你好" for names in BEATS.values())


def refused(folder: Path, text: str) -> tuple[Finding, ...]:
    file = folder / "a.md"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_scripts([file], "zh")
    assert all(finding.file == file for finding in caught.value.findings)
    return caught.value.findings


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_bundled_scripts_are_rich(lang: Lang) -> None:
    scripts = load_scripts(sorted((SCRIPTS / lang).glob("*.md")), lang)
    for beat in (*BEATS, *MORE_BEATS):
        assert len(scripts.of(beat)) >= 3, beat
        texts = [(variant.text, *_conditions(variant)) for variant in scripts.of(beat)]
        assert len(set(texts)) == len(texts)
    for name, entries in scripts.banks.items():
        texts = [(entry.text, *_conditions(entry)) for entry in entries]
        assert len(set(texts)) == len(texts), name


def _conditions(variant: Variant) -> tuple[str, str, str]:
    return (variant.category, variant.trade, variant.daypart)


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
        ("## 词库：price\n- 好", 1, "a bank called 'price'", "something else"),
        ("## 词库：\n- 好", 1, "no name of a bank", "without spaces"),
        ("## 开场\n### 行业：fod\n- 好", 2, "unknown trade 'fod'", "did you mean 'food'?"),
        ("## 开场\n### 时段：傍晚\n- 好", 2, "unknown daypart '傍晚'", "mean '晚'"),
        (WHOLE + "\n- {一}\n## 词库：一\n- {二}\n## 词库：二\n- {一}", 17, "一 → 二 → 一", "write"),
        (WHOLE + "\n- {看一看}\n## 词库：看一看看\n- 好", 15, "'看一看'", "mean '看一看看'?"),
    ],
)
def test_findings_have_their_line(
    tmp_path: Path, text: str, line: int, what: str, fix: str
) -> None:
    (finding,) = refused(tmp_path, text)
    assert finding.line == line
    assert what in finding.what
    assert fix in finding.fix


def test_banks_and_conditions_over_several_files(tmp_path: Path) -> None:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    first.write_text(
        WHOLE + "\n- {看}，{赞}。\n## 词库：看\n- 看这里\n## bank: 赞\n- 不错\n", "utf-8"
    )
    second.write_text(
        "## 词库：看\n### 行业：food 时段：夜\n- 夜里也看{price}\n"
        "### category: 茶 daypart: morning\n- 早茶\n## 词库：闲\n- {看}\n",
        "utf-8",
    )
    scripts = load_scripts([first, second], "zh")
    assert set(scripts.banks) == {"看", "赞", "闲"}
    here, night, tea = scripts.banks["看"]
    assert _conditions(here) == ("", "", "")
    assert (_conditions(night), night.fields) == (("", "food", "night"), ("price",))
    assert _conditions(tea) == ("茶", "", "morning")
    assert scripts.of("interaction")[-1].banks == ("看", "赞")
    (warning,) = scripts.warnings
    assert "no variant uses the bank '闲'" in warning.what


def test_a_bank_without_an_entry(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(f"{WHOLE}\n- {{看}}\n## 词库：看\n", "utf-8")
    with pytest.raises(ConfigError, match="the bank '看' has no entry"):
        load_scripts([file], "zh")


def test_a_beat_that_some_products_have_no_words_for(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        WHOLE.replace("## 证明\n- 你好", "## 证明\n- {看}\n## 词库：看\n- {claim}"), "utf-8"
    )
    (warning,) = load_scripts([file], "zh").warnings
    assert "every variant of '证明' needs something" in warning.what


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
    for word in (
        *GESTURES,
        *get_args(Mood),
        *(names[0] for names in (*BEATS.values(), *MORE_BEATS.values())),
    ):
        assert word in guide, word
