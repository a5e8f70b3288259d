"""Row 9 of the fault table: a key that has expired, its provider, and one that is pasted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.e2e.ingest import Ingest
from tests.e2e.room import ROOT, Room

EXPIRED, FRESH, PASTED = "expired-9f8E7d6C", "fresh-1a2B3c4D", "pasted-Zz91Yy82"


def until(holds: Callable[[], object], patience: float, said: Callable[[], str]) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, said()
        time.sleep(0.1)


def test_a_refused_key_is_told_renewed_and_replaced_by_hand(ingest: Ingest, tmp_path: Path) -> None:
    folder = tmp_path / "room"
    folder.mkdir()
    (folder / "key.txt").write_text(ingest.refusing_url(EXPIRED))
    push = {"name": "tea", "url_file": "key.txt"}
    with Room(folder, options=("--test-card",), changes={"push": [push], "lang": "zh"}) as room:

        def said() -> str:
            return room.log.read_text(encoding="utf-8")

        until(lambda: "tea：平台拒绝推流" in said(), 60, said)
        until(lambda: "tea：推流码来源给的还是同一个地址" in said(), 30, said)
        (folder / "fresh.txt").write_text(ingest.url(FRESH))
        os.replace(folder / "fresh.txt", folder / "key.txt")
        until(lambda: "tea：已连接" in said(), 15, said)
        until(lambda: list(tmp_path.rglob(f"{FRESH}*.flv")), 15, said)
        done = subprocess.run(
            [sys.executable, "-m", "host.cli", "key", str(room.config), "tea"],
            input=f"{PASTED}\n", capture_output=True, text=True, timeout=60, cwd=ROOT,
            env={**os.environ, "LIVEHOST_VAR": str(room.var)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        until(lambda: list(tmp_path.rglob(f"{PASTED}*.flv")), 15, said)
        written = [room.log, *(file for file in room.var.rglob("*") if file.is_file())]
        for file in written:
            held = file.read_bytes()
            assert not [key for key in (EXPIRED, FRESH, PASTED) if key.encode() in held], file
        assert not [key for key in (FRESH, PASTED) if key in done.stdout + done.stderr]
