"""What a merchant gets wrong: one line that says how to mend it, and nothing left behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.e2e.room import ROOT
from tests.e2e.room_file import write_room


def _livehost(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "host.cli", *words],
        cwd=ROOT,
        env={**os.environ, "LIVEHOST_VAR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    left = [
        process
        for process in psutil.process_iter(["environ"])
        if (process.info["environ"] or {}).get("LIVEHOST_VAR") == str(tmp_path / "var")
    ]
    assert not left, "something half-started was left behind"
    assert "Traceback" not in done.stderr + done.stdout
    return done


def _room(tmp_path: Path, **changes: object) -> Path:
    file = tmp_path / "room.toml"
    write_room(ROOT / "configs/demo.toml", file, changes)
    return file


def _lineup(tmp_path: Path, old: str, new: str) -> Path:
    text = (ROOT / "configs/lineups/demo-zh.csv").read_text(encoding="utf-8")
    assert old in text
    text = text.replace("pictures/", f"{ROOT}/configs/lineups/pictures/").replace(old, new, 1)
    file = tmp_path / "lineup.csv"
    file.write_text(text, encoding="utf-8")
    return _room(tmp_path, lineup=str(file))


def test_a_sound_room_is_said_to_be_sound(tmp_path: Path) -> None:
    for config in ("configs/demo.toml", "configs/demo-en.toml"):
        done = _livehost(tmp_path, "check", config)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        (",39.90,", ",-39.90,", "lineup.csv:2 [价格]", "-39.90"),
        (",39.90,", ",三十九块九,", "lineup.csv:2 [价格]", "三十九块九"),
        ("HM03.png", "missing.png", "lineup.csv:4 [图片]", "missing.png"),
        ("货号,", "貨号码,", "lineup.csv:1", "貨号码"),
    ],
)
def test_a_bad_lineup(tmp_path: Path, old: str, new: str, place: str, told: str) -> None:
    done = _livehost(tmp_path, "check", str(_lineup(tmp_path, old, new)))

    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert all(line.startswith("livehost: ") and " — " in line for line in lines)
    assert any(place in line and told in line for line in lines), done.stderr


def test_a_text_that_would_not_be_said(tmp_path: Path) -> None:
    done = _livehost(
        tmp_path,
        "check",
        str(_lineup(tmp_path, "没有额外加糖，吃到的是坚果本身的香", "全网最低价的坚果")),
    )

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "lineup.csv:2" in done.stderr
    assert "最低" in done.stderr


def test_a_price_by_hand_in_a_script_is_told_once_at_its_line(tmp_path: Path) -> None:
    script = (ROOT / "tests/data/script_zh.md").read_text(encoding="utf-8")
    wrong = script.replace("# 价格", "# 价格\n\n- 现在只要9块9，快来看看。", 1)
    assert wrong != script
    (tmp_path / "talk.md").write_text(wrong, encoding="utf-8")
    line = wrong.splitlines().index("- 现在只要9块9，快来看看。") + 1

    done = _livehost(tmp_path, "check", str(_room(tmp_path, scripts=[str(tmp_path / "talk.md")])))

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert f"talk.md:{line}: " in done.stderr


def test_a_voice_that_there_is_not(tmp_path: Path) -> None:
    done = _livehost(tmp_path, "check", str(_room(tmp_path, voice={"chain": ["kokora"]})))

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "kokora" in done.stderr


def test_an_output_that_is_no_film(tmp_path: Path) -> None:
    done = _livehost(tmp_path, "render", str(_room(tmp_path)), "-o", str(tmp_path / "lap.txt"))

    assert done.returncode == 2
    assert "lap.mp4" in done.stderr


def test_an_unknown_field_of_a_script(tmp_path: Path) -> None:
    script = (ROOT / "tests/data/script_zh.md").read_text(encoding="utf-8")
    (tmp_path / "talk.md").write_text(script.replace("{price}", "{prise}", 1), encoding="utf-8")

    done = _livehost(tmp_path, "check", str(_room(tmp_path, scripts=[str(tmp_path / "talk.md")])))

    assert done.returncode == 2
    assert "talk.md:" in done.stderr
    assert "prise" in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "x\n', "room.toml:1"),
        ('name = "x"\nlang = "zh"\ncolour = 3\n', "colour"),
        ('name = "x"\nlang = "fr"\nlineup = "a.csv"\nscripts = ["b.md"]\n', "room.toml:2"),
    ],
)
def test_a_room_that_does_not_parse(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "room.toml").write_text(text)

    done = _livehost(tmp_path, "run", str(tmp_path / "room.toml"))

    assert done.returncode == 2
    assert told in done.stderr
    assert all(" — " in line for line in done.stderr.splitlines())


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        room = _room(tmp_path, console={"port": port}, test_card=True)

        done = _livehost(tmp_path, "run", str(room))

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}" in done.stderr


def test_an_address_that_is_none(tmp_path: Path) -> None:
    done = _livehost(tmp_path, "run", str(_room(tmp_path)), "--push", "http://host/secret-key")

    assert done.returncode == 2
    assert "rtmp://HOST/APP/KEY" in done.stderr
    assert "secret-key" not in done.stderr
