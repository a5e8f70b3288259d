"""The judgement over counter and tone, shown recordings in step and out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.in_step import InStep, check_in_step, measure
from tests.e2e.test_testcard_reader import record


def test_a_recording_in_step_passes(tmp_path: Path) -> None:
    record(tmp_path / "card.mkv", late_ticks=0, ticks=50)
    found = measure(tmp_path / "card.mkv")
    assert len(found.counted) == 50
    assert check_in_step(found) == []


def test_late_sound_is_told(tmp_path: Path) -> None:
    record(tmp_path / "card.mkv", late_ticks=2, ticks=50)
    (fault,) = check_in_step(measure(tmp_path / "card.mkv"))
    assert "behind its picture" in fault


@pytest.mark.parametrize(
    ("counted", "illegible", "late_ms", "agreement", "fault"),
    [
        ((1, 2, 5, 6), 0, 0, 0.95, "2 numbers are missing"),
        ((1, 2, 2, 2, 3), 0, 0, 0.95, "2 frames are repeated"),
        ((1, 2, 1, 2), 0, 0, 0.95, "1 frames go back"),
        ((1, 2), 3, 0, 0.95, "3 frames have no legible"),
        ((1, 2), 0, -45, 0.95, "-45 ms behind"),
        ((1, 2), 0, 0, 0.5, "agree in 50% only"),
    ],
)
def test_each_fault_is_named(
    counted: tuple[int, ...], illegible: int, late_ms: int, agreement: float, fault: str
) -> None:
    (told,) = check_in_step(InStep(counted, illegible, late_ms, agreement))
    assert fault in told


def test_what_the_test_allows_is_allowed() -> None:
    found = InStep((1, 3, 3), 2, 40, 0.9)
    assert len(check_in_step(found)) == 3
    assert check_in_step(found, lost=1, illegible=2) == []
