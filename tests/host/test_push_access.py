"""The token of pushes is there, and worth the name, before the show."""

from __future__ import annotations

from pathlib import Path

import pytest

from host.cli.checking import sound_room
from host.errors import ConfigError
from host.lineup.push_access import check
from host.settings_talk import LineupPushSettings
from tests.e2e.room_file import write_room
from tests.host.edited import ROOT

NAMED = LineupPushSettings(token_env="A_TOKEN")  # noqa: S106 (a variable's name)


@pytest.mark.parametrize(
    ("token", "what"),
    [(None, "A_TOKEN is not set"), ("", "is not set"), ("short", "fewer"), (" " + "x" * 20, "16")],
)
def test_no_token_is_told(monkeypatch: pytest.MonkeyPatch, token: str | None, what: str) -> None:
    monkeypatch.delenv("A_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("A_TOKEN", token)
    with pytest.raises(ConfigError, match=what) as caught:
        check(NAMED)
    assert not token or token not in str(caught.value)


def test_a_token_is_enough_and_none_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "0123456789abcdef")
    check(NAMED)
    check(LineupPushSettings())


def test_a_room_that_names_an_unset_variable_is_not_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("A_TOKEN", raising=False)
    room = tmp_path / "room.toml"
    write_room(ROOT / "configs/demo.toml", room, {"lineup_push": {"token_env": "A_TOKEN"}})
    with pytest.raises(ConfigError, match="A_TOKEN is not set"):
        sound_room(room)
