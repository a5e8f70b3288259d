"""Whatever a merchant writes: a room, or findings of a line each that say where and how."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host.config import Room, load_room
from host.errors import ConfigError
from host.model import AudioFormat, Format, VideoFormat
from host.settings import RoomSettings, check_url

BASE = """\
name = "demo"
lang = "zh"
lineup = "lineups/tea.csv"
scripts = ["../scripts/zh.md"]
"""
KEY = "live_1a2B3c4D5e6F"
Load = Callable[[str], Room]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def write(text: str) -> Room:
        file = tmp_path / "room.toml"
        file.write_text(text, encoding="utf-8")
        return load_room(file)

    return write


def refused(load: Load, text: str) -> list[str]:
    """The findings, each seen to be one line that names the file."""
    with pytest.raises(ConfigError) as caught:
        load(text)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.findings)
    for line in lines:
        assert "room.toml" in line
        assert " — " in line
        assert KEY not in line
    return [line.partition("room.toml")[2] for line in lines]


def test_a_small_room_has_every_default(load: Load) -> None:
    room = load(BASE)
    assert room.format == Format(VideoFormat(), AudioFormat())
    assert room.music is not None
    assert (room.pack, room.settings.push, room.settings.test_card) == ("xiaoyu", (), False)


def test_every_setting_reaches_its_stage(load: Load) -> None:
    room = load(
        BASE
        + "[video]\nwidth = 1920\nheight = 1080\nfps = 30\nkbps = 4500\nkeyframe_seconds = 1\n"
        + 'preset = "veryfast"\n[audio]\nkbps = 192\n[music]\non = false\n'
    )
    assert room.format == Format(
        VideoFormat(1920, 1080, 30, 4500, 1, "veryfast"), AudioFormat(48_000, 192)
    )
    assert room.music is None


def test_paths_are_those_of_the_file(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "state"))
    (tmp_path / "packs" / "me").mkdir(parents=True)
    room = load(BASE + '[host]\npack = "packs/me"\n')
    assert room.lineup == tmp_path / "lineups" / "tea.csv"
    assert room.scripts == (tmp_path.parent / "scripts" / "zh.md",)
    assert room.pack == str(tmp_path / "packs" / "me")
    assert room.ledger == tmp_path / "state" / "demo" / "ledger.sqlite"
    assert room.sockets == tmp_path / "state" / "demo" / "sockets"
    rehearsal = Room(room.file, room.settings, "rehearsal")
    assert rehearsal.ledger == tmp_path / "state" / "demo" / "rehearsal" / "ledger.sqlite"
    assert rehearsal.voice_cache == room.voice_cache


def test_the_command_line_comes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "room.toml"
    file.write_text(BASE + '[host]\npack = "a"\n')
    room = load_room(file, test_card=True, pack="b", sub="x")
    assert (room.settings.test_card, room.pack, room.var.name) == (True, "b", "x")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (BASE.replace('"demo"', '"Demo Room"'), [":1: name: "]),
        (BASE.replace('lang = "zh"\n', ""), [": lang: is missing — add lang = …"]),
        (BASE + 'colour = "red"\n', [":5: colour: unknown key (found 'red')"]),
        (BASE.replace('["../scripts/zh.md"]', "[]"), [":4: scripts: "]),
        (BASE.replace('["../scripts/zh.md"]', '["a", 3]'), [":4: scripts.1: "]),
        (BASE + "[video]\nkbps = 1\nfsp = 25\n", [":6: video.kbps: ", ":7: video.fsp: unknown"]),
        (BASE + "video = { kbps = 1 }\n", [":5: video.kbps: "]),
        (BASE + "video.kbps = 1\n", [":5: video.kbps: "]),
        (BASE + "[ video ]\n kbps=1\n", [":6: video.kbps: "]),
        (BASE + "[video]\nwidth = 1080\n", [":5: video: width and height: 720x1280"]),
        (BASE + "[video]\nfps = 48\n\n[audio]\nrate = 44100\n", [" the room: audio.rate 44100"]),
        (BASE + "[video]\nfps = 7\n", [":6: video.fps: "]),
        (BASE + 'timezone = "Asia"\n', [":5: timezone: not a time zone"]),
        (BASE + 'timezone = "../../etc/passwd"\n', [":5: timezone: not a time zone"]),
        (
            BASE + "[console]\nport = 8701\n",
            [" console.port, comments.port and metrics.port must differ"],
        ),
        (BASE + "[console]\nport = 70000\n", [":6: console.port: "]),
        (BASE + "[music]\ngain_db = nan\n", [":6: music.gain_db: "]),
        (BASE + "[video]\n[video]\n", [":6: is not TOML"]),
        (BASE + 'x = "\n', [":5: is not TOML"]),
        (BASE + "x = " + "[" * 5000, [": is not TOML"]),
        (BASE + "seed = " + "9" * 5000, [": is not TOML"]),
        ("", [" name: ", " lang: ", " lineup: ", " scripts: "]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(load: Load, text: str, found: list[str]) -> None:
    lines = refused(load, text)
    assert len(lines) == len(found)
    for line, part in zip(lines, found, strict=True):
        assert part in line


def test_a_finding_on_two_settings_stands_at_the_first(load: Load) -> None:
    text = BASE + "[video]\nfps = 48\n\n[audio]\nrate = 44100\n"
    assert refused(load, text)[0].startswith(":9: the room: audio.rate")


def test_a_long_value_is_told_in_part(load: Load) -> None:
    (line,) = refused(load, BASE.replace('"demo"', f'"{"x" * 500}"'))
    assert len(line) < 300


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"name = \x00"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "room.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"room\.toml"):
        load_room(file)


def test_a_folder_is_no_room(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_room(tmp_path)


# [[push]]

PUSHES = {
    "no address": 'name = "a"',
    "two addresses": f'name = "a"\nurl = "rtmp://h/app/{KEY}"\nurl_env = "X"',
    "no scheme": f'name = "a"\nurl = "h/app/{KEY}"',
    "another scheme": f'name = "a"\nurl = "http://h/app/{KEY}"',
    "a control character": f'name = "a"\nurl = "rtmp://h/app/{KEY}\\u0000"',
    "an address for a variable": f'name = "a"\nurl_env = "rtmp://h/app/{KEY}"',
    "an address for a name": f'name = "rtmp://h/app/{KEY}"\nurl_env = "X"',
    "an unknown key": f'name = "a"\nkey = "{KEY}"',
    "a list": f'name = "a"\nurl = ["rtmp://h/app/{KEY}"]',
}


@pytest.mark.parametrize("push", PUSHES.values(), ids=PUSHES.keys())
def test_a_wrong_push_is_told_with_its_line_and_without_its_key(load: Load, push: str) -> None:
    good = '[[push]]\nname = "good"\nurl = "rtmp://h/app/x"\n'
    for line in refused(load, f"{BASE}{good}[[push]]\n{push}\n"):
        number = int(line.split(":")[1])
        assert 8 <= number <= 11, "not the line of the first [[push]]"


@pytest.mark.parametrize(
    "text",
    [
        f'push = "rtmp://h/app/{KEY}"',
        f'url = "rtmp://h/app/{KEY}"',
        f'[console]\nhost = "rtmp://h/app/{KEY}"\nport = "rtmp://h/app/{KEY}"',
        f'[pusch]\nurl = "rtmp://h/app/{KEY}"',
        f'[push]\nname = "a"\nurl = "rtmp://h/app/{KEY}"',
        f'[[push]]\nname = "a"\nurl = "rtmp://h/app/{KEY}',
    ],
)
def test_an_address_in_the_wrong_place_is_not_quoted(load: Load, text: str) -> None:
    refused(load, f"{BASE}{text}\n")


def test_two_pushes_of_one_name_are_told(load: Load) -> None:
    push = '[[push]]\nname = "a"\nurl_env = "X"\n'
    (line,) = refused(load, BASE + push + push)
    assert line.startswith(":5: the room: two [[push]] have the same name")


def test_an_address_comes_from_the_file_a_variable_or_a_file_of_its_own(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEA_PUSH", f"srt://h:1/{KEY}")
    (tmp_path / "key.txt").write_text(f"rtmps://h/app/{KEY}\n")
    room = load(
        BASE
        + f'[[push]]\nname = "a"\nurl = "rtmp://h/app/{KEY}?x=1"\n'
        + '[[push]]\nname = "b"\nurl_env = "TEA_PUSH"\n'
        + '[[push]]\nname = "c"\nurl_file = "key.txt"\n'
    )
    assert [push.resolve(room.folder) for push in room.settings.push] == [
        f"rtmp://h/app/{KEY}?x=1", f"srt://h:1/{KEY}", f"rtmps://h/app/{KEY}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("push", "told"),
    [
        ('url_env = "TEA_PUSH_UNSET"', "TEA_PUSH_UNSET is not set"),
        ('url_env = "TEA_PUSH"', "no usable address"),
        ('url_file = "none.txt"', "No such file"),
        (f'url_file = "rtmp://h/app/{KEY}"', "No such file"),
        ('url_file = "key.txt"', "no usable address"),
        ('url_file = "bytes.txt"', "no usable address"),
    ],
)
def test_an_address_that_is_not_there_is_told_without_it(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, push: str, told: str
) -> None:
    monkeypatch.setenv("TEA_PUSH", KEY)
    (tmp_path / "key.txt").write_text(f"{KEY}\n{KEY}\n")
    (tmp_path / "bytes.txt").write_bytes(b"\xff")
    room = load(f'{BASE}[[push]]\nname = "a"\n{push}\n')
    with pytest.raises(ConfigError, match=r"\[\[push\]\] a") as caught:
        room.settings.push[0].resolve(room.folder)
    assert told in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("url", ["rtmp://h/a/k", "rtmps://h:443/a/k?x=y", "srt://h:9/x?id=1"])
def test_an_address_that_can_be_pushed_to_passes(url: str) -> None:
    check_url(url)


# Anything at all.

VALUES = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=10),
    st.sampled_from(["zh", "demo", "rtmp://h/a/k", "720"]),
    st.lists(st.text(max_size=5), max_size=2),
    st.dictionaries(st.from_regex(r"[a-z_]{1,6}", fullmatch=True), st.integers(), max_size=2),
)
SECTIONS = [name for name, info in RoomSettings.model_fields.items() if "Settings" in str(info)]


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, float):
        return str(value)
    return json.dumps(value, ensure_ascii=True).replace("\x7f", "\\u007f")


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    top=st.dictionaries(st.sampled_from([*RoomSettings.model_fields, "nonsense"]), VALUES),
    inner=st.dictionaries(st.sampled_from(SECTIONS), st.dictionaries(
        st.sampled_from(["width", "fps", "kbps", "rate", "port", "host", "on", "pack", "x"]), VALUES
    )),
)  # fmt: skip
def test_any_settings_make_a_room_or_findings(
    load: Load, top: dict[str, Any], inner: dict[str, dict[str, Any]]
) -> None:
    lines = [f"{key} = {_toml(value)}" for key, value in top.items() if key not in inner]
    for section, values in inner.items():
        lines += [f"[{section}]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
    text = "\n".join(lines)
    try:
        load(text)
    except ConfigError:
        refused(load, text)


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=100))
def test_any_text_makes_a_room_or_findings(load: Load, text: str) -> None:
    refused(load, text)
