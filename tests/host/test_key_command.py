"""A merchant's program is asked for an address; however it fails, nothing of it is told."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psutil
import pytest

from host import key_command
from host.key_command import FailedError, printed

KEY = "live_1a2B3c4D5e6F"


def test_its_first_line_is_the_address(tmp_path: Path) -> None:
    (tmp_path / "key.sh").write_text(f"#!/bin/sh\necho rtmp://h/a/{KEY} $1\necho more\npwd >&2\n")
    (tmp_path / "key.sh").chmod(0o755)
    assert printed(("./key.sh", "$HOME; ls"), tmp_path) == f"rtmp://h/a/{KEY} $HOME; ls"


def test_it_says_nothing(tmp_path: Path) -> None:
    assert printed(("true",), tmp_path) == ""


def test_a_failure_is_told_without_what_it_wrote(tmp_path: Path) -> None:
    with pytest.raises(FailedError) as caught:
        printed(("sh", "-c", f"echo {KEY}; echo {KEY} >&2; exit 3"), tmp_path)
    assert str(caught.value) == "ended with code 3"


def test_what_is_no_program_and_what_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        printed(("no-such-program-here",), tmp_path)
    with pytest.raises(ValueError, match="utf-8"):
        printed(("printf", r"\377\n"), tmp_path)


def test_the_slow_and_the_flooding_are_killed_with_what_they_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_command, "SECONDS", 0.4)
    for script in ("sleep 321.5 & sleep 321.5", "yes"):
        began = time.monotonic()
        with pytest.raises(FailedError, match=r"took longer than 0\.4 s"):
            printed(("sh", "-c", script), tmp_path)
        assert time.monotonic() - began < 3
    assert not [p for p in psutil.process_iter(["cmdline"]) if "321.5" in (p.info["cmdline"] or ())]


def test_what_it_leaves_in_the_background_does_not_hold_the_asker(tmp_path: Path) -> None:
    began = time.monotonic()
    assert printed(("sh", "-c", "echo rtmp://h/a/k; sleep 322.5 &"), tmp_path) == "rtmp://h/a/k"
    assert time.monotonic() - began < 3


def test_it_can_be_given_up_from_another_thread(tmp_path: Path) -> None:
    give_up = threading.Event()
    timer = threading.Timer(0.2, give_up.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(FailedError, match="given up"):
        printed(("sleep", "323.5"), tmp_path, give_up)
    assert time.monotonic() - began < 3
    timer.join()
