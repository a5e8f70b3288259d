"""Profiles are data with a source, and each limit that a room breaks is told with its mending."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host import platforms
from host.config import Room, load_room
from host.errors import ConfigError
from host.model import PlatformProfile
from host.settings import RoomSettings

ISSUE = (
    *("youtube", "twitch", "bilibili", "douyin", "taobao", "kuaishou", "wechat-channels"),
    *("tiktok", "facebook", "generic", "jd"),
)
SETTINGS = RoomSettings(name="a", lang="zh", lineup=Path("l"), scripts=(Path("s"),))
ANY = PlatformProfile("any", "Any", "nowhere", "2026-11-22")


def settings(**tables: dict[str, Any]) -> RoomSettings:
    return RoomSettings(**{**SETTINGS.model_dump(), **tables})


def test_every_platform_has_a_profile_that_says_where_it_is_from() -> None:
    for lang in ("zh", "en"):
        found = {profile.name: profile for profile in platforms.profiles(lang=lang)}
        assert found.keys() == set(ISSUE)
        for profile in found.values():
            assert profile.source
            assert profile.checked >= "2026-11-22"
            assert (profile.source != found["generic"].source) == (profile.name != "generic")


def test_what_is_known_of_some() -> None:
    assert platforms.load_profile("twitch").max_kbps == 6000
    assert platforms.load_profile("twitch").longest_hours == 48
    assert platforms.load_profile("facebook").schemes == ("rtmps",)
    assert platforms.load_profile("facebook").longest_hours == 8
    assert platforms.load_profile("youtube").max_keyframe_seconds == 4
    assert platforms.load_profile("douyin", lang="zh").title == "抖音"
    assert "备案" in platforms.load_profile("douyin", lang="zh").digital_hosts


def test_the_demo_room_fits_every_platform() -> None:
    demo = load_room(Path(__file__).parents[2] / "configs/demo.toml").settings
    for profile in platforms.profiles():
        assert platforms.limits(profile, demo, "rtmps") == []


@pytest.mark.parametrize(
    ("limit", "tables", "scheme", "told"),
    [
        ({"schemes": ("rtmps",)}, {}, "rtmp", ("rtmps://", "rtmp://")),
        ({"longest_side": 1280, "shortest_side": 720}, {"video": {"width": 1080, "height": 1920}},
         "rtmp", ("1280 by 720", "1080x1920", "720x1280")),
        ({"shortest_side": 720}, {"video": {"width": 1920, "height": 1080}}, "rtmp",
         ("any by 720", "1920x1080", "1280x720")),
        ({"portrait_only": True}, {"video": {"width": 1280, "height": 720}}, "rtmp",
         ("upright", "1280x720", "video.width = 720")),
        ({"max_fps": 30}, {"video": {"fps": 50}}, "rtmp", ("30", "50", "video.fps = 30 or less")),
        ({"min_fps": 30}, {}, "rtmp", ("30", "25", "video.fps = 30 or more")),
        ({"max_kbps": 2000}, {}, "rtmp", ("2000", "2500", "video.kbps = 2000 or less")),
        ({"min_kbps": 3000}, {}, "rtmp", ("3000", "2500", "video.kbps = 3000 or more")),
        ({"max_keyframe_seconds": 2}, {"video": {"keyframe_seconds": 4}}, "rtmp",
         ("up to 2 s apart, the room has 4 s", "video.keyframe_seconds = 2")),
        ({"max_audio_kbps": 96}, {}, "rtmp", ("96", "128", "audio.kbps = 96 or less")),
        ({"audio_rates": (44_100,)}, {}, "rtmp", ("44100", "48000", "audio.rate")),
    ],
)  # fmt: skip
def test_each_broken_limit_is_one_finding(
    limit: dict[str, Any], tables: dict[str, Any], scheme: str, told: tuple[str, ...]
) -> None:
    profile = dataclasses.replace(ANY, **limit)
    (found,) = platforms.limits(profile, settings(**tables), scheme)
    assert str(found).startswith("Any takes ")
    for part in told:
        assert part in str(found)
    assert "2026-11-22" in found.fix


def test_an_address_that_is_not_known_yet_breaks_nothing() -> None:
    assert platforms.limits(dataclasses.replace(ANY, schemes=("rtmps",)), SETTINGS) == []


@given(
    st.builds(
        PlatformProfile,
        *(st.just(text) for text in ("any", "Any", "nowhere", "2026-11-22")),
        longest_side=st.integers(0, 2000), shortest_side=st.integers(0, 2000),
        max_fps=st.integers(0, 70), min_fps=st.integers(0, 70), max_kbps=st.integers(0, 13_000),
        min_kbps=st.integers(0, 13_000), max_keyframe_seconds=st.integers(0, 5),
        max_audio_kbps=st.integers(0, 400),
    )
)  # fmt: skip
def test_what_fits_every_limit_passes_and_nothing_else_does(profile: PlatformProfile) -> None:
    video, audio = SETTINGS.video, SETTINGS.audio
    sides = max(video.width, video.height), min(video.width, video.height)
    fits = (
        all(not most or side <= most for most, side in
            zip((profile.longest_side, profile.shortest_side), sides, strict=True))
        and profile.min_fps <= video.fps <= (profile.max_fps or 99)
        and profile.min_kbps <= video.kbps <= (profile.max_kbps or 99_999)
        and video.keyframe_seconds <= (profile.max_keyframe_seconds or 9)
        and audio.kbps <= (profile.max_audio_kbps or 999)
    )  # fmt: skip
    assert (platforms.limits(profile, SETTINGS, "rtmp") == []) == fits


# Files.


def write(folder: Path, text: str, name: str = "mine") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


GOOD = 'title = "Mine"\nsource = "me"\nchecked = "2026-01-02"\n'


def test_a_room_brings_its_own_and_corrects_one(tmp_path: Path) -> None:
    own = write(tmp_path / "platforms", GOOD + "max_kbps = 1\n")
    write(own, GOOD + "max_kbps = 9000\n", "douyin")
    assert platforms.load_profile("mine", own=own).max_kbps == 1
    assert platforms.load_profile("douyin", own=own).max_kbps == 9000
    assert platforms.load_profile("twitch", own=own).max_kbps == 6000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD + "max_kpbs = 1\n", "mine.toml:4: max_kpbs: unknown key"),
        (GOOD + "max_kbps = -1\n", "mine.toml:4: max_kbps: "),
        (GOOD.replace('source = "me"\n', ""), "source: is missing"),
        (GOOD.replace("2026-01-02", "soon"), "mine.toml:3: checked: "),
        (GOOD + 'digital_hosts = { zh = "a" }\n', "digital_hosts"),
        (GOOD + "longest_hours = inf\n", "longest_hours"),
        ("x = ", "is not TOML"),
        ("\ud800", "is not TOML"),
    ],
)
def test_a_mistake_in_one_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "mine.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigError) as caught:
        platforms.load_profile("mine", folder=tmp_path)
    assert told in str(caught.value)


def test_an_unknown_one_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'nope' is not known — take one of: bilibili, douyin,"):
        platforms.load_profile("nope")
    room = Room(tmp_path / "room.toml", settings(push=({"name": "a", "platform": "nope",
                                                        "url_env": "X"},)))  # fmt: skip
    with pytest.raises(ConfigError, match=r"room\.toml: \[\[push\]\] a: its platform .* bilibili"):
        platforms.profile_of(room, room.settings.push[0])


def test_a_checkout_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no platform profiles in .*checkout"):
        platforms.load_profile("generic", folder=tmp_path)
