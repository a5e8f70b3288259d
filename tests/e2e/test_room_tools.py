"""The room's handle, shown a stand-in that starts processes as a room does."""

from __future__ import annotations

import sqlite3
import sys
import textwrap
import tomllib
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.e2e.room import Role, Room
from tests.e2e.room_file import write_room

STAND_IN = """
    import os, signal, subprocess, sys, time
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    children = [subprocess.Popen([*sleep, name]) for name in ("stream.onair", "host.media")]
    children.append(subprocess.Popen([*sleep, "host.voice"], start_new_session=True))
    def end(*_):
        for child in children[{ended}:]:
            child.kill()
            child.wait()
        sys.exit()
    signal.signal(signal.SIGTERM, end)
    print("ready", flush=True)
    signal.pause()
"""


def room(tmp_path: Path, *, ended: int = 0) -> Room:
    """``ended``: children before this number are left running at the end."""
    config = tmp_path / "stand-in.toml"
    config.write_text('name = "stand-in"\n')
    script = textwrap.dedent(STAND_IN.format(ended=ended))
    (tmp_path / "run").mkdir()
    return Room(tmp_path / "run", config=config, program=(sys.executable, "-c", script))


def test_processes_are_found_by_role_and_killed(tmp_path: Path) -> None:
    with room(tmp_path) as running:
        roles: tuple[Role, ...] = ("onair", "media", "voice")
        pids = [running.pid(role) for role in roles]
        assert running.pid("supervisor") == running.process.pid
        assert len({*pids, running.process.pid}) == 4
        assert all(running.memory()[role] > 100_000 for role in roles)
        killed = running.kill("media")
        assert running.pids("media") == []
        with pytest.raises(TimeoutError, match="media did not come back"):
            running.wait_restarted("media", killed, patience=0.1)
        with pytest.raises(TimeoutError, match="no studio among"):
            running.pid("studio", patience=0.1)
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_what_outlives_the_room_is_ended_and_told(tmp_path: Path) -> None:
    running = room(tmp_path, ended=1)
    running.var.mkdir()
    running.start()
    running.pid("voice")
    running.pid("onair")
    left = running.stop(grace=1)
    assert len(left) == 1
    assert running.processes() == []


def test_orphans_of_a_killed_supervisor_are_found(tmp_path: Path) -> None:
    running = room(tmp_path)
    running.var.mkdir()
    running.start()
    pids = {running.pid("onair"), running.pid("media"), running.pid("voice")}
    running.kill("supervisor")
    assert {process.pid for process in running.processes()} == pids
    assert len(running.stop(grace=0)) == 3
    assert running.processes() == []


def test_ledger_is_read(tmp_path: Path) -> None:
    with room(tmp_path) as running:
        running.pid("onair")
        assert running.ledger() == []
        (running.var / "stand-in").mkdir()
        with closing(sqlite3.connect(running.var / "stand-in" / "ledger.sqlite")) as db:
            db.execute("CREATE TABLE ledger (seq INTEGER, ts_utc TEXT, kind TEXT, body TEXT)")
            db.execute(
                "INSERT INTO ledger VALUES (1, '2026-01-01T00:00:00Z', 'line', '{\"id\":3}')"
            )
            db.execute("INSERT INTO ledger VALUES (2, '2026-01-01T00:00:01Z', 'ended', '{}')")
            db.commit()
        assert [row.seq for row in running.ledger()] == [1, 2]
        (line,) = running.ledger("line")
        assert line.body == {"id": 3}


def test_the_rooms_copy_has_its_own_ports_and_finds_its_files(tmp_path: Path) -> None:
    (tmp_path / "configs/lineups").mkdir(parents=True)
    (tmp_path / "configs/lineups/demo.csv").touch()
    source = tmp_path / "configs/demo.toml"
    source.write_text(
        """
        name = "demo"
        lineup = "lineups/demo.csv"
        scripts = ["lineups/demo.csv", "missing.md"]
        comment = "说“你好” \\"quoted\\""
        [console]
        host = "127.0.0.1"
        port = 8700
        [video]
        kbps = 2500
        [[push]]
        name = "first"
        [[push]]
        name = "second"
        """,
        encoding="utf-8",
    )
    written = write_room(
        source, tmp_path / "copy.toml", {"test_card": True, "video": {"width": 1280}}
    )
    copy = tomllib.loads((tmp_path / "copy.toml").read_text(encoding="utf-8"))
    assert copy == written
    demo = str((tmp_path / "configs/lineups/demo.csv").resolve())
    assert (copy["lineup"], copy["scripts"]) == (demo, [demo, "missing.md"])
    assert copy["comment"] == '说“你好” "quoted"'
    assert len({8700, copy["console"]["port"], copy["comments"]["port"]}) == 3
    assert copy["video"] == {"kbps": 2500, "width": 1280}
    assert copy["test_card"] is True
    assert [push["name"] for push in copy["push"]] == ["first", "second"]
