"""``livehost check`` and ``livehost platforms``: limits stop a room, policies are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from host.cli import app
from host.errors import ConfigError
from host.platforms import names
from tests.e2e.room_file import write_room

DEMO = Path(__file__).parents[3] / "configs/demo.toml"
KEY = "live_1a2B3c4D5e6F"
URL = f"rtmp://h/app/{KEY}"


def room(folder: Path, *pushes: dict[str, object], **changes: object) -> str:
    write_room(DEMO, folder / "room.toml", {"push": list(pushes), **changes})
    return str(folder / "room.toml")


def livehost(*words: str) -> str:
    """What a command that went well printed."""
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_check_tells_each_policy_once(tmp_path: Path) -> None:
    file = room(
        tmp_path,
        {"name": "a", "platform": "douyin", "url": URL},
        {"name": "b", "platform": "douyin", "url": URL},
        {"name": "c", "platform": "twitch", "url": URL},
    )
    said = livehost("check", file)
    sound, *notes = said.splitlines()
    assert "sound" in sound
    policies = [note for note in notes if "对数字人的规定" in note]
    (note,) = policies
    assert note.startswith("注意 · 抖音对数字人的规定：2023 年平台规范")
    assert "食品 · 过敏的原料要照实提醒" in notes
    assert KEY not in said


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_room_that_breaks_a_limit_is_refused(tmp_path: Path, command: str) -> None:
    push = {"name": "a", "platform": "facebook", "url": URL}
    file = room(tmp_path, push, video={"keyframe_seconds": 4})
    with pytest.raises(ConfigError, match="Facebook takes addresses with rtmps://") as caught:
        CliRunner().invoke(app, [command, file], catch_exceptions=False)
    assert len(caught.value.findings) == 1
    assert KEY not in str(caught.value)


def test_check_does_not_run_a_program_that_gives_keys(tmp_path: Path) -> None:
    told = tmp_path / "told"
    push = {"name": "a", "url_command": ["sh", "-c", f"echo x > {told}; echo {URL}"]}
    assert "sound" in livehost("check", room(tmp_path, push))
    assert not told.exists()
    missing = {"name": "a", "url_command": ["./no-such-program"]}
    with pytest.raises(ConfigError, match=r"\[\[push\]\] a: url_command is no program"):
        livehost("check", room(tmp_path, missing))


def test_a_profile_beside_the_room_counts(tmp_path: Path) -> None:
    (tmp_path / "platforms").mkdir()
    text = DEMO.with_name("platforms").joinpath("douyin.toml").read_text(encoding="utf-8")
    mine = text.replace("max_kbps = 4000", "max_kbps = 6000")
    (tmp_path / "platforms/douyin.toml").write_text(mine, encoding="utf-8")
    push = {"name": "a", "platform": "douyin", "url": URL}
    assert "sound" in livehost("check", room(tmp_path, push, video={"kbps": 5000}))


def test_all_platforms_are_told_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    for lang, words in (("zh", ("抖音", "备案", "视频 ≤ 6000")), ("en", ("Douyin", "registered"))):
        said = livehost("platforms", "--lang", lang)
        for word in (*words, *names(DEMO.with_name("platforms"))):
            assert word in said
        assert "…" not in said, "nothing is cut off"


def test_one_platform_is_told_with_its_source(tmp_path: Path) -> None:
    said = livehost("platforms", "youtube", "--lang", "en")
    for word in ("keyframes ≤ 4 s apart", "2853702", "2026-11-22"):
        assert word in said
    assert "抖音" in livehost("platforms", "douyin", "--room", room(tmp_path))


@pytest.mark.parametrize(
    ("words", "told"), [(("nope",), "take one of: bilibili"), (("--lang", "fr"), "zh and en")]
)
def test_what_is_not_there_is_told(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        livehost("platforms", *words)


@pytest.mark.parametrize("guide", ["platforms.md", "platforms.zh-CN.md"])
def test_the_guide_names_every_platform_and_every_way_to_an_address(guide: str) -> None:
    text = (DEMO.parents[1] / "docs" / guide).read_text(encoding="utf-8")
    for name in names(DEMO.with_name("platforms")):
        assert f"`{name}`" in text
    for word in ("url_env", "url_file", "url_command", "livehost key", "hidepid=2"):
        assert word in text
    assert json.dumps(KEY) not in text
