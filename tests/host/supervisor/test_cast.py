"""Which processes a room consists of, and what each is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from host.config import Room, load_room
from host.model import Destination, Incident, MusicBed, OnAirSpec, wire
from host.settings_talk import ScheduleSettings
from host.supervisor.cast import Output, cast
from host.supervisor.child import Child

KEY = "live_1a2B3c4D"
TO = Destination("douyin", ("ffmpeg", "-i", "pipe:0", f"rtmp://h/app/{KEY}"))
ON_AIR = Output((TO,), ("/room/standby.mp4", "/bundled.mp4"), MusicBed(seed=3))
RENDERED = Output(
    standby=("/bundled.mp4",), render_to=Path("show.mp4"), seconds=30.0, recorder=("ffmpeg",)
)
NIGHTS = ScheduleSettings(hours=("22:00-06:00",))


async def report(incident: Incident) -> None:
    raise AssertionError(incident)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path / "var"))
    file = tmp_path / "room.toml"
    file.write_text('name = "tea"\nlang = "zh"\nlineup = "l.csv"\nscripts = ["s.md"]\n')
    return load_room(file, sub="x")


def by_role(room: Room, output: Output) -> dict[str, Child]:
    return {child.role: child for child in cast(room, output, 5, 7, report, hours=room)}


def after(child: Child, flag: str) -> str:
    return child.argv[child.argv.index(flag) + 1]


def test_a_room_on_air(room: Room) -> None:
    children = by_role(room, ON_AIR)
    assert list(children) == ["onair", "media", "voice", "studio", "console", "health"]
    assert not any(child.once for child in children.values())
    for child in children.values():
        assert child.argv[:2] == [sys.executable, "-m"]


def test_a_room_into_a_file_has_no_page_and_hears_no_comments(room: Room) -> None:
    children = by_role(room, RENDERED)
    assert list(children) == ["onair", "media", "voice", "studio"]
    assert [role for role, child in children.items() if child.once] == ["onair"]
    assert children["onair"].argv[2] == "stream.render"
    assert after(children["onair"], "--seconds") == "30.0"
    assert "--patient" in children["media"].argv
    assert "--deaf" in children["studio"].argv
    spec = wire.from_json(children["onair"].stdin.decode())
    assert spec.destinations == (Destination("file", ("ffmpeg",)),)


def test_on_air_nobody_is_patient_or_deaf(room: Room) -> None:
    for child in by_role(room, ON_AIR).values():
        assert not {"--patient", "--deaf"} & set(child.argv)


def test_a_test_card_needs_nobody_to_speak(room: Room) -> None:
    carded = Room(room.file, room.settings.model_copy(update={"test_card": True}), room.sub)
    children = by_role(carded, ON_AIR)
    assert list(children) == ["onair", "media", "console", "health"]
    assert "--test-card" in children["media"].argv


def with_settings(room: Room, **changes: object) -> Room:
    return Room(room.file, room.settings.model_copy(update=changes), room.sub)


def test_under_a_test_card_that_talks_the_show_goes_on(room: Room) -> None:
    talking = with_settings(room, test_card=True, test_card_talk=True)
    roles = ["onair", "media", "voice", "studio", "console", "health"]
    assert list(by_role(talking, ON_AIR)) == roles


def test_who_watches_and_who_records_is_the_room_s_choice(room: Room) -> None:
    settings = room.settings
    chosen = with_settings(
        room,
        health=settings.health.model_copy(update={"on": False}),
        recording=settings.recording.model_copy(update={"on": True}),
    )
    children = by_role(chosen, ON_AIR)
    assert list(children) == ["onair", "media", "voice", "studio", "console", "recorder"]
    assert list(by_role(chosen, RENDERED)) == ["onair", "media", "voice", "studio"]


def test_the_air_comes_before_what_is_behind_it(room: Room) -> None:
    nice = {role: child.nice for role, child in by_role(room, ON_AIR).items()}
    assert nice["onair"] < nice["media"] == 0
    assert min(nice["studio"], nice["console"], nice["health"]) > 0


def test_onair_is_told_everything_and_no_key_stands_in_any_command(room: Room) -> None:
    children = by_role(room, ON_AIR)
    spec = wire.from_json(children["onair"].stdin.decode())
    assert spec == OnAirSpec(
        room="tea",
        format=room.format,
        sockets=str(room.sockets),
        standby=ON_AIR.standby,
        destinations=(TO,),
        music=MusicBed(seed=3),
    )
    for child in children.values():
        assert KEY not in " ".join(child.argv)
        assert (KEY in child.stdin.decode()) == (child.role == "onair")


def test_only_onair_and_media_share_the_ring(room: Room) -> None:
    for role, child in by_role(room, ON_AIR).items():
        if role in ("onair", "media"):
            assert child.pass_fds == (5, 7)
            assert (after(child, "--ring"), after(child, "--wake")) == ("5", "7")
        else:
            assert child.pass_fds == ()


def test_each_serves_the_same_room(room: Room) -> None:
    children = by_role(room, ON_AIR)
    for role in ("media", "studio"):
        assert (after(children[role], "--room"), after(children[role], "--sub")) == (
            str(room.file),
            "x",
        )
    for role in ("voice", "console"):
        assert after(children[role], "--sockets") == str(room.sockets)
    for role in ("onair", "console"):
        assert after(children[role], "--room") == "tea"


def test_the_studio_keeps_the_hours_of_the_supervisor(room: Room) -> None:
    begun = Room(room.file, room.settings.model_copy(update={"schedule": NIGHTS}))
    studio = {child.role: child for child in cast(room, ON_AIR, 5, 7, report, hours=begun)}[
        "studio"
    ]
    told = ScheduleSettings.model_validate_json(after(studio, "--schedule"))
    assert told == NIGHTS
    assert after(studio, "--timezone") == "Asia/Shanghai"
    assert "--schedule" not in by_role(room, RENDERED)["studio"].argv


def test_music_can_be_off(room: Room) -> None:
    spec = wire.from_json(by_role(room, replace(ON_AIR, music=None))["onair"].stdin.decode())
    assert spec.music is None
