"""``livehost rehearse``: figures on the terminal, a folder with lines and page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from host.cli import app
from host.errors import ConfigError
from tests.e2e.room_file import write_room

DEMO = Path(__file__).parents[3] / "configs/demo.toml"


@pytest.fixture
def room(tmp_path: Path) -> str:
    write_room(DEMO, tmp_path / "room.toml", {})
    return str(tmp_path / "room.toml")


def livehost(*words: str) -> tuple[int, str]:
    """Exit code, and all that was printed. Raises ConfigError, which is exit code 2."""
    done = CliRunner().invoke(app, ["rehearse", *words])
    if isinstance(done.exception, ConfigError):
        raise done.exception
    return done.exit_code, done.output


def test_a_report(room: str, tmp_path: Path) -> None:
    comments = tmp_path / "c.jsonl"
    comments.write_text('{"t": 30, "user": "观众", "text": "多少钱"}\n', encoding="utf-8")
    target = tmp_path / "report"
    words = (room, "--hours", "0.1", "--from", "2026-11-22 08:00", "--comments", str(comments))
    code, said = livehost(*words, "-o", str(target))

    assert code == 0
    assert "评论: 1" in said
    assert "太短，测不出" in said
    told = [json.loads(line) for line in (target / "lines.jsonl").read_text().splitlines()]
    assert told[0]["t"] == 0
    assert [line["comment"] for line in told if line["kind"] == "answer"] == ["c1"]
    assert "观众" not in (target / "lines.jsonl").read_text(), "names stay with their comments"
    assert "2026-11-22 08:00" in (target / "report.html").read_text()
    before = (target / "lines.jsonl").read_bytes()
    livehost(*words, "-o", str(target))
    assert (target / "lines.jsonl").read_bytes() == before
    livehost(*words, "--seed", "99", "-o", str(target))
    assert (target / "lines.jsonl").read_bytes() != before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--hours", "0"), "--hours: 0"),
        (("--hours", "100000"), "at most 744"),
        (("--hours", "nan"), "--hours: nan"),
        (("--from", "tomorrow"), "is no time"),
        (("--from", "0001-01-01"), "is no time"),
        (("--from", "9999-12-31"), "is no time"),
        (("--comments", "/nowhere/c.jsonl"), "cannot be read"),
        (("--edits", "/nowhere/e.jsonl"), "cannot be read"),
    ],
)
def test_what_cannot_be_is_told(
    room: str, tmp_path: Path, words: tuple[str, str], why: str
) -> None:
    with pytest.raises(ConfigError, match=why):
        livehost(room, *words, "-o", str(tmp_path / "report"))
    assert not (tmp_path / "report").exists()


def test_no_such_room(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        livehost(str(tmp_path / "none.toml"), "-o", str(tmp_path / "report"))


def test_strict_fails_where_a_bar_is_missed(tmp_path: Path) -> None:
    talk = {"lap_minutes": 4.0, "block_minutes": 30.0}  # no lap is shorter than its block
    write_room(DEMO, tmp_path / "room.toml", {"talk": talk})
    words = (str(tmp_path / "room.toml"), "--hours", "2", "-o", str(tmp_path / "report"))
    assert livehost(*words)[0] == 0
    code, said = livehost(*words, "--strict")
    assert code == 1
    assert "没达到" in said
