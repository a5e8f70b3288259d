"""A simulated day: what must hold over a month holds, and what breaks is told."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from host.cli import app, soaking
from host.cli.simulated_talk import SimulatedTalk
from tests.e2e.room import ROOT

DEMO = str(ROOT / "configs/demo.toml")


@pytest.fixture(autouse=True)
def variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets the room's place; that ends with the test."""
    monkeypatch.setenv("LIVEHOST_VAR", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def test_two_hours_are_in_order() -> None:
    done = CliRunner().invoke(app, ["soak", DEMO, "--fast", "--hours", "2"])
    assert done.exit_code == 0, done.output
    assert "all in order" in done.output
    ticks = re.search(r"ticks +([\d,]+)", done.output)
    assert ticks is not None
    # 2 h at 25 a second, and on to the end of the line.
    assert 180_000 <= int(ticks[1].replace(",", "")) < 180_000 + 40 * 25
    assert os.environ["LIVEHOST_VAR"]


def test_a_doubled_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = SimulatedTalk.air

    def twice(self: SimulatedTalk, runs: list[object], now: object) -> None:
        real(self, runs, now)  # type: ignore[arg-type]
        if self.ended == 5:
            self.ended += 1

    monkeypatch.setattr(SimulatedTalk, "air", twice)
    done = CliRunner().invoke(app, ["soak", DEMO, "--fast", "--hours", "0.1"])
    assert done.exit_code == 1
    assert "ended" in done.output


def test_without_fast_it_says_what_to_do() -> None:
    done = CliRunner().invoke(app, ["soak", DEMO])
    assert "make soak" in str(done.exception)


def test_chance_is_the_same_for_a_seed() -> None:
    rolls = [
        [chance.now("media", 100.0, float(at)) for at in range(1000)]
        for chance in (soaking._Chance(1), soaking._Chance(1), soaking._Chance(2))
    ]
    assert rolls[0] == rolls[1] != rolls[2]
    assert 5 <= sum(rolls[0]) <= 20
    assert not rolls[0][0]
