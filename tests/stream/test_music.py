"""The generated music: the same for a seed, without a seam, at the level asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from host.model import MusicBed
from stream import music

RATE = 4000
"""Hertz: enough for the notes, quick to make."""
BED = MusicBed(gain_db=-26.0, seed=3)


def test_a_bed_has_the_peak_that_was_asked_for() -> None:
    loop = music.bed(BED, RATE)
    assert loop.shape == (round(3.2 * RATE) * 16, 2)
    assert loop.dtype == np.float32
    assert np.abs(loop).max() == pytest.approx(10 ** (-26 / 20), rel=1e-3)


def test_both_sides_are_heard() -> None:
    left, right = np.abs(music.bed(BED, RATE)).mean(axis=0)
    assert 0.5 < left / right < 2


def test_a_seed_is_a_tune() -> None:
    once = music.bed(BED, RATE)
    assert (music.bed(BED, RATE) == once).all()
    other = music.bed(replace(BED, seed=4), RATE)
    assert other.shape != once.shape or (other != once).any()


@pytest.mark.parametrize("seed", range(1, 4))
def test_the_seam_is_no_steeper_than_the_rest(seed: int) -> None:
    loop = music.bed(replace(BED, seed=seed), RATE)
    steps = np.abs(np.diff(loop, axis=0)).max(axis=0)
    assert (np.abs(loop[0] - loop[-1]) <= steps).all()


def test_a_bed_never_falls_silent() -> None:
    loop = np.abs(music.bed(BED, RATE)).max(axis=1)
    seconds = loop[: len(loop) // RATE * RATE].reshape(-1, RATE).max(axis=1)
    assert (seconds > 0.05 * loop.max()).all()


def test_a_bed_is_baked_once_and_read_back(tmp_path: Path) -> None:
    baked = music.bake(BED, RATE, tmp_path / "cache")
    made = Path(baked.path).stat().st_mtime_ns
    assert (music.load(baked, RATE) == music.bed(BED, RATE)).all()
    assert music.bake(BED, RATE, tmp_path / "cache") == baked
    assert Path(baked.path).stat().st_mtime_ns == made
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [Path(baked.path).name]


def _npy(path: Path, loop: np.ndarray) -> None:  # type: ignore[type-arg]
    with path.open("wb") as file:
        np.save(file, loop)


@pytest.mark.parametrize("broken", ["missing", "empty", "text", "cut", "mono", "wide", "none"])
def test_a_file_that_is_no_bed_is_passed_over(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "bed.npy"
    whole = np.ones((100, 2), np.float32)
    if broken == "empty":
        path.touch()
    elif broken == "text":
        path.write_text("no music")
    elif broken == "cut":
        _npy(path, whole)
        path.write_bytes(path.read_bytes()[:-20])
    elif broken != "missing":
        shapes = {"mono": whole[:, 0], "wide": whole.astype(np.float64), "none": whole[:0]}
        _npy(path, shapes[broken])
    loop = music.load(replace(BED, path=str(path)), RATE)
    assert (loop == music.bed(BED, RATE)).all()
