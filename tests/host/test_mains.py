"""What a process lacks for a moment is no reason to end the show: exit code 1, never 2."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from host.console import __main__ as console
from host.errors import ConfigError, Finding, RingError
from host.media import __main__ as media
from host.model import Format, OnAirSpec, wire
from stream import onair

NO_MEMORY = OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
NO_FILES = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
WRONG = ConfigError(Finding("no such lineup", "give its path"))
OTHER_RING = RingError("of another version")


def failing(error: Exception) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code"), [(NO_MEMORY, 1), (NO_FILES, 1), (OTHER_RING, 1), (WRONG, 2)]
)
def test_media(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    monkeypatch.setattr(sys, "argv", ["media", "--ring", "3", "--wake", "4", "--room", "r.toml"])
    monkeypatch.setattr(media, "room_of", failing(error))
    assert media.main() == code
    assert capsys.readouterr().err.startswith("media: ")


@pytest.mark.parametrize(("error", "code"), [(NO_MEMORY, 1), (NO_FILES, 1), (OTHER_RING, 2)])
def test_onair(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    error: Exception,
    code: int,
) -> None:
    spec = wire.to_json(OnAirSpec("r", Format(), str(tmp_path), ()))
    monkeypatch.setattr(sys, "argv", ["onair", "--room", "r", "--ring", "3", "--wake", "4"])
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(spec.encode())))
    monkeypatch.setattr(onair, "Ring", failing(error))
    assert onair.main() == code
    assert capsys.readouterr().err.startswith("onair: ")


@pytest.mark.parametrize(
    ("error", "code"),
    [(NO_MEMORY, 1), (NO_FILES, 1), (OSError(errno.EADDRINUSE, "in use"), 2)],
)
def test_console(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    monkeypatch.setattr("socket.create_server", failing(error))
    assert console.main(["--sockets", "/nowhere"]) == code
    assert len(capsys.readouterr().err.splitlines()) == 1
