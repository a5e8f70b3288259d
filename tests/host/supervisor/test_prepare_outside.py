"""What a room needs of the world outside: ingests that take it, addresses to listen at."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from host.config import Room, load_room
from host.errors import ConfigError, PortInUseError
from host.supervisor import prepare
from tests.e2e.ingest import free_port
from tests.e2e.room_file import write_room

DEMO = Path(__file__).parents[3] / "configs/demo.toml"
KEY = "live_1a2B3c4D5e6F"


def room_with(folder: Path, **changes: object) -> Room:
    write_room(DEMO, folder / "room.toml", changes)
    return load_room(folder / "room.toml")


def test_each_destination_has_what_its_platform_asks(tmp_path: Path) -> None:
    pushes = [
        {"name": "tea", "platform": "twitch", "url": "rtmp://h/app/a", "first_ms": 9},
        {"name": "push-1", "url": "srt://h:1/b"},
    ]
    room = room_with(tmp_path, push=pushes)
    made = prepare.destinations(room, ["rtmp://h/app/c"], "ffmpeg")
    assert [(each.name, each.longest_seconds, each.first_ms) for each in made] == [
        ("tea", 48 * 3600, 9), ("push-1", 0, 0), ("push-2", 0, 0),
    ]  # fmt: skip
    assert [prepare.address_of(each) for each in made] == [
        "rtmp://h/app/a", "srt://h:1/b", "rtmp://h/app/c",
    ]  # fmt: skip


def test_every_limit_and_every_lacking_address_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FB_URL", f"rtmp://h/rtmp/{KEY}")
    pushes = [
        {"name": "fb", "platform": "facebook", "url_env": "FB_URL"},
        {"name": "tw", "platform": "twitch", "url_env": "TW_URL_UNSET"},
        {"name": "dy", "platform": "douyin", "url": f"rtmp://h/third/{KEY}"},
    ]
    room = room_with(tmp_path, push=pushes, video={"kbps": 5000})
    with pytest.raises(ConfigError) as caught:
        prepare.destinations(room, [], "ffmpeg")
    told = [str(finding) for finding in caught.value.findings]
    for line, parts in zip(
        told,
        (
            ("[[push]] fb: Facebook takes addresses with rtmps://", "room.toml"),
            ("[[push]] tw: the variable TW_URL_UNSET is not set",),
            ("[[push]] dy: Douyin takes at most 4000 kb/s of video, the room has 5000", "4000"),
        ),
        strict=True,
    ):
        assert all(part in line for part in parts), line
        assert KEY not in line


def test_a_kept_address_is_not_asked_for_again(tmp_path: Path) -> None:
    script = f"echo x >> asked; echo rtmp://h/app/{KEY}-$(wc -l < asked)"
    room = room_with(tmp_path, push=[{"name": "tea", "url_command": ["sh", "-c", script]}])
    first = prepare.destinations(room, [], "ffmpeg")
    kept = {room.settings.push[0]: first[0]}
    assert prepare.destinations(room, [], "ffmpeg", kept) == first
    assert prepare.destinations(room, [], "ffmpeg") != first


def test_free_ports_pass(tmp_path: Path) -> None:
    prepare.check_ports(room_with(tmp_path))


@pytest.mark.parametrize("section", ["console", "comments", "metrics"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_taken_port_is_told_with_another(tmp_path: Path, section: str, host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.create_server(("127.0.0.1" if host == "localhost" else host, 0),
                                      family=family)) as taken:  # fmt: skip
        port = taken.getsockname()[1]
        room = room_with(tmp_path, **{section: {"host": host, "port": port}})
        with pytest.raises(PortInUseError) as caught:
            prepare.check_ports(room)
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    assert f"{where} for the {section} is not free" in str(caught.value)
    other = int(str(caught.value).rpartition(" = ")[2])
    assert other != port
    assert 1 <= other <= 65535


def test_metrics_that_are_off_need_no_port(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        metrics = {"on": False, "port": taken.getsockname()[1]}
        prepare.check_ports(room_with(tmp_path, metrics=metrics))


def test_the_last_port_has_a_neighbour_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = room_with(tmp_path, console={"port": 65535})
    monkeypatch.setattr(prepare, "_refused", lambda host, port: OSError(98, "in use"))
    with pytest.raises(PortInUseError, match="port = 65525"):
        prepare.check_ports(room)


def test_what_is_no_address_of_this_machine_is_told_otherwise(tmp_path: Path) -> None:
    room = room_with(tmp_path, console={"host": "192.0.2.1"})
    with pytest.raises(ConfigError, match=r"nothing can listen at 192\.0\.2\.1:\d+") as caught:
        prepare.check_ports(room, patience=30)
    assert not isinstance(caught.value, PortInUseError)


def test_with_patience_a_port_that_comes_free_is_waited_for(tmp_path: Path) -> None:
    taken = socket.create_server(("127.0.0.1", free_port()))
    room = room_with(tmp_path, comments={"port": taken.getsockname()[1]})
    timer = threading.Timer(0.5, taken.close)
    began = time.monotonic()
    timer.start()
    prepare.check_ports(room, patience=10)
    assert 0.3 < time.monotonic() - began < 8
    timer.join()
    with closing(socket.create_server(("127.0.0.1", room.settings.comments.port))):
        began = time.monotonic()
        with pytest.raises(PortInUseError):
            prepare.check_ports(room, patience=0.3)
        assert time.monotonic() - began >= 0.3
